"""Why an action can't be done now, in words for a person; None where it can."""

from __future__ import annotations

from collections.abc import Callable

from cockpit.domain.job import ACTIVE, ENDED, WAITING, Job, Priority, State
from cockpit.domain.screen import PaneState
from cockpit.tui.actions.action import Reason, Situation
from cockpit.tui.own_keys import key_for
from cockpit.tui.words import past

Check = Callable[[Job], str | None]
"""Why something can't be done to one job; None where it can."""


def any_of(check: Check) -> Reason:
    """The reason of an action on the marked jobs, or on the selected one: it must be possible for one of them."""

    def reason(at: Situation) -> str | None:
        first = ""
        for job in at.jobs:
            why = check(job)
            if why is None:
                return None
            first = first or why
        if len(at.jobs) > 1:
            return f"{not_for_any(len(at.jobs))}{first.partition('; ')[2] or first}"
        return first or "no job is selected"

    return reason


def not_for_any(count: int) -> str:
    """How a reason begins that holds for all marked jobs; then comes the rule, where there is one, without a job."""
    return f"not for any of the {count} marked ones: "


def tells_of_job(at: Situation) -> str | None:
    """Not every row of the log is about a job."""
    return "this row tells of no job" if at.job is None else None


def opened(at: Situation) -> str | None:
    """A job can be opened, a group folded."""
    return None if at.heading else needs_job(at)


def kill(job: Job) -> str | None:
    """Only what lives can be ended, and once."""
    if job.state in ENDED:
        return f"job {job.id} {past(job)} already"
    return f"job {job.id} is being ended already" if job.wish is not None else None


def retry(job: Job) -> str | None:
    """Only what has ended, or is delayed."""
    if job.state in ENDED or job.state is State.DELAYED:
        return None
    return f"job {job.id} is {job.state}; only one that has ended or is delayed can be retried"


def hold(job: Job) -> str | None:
    """Only what has not ended."""
    return f"job {job.id} {past(job)} already" if job.state in ENDED else None


def raised(job: Job) -> str | None:
    """Only what waits, and not above the highest."""
    return _unranked(job) or (
        f"job {job.id} is critical already" if job.priority is Priority.CRITICAL else None
    )


def lowered(job: Job) -> str | None:
    """Only what waits, and not below the lowest."""
    return _unranked(job) or (
        f"job {job.id} has the lowest priority already" if job.priority is Priority.LOW else None
    )


def _unranked(job: Job) -> str | None:
    if job.state in WAITING:
        return None
    return f"job {job.id} is {job.state}; only a job that waits has a priority"


def edit(job: Job) -> str | None:
    """Only the prompt of what waits."""
    return (
        None if job.state in WAITING else f"job {job.id} is {job.state}; only a waiting one's prompt changes"
    )


def edit_one(at: Situation) -> str | None:
    """One job's prompt is edited, whatever is marked."""
    return "no job is selected" if at.job is None else edit(at.job)


def release(at: Situation) -> str | None:
    """Only what holds a lock."""
    if at.locks:
        return None
    if at.marked:
        return "none of the marked jobs holds a lock"
    return "no lock is selected" if at.job is None else f"job {at.job.id} holds no lock"


def mark(at: Situation) -> str | None:
    """A row of a list must be selected."""
    if at.pane in ("job", "side"):
        return f"no list has the focus; press {key_for('clear_filter')} to go back to it"
    return "no job is selected" if at.job is None else None


def unmark(at: Situation) -> str | None:
    """There must be a list with jobs, or marks."""
    return None if at.marked else mark(at)


def undo(at: Situation) -> str | None:
    """Something must have been done."""
    return None if at.undo is not None else "nothing was done here that could be undone"


def clear(at: Situation) -> str | None:
    """Something must wait."""
    return None if at.overview is not None and at.overview.waiting else "no job waits"


def needs_job(at: Situation) -> str | None:
    """Something must be selected."""
    return "no job is selected" if at.job is None else None


def attach(at: Situation) -> str | None:
    """Only what runs has a window."""
    return _in_its_window(at, "has a window")


def typed(at: Situation) -> str | None:
    """Only what runs can be typed to."""
    return _in_its_window(at, "can be typed to")


def _in_its_window(at: Situation, what: str) -> str | None:
    job = at.job
    if job is None:
        return "no job is selected"
    if job.state in ACTIVE and job.state is not State.ASSIGNED:
        return None
    return f"job {job.id} is {job.state}; only a running one {what}"


def next_needing(at: Situation) -> str | None:
    """Somebody must need a person."""
    return None if at.overview is not None and at.overview.needing else "no agent needs you"


def yes(at: Situation) -> str | None:
    """There must be a question that has a plain yes."""
    return _answer(at, at.answers.yes, "yes")


def no(at: Situation) -> str | None:
    """There must be a question that has a plain no."""
    return _answer(at, at.answers.no, "no")


def _answer(at: Situation, keys: tuple[str, ...], word: str) -> str | None:
    if at.job is None:
        return "no job is selected"
    if at.seen is None or at.seen.state is not PaneState.BLOCKED:
        state = at.job.state if at.seen is None else at.seen.state
        return f"the agent of job {at.job.id} asks nothing, it is {state}"
    if keys:
        return None
    return f"this question has no plain {word}; press {key_for('type')} to type, or {key_for('attach')} to attach"


def many(at: Situation) -> str | None:
    """Some agent must run."""
    return None if at.overview is not None and at.overview.active else "no agent runs"


def enqueue(at: Situation) -> str | None:
    """There must be a project."""
    return None if at.projects else f"no project is configured; press {key_for('welcome')} to add one"


def enqueue_like(at: Situation) -> str | None:
    """There must be a project, and a job to be like."""
    return enqueue(at) or needs_job(at)
