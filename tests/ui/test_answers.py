"""Who needs me, what do they ask, and answering them: real tmux, the real scheduler, scripted agents."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cockpit.tui import question
from cockpit.tui.dialogs.answer import AnswerDialog
from cockpit.tui.dialogs.send_many import SendManyDialog, parse_audience
from tests.conftest import Home
from tests.ui.fleet import Fleet, agent, shown, until_asked, until_shown
from tests.ui.stage import lines, main, text, until, until_text


@pytest.fixture
def fleet(home: Home, tmp_path: Path) -> Fleet:
    return Fleet(tmp_path, home.config)


@pytest.mark.tmux
async def test_n_then_one_key_answers_a_question_that_can_be_read(fleet: Fleet) -> None:
    async with fleet.open() as pilot:
        await fleet.run("web")
        await until_asked(pilot)
        await fleet.run("docs", "exec sleep 600")
        await fleet.run("api")
        await until_asked(pilot, 2)
        await until(
            pilot,
            lambda: re.search(r"◆ \S+ alice.*\n.*◆ \S+ bob.*\n.*● \S+ carol", text(pilot)),
            "in this order",
        )
        chosen = []
        for _ in range(3):
            await pilot.press("n")
            await pilot.pause()
            chosen.append(main(pilot).shown_job().user)  # type: ignore[union-attr]  # one is shown
        assert sorted(chosen[:2]) == ["alice", "bob"]
        assert chosen[2] == chosen[0], "round again"
        await until(pilot, lambda: agent(pilot).shows_whole("Allow it? [y/n]"))
        await pilot.press("y")
        await until_text(pilot, 'yes to "Allow it? [y/n]"; sent y Enter.')
        await until_shown(pilot, "you said <y>")
        await until_asked(pilot, 1)
        await pilot.press("n")
        await until(pilot, lambda: main(pilot).shown_job().user != chosen[0])  # type: ignore[union-attr]  # one is
        await until(pilot, lambda: agent(pilot).shows_whole("Allow it? [y/n]"))
        await pilot.press("x")
        await until_shown(pilot, "you said <n>")
        await until(pilot, lambda: "need" not in lines(pilot)[0])
        await pilot.press("n")
        await until_text(pilot, "no agent needs you")
        await pilot.press("y")
        await until_text(pilot, "asks nothing")


@pytest.mark.tmux
async def test_a_question_that_cannot_be_read_is_shown_first_with_the_keys(fleet: Fleet) -> None:
    async with fleet.open() as pilot:
        await fleet.run("web")
        await until_asked(pilot)
        await pilot.press("o", "y")
        await until(pilot, lambda: isinstance(pilot.app.screen, AnswerDialog))
        for wanted in ("alice/web asker asks", "rm -rf build", "Yes sends y Enter."):
            await until_text(pilot, wanted)
        await pilot.press("x", "escape")
        await until(pilot, lambda: pilot.app.screen is main(pilot))
        await pilot.press("v")
        await until_shown(pilot, "Allow it?")
        assert "you said" not in shown(pilot)
        await pilot.press("o", "x")
        await until_text(pilot, "No sends n Enter.")
        await pilot.press("x")
        await pilot.press("v")
        await until_shown(pilot, "you said <n>")


@pytest.mark.tmux
async def test_an_answer_to_a_question_that_has_gone_is_not_sent(fleet: Fleet) -> None:
    async with fleet.open() as pilot:
        await fleet.run("web")
        await until_asked(pilot)
        await until_shown(pilot, "Allow it?")
        pane = agent(pilot).pane
        assert pane is not None
        await pilot.press("o", "y")
        await until(pilot, lambda: isinstance(pilot.app.screen, AnswerDialog))
        await pane.send_keys("yes")
        await pane.send_keys("again")
        await pane.wait_for_prompt("Allow more")
        await pilot.press("y")
        await until_text(pilot, "changed meanwhile")
        assert "heard <y>" not in (await pane.capture_pane()).plain


@pytest.mark.tmux
async def test_one_text_for_many_with_a_preview_and_receipts(fleet: Fleet) -> None:
    async with fleet.open() as pilot:
        await fleet.run("web")
        await fleet.run("api")
        quiet = await fleet.run("docs", 'while read -r line; do echo "got <$line>"; done')
        await until_asked(pilot, 2)
        await pilot.press("s")
        await until(pilot, lambda: isinstance(pilot.app.screen, SendManyDialog))
        to = pilot.app.screen.query_one("#to")
        to.value = ""  # type: ignore[attr-defined]  # an Input
        await until_text(pilot, "1 agent gets it. 2 agents ask something and are left out")
        to.value = "screen:blocked user:bob"  # type: ignore[attr-defined]  # an Input
        await until(pilot, lambda: "bob/api" in text(pilot) and "1 agent gets it." in text(pilot))
        to.value = "state:nonsense"  # type: ignore[attr-defined]  # an Input
        await until_text(pilot, "no state 'nonsense'")
        to.value = "project:docs"  # type: ignore[attr-defined]  # an Input
        await until_text(pilot, quiet)
        await pilot.press(*"hello all", "enter")
        await until_text(pilot, "Sent to 1 of 1.")
        await until_text(pilot, "✔ accepted")
        await pilot.press("escape")
        fleet_pane = await main(pilot).live.panes.of(fleet.job(quiet))
        assert (await fleet_pane.wait_for_prompt("got <hello all>")).seen


def test_a_filter_of_screens() -> None:
    audience, problem = parse_audience("user:al screen:id,blo word")
    assert problem is None
    assert sorted(audience.screens) == ["blocked", "idle"]
    assert [(term.field, term.values) for term in audience.jobs.terms] == [("user", ("al",)), ("", ("word",))]
    assert "no state of a screen 'x'" in str(parse_audience("screen:x")[1])


def test_the_words_of_a_question_are_those_around_its_line() -> None:
    screen = [
        "old",
        "╭────╮",
        "│ Run rm -rf build? │",
        "│ ❯ 1. Yes │",
        "│   2. No  │",
        "╰────╯",
        "",
        "? help",
    ]
    assert question.words(screen, "❯ 1. Yes") == ("old", "Run rm -rf build?", "❯ 1. Yes", "2. No", "? help")
    assert question.words(screen, "gone") == ()
    assert question.reach("│ Run it?      ─────") == len("│ Run it?")
