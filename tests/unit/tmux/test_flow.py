"""A pane that floods is paused, and paused again sooner while it floods on."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from cockpit.tmux import flow
from cockpit.tmux.flow import FloodGate


async def test_a_flood_is_paused_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "REST", 0.01)
    sent: list[Sequence[str]] = []
    dirty = asyncio.Event()
    gate = FloodGate(sent.append, lambda _: dirty.set(), most=100)
    gate.heard("%1", 120)
    assert not gate.flooding("%1"), "a lot at once is no flood yet"
    gate.heard("%1", 120)
    assert sent == [["refresh-client", "-A", "%1:pause"]]
    assert gate.flooding("%1")
    await dirty.wait()
    assert sent[1:] == [["refresh-client", "-A", "%1:continue"]]
    assert gate.flooding("%1"), "until it has been calm for a while"
    assert not gate.flooding("%2")
    gate.heard("%1", 120)
    assert sent[2:] == [["refresh-client", "-A", "%1:pause"]], "after half as much"
    gate.reset()
    assert not gate.flooding("%1")


async def test_calm_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "REST", 0.0)
    monkeypatch.setattr(flow, "CALM", 0.0)
    dirty = asyncio.Event()
    gate = FloodGate(lambda _: None, lambda _: dirty.set(), most=100)
    gate.paused("%1")
    await dirty.wait()
    assert not gate.flooding("%1")
