"""What a store should do, said once more with lists and dicts and no thought of speed."""

from __future__ import annotations

from dataclasses import dataclass, field

from cockpit.domain.job import ACTIVE, ENDED, WAITING, Priority, State
from cockpit.domain.retry import Cause
from tests.conformance.kit import BACKOFF

SECOND = 1_000_000


@dataclass
class ModelJob:
    """One job; `seq` is its place in the order of acceptance."""

    id: str
    seq: int
    user: str
    project: str
    priority: Priority
    slots: int
    retries: int
    needs: list[ModelJob]
    state: State
    until: int | None
    held: bool = False
    wish: bool = False
    attempt: int = 0
    fence: int | None = None
    failures: int = 0
    losses: int = 0

    def end(self, state: State) -> None:
        self.state, self.until, self.wish = state, None, False


@dataclass
class Model:
    """All jobs and what stands in their way."""

    jobs: list[ModelJob] = field(default_factory=list)
    holds: set[tuple[str, str]] = field(default_factory=set)
    served: dict[str, int] = field(default_factory=dict)
    manual: dict[str, tuple[str, bool]] = field(default_factory=dict)  # user: lock id, is its holder dead?
    serialize: bool = True
    fence: int = 0

    def in_state(self, states: frozenset[State]) -> list[ModelJob]:
        return [job for job in self.jobs if job.state in states]

    def slots_used(self) -> int:
        return sum(job.slots for job in self.in_state(ACTIVE))

    def locked(self, user: str) -> bool:
        return user in self.manual or any(job.user == user for job in self.in_state(ACTIVE))

    def may_start(self, job: ModelJob, slots_max: int) -> bool:
        gates = {("all", ""), ("user", job.user), ("project", job.project)}
        return (
            job.state is State.PENDING
            and not job.held
            and not gates & self.holds
            and all(need.state is State.COMPLETED for need in job.needs)
            and not (self.serialize and self.locked(job.user))
            and (job.slots == 0 or self.slots_used() < slots_max)
        )

    def next(self, slots_max: int) -> ModelJob | None:
        """Strict priority, then the user served longest ago, then age."""
        ready = [job for job in self.jobs if self.may_start(job, slots_max)]
        return min(ready, key=lambda job: (job.priority, self.served.get(job.user, 0), job.seq), default=None)

    def grant(self, job: ModelJob, fence: int) -> None:
        assert fence > self.fence, "the fence has to grow"
        self.fence = self.served[job.user] = fence
        job.state, job.fence, job.attempt = State.ASSIGNED, fence, job.attempt + 1

    def finish(self, job: ModelJob, cause: Cause, exit_code: int | None, now: int) -> None:
        """Decide what becomes of a job whose attempt has ended."""
        if cause is Cause.EXITED and exit_code == 0:
            job.end(State.COMPLETED)
            return
        lost = cause is Cause.LOST
        used, allowed = (job.losses, BACKOFF.losses) if lost else (job.failures, job.retries)
        if cause is Cause.LOST:
            job.losses += 1
        elif cause is not Cause.NEVER_STARTED:
            job.failures += 1
        again = cause is Cause.NEVER_STARTED or used < allowed
        if again and job.wish:
            self.end_badly(job, State.KILLED)
        elif cause is Cause.NEVER_STARTED:
            job.end(State.PENDING)
        elif again:
            job.end(State.DELAYED)
            job.until = now + round(BACKOFF.delay(used + 1) * SECOND)
        else:
            self.end_badly(job, State.FAILED)

    def end_badly(self, job: ModelJob, state: State) -> None:
        job.end(state)
        for other in self.jobs:
            if job in other.needs and other.state in WAITING:
                self.end_badly(other, State.FAILED)

    def promote(self, now: int) -> int:
        due = [job for job in self.jobs if job.until is not None and job.until <= now]
        for job in due:
            job.end(State.PENDING)
        return len(due)

    def may_retry(self, job: ModelJob) -> bool:
        wanted = job.state in ENDED or job.state is State.DELAYED
        return wanted and not any(need.state in (State.FAILED, State.KILLED) for need in job.needs)

    def retry(self, job: ModelJob) -> None:
        job.end(State.PENDING)
        job.failures = job.losses = 0

    def clear(self, user: str) -> int:
        waiting = [job for job in self.in_state(WAITING) if job.user == user]
        self.cancel(waiting)
        return len(waiting)

    def cancel(self, waiting: list[ModelJob]) -> None:
        for job in waiting:
            job.end(State.KILLED)
        for job in waiting:
            self.end_badly(job, State.KILLED)

    def restore(self, before: list[tuple[ModelJob, int, int | None]], now: int) -> list[ModelJob]:
        """Take a cancelling back: jobs, each with its attempt and the end of its delay as they were."""
        back = []
        for job, attempt, until in before:
            ended = job.state in (State.KILLED, State.FAILED) and job.attempt == attempt
            if ended and not any(need.state in (State.FAILED, State.KILLED) for need in job.needs):
                job.end(State.PENDING)
                if until is not None and until > now:
                    job.state, job.until = State.DELAYED, until
                back.append(job)
        return back
