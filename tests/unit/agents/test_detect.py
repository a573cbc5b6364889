"""Judging screens that no fixture shows: what tries to fool the rules, what explains them, what must not break them."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.agents.detect import answer_keys, detect, explain, may_answer, startup_question
from cockpit.agents.regions import clean
from cockpit.domain.profile import Answers, Profile, Rule, Startup
from cockpit.domain.screen import PaneState, Screen
from tests.unit.agents.recorded import NAMES, profile, recordings

RULE = "─" * 80


def screen(*lines: str, title: str = "", cursor: tuple[int, int] = (0, 0)) -> Screen:
    return Screen(tuple(lines), title, *cursor)


def claude_at_rest(*transcript: str, title: str = "✳ Claude Code") -> Screen:
    return screen("❯ Please do it", *transcript, RULE, "❯ ", RULE, "  ? for shortcuts", title=title)


def recorded(name: str) -> Screen:
    return next(r.plain for r in recordings() if r.name == name)


def state(name: str, seen: Screen) -> str:
    return str(detect(profile(name), seen).state)


@pytest.mark.parametrize(
    "words",
    ["● Do you want to proceed?", " ❯ 1. Yes", "  esc to interrupt", "● Please run /login when you are asked to",
     "● It said: You've hit your limit · resets 3pm", "  API Error: 500", "* Thinking… about it (he said)"],
)  # fmt: skip
def test_what_the_agent_says_is_not_what_it_does(words: str) -> None:
    seen = claude_at_rest("● As you asked:", words, "", "● And that is all.", *["  more"] * 14)
    assert state("claude", seen) == "idle"


def test_an_old_error_no_longer_counts_once_the_person_spoke_again() -> None:
    failed = claude_at_rest("● API Error: 500 oops", "", "✻ Baked for 1s")
    again = claude_at_rest("● API Error: 500 oops", "", "❯ Try again", "", "● Done.")
    assert (state("claude", failed), state("claude", again)) == ("failed", "idle")


def test_blocked_outranks_a_title_that_says_working_and_working_outranks_the_box() -> None:
    blocked = recorded("claude/blocked-permission-bash-80")
    assert state("claude", replace(blocked, title="⠂ Claude Code")) == "blocked"
    assert state("claude", claude_at_rest("● Well.", title="⠂ Claude Code")) == "working"


def test_no_rule_fires_unknown_and_an_empty_screen_is_unknown() -> None:
    for name in ("claude", "codex", "gemini", "opencode", "aider"):
        assert state(name, screen()) == "unknown"
        assert state(name, screen("Starting ...", title="host")) == "unknown"


def test_a_command_that_ends_by_itself_works_as_long_as_it_lives() -> None:
    assert detect(profile("shell"), screen("compiling")).rule == "process-alive"
    assert state("shell", screen("compiling")) == "working"
    assert state("shell", replace(screen("done"), dead=True)) == "exited"
    headless = replace(profile("claude"), mode="headless")
    assert detect(headless, screen()).state is PaneState.WORKING
    assert detect(replace(headless, otherwise="unknown"), screen()).rule == ""


def test_the_evidence_is_the_rule_and_its_line() -> None:
    found = detect(profile("claude"), recorded("claude/blocked-permission-bash-80"))
    assert (found.rule, found.line) == ("permission", "❯ 1. Yes")


def test_a_limit_that_wraps_is_read_whole() -> None:
    found = detect(profile("codex"), recorded("codex/limited-usage-80"))
    assert "hit your usage limit" in found.line
    assert re.search(r"try again at .*[AP]M\.$", found.text)


def test_explain_names_the_rules_that_nearly_fired_and_why() -> None:
    nearly = explain(profile("claude"), claude_at_rest(" Do you want to proceed?", *["  more"] * 14)).nearly
    assert [(near.rule, near.why) for near in nearly] == [("permission", "not in its region, below_box")]
    outranked = explain(profile("claude"), claude_at_rest(title="⠂ Claude Code")).nearly
    assert [(near.rule, near.why) for near in outranked] == [("prompt-box", "outranked by title (working)")]


def test_a_rule_is_held_back_by_what_it_excludes() -> None:
    rule = Rule("ready", PaneState.IDLE, (r"^> ?$",), unless=("busy",))
    judged = Profile("x", ("x",), rules=(rule,))
    assert detect(judged, screen("> ")).state is PaneState.IDLE
    near = explain(judged, screen("busy", "> ")).nearly
    assert near[0].why == 'held back by "busy"'


def test_yes_and_no_are_the_profiles_keys_and_none_where_the_question_is_another() -> None:
    judged = profile("claude")
    permission = detect(judged, recorded("claude/blocked-permission-bash-80"))
    question = detect(judged, recorded("claude/blocked-question-80"))
    idle = detect(judged, recorded("claude/idle-fresh-80"))
    assert answer_keys(judged, permission, yes=True) == ("1",)
    assert answer_keys(judged, permission, yes=False) == ("Escape",)
    assert answer_keys(judged, question, yes=True) == answer_keys(judged, idle, yes=True) == ()
    plan = detect(judged, recorded("claude/blocked-plan-80"))
    assert answer_keys(judged, plan, yes=True) == ("2",)


def test_startup_questions_are_a_persons_unless_the_user_says_otherwise() -> None:
    judged = profile("claude")
    trust = detect(judged, recorded("claude/blocked-startup-trust-80"))
    question = startup_question(judged, trust.rule)
    assert question is not None
    assert question.name == "trust"
    assert trust.state is PaneState.BLOCKED
    assert may_answer(judged, trust.rule) == ()
    assert may_answer(replace(judged, answer_startup=("trust",)), trust.rule) == ("Enter",)
    assert may_answer(replace(judged, answer_startup=("theme",)), trust.rule) == ()
    assert may_answer(replace(judged, answer_startup=("trust",)), "trust") == (), (
        "a rule of that name is no start-up's"
    )


def test_bad_expressions_are_refused_when_the_profile_is_made() -> None:
    with pytest.raises(ValueError, match="not a regular expression"):
        Rule("bad", PaneState.IDLE, ("(",))
    with pytest.raises(ValueError, match="not a regular expression"):
        Startup("bad", ("[",), ("Enter",))
    with pytest.raises(ValueError, match="not a regular expression"):
        Profile("bad", ("x",), mark="*")


def test_escapes_and_odd_blanks_are_taken_out() -> None:
    assert clean("\x1b[1;38;2;1;2;3m❯\u00a0hi\x1b[0m  ") == "❯ hi"
    assert clean("\x1b]8;;http://example.com\x1b\\link\x1b]8;;\x1b\\ \x1b(Bend") == "link end"


def test_answers_of_a_rule_may_be_none_on_purpose() -> None:
    rule = Rule("ask", PaneState.BLOCKED, ("choose",), answers=Answers())
    judged = Profile("x", ("x",), rules=(rule,), answers=Answers(("y",), ("n",)))
    assert answer_keys(judged, detect(judged, screen("choose")), yes=True) == ()


PIECES = st.sampled_from(
    [
        RULE,
        "❯ ",
        "› ",
        "> ",
        "❯ 1. Yes",
        "╹" + "▀" * 40,
        "╭" + "─" * 40,
        "esc to interrupt",
        "\x1b[31m",
        "\u00a0",
        "⠂ x",
        "$ ",
    ]
)


@given(
    st.sampled_from(NAMES),
    st.lists(st.one_of(st.text(), PIECES), max_size=12),
    st.text(),
    st.tuples(st.integers(-3, 300), st.integers(-3, 300)),
)
def test_any_screen_gives_a_state_and_no_exception(
    name: str, lines: list[str], title: str, cursor: tuple[int, int]
) -> None:
    judged = profile(name)
    found = explain(judged, Screen(tuple(lines), title, *cursor))
    assert replace(found, nearly=()) == detect(judged, Screen(tuple(lines), title, *cursor))
    assert found.rule or found.state is PaneState.UNKNOWN
