"""Who may come in: the token in the path, the Host that was asked for, the Origin of the page that asks.

The token alone keeps strangers out. Host and Origin keep out what a stranger makes the person's own browser do: a page
elsewhere whose name suddenly resolves to this machine (DNS rebinding) says its own name as Host, and a page that opens
a websocket here says its own Origin. Pure: it knows texts, no connection.
"""

from __future__ import annotations

import hmac
import ipaddress
import secrets
import socket
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit


def new_token() -> str:
    """192 random bits, as a path can have them."""
    return secrets.token_urlsafe(24)


def is_loopback(host: str) -> bool:
    """Can only this machine reach it? A name other than localhost might be anything."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@dataclass(frozen=True, slots=True, repr=False)  # no repr: the token must not get into a log
class Guard:
    """`host` is what is listened on."""

    token: str
    host: str

    def knows(self, token: str) -> bool:
        """Is it the token? Takes as long for a nearly right one as for a wrong one."""
        return hmac.compare_digest(token.encode("utf-8", "surrogateescape"), self.token.encode())

    def takes_host(self, header: str) -> bool:
        """Is a name that a person would ask this server by? Any port: a tunnel (ssh -L) has its own."""
        try:
            name = urlsplit(f"//{header}").hostname or ""
        except ValueError:
            return False
        if is_loopback(name) or name == self.host.lower():
            return True
        return not is_loopback(self.host) and (_is_address(name) or name in _own_names())

    def takes_origin(self, origin: str, host: str) -> bool:
        """Was the page that asks served from here? Browsers always say it of a websocket."""
        return origin in (f"http://{host}", f"https://{host}")


def _is_address(name: str) -> bool:
    """DNS rebinding needs a name; an address leads nowhere else."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _own_names() -> Collection[str]:
    name = socket.gethostname().lower()
    return {name, name.partition(".")[0], f"{name}.local"}
