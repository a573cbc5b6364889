"""What will happen to jobs that are about to be enqueued: when the first starts, why not now, what of the others."""

from __future__ import annotations

import time
from collections.abc import Sequence

from cockpit.base.clock import Micros
from cockpit.base.records import dataclass
from cockpit.base.times import SECOND, format_duration
from cockpit.domain.job import Job, NewJob, Priority
from cockpit.domain.lane import Lock
from cockpit.store.base import Store
from cockpit.tui.form.estimate import RunTimes, about, for_slot, in_line, remaining
from cockpit.tui.overview import Overview
from cockpit.tui.own_keys import key_for
from cockpit.tui.words import plural

_MOST = 100  # as far as those before are counted


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the answer depends on: `own` and `others` are the user's own ready jobs, and other users, that go first."""

    now: Overview
    serialize: bool
    position: int
    times: RunTimes
    own: int = 0
    others: int = 0


def read_outlook(store: Store, new: NewJob, now: Overview, *, serialize: bool) -> Outlook:
    """Read it: a handful of bounded reads of indexes, well under a millisecond."""
    pending = now.counts.pending
    position = 1 + sum(count for priority, count in pending.items() if priority <= new.priority)
    others = [user for user in store.users_ready(Priority(new.priority), _MOST) if user != new.user]
    own = store.ready_before(new.user, Priority(new.priority), _MOST)
    return Outlook(now, serialize, position, RunTimes(store.run_times()), own, len(others))


def forecast(new: NewJob, at: Outlook, count: int = 1) -> str:
    """`Starts now.`, or what it will wait for and about how long; then what becomes of the others of `count`."""
    first = _first(new, at)
    if count == 1:
        return first
    return f"{plural(count, 'job')}, one per line. The first: {first[0].lower()}{first[1:]} {_others(new, at, count)}"


def _first(new: NewJob, at: Outlook) -> str:
    now = at.now
    if new.not_before is not None and new.not_before > now.now:
        return f"Starts {_moment(new.not_before, now.now)}, or when {new.user}'s turn comes after that."
    if new.after:
        return f"Waits until {_names(new.after)} {'has' if len(new.after) == 1 else 'have'} completed."
    for hold in now.holds:
        if hold.scope == "all":
            told = f"the whole queue is held ({key_for('hold_all')} resumes it)"
            return f"Waits for a resume: {told}. Position {at.position:,}."
        if hold.key == (new.project if hold.scope == "project" else new.user):
            return f"Waits for a resume: {hold.scope} {hold.key} is held. Position {at.position:,}."
    if not now.node_runs and now.role != "scheduler":
        return f"Waits for a scheduler: none runs. Position {at.position:,}."
    lock = next((lock for lock in now.locks if lock.user == new.user), None) if at.serialize else None
    if lock is not None:
        return _behind_lock(new, lock, at)
    if at.own and at.serialize:
        wait = in_line(0.0, at.own, at.times.typical(new.user, new.project))
        return f"Waits for {_jobs(at.own, 'earlier')} of {new.user}{_how_long(wait, new.user)}."
    return _in_line(new, at)


def _behind_lock(new: NewJob, lock: Lock, at: Outlook) -> str:
    holder = next((job for job in at.now.active if job.id == lock.job_id), None)
    if holder is None:
        return f"Waits for {new.user}'s lock, held by {lock.job_id or lock.holder}. Position {at.position:,}."
    wait = in_line(_left(holder, at), at.own, at.times.typical(new.user, new.project))
    behind = f", then {_jobs(at.own, 'earlier')}" if at.own else ""
    return f"Waits for {new.user}'s lock, held by {holder.id}{behind}{_how_long(wait, new.user)}."


def _in_line(new: NewJob, at: Outlook) -> str:
    used, slots = at.now.counts.slots_used, at.now.slots
    if not new.slots or min(slots, at.now.slots_open) - used > at.others:
        return "Starts now."
    if at.now.held_back and slots > used:
        return f"Waits for the load to fall; until then one job runs at a time. Position {at.position:,}."
    running = [_left(job, at) for job in at.now.active if job.slots]
    wait = for_slot(running, max(0, slots - used), at.others, at.times.typical_of_all())
    ahead = f", behind {plural(at.others, 'other user')}" if at.others else ""
    return f"Waits for a free slot ({used} of {slots} used){ahead}{_how_long(wait, '')}."


def _left(job: Job, at: Outlook) -> float | None:
    since = job.started_at or (job.grant.granted_at if job.grant else None)
    elapsed = 0.0 if since is None else max(0.0, (at.now.now - since) / SECOND)
    return remaining(at.times.typical(job.user, job.project), elapsed)


def _how_long(seconds: float | None, user: str) -> str:
    if seconds is not None:
        return f": {about(seconds)}"
    whose = f"no job of {user}" if user else "too little"
    return f"; how long is unknown, {whose} has ended lately"


def _others(new: NewJob, at: Outlook, count: int) -> str:
    typical = at.times.typical(new.user, new.project)
    if at.serialize:
        took = f", {about(count * typical)} in all" if typical is not None else ""
        return f"The others follow one after another, as {new.user}'s lock wants it{took}."
    return f"The others follow as slots come free ({at.now.slots} in all)."


def _jobs(count: int, kind: str) -> str:
    return f"{_MOST}+ {kind} jobs" if count >= _MOST else plural(count, f"{kind} job")


def _names(ids: Sequence[str]) -> str:
    return ", ".join(ids[:3]) + (f" and {len(ids) - 3} more" if len(ids) > 3 else "")


def _moment(when: Micros, now: Micros) -> str:
    """`at 18:30 (in 2h)`, with the day where it is not today's."""
    then, today = time.localtime(when // SECOND), time.localtime(now // SECOND)
    day = "" if then[:3] == today[:3] else time.strftime("on %a %d %b ", then)
    return f"{day}at {time.strftime('%H:%M', then)} (in {format_duration((when - now) / SECOND)})"
