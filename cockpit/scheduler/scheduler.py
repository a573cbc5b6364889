"""The scheduler: one loop of named steps that sleeps until something happens.

What wakes it: a commit by anybody (datagram), a file in an attempt's folder, a process end, the earliest timer. Each
attempt is a task of its own; the loop starts them and keeps the house.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import platform
import sys
from collections.abc import Callable, Coroutine
from typing import Any

from cockpit.base import process
from cockpit.base.errors import CockpitError
from cockpit.base.times import SECOND
from cockpit.base.wakeup import WakeListener
from cockpit.config.settings import Settings
from cockpit.domain.job import Job, State
from cockpit.domain.load import Load, Weights, load_of, queue_share, slots_open
from cockpit.jobdir.layout import job_folder
from cockpit.scheduler.attempt import Attempt
from cockpit.scheduler.beats import Beats
from cockpit.scheduler.engine import Engine
from cockpit.scheduler.folder import install_command, remove_job_folder, write_status
from cockpit.scheduler.holders import Holders
from cockpit.scheduler.hostload import HostMeter
from cockpit.scheduler.recovery import Found, survey
from cockpit.scheduler.telling import Telling

log = logging.getLogger("cockpit.scheduler")

NET = 1.0  # seconds: how often data_version is compared, in case a wake-up was lost
# seconds: python lets a thread wait 5 ms for its turn, longer than the rest of a start takes
_SWITCH = 0.0005
# seconds: a window on this host opens in four milliseconds, one in a container in a hundred
_HEAD_START = 0.02
RECONCILE, PRUNE, SOON = 60.0, 3600.0, 10.0  # seconds


class Scheduler:
    """Runs the jobs of one home; `run` is its task. Whoever makes it has won the election before."""

    def __init__(
        self, engine: Engine, kind: str = "daemon", on_change: Callable[[], None] | None = None
    ) -> None:
        self.engine = engine
        self.kind = kind
        self._on_change = on_change or (lambda: None)
        self._telling = Telling(engine)
        self._attempts: dict[str, Attempt] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._stopping = False
        self._meter = HostMeter()
        self._load: Load | None = None
        self._trouble = ""  # what was told last, so that a full disk fills no log
        self._holders = Holders(engine, self.wake)
        self._beats = Beats(engine.clock, "prune")  # at once: nobody may stay for an hour

    # -- from outside

    def wake(self) -> None:
        """Look again."""
        self._wake.set()

    def stop(self) -> None:
        """End the loop after this pass; agents go on, and the next scheduler adopts them."""
        self._stopping = True
        self._wake.set()

    def configure(self, settings: Settings) -> None:
        """Take up changed settings."""
        self.engine.settings = self.engine.sites.settings = settings
        self._telling.configure()
        self._wake.set()

    def is_idle(self) -> bool:
        """Is nothing running, and nothing waiting that could ever start as things are?"""
        return not self._attempts and not self.engine.store.work_left()

    # -- the loop

    async def run(self, *, until_idle: bool = False) -> None:
        """Recover, then run until `stop` (or, with `until_idle`, until nothing is left to do)."""
        sys.setswitchinterval(_SWITCH)
        with WakeListener(self.engine.places.wake) as listener:
            loop = asyncio.get_running_loop()
            loop.add_reader(listener.fileno(), self._woken, listener)
            try:
                await self._begin()
                self.engine.sites.here.spare.refill()
                while not self._stopping and not await self._round(until_idle=until_idle):
                    pass
            finally:
                loop.remove_reader(listener.fileno())
                await self._last_words()
                await self._end()

    def _woken(self, listener: WakeListener) -> None:
        listener.drain()
        self._wake.set()

    async def _round(self, *, until_idle: bool) -> bool:
        """One pass and the sleep after it; True when (with `until_idle`) nothing is left to do.

        A full disk, a busy store or a mistake of ours must not end the scheduler: it says so, and looks again a
        little later.
        """
        try:
            await self._pass()
            if until_idle and self.is_idle():
                return True
            await self._sleep()
        except Exception as error:
            self._tell(error)
            await asyncio.sleep(NET)
        else:
            self._trouble = ""
        return False

    def _tell(self, error: Exception) -> None:
        """Log it once, as long as it stays the same: in one line what a person can mend, else with its traceback."""
        if str(error) != self._trouble:
            log.error("%s", error, exc_info=None if isinstance(error, (CockpitError, OSError)) else error)
        self._trouble = str(error)

    async def _pass(self) -> None:
        """One round: every step looks for itself whether there is something to do."""
        self._wake.clear()
        await self._follow_settings()
        await self._holders.sweep()
        await self._promote_due()
        self._carry_out_wishes()
        await self._claim_all()
        await self._beat()
        await self._reconcile()
        await self._prune()
        await self._telling.follow()

    async def _sleep(self) -> None:
        """Until woken or the earliest timer; a lost wake-up is noticed by data_version within a second."""
        version = self.engine.store.data_version()
        while not self._wake.is_set():
            left = self._until_next_timer()
            if left <= 0 or self.engine.store.data_version() != version:
                return
            with contextlib.suppress(TimeoutError):
                # not wait_for: until Python 3.12 it swallows a cancellation that comes together with the wake-up
                async with asyncio.timeout(min(left, NET)):
                    await self._wake.wait()

    def _until_next_timer(self) -> float:
        """Seconds to the first thing that is due by the clock."""
        now = self.engine.now()
        walls = [self.engine.store.next_due(), self.engine.store.next_manual_end()]
        left = [(wall - now) / SECOND for wall in walls if wall is not None]
        return min([*left, *self._beats.left()], default=NET)

    # -- its steps

    async def _begin(self) -> None:
        """Say who schedules, mend what a crash left, and adopt what runs."""
        engine = self.engine
        await self._telling.follow()  # from here on
        await asyncio.to_thread(install_command, engine.places, sys.executable)
        await asyncio.to_thread(engine.sites.here.spare.clear)
        await self._follow_settings()
        me, now = process.current(), engine.now()
        await engine.write(
            lambda s: s.register_node(_host(), self.kind, me, engine.settings.scheduler.slots, now)
        )
        await engine.write(lambda s: s.discard_dead_batches(), by_pieces=True)
        for problem in await engine.write(lambda s: [*s.reconcile(), *s.recount()]):
            log.warning("%s", problem)
        # before anybody else writes them
        await asyncio.to_thread(self._rewrite_statuses, engine.store.jobs(limit=50))
        for found in await survey(engine):
            self._adopt(found)
        self._look_again_for_the_rest()

    async def _follow_settings(self) -> None:
        enabled = self.engine.settings.per_user_serialization.enabled
        if self.engine.store.serialization() != enabled:
            await self.engine.write(lambda s: s.set_serialization(enabled))

    async def _promote_due(self) -> None:
        now = self.engine.now()
        due = self.engine.store.next_due()
        while due is not None and due <= now and not self._stopping:
            await self.engine.write(lambda s: s.promote_due(now))
            due = self.engine.store.next_due()

    def _carry_out_wishes(self) -> None:
        for job in self.engine.store.wishes():
            if (attempt := self._attempts.get(job.id)) is not None:
                attempt.kill(job.wish or "killed")

    async def _claim_all(self) -> None:
        """Start jobs until there is no slot (above the load's ceiling: but one) or nothing that may start."""
        slots = self._slots_open()
        while not self._stopping and self.engine.store.may_claim(slots):
            now, lease = self.engine.now(), self.engine.lease
            claim = await self.engine.write(lambda s: s.claim(slots, lease, now))  # noqa: B023  awaited in this turn
            if claim is None:
                return
            attempt = Attempt(self.engine, claim)
            self._launch(attempt, attempt.run())
            with contextlib.suppress(TimeoutError):
                # It goes first: its agent is what somebody waits for, and python gives the processor to one of us.
                async with asyncio.timeout(_HEAD_START):
                    await attempt.under_way.wait()

    def _slots_open(self) -> int:
        settings = self.engine.settings
        return slots_open(settings.scheduler.slots, self._load, settings.load.ceiling)

    async def _beat(self) -> None:
        """Say that we live and how loaded the host is, and move the leases of what runs on."""
        if self._beats.due("beat", self.engine.settings.scheduler.beat):
            before = self._slots_open()
            slots, load = self.engine.settings.scheduler.slots, await self._measure()
            self._load, now = load, self.engine.now()
            await self.engine.write(lambda s: s.beat(_host(), slots, now, load))
            if self._slots_open() != before:
                log.info("the load is %.2f: %d of %d slots are open", load.score, self._slots_open(), slots)
                self._wake.set()  # what was held back may start
        if self._beats.due("lease", self.engine.lease / 3) and self._attempts:
            fences, now = [attempt.claim.fence for attempt in self._attempts.values()], self.engine.now()
            await self.engine.write(lambda s: s.renew(fences, self.engine.lease, now))

    async def _measure(self) -> Load:
        """How loaded this host is; the kernel's answer may take its time, so a thread asks."""
        host = await asyncio.to_thread(self._meter.read)
        settings = self.engine.settings
        pending = self.engine.store.counts().states[State.PENDING]
        weights = Weights(settings.load.cpu, settings.load.memory, settings.load.queue)
        return load_of(host.cpu, host.memory, queue_share(pending, settings.scheduler.slots), weights)

    async def _reconcile(self) -> None:
        """Find what should be impossible."""
        if not self._beats.due("reconcile", RECONCILE):
            return
        await self._give_up_dead_batches()
        for problem in await self.engine.write(lambda s: s.reconcile()):
            log.warning("%s", problem)
        if self._unwatched():
            for found in await survey(self.engine, watched=set(self._attempts)):
                log.warning("job %s ran, but nobody watched it; mended", found.job.id)
                self._adopt(found)
            self._look_again_for_the_rest()

    def _unwatched(self) -> set[str]:
        return {job.id for job in self.engine.store.active()} - self._attempts.keys()

    def _look_again_for_the_rest(self) -> None:
        """What could not be judged now (a full disk, say) keeps its lock, and others wait for that."""
        if self._unwatched():
            self._beats.hasten("reconcile", SOON)

    async def _give_up_dead_batches(self) -> None:
        """A batch on its way in holds back who follows the events; one that nobody brings in would do so for ever."""
        store = self.engine.store
        if store.last_whole_event() == store.last_event():
            return
        if count := await self.engine.write(lambda s: s.discard_dead_batches(), by_pieces=True):
            log.warning("gave up %d batches whose process has ended or stands still", count)

    async def _prune(self) -> None:
        """Remove the folders of jobs that ended long ago; their rows stay for the history."""
        days = self.engine.settings.retention.finished_days
        if self._beats.due("prune", PRUNE) and days:
            task = asyncio.create_task(self._prune_before(self.engine.now() - round(days * 86400 * SECOND)))
            self._tasks.add(task)  # beside the loop: thousands of folders take a while
            task.add_done_callback(self._tasks.discard)

    async def _prune_before(self, when: int) -> None:
        try:
            while old := self.engine.store.ended_before(when):
                for job_id in old:
                    await asyncio.to_thread(remove_job_folder, self.engine.places, job_id)
                    await self.engine.write(lambda s, id_=job_id: s.mark_pruned(id_))  # type: ignore[misc]
        except (CockpitError, OSError) as error:
            log.warning("old jobs' folders were not removed: %s", error)

    # -- attempts

    def _adopt(self, found: Found) -> None:
        attempt = Attempt(self.engine, found.claim)
        self._launch(attempt, attempt.adopt(found))

    def _launch(self, attempt: Attempt, running: Coroutine[Any, Any, Job | None]) -> None:
        self._attempts[attempt.claim.job_id] = attempt
        task = asyncio.create_task(self._see(attempt, running))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _see(self, attempt: Attempt, running: Coroutine[Any, Any, Job | None]) -> None:
        try:
            await running
        except CockpitError as error:  # the store failed: the reconcile step finds the job again
            log.error("job %s: %s", attempt.claim.job_id, error)  # noqa: TRY400  one line for a person, no traceback
            self._beats.hasten("reconcile", NET)
        except Exception:  # a mistake of ours must not leave a job without anybody who watches it
            log.exception("job %s: nobody watches it for a moment", attempt.claim.job_id)
            self._beats.hasten("reconcile", NET)
        finally:
            self.engine.watcher.remove(attempt.folder.path, attempt.files_changed)
            if self._attempts.get(attempt.claim.job_id) is attempt:
                # the next attempt may be on its way already
                del self._attempts[attempt.claim.job_id]
        self._wake.set()
        self._on_change()

    def _rewrite_statuses(self, jobs: list[Job]) -> None:
        """A crash between the store and status.json leaves the file behind; the store is right."""
        for job in jobs:
            if job.attempt and job_folder(self.engine.places.jobs, job.id).exists():
                with contextlib.suppress(OSError, CockpitError):
                    write_status(self.engine.places, job, self.engine.now())

    async def _last_words(self) -> None:
        """Tell what has happened by now; the end does not wait for it for long."""
        with contextlib.suppress(CockpitError):
            await self._telling.follow()
        await self._telling.close()

    async def _end(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._holders.close()
        me = process.current()
        with contextlib.suppress(CockpitError):
            await self.engine.write(lambda s: s.unregister_node(_host(), me))


def _host() -> str:
    return platform.node() or os.uname().nodename
