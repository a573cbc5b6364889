"""An agent's window gets its own size back, whenever the widget that had it fitted goes."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from cockpit.tui import fitting
from cockpit.tui.fitting import Fitter


class Window:
    """As `WindowSize`, with turns that a test holds back."""

    def __init__(self, pane: Any) -> None:
        self.said = pane.said
        self.gate = pane.gate

    async def fit(self, columns: int, rows: int) -> bool:
        self.said.append("begins")
        await self.gate.wait()
        self.said.append(f"{columns}x{rows}")
        return True

    async def restore(self) -> None:
        self.said.append("restored")


class Pane:
    pane_id = "%1"

    def __init__(self) -> None:
        self.said: list[str] = []
        self.gate = asyncio.Event()


@pytest.fixture(autouse=True)
def windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fitting, "WindowSize", Window)


async def test_a_window_that_is_being_fitted_when_the_widget_goes_is_given_back_afterwards() -> None:
    fitter, pane = Fitter(settled=0, away=0), Pane()
    fitter.look(pane, (100, 30), (80, 24), now=True)  # type: ignore[arg-type]  # as one
    await _turns()
    closing = asyncio.create_task(fitter.close())
    await asyncio.sleep(0)
    pane.gate.set()
    await closing
    assert pane.said == ["begins", "100x30", "restored"]


async def test_nothing_is_fitted_after_the_end() -> None:
    fitter, pane = Fitter(settled=0, away=0), Pane()
    pane.gate.set()
    fitter.look(pane, (100, 30), (80, 24), now=True)  # type: ignore[arg-type]  # as one
    await _turns()
    fitter.look(pane, (120, 30), (100, 30), now=True)  # type: ignore[arg-type]  # as one
    await fitter.close()
    await _turns()
    assert pane.said[-1] == "restored"


async def _turns() -> None:
    """Let everything that can go on go on."""
    for _ in range(20):
        await asyncio.sleep(0)
