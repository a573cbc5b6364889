"""What commands do with agents' panes, for as long as one command takes: a connection, waits, many at once."""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections.abc import AsyncIterator, Callable, Iterator, Sequence

from cockpit.agents.detect import detect
from cockpit.base.errors import CockpitError, Conflict, NotFound, Unavailable
from cockpit.base.records import dataclass
from cockpit.base.wakeup import WakeListener
from cockpit.controller.context import Context
from cockpit.controller.engine import make_sites
from cockpit.controller.jobs import Jobs
from cockpit.controller.panes import Panes, window_of
from cockpit.controller.requests import find_profile
from cockpit.domain.job import ENDED, Job, State
from cockpit.domain.profile import Profile
from cockpit.domain.screen import ALIVE, PaneState
from cockpit.scheduler.screenwatch import as_screen
from cockpit.store.base import Store
from cockpit.store.values import JobFilter
from cockpit.tmux.execute import Executed
from cockpit.tmux.judges import NET, Judge, ShellPromptJudge
from cockpit.tmux.reading import WaitResult
from cockpit.tmux.screen import Screen

_SHELL_WAIT = 5.0  # seconds for a shell to stand at its prompt before `exec` says no


@contextlib.asynccontextmanager
async def open_panes(context: Context, store: Store) -> AsyncIterator[Panes]:
    """Panes over a connection of this command's own. No tmux server is started where none runs."""
    sites = make_sites(context, ensure=False)
    await sites.here.client.start()
    try:
        yield Panes(context, store, sites)
    finally:
        await sites.close()


class StateJudge:
    """Seen when the profile's rules say `wanted`."""

    def __init__(self, profile: Profile, wanted: PaneState) -> None:
        self._profile, self._wanted = profile, wanted

    def look(self, screen: Screen, now: float) -> str | float:  # noqa: ARG002  # a Judge gets both
        found = detect(self._profile, as_screen(screen))
        if found.state is not self._wanted:
            return NET
        return found.line or f"rule {found.rule}" if found.rule else str(found.state)

    def missed(self) -> None:
        """Each screen speaks for itself."""


class ShellJudge:
    """A shell's prompt, and not an agent's own composer that looks like one."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._prompt = ShellPromptJudge()

    def look(self, screen: Screen, now: float) -> str | float:
        seen = self._prompt.look(screen, now)
        found = detect(self._profile, as_screen(screen))
        shell = found.state is PaneState.SHELL or found.rule in ("", ALIVE)
        return seen if shell or not isinstance(seen, str) else NET

    def missed(self) -> None:
        self._prompt.missed()


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody waits for: `says` it in words, `judge` sees it on a screen, `states` of the job will do as well."""

    says: str
    judge: Callable[[Profile], Judge] | None
    states: frozenset[State] = frozenset()


async def wait_for(context: Context, store: Store, job: Job, wish: Wish, *, timeout: float) -> str:
    """Wait until the wish comes true, `timeout` seconds at most; the evidence. A job that waits is waited for.

    An attempt that ends before is followed by the next one, if the job gets one. Raises CockpitError when the job has
    ended without, Unavailable when the time is over.
    """
    end = asyncio.get_running_loop().time() + timeout
    passed = 0  # attempts whose pane has closed
    async with open_panes(context, store) as panes, _StoreWatch(context, store) as watch:
        while True:
            job = store.get(job.id)
            if job.state in wish.states:
                return f"the job is {job.state}"
            if job.state in ENDED:
                why = f": {job.reason}" if job.reason else ""
                raise CockpitError(f"job {job.id} {job.state.past} without showing {wish.says}{why}")
            if wish.judge is not None and job.attempt != passed and _has_window(store, job):
                judge = wish.judge(find_profile(job.agent, context))
                result = await _pane_or_job(panes, watch, job, judge, end)
                if result is not None and result.seen:
                    return result.evidence
                if result is not None and result.outcome == "gone":
                    passed = job.attempt
            elif not await watch.changed(job, end):
                break
            if asyncio.get_running_loop().time() >= end:
                break
    why_waiting = Jobs(context, store).why(job)
    waits = f", waits for {why_waiting}" if why_waiting else ""
    raise Unavailable(f"job {job.id} did not show {wish.says} within {timeout:g} s: it is {job.state}{waits}")


