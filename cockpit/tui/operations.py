"""What actions do: one method per action of the main screen, named as the action.

Each gets the situation it was asked in. Writes go through `live.do`, never on the loop; a CockpitError becomes one
line on screen. Dialogs are imported when first opened: the first paint does not wait for them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from cockpit.base.errors import CockpitError
from cockpit.base.times import format_duration
from cockpit.controller.requests import EnqueueRequest
from cockpit.domain.job import ACTIVE, ENDED, WAITING, Accepted, Job, Priority, State
from cockpit.tui.actions import Situation
from cockpit.tui.agent_operations import AgentOperations
from cockpit.tui.forecast import forecast
from cockpit.tui.outcome import LEAVE_DAEMON
from cockpit.tui.outside import run_outside
from cockpit.tui.words import age, plain, plural

if TYPE_CHECKING:
    from cockpit.tui.dialogs.choice import ChoiceDialog
    from cockpit.tui.screens.main import MainScreen

Operation = Callable[[Situation], Awaitable[None]]


class Operations(AgentOperations):
    """The hands of one main screen."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._live = screen.live
        self._last_project = ""

    async def perform(self, name: str, at: Situation) -> None:
        """Do the action with this id."""
        operation: Operation = getattr(self, name)
        await operation(at)

    def _say(self, text: str) -> None:
        self._screen.app.notify(text, timeout=4, markup=False)

    async def _ask(self, dialog: ChoiceDialog) -> str | None:
        return await self._screen.app.push_screen_wait(dialog)

    async def _confirm(self, title: str, says: str, yes: str) -> bool:
        from cockpit.tui.dialogs.confirm import confirm

        return await self._ask(confirm(title, says, yes)) == "yes"

    # jobs

    async def enqueue(self, at: Situation) -> None:
        """The form; then the job is selected."""
        from cockpit.tui.dialogs.enqueue import EnqueueDialog, FormStart

        settings = self._live.context.settings
        projects = {name: (project.user, project.agent) for name, project in settings.projects.items()}
        start = FormStart(projects, tuple(sorted(settings.agents)), self._guess_project(at, list(projects)))
        request = await self._screen.app.push_screen_wait(EnqueueDialog(start, self._check))
        if request is None:
            return
        accepted: Accepted = await self._live.do(lambda services: services.jobs.enqueue(request))
        self._last_project = accepted.project
        self._say(f"Job {accepted.job_id} of {accepted.user} is in the queue at {accepted.position:,}.")
        self._screen.reveal(accepted.job_id)

    def _guess_project(self, at: Situation, projects: list[str]) -> str:
        wanted = self._last_project or (at.job.project if at.job else "")
        if wanted in projects:
            return wanted
        return projects[0] if len(projects) == 1 else ""

    def _check(self, request: EnqueueRequest) -> str:
        """What will happen to it. Raises CockpitError where it would be refused."""
        jobs, context = self._live.jobs, self._live.context
        new = jobs.check(request)
        overview = self._screen.overview
        assert overview is not None
        serialize = context.settings.per_user_serialization.enabled
        position = jobs.expected_position(new)
        return forecast(new, overview, serialize=serialize, position=position, at=context.clock.now())

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

    async def hold_all(self, at: Situation) -> None:
        """Close or open the gate of the whole queue."""
        held = at.overview is not None and at.overview.held
        if held:
            await self._live.do(lambda services: services.jobs.resume("all", ""))
        else:
            await self._live.do(lambda services: services.jobs.hold("all", ""))
        self._say("The queue is resumed." if held else "The queue is held: nothing new starts. H resumes it.")

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

    # looking

    async def details(self, _: Situation) -> None:
        """The job pane, at its details."""
        self._screen.open_tab("Details")

    async def output(self, _: Situation) -> None:
        """The job pane, at its output."""
        self._screen.open_tab("Output")

    async def next_tab(self, _: Situation) -> None:
        """The next tab of the job pane."""
        self._screen.step_tab(1)

    async def previous_tab(self, _: Situation) -> None:
        """The tab before."""
        self._screen.step_tab(-1)

    async def next_pane(self, _: Situation) -> None:
        """The next pane."""
        self._screen.step_pane(1)

    async def previous_pane(self, _: Situation) -> None:
        """The pane before."""
        self._screen.step_pane(-1)

    async def filter(self, _: Situation) -> None:
        """Type a filter."""
        self._screen.open_filter()

    async def clear_filter(self, _: Situation) -> None:
        """Everything again; or back from the job to the list it is in."""
        self._screen.step_back()

    async def help(self, at: Situation) -> None:
        """All keys."""
        from cockpit.tui.dialogs.help import HelpDialog

        keymap = self._live.context.settings.ui.keys
        await self._screen.app.push_screen_wait(HelpDialog(at, keymap))

    async def notices(self, _: Situation) -> None:
        """What cockpit had to tell."""
        from cockpit.tui.dialogs.message import MessageDialog

        lines = self._screen.cockpit.notices() or ["Nothing. Configuration, themes and keys are in order."]
        await self._screen.app.push_screen_wait(MessageDialog("Notices", lines))

    async def palette(self, _: Situation) -> None:
        """Every action by name."""
        self._screen.app.action_command_palette()

    async def welcome(self, _: Situation) -> None:
        """Add a project."""
        self._screen.cockpit.open_welcome()

    async def quit(self, at: Situation) -> None:
        """Leave; a daemon may stay in our place."""
        overview = at.overview
        if overview is None or overview.role != "scheduler" or not (overview.active or overview.waiting):
            self._screen.app.exit(0)
            return
        answer = await self._ask(_quit_dialog(len(overview.active), overview.waiting))
        if answer == "daemon":
            self._screen.app.exit(LEAVE_DAEMON)
        elif answer == "quit":
            self._screen.app.exit(0)


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


def _quit_dialog(active: int, waiting: int) -> ChoiceDialog:
    from cockpit.tui.dialogs.choice import Answer, ChoiceDialog

    says = (
        f"{plural(active, 'agent')} {'runs' if active == 1 else 'run'} and {plural(waiting, 'job')}"
        f" {'waits' if waiting == 1 else 'wait'}. This cockpit is the scheduler.\n\n"
        "A daemon goes on starting jobs until you come back, or until 'cockpit daemon stop'. Without one, agents that"
        " run go on, and what waits stays in the queue until a cockpit or daemon runs again."
    )
    answers = (
        Answer("daemon", "d", "Leave a daemon", "primary"),
        Answer("quit", "q", "Just quit"),
        Answer("stay", "s", "Stay"),
    )
    return ChoiceDialog("Quit?", says, answers)
