"""What a person types, on its way into an agent's pane: in order, in pieces, each piece once.

Keys that come while tmux still takes the ones before travel together, so a quick typist never gets ahead of the
connection. What tmux did not take in time is told and dropped: it may have arrived, and keys that come late are worse
than keys that don't.
"""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Iterable
from typing import Literal

from cockpit.base.records import dataclass
from cockpit.tmux.pane import PaneController

Kind = Literal["keys", "text", "paste", "size", "end"]

_NAMES = {
    "enter": "Enter", "escape": "Escape", "tab": "Tab", "backspace": "BSpace", "delete": "Delete",
    "insert": "Insert", "up": "Up", "down": "Down", "left": "Left", "right": "Right", "home": "Home",
    "end": "End", "pageup": "PageUp", "pagedown": "PageDown", "space": "Space",
}  # fmt: skip
_MARKS = {  # as terminals name control characters
    "at": "Space", "backslash": "\\", "right_square_bracket": "]", "left_square_bracket": "[",
    "circumflex_accent": "^", "underscore": "_", "@": "Space",
}  # fmt: skip
_MODIFIERS = {"ctrl": "C", "alt": "M", "shift": "S"}


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing to send: key names, text typed as it is, a paste, or a new size (columns, rows) of the window."""

    kind: Kind
    keys: tuple[str, ...] = ()
    text: str = ""
    size: tuple[int, int] = (0, 0)


def piece_of(key: str, character: str | None) -> Piece | None:
    """Textual's name of a key as a piece; None for keys that no terminal program would get."""
    if character is not None and character.isprintable() and not key.startswith(("alt+", "ctrl+")):
        return Piece("text", text=character)
    name = tmux_key(key)
    return None if name is None else Piece("keys", keys=(name,))


def tmux_key(key: str) -> str | None:
    """tmux's name: `ctrl+c` is `C-c`, `shift+tab` is `BTab`, `alt+full_stop` is `M-.`; None if it has none."""
    *modifiers, last = key.split("+") if key != "+" else [key]
    if key == "shift+tab":
        return "BTab"
    if any(modifier not in _MODIFIERS for modifier in modifiers):
        return None
    name = _named(last, control="ctrl" in modifiers)
    return None if name is None else "-".join([*(_MODIFIERS[each] for each in modifiers), name])


def _named(last: str, *, control: bool) -> str | None:
    if last in _NAMES:
        return _NAMES[last]
    if control and last in _MARKS:
        return _MARKS[last]
    if len(last) == 1:
        return last
    if last[0] == "f" and last[1:].isdigit() and int(last[1:]) <= 12:
        return last.upper()
    try:
        return unicodedata.lookup(last.replace("_", " "))
    except KeyError:
        return None


def merged(pieces: Iterable[Piece]) -> list[Piece]:
    """Neighbours of a kind as one; of several sizes the last."""
    found: list[Piece] = []
    for piece in pieces:
        before = found[-1] if found else None
        if before is None or before.kind != piece.kind or piece.kind == "paste":
            found.append(piece)
        elif piece.kind == "size":
            found[-1] = piece
        else:
            found[-1] = Piece(piece.kind, before.keys + piece.keys, before.text + piece.text)
    return found


class Typist:
    """The way into one pane; `run` until `end`."""

    def __init__(self, pane: PaneController) -> None:
        self.pane = pane
        self._queue: asyncio.Queue[Piece] = asyncio.Queue()

    def put(self, piece: Piece) -> None:
        """Send this after all that was put before."""
        self._queue.put_nowait(piece)

    def end(self) -> None:
        """Send what is left, then stop."""
        self.put(Piece("end"))

    async def run(self) -> None:
        """Send what is put. Raises NotFound when the pane is gone, Unavailable when tmux does not answer."""
        while True:
            pieces = [await self._queue.get()]
            while not self._queue.empty():
                pieces.append(self._queue.get_nowait())
            for piece in merged(pieces):
                if piece.kind == "end":
                    return
                await self._send(piece)

    async def _send(self, piece: Piece) -> None:
        if piece.kind == "keys":
            await self.pane.send_key(*piece.keys)
        elif piece.kind == "size":
            await self.pane.resize(*piece.size)
        else:
            await self.pane.paste(piece.text, whole=piece.kind == "paste")
