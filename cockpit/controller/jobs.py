"""What can be done with jobs; each call is one transaction of the store."""

from __future__ import annotations

from cockpit.base.errors import CockpitError, UsageError
from cockpit.controller.requests import EnqueueRequest, check_prompt, find_profile, to_new_job
from cockpit.domain.job import WAITING, Accepted, Job, NewJob, Priority

TYPE_CHECKING = False  # on the path of `cockpit enqueue`, which pays for what it uses only
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cockpit.controller.context import Context
    from cockpit.controller.whys import Whys
    from cockpit.store.base import Store


CLEARED = "cleared by hand"


class BatchRefused(UsageError):
    """Lines of a batch are bad; `.problems` has one clear line for each. Nothing was enqueued."""

    def __init__(self, problems: list[str]) -> None:
        more = f" (and {len(problems) - 1} more bad lines)" if len(problems) > 1 else ""
        super().__init__(f"{problems[0]}{more}; nothing was enqueued")
        self.problems = problems


class Jobs:
    """Jobs of one store."""

    def __init__(self, context: Context, store: Store) -> None:
        self._context = context
        self._store = store

    def check(self, request: EnqueueRequest) -> NewJob:
        """What `enqueue` would accept; writes nothing."""
        return to_new_job(request, self._context, self._store)

    def check_batch(self, requests: Sequence[tuple[str, EnqueueRequest]]) -> list[NewJob]:
        """All of a batch, each with the place it came from (`line 3`). Raises BatchRefused with every bad line."""
        jobs, problems = [], []
        for where, request in requests:
            try:
                jobs.append(self.check(request))
            except CockpitError as error:
                problems.append(f"{where}: {error}")
        if problems:
            raise BatchRefused(problems)
        return jobs

    def enqueue(self, request: EnqueueRequest) -> Accepted:
        """Check and accept one job; durable when this returns."""
        return self.accept([self.check(request)])[0]

    def accept(self, jobs: Sequence[NewJob]) -> list[Accepted]:
        """Accept checked jobs, all or none."""
        return self._store.enqueue(jobs, self._context.clock.now())

    def expected_position(self, job: NewJob) -> int:
        """The position that `job` would get now."""
        pending = self._store.counts().pending
        return 1 + sum(count for priority, count in pending.items() if priority <= job.priority)

    def find(self, part: str) -> Job:
        """The job that any part of an id names. Raises NotFound, AmbiguousId."""
        return self._store.get(self._store.resolve(part))

    def kill(self, part: str, reason: str = "killed by hand") -> Job:
        """Cancel it where it waits; where it runs, ask the scheduler to end it. Raises Conflict when it has ended."""
        return self._store.kill(self._store.resolve(part), reason, self._context.clock.now())

    def cancel(self, part: str, reason: str = "cancelled by hand") -> Job:
        """Cancel a job that waits. Raises Conflict otherwise."""
        return self._store.cancel(self._store.resolve(part), reason, self._context.clock.now())

    def retry(self, part: str) -> Job:
        """Bring back a job that has ended, or start a delayed one now. Raises Conflict otherwise."""
        return self._store.retry(self._store.resolve(part), self._context.clock.now())

    def edit(self, part: str, *, priority: str | int | None = None, prompt: str | None = None) -> Job:
        """Change priority or prompt of a job that waits. Raises Conflict otherwise."""
        job = self.find(part)
        if prompt is not None:
            check_prompt(prompt, find_profile(job.agent, self._context))
        parsed = None if priority is None else Priority.parse(priority)
        return self._store.edit(job.id, self._context.clock.now(), priority=parsed, prompt=prompt)

    def hold(self, scope: str, key: str) -> None:
        """Close a gate (scope: all, project, user, job); later jobs are caught too."""
        self._store.hold(scope, self._gate_key(scope, key), self._context.clock.now())

    def resume(self, scope: str, key: str) -> bool:
        """Open a gate; False when it was not closed."""
        return self._store.resume(scope, self._gate_key(scope, key), self._context.clock.now())

    def _gate_key(self, scope: str, key: str) -> str:
        return self._store.resolve(key) if scope == "job" else key

    def clear(self, *, project: str | None = None, user: str | None = None) -> int:
        """Cancel all that waits (of one project or user, if named); returns how many."""
        return self._store.clear(CLEARED, self._context.clock.now(), project=project, user=user)

    def cancel_all(self, job_ids: Sequence[str]) -> list[Job]:
        """Cancel those of these jobs that wait, for `restore`: they and what failed with them, as they were."""
        return self._store.cancel_all(job_ids, "cancelled by hand", self._context.clock.now())

    def restore(self, before: Sequence[Job]) -> list[Job]:
        """Bring cancelled jobs back as they stood; those that are back."""
        return self._store.restore(before, self._context.clock.now())

    def why(self, job: Job) -> str | None:
        """What a job that waits is waiting for, in words; None when it does not wait."""
        return self.whys().of(job) if job.state in WAITING else None

    def whys(self) -> Whys:
        """The same for many jobs: as the store stands now."""
        from cockpit.controller.whys import Whys

        return Whys(self._context, self._store)

    def scheduler_runs(self) -> bool:
        """Does anybody start jobs now?"""
        node = self._store.node()
        return node is not None and node.running()

    def known_users(self) -> list[str]:
        """To whom a project belongs, sorted."""
        return sorted({project.user for project in self._context.settings.projects.values()})
