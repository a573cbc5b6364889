"""What can happen on a tmux server, as cockpit wants to hear it."""

from __future__ import annotations

from cockpit.base.records import dataclass


@dataclass(frozen=True, slots=True)
class Connected:
    """The live connection stands (again): look at everything anew, nobody told what happened meanwhile."""

    server_pid: int


@dataclass(frozen=True, slots=True)
class Disconnected:
    """No live connection; `reason` is a line for a person. The same API goes on by processes, slower."""

    reason: str


@dataclass(frozen=True, slots=True)
class WindowOpened:
    """A window appeared."""

    window_id: str


@dataclass(frozen=True, slots=True)
class WindowClosed:
    """A window is gone, and the processes in it have been hung up."""

    window_id: str


@dataclass(frozen=True, slots=True)
class WindowChanged:
    """A window was renamed, split, swapped or resized by somebody."""

    window_id: str


News = Connected | Disconnected | WindowOpened | WindowClosed | WindowChanged

_WINDOW_NOTICES: dict[str, type[WindowOpened] | type[WindowClosed] | type[WindowChanged]] = {
    "window-add": WindowOpened,
    "unlinked-window-add": WindowOpened,
    "window-close": WindowClosed,
    "unlinked-window-close": WindowClosed,
    "window-renamed": WindowChanged,
    "unlinked-window-renamed": WindowChanged,
    "layout-change": WindowChanged,
    "window-pane-changed": WindowChanged,
}


def window_news(name: str, rest: str) -> News | None:
    """The news in a control-mode notice; None when it is about something else."""
    kind = _WINDOW_NOTICES.get(name)
    window_id = rest.partition(" ")[0]
    return kind(window_id) if kind is not None and window_id.startswith("@") else None
