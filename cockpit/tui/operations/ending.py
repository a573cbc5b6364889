"""What actions end: jobs that run or wait, and locks."""

from __future__ import annotations

from collections.abc import Sequence

from cockpit.base.errors import CockpitError
from cockpit.base.times import format_duration
from cockpit.domain.job import ACTIVE, WAITING, Job, State
from cockpit.tui import ending_words
from cockpit.tui.actions import reasons
from cockpit.tui.actions.action import Situation
from cockpit.tui.operations.base import BaseOperations
from cockpit.tui.own_keys import key_for
from cockpit.tui.uncommitted import uncommitted
from cockpit.tui.undo import Done
from cockpit.tui.words import is_are, named, plural


class EndingOperations(BaseOperations):
    """The part of a screen's operations that ends things."""

    async def kill(self, at: Situation) -> None:
        """Cancel what waits, which can be undone; end what runs, after asking."""
        jobs = self._those(at, reasons.kill)
        waiting = [job for job in jobs if job.state in WAITING]
        running = [job for job in jobs if job.state not in WAITING]
        if (running or len(jobs) > 1) and not await self._may_kill(running, waiting, at):
            return
        said = []
        if waiting:
            said.append(await self._cancel(waiting))
        if running:
            ended = await self._live.kill_all([job.id for job in running])
            said.append(_ending(ended))
            self._did(
                Done(
                    f"the kill of {named(running)}",
                    None,
                    f"{key_for('retry')} starts what was killed again",
                    self._any_still(running, _ends),
                )
            )
        self._say(" ".join(said))
        self._screen.unmark()

    async def _may_kill(self, running: Sequence[Job], waiting: Sequence[Job], at: Situation) -> bool:
        jobs = [*running, *waiting]
        untouched = len(at.jobs) - len(jobs)

        async def words() -> str:
            return self._says_kill(running, waiting, untouched, await self._uncommitted(running))

        title = f"Kill {named(jobs)}?" if running else f"Cancel {named(jobs)}?"
        yes = ("Kill it" if len(jobs) == 1 else "Kill them") if running else "Cancel them"
        says = self._says_kill(running, waiting, untouched, {})
        return await self._confirm(title, says, yes, better=words if running else None)

    def _says_kill(
        self, running: Sequence[Job], waiting: Sequence[Job], untouched: int, files: dict[str, int]
    ) -> str:
        settings, now = self._live.context.settings, self._live.context.clock.now()
        grace = format_duration(settings.scheduler.grace)
        return ending_words.kills(running, waiting, untouched, files, now=now, grace=grace)

    async def _uncommitted(self, jobs: Sequence[Job]) -> dict[str, int]:
        """Files not committed, per project of these jobs; the first few, where there are many."""
        projects, found = self._live.context.settings.projects, {}
        for name in list(dict.fromkeys(job.project for job in jobs))[:8]:
            if name in projects and (count := await uncommitted(projects[name].path)):
                found[name] = count
        return found

    async def _cancel(self, jobs: Sequence[Job]) -> str:
        """Cancel these; says so, and how it is undone."""
        ids = [job.id for job in jobs]
        self._asks_no_more()
        before = await self._live.do(lambda services: services.jobs.cancel_all(ids))
        own = [job for job in before if job.id in ids]
        others = len(before) - len(own)

        async def take_back() -> str:
            back = await self._live.do(lambda services: services.jobs.restore(before))
            left = len(before) - len(back)
            if len(back) == 1:
                self._screen.reveal(back[0].id)
            told = f"{named(back, capital=True)} {is_are(len(back))} back in place."
            return f"{told} {left} had changed meanwhile and stayed." if left else told

        still = self._any_still(before, lambda job: job.state is State.KILLED)
        self._did(Done(f"the cancelling of {named(own)}", take_back, still=still))
        with_it = f", and {others} that came after with {'it' if len(own) == 1 else 'them'}" if others else ""
        return (
            f"{named(own, capital=True)} {is_are(len(own))} cancelled{with_it}. {key_for('undo')} undoes it."
        )

    async def release(self, at: Situation) -> None:
        """Free locks; a job that holds one is ended first."""
        by_hand = [lock for lock in at.locks if lock.job_id is None]
        ids = [lock.job_id for lock in at.locks if lock.job_id is not None]
        jobs = [self._live.store.get(job_id) for job_id in ids]
        users = ", ".join(dict.fromkeys(lock.user for lock in at.locks))

        def says(files: dict[str, int]) -> str:
            return ending_words.releases(by_hand, self._says_kill(jobs, (), 0, files) if jobs else "")

        async def better() -> str:
            return says(await self._uncommitted(jobs))

        whose = f"{users}'s lock" if len(at.locks) == 1 else f"{len(at.locks)} locks ({users})"
        yes = "End the job, release" if len(jobs) == 1 else "End them, release" if jobs else "End it, release"
        if not await self._confirm(f"Release {whose}?", says({}), yes, better=better if jobs else None):
            return
        for lock in by_hand:
            await self._live.take_away(lock)
        if jobs:
            ended = await self._live.kill_all(ids, f"{users}'s lock was released by hand")
            self._say(f"{_ending(ended)} {whose} {is_are(len(at.locks))} free then.")
        else:
            self._say(f"{whose} {is_are(len(at.locks))} free.")
        if jobs:
            again = f"{key_for('retry')} starts what was ended again"
            still = self._any_still(jobs, _ends)
            self._did(Done(f"the release of {whose}", None, again, still))
        self._screen.unmark()

    def _tell(self, what: str, done: Sequence[Job], refused: Sequence[str]) -> None:
        """What was done to whom; and the first of the reasons why something was not."""
        if not done:
            raise CockpitError(refused[0] if refused else "nothing was changed")
        more = f" Not for {plural(len(refused), 'other')}: {refused[0]}." if refused else ""
        self._say(f"{named(done, capital=True)} {is_are(len(done))} {what}.{more}")
        self._screen.unmark()


def _ends(job: Job) -> bool:
    """Is it being ended, or was it ended and not brought back?"""
    return job.wish is not None or job.state is State.KILLED


def _ending(jobs: Sequence[Job]) -> str:
    """What became of jobs whose end was asked for."""
    if not jobs:
        return "It has ended meanwhile."
    what = "being ended" if any(job.state in ACTIVE for job in jobs) else "killed"
    return f"{named(jobs, capital=True)} {is_are(len(jobs))} {what}."
