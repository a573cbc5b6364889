"""From a screen to the agent's state, with evidence: which rule fired on which line. Pure; never raises.

The composer stays visible while an agent works, so the order of states is what makes this right: a question outranks
work, work outranks an old error message, and idle is believed last. No rule fires: unknown, or working for a command
that ends by itself (Profile.silent_state); never idle.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cockpit.agents.regions import View, compiled, view
from cockpit.base.records import dataclass
from cockpit.domain.profile import Answers, Profile, Rule, Startup
from cockpit.domain.screen import ALIVE, PaneState, Screen

ORDER = (
    PaneState.BLOCKED,
    PaneState.WORKING,
    PaneState.LIMITED,
    PaneState.FAILED,
    PaneState.IDLE,
    PaneState.SHELL,
    PaneState.EXITED,
    PaneState.UNKNOWN,
)
STARTUP = "startup-"
ENDED = "process-ended"


@dataclass(frozen=True, slots=True)
class Near:
    """A rule that did not decide, though its words are on the screen: `why` says what was missing."""

    rule: str
    state: PaneState
    line: str
    why: str


@dataclass(frozen=True, slots=True)
class Detection:
    """The state, the rule and line that prove it ("" for unknown), and the words around that line.

    `text` is the line with the lines that it wraps into, joined: what agents/limits.py reads the reset time from.
    `nearly` is filled by `explain` alone; it costs.
    """

    state: PaneState
    rule: str = ""
    line: str = ""
    text: str = ""
    nearly: tuple[Near, ...] = ()


def detect(profile: Profile, screen: Screen) -> Detection:
    """What the agent of `profile` does, judged by one screen."""
    if screen.dead:
        return Detection(PaneState.EXITED, ENDED)
    seen = view(profile, screen)
    for rule in ordered(profile):
        line = fired(rule, seen)
        if line is not None:
            return Detection(rule.state, rule.name, line.strip(), _paragraph(seen, line))
    silent = profile.silent_state
    return Detection(silent, "" if silent is PaneState.UNKNOWN else ALIVE)


def explain(profile: Profile, screen: Screen) -> Detection:
    """As `detect`, and with the rules that nearly fired."""
    found = detect(profile, screen)
    seen = view(profile, screen)
    return replace(found, nearly=tuple(_near(profile, seen, found)))


def ordered(profile: Profile) -> list[Rule]:
    """The rules in the order in which they are tried: start-up questions, then by state, then as they are written."""
    rules = [_as_rule(startup) for startup in profile.startup]
    return rules + sorted(profile.rules, key=lambda rule: (not rule.first, ORDER.index(rule.state)))


def fired(rule: Rule, seen: View) -> str | None:
    """The line on which the rule fires, the lowest one if there are several; None where it doesn't."""
    lines = seen.region(rule.region, rule.lines)
    if _first(rule.unless, lines) is not None:
        return None
    return _first(rule.match, lines)


def startup_question(profile: Profile, rule: str) -> Startup | None:
    """The start-up question that stands open, if that is what blocks the agent: `rule` is the one that fired."""
    return next((s for s in profile.startup if rule == STARTUP + s.name), None)


def may_answer(profile: Profile, rule: str) -> tuple[str, ...]:
    """The keys that the user allowed cockpit to answer an open start-up question with; empty: a person decides."""
    question = startup_question(profile, rule)
    return question.keys if question and question.name in profile.answer_startup else ()


def answer_keys(profile: Profile, detection: Detection, *, yes: bool) -> tuple[str, ...]:
    """The keys that say yes or no to what blocks the agent; empty where the question is not of that kind."""
    if detection.state is not PaneState.BLOCKED:
        return ()
    question = startup_question(profile, detection.rule)
    if question:
        return question.keys if yes else ()
    rule = next((rule for rule in profile.rules if rule.name == detection.rule), None)
    answers = profile.answers if rule is None or rule.answers is None else rule.answers
    return answers.yes if yes else answers.no


def _as_rule(startup: Startup) -> Rule:
    return Rule(
        name=STARTUP + startup.name,
        state=PaneState.BLOCKED,
        match=startup.match,
        region=startup.region,
        lines=30,
        recorded=startup.recorded,
        answers=Answers(),
    )


def _first(patterns: tuple[str, ...], lines: list[str]) -> str | None:
    r"""The lowest line that any of the patterns is found in; a pattern with \n in it sees all lines as one text."""
    single = [compiled(pattern).search for pattern in patterns if r"\n" not in pattern]
    line = next((line for line in reversed(lines) if any(search(line) for search in single)), None)
    if line is not None:
        return line
    text = "\n".join(lines)
    spans = (compiled(pattern).search(text) for pattern in patterns if r"\n" in pattern)
    return next((match[match.lastindex or 0].split("\n")[0] for match in spans if match), None)


def _paragraph(seen: View, line: str) -> str:
    """The line and those under it up to a blank one (three at most): terminals wrap, agents do too."""
    if line not in seen.lines:
        return line.strip()
    start = len(seen.lines) - 1 - seen.lines[::-1].index(line)
    words = []
    for part in seen.lines[start : start + 4]:
        if not part.strip():
            break
        words.append(part.strip())
    return " ".join(words)


def _near(profile: Profile, seen: View, found: Detection) -> Iterator[Near]:
    for rule in ordered(profile):
        if rule.name == found.rule:
            continue
        line = fired(rule, seen)
        if line is not None:
            yield Near(rule.name, rule.state, line.strip(), f"outranked by {found.rule} ({found.state})")
            continue
        inside = seen.region(rule.region, rule.lines)
        line = _first(rule.match, inside)
        if line is not None:
            veto = _first(rule.unless, inside) or ""
            yield Near(rule.name, rule.state, line.strip(), f'held back by "{veto.strip()}"')
            continue
        line = _first(rule.match, [*seen.region("screen", len(seen.lines)), seen.title])
        if line is not None:
            yield Near(rule.name, rule.state, line.strip(), f"not in its region, {rule.region}")
