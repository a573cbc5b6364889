"""The way to an agent's own pane: look, type, answer, attach."""

from __future__ import annotations

from cockpit.agents.detect import Detection, answer_keys, explain
from cockpit.base.errors import Conflict
from cockpit.base.records import dataclass
from cockpit.controller.context import Context
from cockpit.controller.engine import make_tmux
from cockpit.controller.requests import find_profile
from cockpit.domain.events import Attempt
from cockpit.domain.job import ACTIVE, Job
from cockpit.domain.profile import Profile
from cockpit.domain.screen import PaneState
from cockpit.scheduler.screenwatch import as_screen
from cockpit.scheduler.sites import Sites
from cockpit.store.base import Store
from cockpit.tmux.pane import PaneController
from cockpit.tmux.receipts import Receipt
from cockpit.tmux.screen import Screen

ONLY_LOOKS = "this cockpit only looks (read-only)"


@dataclass(frozen=True, slots=True)
class Look:
    """What a pane shows at one moment, and how its profile reads that."""

    screen: Screen
    profile: Profile
    detection: Detection

    def keys(self, *, yes: bool) -> tuple[str, ...]:
        """The keys that answer the question on the screen. Raises Conflict where there is none of that kind."""
        if self.detection.state is not PaneState.BLOCKED:
            raise Conflict(f"the agent is {self.detection.state}: it asks nothing")
        keys = answer_keys(self.profile, self.detection, yes=yes)
        if not keys:
            raise Conflict(f"this question has no plain {'yes' if yes else 'no'}; attach, or type the answer")
        return keys


class LookedAt(PaneController):
    """A pane that is only looked at: whatever would change it raises Conflict."""

    async def send_keys(self, *_: object, **__: object) -> Receipt:
        raise Conflict(ONLY_LOOKS)

    async def _refuse(self, *_: object, **__: object) -> None:
        raise Conflict(ONLY_LOOKS)

    send_key = paste = resize = release_size = _command = _refuse


class Panes:
    """Panes of running jobs over one live connection; with `read_only` they can't be typed into."""

    def __init__(self, context: Context, store: Store, sites: Sites, *, read_only: bool = False) -> None:
        self._context, self._store, self._sites = context, store, sites
        self._kind = LookedAt if read_only else PaneController

    async def of(self, job: Job) -> PaneController:
        """The job's pane. Raises Conflict when it has none, Unavailable when its container can't be reached."""
        attempt = window_of(self._store, job)
        site = await self._sites.named(attempt.site, job.project, job.user)
        return self._kind(site.client, attempt.pane or "", server_pid=attempt.server_pid or 0)

    async def look(self, job: Job, *, escapes: bool = False) -> Look:
        """Capture and judge. Raises Conflict, NotFound (its window has closed), StaleCapture."""
        profile = find_profile(job.agent, self._context)
        screen = await (await self.of(job)).capture_pane(escapes=escapes)
        return Look(screen, profile, explain(profile, as_screen(screen)))

    async def answer(self, job: Job, *, yes: bool, expected: str | None = None) -> tuple[str, ...]:
        """Answer the question on the screen; returns the keys that were pressed.

        With `expected`, the line of the question that a person has read: raises Conflict when another one stands
        there by now. Nothing was pressed then.
        """
        look = await self.look(job)
        if expected is not None and look.detection.line != expected:
            raise Conflict(
                f"the agent asks something else by now: {look.detection.line or look.detection.state}"
            )
        keys = look.keys(yes=yes)
        await (await self.of(job)).send_key(*keys)
        return keys


def window_of(store: Store, job: Job) -> Attempt:
    """The attempt whose window is open. Raises Conflict where there is none."""
    if job.state not in ACTIVE:
        hint = f"; 'cockpit logs {job.id}' shows what it printed" if job.attempt else ""
        raise Conflict(f"job {job.id} is {job.state}: it has no pane{hint}")
    attempt = store.attempt(job.id, job.attempt)
    if attempt is None or not attempt.window:
        raise Conflict(f"job {job.id} is {job.state}: its pane is not open yet; try again in a moment")
    return attempt


def attach_argv(context: Context, store: Store, job: Job) -> list[str]:
    """The command that shows the job's pane full screen; run it without $TMUX. Detach with the prefix and d.

    Raises Conflict when the job has no pane (it waits, or it has ended).
    """
    attempt = window_of(store, job)
    if not attempt.site:
        return make_tmux(context).attach_argv(attempt.window or "")
    from cockpit.scheduler.containers import server_in

    return server_in(context.places, context.settings, job, attempt.site).attach_argv(attempt.window or "")
