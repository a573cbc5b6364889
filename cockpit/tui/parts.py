"""Lines as words and pens: what texts are made of, before any widget draws them."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from cockpit.tui.words import cut

Part = tuple[str, str]
"""Text and the name of its pen."""

Lines = list[list[Part]]

SPAN: Part = ("", "")
"""Stands in a row's cell that the cell before it reaches over."""


def fitted(parts: Sequence[Part], width: int) -> list[Part]:
    """The parts that `width` cells have room for; the last one may be cut."""
    found: list[Part] = []
    for text, name in parts:
        size = cell_len(text)
        if size > width:
            if width > 1:
                found.append((cut(text, width), name))
            break
        found.append((text, name))
        width -= size
    return found
