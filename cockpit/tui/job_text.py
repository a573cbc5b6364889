"""What is told of one job, as lines of parts: the title, the details, and what stands in for output."""

from __future__ import annotations

import json
from collections.abc import Sequence

from cockpit.base.clock import Micros
from cockpit.base.records import dataclass
from cockpit.base.times import SECOND, format_duration
from cockpit.domain.events import Attempt, Event
from cockpit.domain.job import ENDED, WAITING, Delayed, Job, State
from cockpit.domain.lane import Lock
from cockpit.domain.screen import AgentState
from cockpit.domain.usage import Usage
from cockpit.tui import agent_words
from cockpit.tui.agent_words import NO_KEYS, Keys
from cockpit.tui.cells import tame
from cockpit.tui.own_keys import key_for
from cockpit.tui.parts import Lines, Part
from cockpit.tui.words import MARKS, STYLES, age, ended_word, here, moment, plain, state_word

_LABEL = 12


@dataclass(frozen=True, slots=True)
class JobFacts:
    """Everything about one job, read at one moment."""

    job: Job
    why: str | None
    lock: Lock | None
    needs: Sequence[tuple[str, State]]
    attempts: Sequence[Attempt]
    events: Sequence[Event]
    metadata: str
    now: Micros
    seen: AgentState | None = None
    keys: Keys = NO_KEYS
    usage: Usage | None = None


def agent_line(facts: JobFacts) -> list[Part]:
    """`◆ NEEDS YOU 2m  permission: Do you want to proceed?`; empty while nothing was seen."""
    seen = facts.seen
    if seen is None:
        return []
    told = f"{agent_words.MARKS[seen.state]} {agent_words.word(seen)} {age(seen.since, facts.now)}"
    return [(told, agent_words.STYLES[seen.state]), (f"  {agent_words.evidence(seen)}", "t--muted")]


def _agent(facts: JobFacts) -> Lines:
    """What its screen says, what would answer it, what it costs."""
    lines: Lines = []
    if said := agent_line(facts):
        lines.append([(f"  {'screen':<{_LABEL}}", "t--muted"), *said])
    for word, yes in (("yes", True), ("no", False)):
        if keys := facts.keys.told(yes=yes):
            lines.append(_pair(f"answer {word}", f"press {key_for(f'answer_{word}')}: sends {keys}"))
    if facts.usage is not None:
        lines.append(
            _pair("uses", f"{agent_words.cpu(facts.usage)} of a core, {agent_words.memory(facts.usage)}")
        )
    return lines


def title(job: Job, now: Micros, seen: AgentState | None = None) -> str:
    """`alice/web 113754-a2f5  claude  ● working 2m`, for the frame."""
    mark, state, _ = agent_words.told_state(job, seen)
    since = job.finished_at or job.started_at or (job.grant.granted_at if job.grant else job.created_at)
    return (
        f"{plain(job.user)}/{plain(job.project)} {job.id}  {plain(job.agent)}"
        f"  {mark} {state} {age(since, now)}"
    )


def details(facts: JobFacts) -> Lines:
    """State, reason, times, limits, the number of attempts, metadata."""
    job, now = facts.job, facts.now
    lines: Lines = [_pair("state", f"{MARKS[job.state]} {state_word(job)}", STYLES[job.state])]
    if facts.why:
        lines.append(_pair("waits for", here(facts.why) or "", "t--blocked"))
    if job.reason and job.state not in WAITING:
        lines.append(_pair("because", plain(job.reason)))
    lines += _agent(facts) + _what(job) + _times(job, now)
    if facts.lock is not None:
        lines.append(_pair("lock", f"{plain(facts.lock.user)}'s, token {facts.lock.token}"))
    if facts.needs:
        told = ", ".join(f"{MARKS[state]} {id_} {state}" for id_, state in facts.needs)
        lines.append(_pair("after", told))
    if len(facts.attempts) > 1:
        lines.append(_pair("attempts", f"{len(facts.attempts)}; why each ended is under Events"))
    return lines + _metadata(facts.metadata)


