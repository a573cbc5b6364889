"""Where a tmux server lives: this host, or a container, as the argv prefix that reaches it.

Everything in this package talks to tmux by `host.prefix + ("tmux", ...)`, so that a container (and later a machine
behind ssh) differs from this host by a tuple and by nothing else.
"""

from __future__ import annotations

from cockpit.base.records import dataclass


@dataclass(frozen=True, slots=True)
class Host:
    """`name` for people, `prefix` for argv; an empty prefix is this host. `terminal`: the prefix for who attaches."""

    name: str
    prefix: tuple[str, ...] = ()
    terminal: tuple[str, ...] = ()

    @property
    def local(self) -> bool:
        """Do pids and paths over there mean the same as here?"""
        return not self.prefix


LOCAL = Host("this host")
