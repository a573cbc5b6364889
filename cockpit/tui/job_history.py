"""What became of a job: its attempts with why each ended, and every event that the store keeps, the newest first."""

from __future__ import annotations

from cockpit.tui.job_text import JobFacts, span
from cockpit.tui.parts import Lines
from cockpit.tui.words import ended_word, moment, plain

_KIND = 12


def history(facts: JobFacts) -> Lines:
    """Attempts, then events."""
    return [*_attempts(facts), [("  Events", "t--strong")], *_events(facts)]


def _attempts(facts: JobFacts) -> Lines:
    if not facts.attempts:
        return []
    lines: Lines = [[("  Attempts", "t--strong")]]
    for attempt in reversed(facts.attempts):
        started = attempt.started_at or attempt.claimed_at
        if attempt.ended_at is None:
            told, pen = f"runs for {span(started, facts.now)}", "t--working"
        else:
            told = f"{attempt.reason or attempt.cause or 'ended'} after {span(started, attempt.ended_at)}"
            pen = "t--plain" if attempt.exit_code == 0 else "t--failed"
        lines.append(
            [(f"  {attempt.number:>3}  {moment(started, facts.now)}  ", "t--muted"), (plain(told), pen)]
        )
    return [*lines, []]


def _events(facts: JobFacts) -> Lines:
    if not facts.events:
        return [[("  None is kept.", "t--muted")]]
    return [
        [
            (f"  {moment(event.at, facts.now)}  ", "t--muted"),
            (f"{ended_word(event.kind, event.reason):<{_KIND}}", "t--plain"),
            (f"attempt {event.attempt}  " if event.attempt else "", "t--muted"),
            (plain(event.reason or ""), "t--muted"),
        ]
        for event in reversed(facts.events)
    ]