def _pair(label: str, value: str, pen: str = "t--plain") -> list[Part]:
    return [(f"  {label:<{_LABEL}}", "t--muted"), (value, pen)]


def _what(job: Job) -> Lines:
    lines = [
        _pair("job", job.id),
        _pair("user", plain(job.user)),
        _pair("project", plain(job.project)),
        _pair("agent", plain(job.agent)),
        _pair("priority", job.priority.label),
    ]
    if job.held:
        lines.append(_pair("held", f"yes; press {key_for('hold')} to resume it", "t--blocked"))
    if job.retries:
        lines.append(_pair("retries", f"{job.failures} of {job.retries} used"))
    if job.timeout:
        lines.append(_pair("timeout", format_duration(job.timeout)))
    if job.ref:
        lines.append(_pair("ref", plain(job.ref)))
    return lines


def _times(job: Job, now: Micros) -> Lines:
    lines = [_pair("enqueued", moment(job.created_at, now))]
    if isinstance(job.status, Delayed):
        lines.append(_pair("starts", moment(job.status.until, now)))
    if job.state in (*WAITING, State.ASSIGNED):
        return lines + _last_attempt(job, now)
    if job.started_at:
        lines.append(_pair("started", moment(job.started_at, now)))
    if job.finished_at:
        took = f", ran {span(job.started_at, job.finished_at)}" if job.started_at else ""
        lines.append(_pair("ended", moment(job.finished_at, now) + took))
    if job.exit_code is not None:
        lines.append(
            _pair("exit code", str(job.exit_code), "t--plain" if job.exit_code == 0 else "t--failed")
        )
    return lines


def _last_attempt(job: Job, now: Micros) -> Lines:
    """What is known of the attempt before, for a job that was brought back: it is not this one's."""
    told = [f"started {moment(job.started_at, now)}"] if job.started_at else []
    if job.exit_code is not None:
        told.append(f"exit code {job.exit_code}")
    return [_pair("last attempt", f" {', '.join(told)}")] if told else []


def span(start: Micros, end: Micros) -> str:
    """How long that was."""
    return format_duration(max(0, end - start) / SECOND)


def _metadata(text: str) -> Lines:
    try:
        value = json.loads(text)
    except ValueError:
        value = {}
    if not value:
        return []
    shown = json.dumps(value, indent=2, ensure_ascii=False).splitlines()
    return [[], [("  Metadata", "t--strong")], *([(f"  {plain_line(line)}", "t--plain")] for line in shown)]


def plain_line(line: str) -> str:
    """A line whose spaces stay."""
    return "".join(c if c.isprintable() else " " for c in tame(line).expandtabs(4))


def prompt_lines(prompt: str) -> Lines:
    """The prompt as it was given."""
    return [[(plain_line(line), "t--plain")] for line in prompt.split("\n")]


def no_output(job: Job, why: str | None, prompt: str = "") -> Lines:
    """What stands where output will be; for a job that waits its prompt, too."""
    if job.state in WAITING:
        return [*centred([f"It waits for {here(why) or 'its turn'}.", ""]), *prompt_lines(prompt)]
    if job.state in ENDED:
        because = f": {plain(job.reason)}" if job.reason else "."
        return centred([f"It printed nothing, and {ended_word(job.state, job.reason)}{because}"])
    return centred(
        ["It has printed nothing yet.", "", f"Press {key_for('attach')} to attach to its terminal."]
    )


def nothing_selected() -> Lines:
    """What the job pane says where there is no job."""
    return centred(
        [
            "Nothing is selected.",
            "",
            f"Press {key_for('enqueue')} to enqueue a job, {key_for('help')} for all keys.",
        ]
    )


def centred(lines: list[str]) -> Lines:
    """Lines that stand where there is nothing to show."""
    return [[], *([(f"  {line}", "t--muted")] for line in lines)]
