"""`cockpit serve` as one call: token, socket, words for the person, server."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable

from cockpit.web.guard import Guard, is_loopback, new_token
from cockpit.web.server import Server, listen


def run_server(
    host: str, port: int, *, write: bool, tell: Callable[[str], None], warn: Callable[[str], None]
) -> int:
    """Serve until interrupted. Raises Unavailable where it can't listen."""
    guard = Guard(new_token(), host)
    listener = listen(host, port)
    argv = [sys.executable, "-P", "-m", "cockpit.web.served", *(["--write"] if write else [])]
    shown = f"[{host}]" if ":" in host else host
    url = f"http://{shown}:{listener.getsockname()[1]}/{guard.token}/"
    if not is_loopback(host):
        warn(
            f"{host} can be reached from other machines, without encryption: whoever has the address has the cockpit"
        )
    if write:
        warn("with --write whoever has the address can run commands as you")

    def ready() -> None:
        tell(url)
        tell(f"{'Looks and writes' if write else 'Only looks (--write lets it do things)'}. Ctrl+C ends it.")

    asyncio.run(Server(guard, argv).run(listener, ready))
    return 0