async def _pane_or_job(
    panes: Panes, watch: _StoreWatch, job: Job, judge: Judge, end: float
) -> WaitResult | None:
    """How the pane's wait ended; None when the job's state changed before."""
    left = max(0.0, end - asyncio.get_running_loop().time())
    waiting = asyncio.create_task((await panes.of(job)).wait_for(judge, timeout=left))
    changing = asyncio.create_task(watch.changed(job, math.inf))  # the pane's wait has the clock
    await asyncio.wait([waiting, changing], return_when=asyncio.FIRST_COMPLETED)
    for task in (waiting, changing):
        task.cancel()
    await asyncio.gather(waiting, changing, return_exceptions=True)
    return None if waiting.cancelled() else waiting.result()


def _has_window(store: Store, job: Job) -> bool:
    try:
        window_of(store, job)
    except Conflict:
        return False
    return True


class _StoreWatch:
    """Tells on the event loop when a job has changed; a wake-up that was lost costs a second."""

    def __init__(self, context: Context, store: Store) -> None:
        self._listener = WakeListener(context.places.wake)
        self._store = store
        self._woken = asyncio.Event()

    async def __aenter__(self) -> _StoreWatch:
        asyncio.get_running_loop().add_reader(self._listener.fileno(), self._wake)
        return self

    async def __aexit__(self, *_: object) -> None:
        asyncio.get_running_loop().remove_reader(self._listener.fileno())
        self._listener.close()

    def _wake(self) -> None:
        self._listener.drain()
        self._woken.set()

    async def changed(self, old: Job, end: float) -> bool:
        """Until the job's state or attempt is another, or its window opened; False when it is `end` before that."""
        loop, had_window = asyncio.get_running_loop(), _has_window(self._store, old)
        while (left := end - loop.time()) > 0:
            self._woken.clear()
            job = self._store.get(old.id)
            if (job.state, job.attempt) != (old.state, old.attempt) or _has_window(
                self._store, job
            ) != had_window:
                return True
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(left, NET)):
                    await self._woken.wait()
        return False


async def execute(panes: Panes, context: Context, job: Job, command: str, timeout: float) -> Executed:
    """Run a command line in the shell of the job's pane.

    Raises Conflict where no shell waits (an agent's own prompt is none), Unavailable when `timeout` seconds are over.
    """
    pane, profile = await panes.of(job), find_profile(job.agent, context)
    ready = await pane.wait_for(ShellJudge(profile), timeout=min(_SHELL_WAIT, timeout))
    if ready.outcome == "gone":
        raise NotFound(f"the pane of job {job.id} has closed: {ready.evidence}")
    if not ready.seen:
        shows = f"it is {detect(profile, as_screen(ready.screen)).state}" if ready.screen else ready.evidence
        raise Conflict(f"the pane of job {job.id} shows no shell prompt: {shows}; nothing was typed")
    return await pane.execute(command, timeout=timeout)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which running jobs: all that fit each of these."""

    job: JobFilter
    agent_states: Sequence[PaneState] = ()


async def select(panes: Panes, store: Store, wanted: Selection) -> list[Job]:
    """The jobs with an open pane that fit. Agents' states are read from their screens, now."""
    found = []
    for job in _with_pane(store, wanted.job):
        if not wanted.agent_states:
            found.append(job)
            continue
        with contextlib.suppress(CockpitError):  # what can't be read has no state, and fits none
            if (await panes.look(job)).detection.state in wanted.agent_states:
                found.append(job)
    return found


def _with_pane(store: Store, wanted: JobFilter) -> Iterator[Job]:
    for job in store.active():
        fits = (
            (not wanted.states or job.state in wanted.states)
            and wanted.user in (None, job.user)
            and wanted.project in (None, job.project)
        )
        if fits and _has_window(store, job):
            yield job
