"""Words name the person's keys, not those that cockpit comes with."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import cockpit.tui
from cockpit.config.load import load_settings
from cockpit.tui.actions import reasons
from cockpit.tui.actions.action import Situation
from cockpit.tui.actions.keymap import check_keymap
from cockpit.tui.actions.registry import ACTIONS
from cockpit.tui.dialogs.answer import AnswerDialog, Proposal
from cockpit.tui.own_keys import use_keys, with_keys
from cockpit.tui.words import here, short_why
from tests.ui.stage import CONFIG, Stage, main, until, until_text

HOUSE = Path(cockpit.tui.__file__).parent
OWN = {action.id: f"f{number}" for number, action in enumerate(ACTIONS, 20)}
"""A keymap in which every key is another one."""

_ALONE = re.compile(r"(?<![\w'’<{%.#/\\^$-])(?:[b-zB-HJ-Z!?]|\[|\]|<|>)(?![\w'’>}=:./\\-])")
_ASKED = re.compile(r"\b[Pp]ress (?!\{|$)\S|\besc\b|\btab\b|\bspace\b")
_OTHER = re.compile(  # agents' and tmux's own, units, signs that a filter knows, a theme's dialog, names of tabs
    r"ctrl\+\]|tmux key and d |^(1|24) h$|^7 d$| < or >| < and >|s keeps it for good|(Next|Previous) tab|has no key"
)
_DRAWN = {"▌", " ^]", " enter", " esc", " tab"}  # cursor, agent's screen, filter bar: keys that no action has


def test_no_word_names_a_key_that_a_person_may_have_changed() -> None:
    found = [
        f"{path.relative_to(HOUSE)}:{line}: {words!r}"
        for path in sorted(HOUSE.rglob("*.py"))
        if "dialogs" not in path.parts and path.name != "welcome.py"  # their keys are their own
        for line, words in _naming(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not found, "take the key by key_for or with_keys:\n" + "\n".join(found)


def _naming(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Where a text (no docstring, no CSS) seems to name a key, and where something is drawn as a key."""
    bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Tuple) and len(node.elts) == 2 and _said(node.elts[1]) == "t--key":
            words = _said(node.elts[0])
            if words and words not in _DRAWN:
                yield node.lineno, words
        elif isinstance(node, ast.Constant) and id(node) not in bare:
            words = _said(node)
            named = " " in words.strip() and (_ALONE.search(words) or _ASKED.search(words))
            if (
                named
                and not _OTHER.search(words)
                and "(?" not in words
                and "{\n" not in words
                and "; }" not in words
            ):
                yield node.lineno, words


def _said(node: ast.AST) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def test_the_walk_sees_what_it_looks_for() -> None:
    """Sentences that stood in the tree once."""
    for words in (
        "R brings the job back.",
        "No job waits.\nPress e to enqueue one.",
        "queue held (H) now",
        "earlier output is left out  G follows",
        "press esc to go back to it",
        "or a press tab",
    ):
        assert list(_naming(ast.parse(repr((words,))))), words
    assert list(_naming(ast.parse('("  y", "t--key")')))


@pytest.fixture
def own() -> Iterator[None]:
    assert check_keymap(OWN) == (OWN, [])
    use_keys(OWN)
    yield
    use_keys({})


def test_reasons_and_waits_name_the_persons_keys(own: None) -> None:
    assert f"press {OWN['welcome']} to add" in str(reasons.enqueue(Situation("queue")))
    assert f"press {OWN['clear_filter']} to go back" in str(reasons.mark(Situation("job")))
    assert short_why("a resume: the job is held") == f"held ({OWN['hold']})"
    assert here("a resume: the whole queue is held ('cockpit resume --all' resumes it)") == (
        f"a resume: the whole queue is held ({OWN['hold_all']} resumes it)"
    )


def test_every_id_in_braces_is_an_action(own: None) -> None:
    """Or it would end the help with a KeyError."""
    for action in ACTIONS:
        assert "{" not in with_keys(action.help), action.id


async def test_every_screen_names_the_persons_keys(stage: Stage) -> None:
    keys = "".join(f'{name} = "{value}"\n' for name, value in OWN.items())
    Path(stage.context.places.config_file).write_text(f"{CONFIG}[ui.keys]\n{keys}", encoding="utf-8")
    stage.context.settings = load_settings(stage.context.places, os.environ)
    async with stage.open() as pilot:
        await until_text(pilot, f"Press {OWN['enqueue']} to enqueue one.")
        await until_text(pilot, f"here; {OWN['release']} frees it.")
        await until_text(pilot, f"Press {OWN['enqueue']} to enqueue a job, {OWN['help']} for all keys.")
        await pilot.press(OWN["open_grid"])
        await until_text(pilot, f"Press {OWN['enqueue']} to enqueue a job, {OWN['leave_screen']} to go back.")
        await pilot.press(OWN["open_dashboard"])
        await until_text(pilot, f"{OWN['range_longer']} to look further back.")
        await pilot.press(OWN["open_log"])
        await until_text(pilot, f"Press {OWN['enqueue']} to enqueue a job.")
        await pilot.press("3")
        await until_text(pilot, f"{OWN['clear_filter']} forgets it")
        await pilot.press(OWN["open_main"], OWN["help"])
        await until_text(pilot, "own keys: [ui.keys]")
        await pilot.press(OWN["help"])
        await until(pilot, lambda: pilot.app.screen is main(pilot))
        stage.enqueue("web")
        await until_text(pilot, "its turn")
        await pilot.press(OWN["menu"])
        await until_text(pilot, f"{OWN['hold']}   Hold or resume")
        await pilot.press(OWN["hold"])
        await until_text(pilot, f"held ({OWN['hold']})")


async def test_a_question_is_answered_by_the_persons_key(stage: Stage, own: None) -> None:
    async with stage.open() as pilot:
        use_keys(OWN)
        answered: list[bool | None] = []
        pilot.app.push_screen(
            AnswerDialog(Proposal("alice/web", ["Go on?"], "Go on?", "1", yes=True)), answered.append
        )
        await until_text(pilot, f"{OWN['answer_yes']} or enter sends it")
        await pilot.press("y")
        assert not answered
        await pilot.press(OWN["answer_yes"])
        await until(pilot, lambda: answered == [True])
