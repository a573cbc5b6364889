"""One word for one thing, and what is told of a job that was brought back."""

from __future__ import annotations

import pytest

from cockpit.domain.events import Event
from cockpit.domain.job import Job, Killed, Pending, Priority
from cockpit.domain.screen import AgentState, PaneState
from cockpit.tui.agent_words import evidence
from cockpit.tui.job_history import history
from cockpit.tui.job_text import JobFacts, details
from cockpit.tui.parts import Lines
from cockpit.tui.words import ended_word, past, state_word


@pytest.mark.parametrize(
    ("state", "reason", "word"),
    [
        ("killed", "cancelled by hand", "cancelled"),
        ("killed", "cleared by hand", "cancelled"),
        ("killed", "killed by hand", "killed"),
        ("killed", None, "killed"),
        ("failed", "cancelled its own work", "failed"),
    ],
)
def test_who_was_taken_out_of_the_queue_was_cancelled(state: str, reason: str | None, word: str) -> None:
    assert ended_word(state, reason) == word


def test_the_rule_that_is_in_no_profile_is_told_in_words() -> None:
    assert evidence(AgentState(PaneState.WORKING, "process-alive", "", 0)) == (
        "its process lives; its screen says nothing known"
    )
    assert evidence(AgentState(PaneState.BLOCKED, "allow", "Go on?", 0)) == "allow: Go on?"


def facts(status: Pending | Killed, *events: Event) -> JobFacts:
    """A job that failed with exit code 3 once."""
    job = Job(
        "120000-a2f5", 1, "web", "alice", "shell", Priority.NORMAL, status, 1, False, 0, 1, 0, 0, 0, None,
        0, 60_000_000, getattr(status, "finished_at", None), 3, None, None, None,
    )  # fmt: skip
    return JobFacts(job, None, None, [], [], list(events), "{}", 120_000_000)


def told(lines: Lines) -> list[str]:
    return ["".join(text for text, _ in parts) for parts in lines]


def test_a_job_that_was_brought_back_tells_of_the_attempt_before_as_such() -> None:
    lines = told(details(facts(Pending())))
    before = next(line for line in lines if "last attempt" in line)
    assert "started " in before
    assert "exit code 3" in before
    assert not [line for line in lines if line.startswith(("  started", "  exit code"))], "it has none yet"
    ended = told(details(facts(Killed(120_000_000, "killed by hand"))))
    assert [line.split()[-1] for line in ended if line.startswith("  exit code")] == ["3"]
    assert not [line for line in ended if "last attempt" in line]


def test_state_sentence_and_history_say_the_same_word() -> None:
    reason = "cancelled by hand"
    cancelled = facts(Killed(120_000_000, reason), Event(9, 120_000_000, "120000-a2f5", 0, "killed", reason))
    assert state_word(cancelled.job) == "cancelled"
    assert past(cancelled.job) == "was cancelled"
    assert "cancelled" in told(details(cancelled))[0]
    assert "killed" not in told(history(cancelled))[-1]
