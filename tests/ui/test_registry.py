"""The registry as a whole: every action has hands on its screens, a key that reaches it, and words for why not."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

import pytest
from textual.command import CommandList
from textual.pilot import Pilot

from cockpit.controller.context import Context
from cockpit.controller.panes import ONLY_LOOKS
from cockpit.domain.job import Job
from cockpit.domain.screen import AgentState, PaneState
from cockpit.tui import screens
from cockpit.tui.actions.action import EVERYWHERE, Action, Situation, always
from cockpit.tui.actions.keymap import check_keymap
from cockpit.tui.actions.registry import ACTIONS, BY_ID, actions_of
from cockpit.tui.agent_words import Keys
from cockpit.tui.app import CockpitApp
from cockpit.tui.operations.table import hands_of
from cockpit.tui.outcome import KEEP_DEMO
from cockpit.tui.overview import read_overview
from cockpit.tui.screens.base import CockpitScreen
from cockpit.tui.undo import Done
from tests.ui.conftest import MakeStage
from tests.ui.stage import CONFIG, Stage, main, text, until, until_text


def screen_classes() -> list[type[CockpitScreen]]:
    for module in pkgutil.iter_modules(screens.__path__):
        importlib.import_module(f"{screens.__name__}.{module.name}")
    found: list[type[CockpitScreen]] = []
    todo = list(CockpitScreen.__subclasses__())
    while todo:
        each = todo.pop()
        todo += each.__subclasses__()
        if each.NAME and each.__module__.startswith("cockpit."):
            found.append(each)
    return sorted(found, key=lambda each: each.NAME)


def situations(stage: Stage) -> list[Situation]:
    """One of each kind: nothing there, something that waits, runs, asks, has ended; marked or not."""
    context: Context = stage.context
    running, asking = stage.start("web"), stage.start("api")
    ended, waiting = stage.finish(stage.start("docs")), stage.store.get(stage.enqueue("docs"))
    asks = AgentState(PaneState.BLOCKED, "sure?", "question", stage.clock.now())
    stage.store.set_agent_state(asking.id, asking.fence or 0, asks)
    now = read_overview(stage.store, context, "scheduler", stage.store.active())
    lock = stage.store.locks()[0]
    done = Done("the hold of a job")
    low = stage.store.edit(stage.enqueue("docs", priority="low"), stage.clock.now())
    critical = stage.store.get(stage.enqueue("docs", priority="critical"))

    def at(job: Job | None, **more: object) -> Situation:
        return Situation("queue", job, overview=now, projects=3, undo=done, **more)  # type: ignore[arg-type]  # by name

    return [
        Situation("job", columns=1),
        at(running, lock=lock),
        at(asking, seen=asks, answers=Keys(("y",), ("n",))),
        at(ended),
        at(waiting, marked=(waiting, ended)),
        at(low),
        at(critical),
        at(None, heading=True),
    ]


def test_there_is_a_class_for_every_screen_that_actions_name() -> None:
    assert {each.NAME for each in screen_classes()} <= EVERYWHERE


@pytest.mark.parametrize("screen", sorted(EVERYWHERE))
def test_every_action_of_a_screen_has_its_hands(screen: str) -> None:
    assert [action.id for action in actions_of(screen) if not hasattr(hands_of(screen), action.id)] == []


def test_what_has_a_reason_is_refused_somewhere_in_words_and_done_elsewhere(stage: Stage) -> None:
    kinds = situations(stage)
    for action in ACTIONS:
        if action.reason is always or action.screens.isdisjoint({"main"}):
            continue
        whys = [action.why_not(at) for at in kinds]
        assert None in whys, f"{action.id} can be done nowhere: {whys}"
        refused = [why for why in whys if why]
        assert refused, f"{action.id} is never refused: it needs no reason"
        assert all(not why.endswith(".") for why in refused), "it becomes a part of a sentence"


def test_a_cockpit_that_only_looks_refuses_exactly_what_writes(stage: Stage) -> None:
    for at in situations(stage):
        only_looks = Situation("queue", at.job, read_only=True)
        for action in ACTIONS:
            assert (action.why_not(only_looks) == ONLY_LOOKS) is action.writes


def test_no_two_actions_share_a_key_on_a_screen() -> None:
    for screen in EVERYWHERE:
        taken: dict[str, str] = {}
        for action in actions_of(screen):
            for key in action.keys.split(","):
                assert taken.setdefault(key, action.id) == action.id, f"{key} on {screen}"


def front(pilot: Pilot[int]) -> CockpitScreen:
    assert isinstance(pilot.app, CockpitApp)
    return pilot.app.front


@pytest.mark.parametrize("screen", screen_classes(), ids=lambda each: each.NAME)
async def test_every_key_of_a_screen_reaches_its_action(screen: type[CockpitScreen], stage: Stage) -> None:
    """Nothing that has the focus hides it, and the action is done when nothing stands against it."""
    stage.enqueue("web")
    stage.finish(stage.start("api"))
    async with stage.open() as pilot:
        assert isinstance(pilot.app, CockpitApp)
        if not isinstance(front(pilot), screen):
            pilot.app.show_screen(screen.NAME)
            await until(pilot, lambda: isinstance(pilot.app.screen, screen) and pilot.app.screen.overview)
        done: list[str] = []

        async def perform(_screen: CockpitScreen, name: str, _at: Situation) -> None:
            done.append(name)

        pilot.app.perform = perform  # type: ignore[method-assign]  # what is done is tested elsewhere
        for action in actions_of(screen.NAME):
            if action.id == "palette":
                continue
            object.__setattr__(BY_ID[action.id], "reason", _allowed(action))
            try:
                for key in action.keys.split(","):
                    done.clear()
                    await pilot.press(key)
                    await pilot.pause()
                    assert done == [action.id], f"{key} on {screen.NAME} did {done}, not {action.id}"
            finally:
                object.__setattr__(BY_ID[action.id], "reason", _REASONS.pop(action.id))


_REASONS: dict[str, object] = {}


def _allowed(action: Action) -> object:
    _REASONS[action.id] = action.reason
    return always


async def test_every_refusal_is_told_when_its_key_is_pressed(make_stage: MakeStage) -> None:
    stage = make_stage(CONFIG)
    async with stage.open((120, 60)) as pilot:
        screen = main(pilot)
        for action in actions_of("main"):
            why = action.why_not(screen.situation())
            if why is not None:
                pilot.app.clear_notifications()
                await pilot.press(action.keys.split(",")[0])
                await until(pilot, lambda: pilot.app._notifications)
                told = [note.message for note in pilot.app._notifications]
                assert f"{action.title}: {why}." in told


async def test_a_saved_keymap_is_taken_up_and_its_mistakes_are_told(make_stage: MakeStage) -> None:
    stage = make_stage(CONFIG)
    stage.enqueue("web")
    config = Path(stage.context.places.config_file)
    async with stage.open() as pilot:
        config.write_text(CONFIG + '[ui.keys]\nhold = "f9"\ndown = "K"\nup = "5"\n', encoding="utf-8")
        await until_text(pilot, "f9 hold")
        await until_text(pilot, "'K' would be both 'kill' and 'down'")
        await until_text(pilot, "'5' of 'up' is a count")
        await pilot.press("f9")
        await until_text(pilot, "is held")
        await pilot.press("h")
        assert "f9 resume" in text(pilot)
        config.write_text(CONFIG, encoding="utf-8")
        await until(pilot, lambda: not main(pilot).cockpit.keys)
        await pilot.press("h")
        await until_text(pilot, "is resumed")


def test_keys_that_are_shared_without_a_keymap_are_no_clash() -> None:
    assert check_keymap({"mark": "space,insert"}) == ({"mark": "space,insert"}, [])


async def test_the_palette_opens_over_the_help_and_closes_it(stage: Stage) -> None:
    stage.enqueue("web")
    async with stage.open() as pilot:
        await pilot.press("question_mark")
        await until_text(pilot, "Everywhere")
        await pilot.press("ctrl+p", *"hold or resume all")
        await until(pilot, lambda: _found(pilot) == 1, "one command")
        await pilot.press("enter", "enter")
        await until_text(pilot, "queue held")
        assert pilot.app.screen is main(pilot)


def _found(pilot: Pilot[int]) -> int:
    return sum(commands.option_count for commands in pilot.app.screen.query(CommandList))


async def test_leaving_the_demo_offers_no_daemon(stage: Stage) -> None:
    stage.enqueue("web")
    async with stage.open() as pilot:
        main(pilot).live.role = "scheduler"
        main(pilot).cockpit.demo = True
        main(pilot).read()
        await pilot.press("q")
        await until_text(pilot, "Leave the demo?")
        assert "daemon" not in text(pilot)
        await pilot.press("k")
        await until(pilot, lambda: pilot.app._exit)
        assert pilot.app.return_value == KEEP_DEMO
