"""What actions do to jobs and locks."""

from __future__ import annotations

from cockpit.base.errors import CockpitError
from cockpit.base.times import format_duration
from cockpit.domain.job import ACTIVE, ENDED, WAITING, Job, Priority, State
from cockpit.tui.actions.action import Situation
from cockpit.tui.operations.base import BaseOperations
from cockpit.tui.outside import run_outside
from cockpit.tui.words import age, plain


class JobOperations(BaseOperations):
    """For every screen on which a job can be selected."""

    async def kill(self, at: Situation) -> None:
        """End it, after asking."""
        job = _job(at)
        if job.state in WAITING:
            says, yes = (
                f"Cancels {job.user}'s job {job.id} in {job.project}. It has not started.",
                "Cancel the job",
            )
        else:
            says, yes = self._says_kill(job), "Kill it"
        if await self._confirm(f"Kill {job.id}?", says, yes):
            ended = await self._live.kill(job.id)
            asked = "is being ended" if ended.state in ACTIVE else f"is {ended.state}"
            self._say(f"Job {job.id} {asked}.")

    def _says_kill(self, job: Job) -> str:
        grace = format_duration(self._live.context.settings.scheduler.grace)
        since = job.started_at or (job.grant.granted_at if job.grant else None)
        return (
            f"Kills {job.user}'s job {job.id}: {job.agent} in {job.project}, attempt {job.attempt},"
            f" running {age(since, self._live.context.clock.now())}.\n\n"
            f"Its processes are asked to end and, after {grace}, made to. Then {job.user}'s lock is free."
            " What it wrote to its files stays. R brings the job back."
        )

    async def retry(self, at: Situation) -> None:
        """Back into the queue, under the same id."""
        job = _job(at)
        await self._live.do(lambda services: services.jobs.retry(job.id))
        self._say(f"Job {job.id} is in the queue again.")
        self._screen.reveal(job.id)

    async def release(self, at: Situation) -> None:
        """Free a lock; a job that holds it is ended first."""
        lock = at.lock
        assert lock is not None
        if lock.job_id is None:
            says = f"{lock.user}'s lock was taken by hand, by {lock.holder}. If that still runs, it is ended first."
            if await self._confirm(f"Release {lock.user}'s lock?", says, "End it, release"):
                await self._live.take_away(lock)
                self._say(f"{lock.user}'s lock is free.")
            return
        job = self._live.store.get(lock.job_id)
        says = f"{lock.user}'s lock is held by a live job, which is ended first.\n\n{self._says_kill(job)}"
        if await self._confirm(f"Release {lock.user}'s lock?", says, "End the job, release"):
            await self._live.kill(job.id, f"{lock.user}'s lock was released by hand")
            self._say(f"Job {job.id} is being ended; {lock.user}'s lock is free then.")

    async def attach(self, at: Situation) -> None:
        """The agent's own terminal, until the person detaches."""
        job = _job(at)
        await run_outside(self._screen.app, self._live.attach_argv(job))
        self._screen.read()
        self._screen.reveal(job.id)
        if said := _became(self._live.store.get(job.id)):
            self._say(said)

    async def hold(self, at: Situation) -> None:
        """Close or open the gate of one job."""
        job = _job(at)
        if job.held:
            await self._live.do(lambda services: services.jobs.resume("job", job.id))
        else:
            await self._live.do(lambda services: services.jobs.hold("job", job.id))
        self._say(f"Job {job.id} is {'resumed' if job.held else 'held; h resumes it'}.")

    async def raise_priority(self, at: Situation) -> None:
        """One class up."""
        await self._reprioritise(_job(at), -1)

    async def lower_priority(self, at: Situation) -> None:
        """One class down."""
        await self._reprioritise(_job(at), 1)

    async def _reprioritise(self, job: Job, by: int) -> None:
        priority = Priority(job.priority + by)
        await self._live.do(lambda services: services.jobs.edit(job.id, priority=priority.label))
        self._say(f"Job {job.id} has priority {priority.label} now.")


def _became(job: Job) -> str:
    """What happened to a job while its terminal was shown; empty while it runs."""
    reason = f": {plain(job.reason)}" if job.reason else ""
    if job.state in ENDED:
        return f"Job {job.id} {job.state.past}{reason}."
    if job.state in WAITING:
        return f"Job {job.id} does not run any more, it is {job.state} again{reason}."
    return f"Job {job.id} is stalled{reason}." if job.state is State.STALLED else ""


def _job(at: Situation) -> Job:
    if at.job is None:
        raise CockpitError("no job is selected")
    return at.job
