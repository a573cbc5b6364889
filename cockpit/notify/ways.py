"""Which way leads to the person's desktop from here: its own program, or the terminal. Says why, too."""

from __future__ import annotations

import shutil
from collections.abc import Mapping

from cockpit.base.records import dataclass

_KNOW_777 = ("foot", "rxvt", "urxvt")


@dataclass(frozen=True, slots=True)
class Way:
    """`name`: notify-send, osc9, osc777 or off."""

    name: str
    why: str

    @property
    def by_terminal(self) -> bool:
        """Does whoever owns a terminal send it?"""
        return self.name in ("osc9", "osc777")


def choose(wanted: str, environ: Mapping[str, str]) -> Way:
    """The way for the setting `desktop`; `auto` looks where the person sits."""
    if wanted == "off":
        return Way("off", "off in the configuration")
    if wanted == "notify-send":
        missing = lacking(environ)
        return Way("off", missing) if missing else Way(wanted, "as configured")
    if wanted != "auto":
        return Way(wanted, "as configured")
    if environ.get("SSH_CONNECTION"):
        return Way(_osc(environ), "over ssh: through the terminal")
    missing = lacking(environ)
    return Way(_osc(environ), missing) if missing else Way("notify-send", "there is a desktop")


def lacking(environ: Mapping[str, str]) -> str:
    """What notify-send lacks here; empty where it works."""
    if not (environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")):
        return "no desktop here (neither DISPLAY nor WAYLAND_DISPLAY)"
    if shutil.which("notify-send", path=environ.get("PATH")) is None:
        return "notify-send is not installed"
    return ""


def _osc(environ: Mapping[str, str]) -> str:
    vte = environ.get("VTE_VERSION") and not environ.get("TMUX")
    return "osc777" if vte or environ.get("TERM", "").startswith(_KNOW_777) else "osc9"
