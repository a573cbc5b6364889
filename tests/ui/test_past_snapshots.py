"""Pictures of the history, the log, and the main screen filtered and grouped; clock and ids stand still."""

from __future__ import annotations

import functools
import random
from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot

from cockpit.base.times import SECOND
from cockpit.domain.ids import new_ids
from tests.ui.conftest import MakeStage
from tests.ui.stage import CONFIG, NOON, Stage, StagedApp, until_text

Compare = Callable[..., bool]
Steps = Callable[[Pilot[int]], Awaitable[None]]
TASKS = (
    "Fix the login page",
    "Speed up the search by caching what the index says",
    "Write the guide for new users, with pictures",
    "Upgrade the linter",
    "Find out why the nightly build is slow",
)


@pytest.fixture
def make_past(make_stage: MakeStage, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Stage]:
    """Three days of work in a theme; always under the same ids."""
    drawn = random.Random(7).randbytes
    monkeypatch.setattr("cockpit.store.queue.new_ids", functools.partial(new_ids, random_bytes=drawn))

    def make(theme: str) -> Stage:
        stage = make_stage(f'{CONFIG}\n[ui]\ntheme = "{theme}"\n')
        for day, count in enumerate((5, 9, 7)):
            for n in range(count):
                place = day + n
                job = stage.start(
                    ("web", "api", "docs")[place % 3], prompt=TASKS[place % 5] + "\n\nMore of it."
                )
                stage.clock.advance(60 + 437 * n)
                stage.finish(job, (0, 0, 3, 0)[n % 4])
                stage.clock.advance(300)
            stage.store.cancel(stage.enqueue("api", "Never mind"), "not needed any more", stage.clock.now())
            stage.clock.advance(24 * 3600 - (stage.clock.now() - NOON) // SECOND % (24 * 3600))
        stage.clock.advance(-3600)
        stage.start("web", prompt="Fix it for good")
        for n in range(9):
            stage.enqueue(("web", "api", "docs")[n % 3], TASKS[n % 5], ("high", "normal", "low")[n % 3])
        stage.store.beat("here", 3, stage.clock.now())
        return stage

    return make


def pressing(*keys: str, wait: str) -> Steps:
    """Press these, then wait for a text."""

    async def steps(pilot: Pilot[int]) -> None:
        await until_text(pilot, "1 running")
        await pilot.press(*keys)
        await until_text(pilot, wait)

    return steps


LOOK = [
    ("history-80-dark", (80, 24), "cockpit-dark", ("f",), "▾ Yesterday"),
    ("history-120-light", (120, 40), "cockpit-light", ("f", "F"), "state:failed ·"),
    ("history-200-dark", (200, 60), "cockpit-dark", ("f", "slash", *"search", "enter", "]"), "search · "),
    ("log-80-light", (80, 24), "cockpit-light", ("l",), "queued"),
    ("log-120-dark", (120, 40), "cockpit-dark", ("l", "slash", *"user:bob ag"), "age>"),
    ("log-200-light", (200, 60), "cockpit-light", ("l", "k"), "queued"),
    ("groups-120-dark", (120, 40), "cockpit-dark", ("B", "u"), "Queue by user"),
]


@pytest.mark.parametrize("look", LOOK, ids=[look[0] for look in LOOK])
def test_look(
    make_past: Callable[[str], Stage],
    snap_compare: Compare,
    look: tuple[str, tuple[int, int], str, tuple[str, ...], str],
) -> None:
    _, size, theme, keys, wait = look
    app = StagedApp(make_past(theme))
    assert snap_compare(app, terminal_size=size, run_before=pressing(*keys, wait=wait))
