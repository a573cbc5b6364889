"""What actions do to jobs, whether they wait or run: hold, priority, retry, attach, the prompt."""

from __future__ import annotations

from cockpit.base.errors import CockpitError, Conflict
from cockpit.controller.live import Services
from cockpit.domain.job import ENDED, WAITING, Job, Priority, State
from cockpit.tui import ending_words
from cockpit.tui.actions import reasons
from cockpit.tui.actions.action import Situation
from cockpit.tui.operations.ending import EndingOperations
from cockpit.tui.operations.marking import MarkingOperations
from cockpit.tui.outside import edit_text, keep_draft, run_outside
from cockpit.tui.own_keys import key_for
from cockpit.tui.undo import Done
from cockpit.tui.words import is_are, named, past, plain


class JobOperations(EndingOperations, MarkingOperations):
    """For every screen on which a job can be selected."""

    async def retry(self, at: Situation) -> None:
        """Back into the queue, under the same id."""
        jobs = self._those(at, reasons.retry)
        says = ending_words.retries(jobs)
        if says and not await self._confirm(
            f"Retry {named(jobs)}?", says, "Run it again" if len(jobs) == 1 else "Retry them"
        ):
            return
        done, refused = await self._each(jobs, lambda services, job: services.jobs.retry(job.id))
        self._tell("in the queue again", done, refused)
        if done:
            self._did(
                Done(
                    f"the retry of {named(done)}",
                    None,
                    f"{key_for('kill')} cancels what was brought back",
                    self._any_still(done, lambda job: job.state not in ENDED),
                )
            )
        if len(done) == 1:
            self._show_again(done[0])

    def _show_again(self, job: Job) -> None:
        """Go to where the job is now."""
        self._screen.reveal(job.id)

    async def hold(self, at: Situation) -> None:
        """Close or open the gates of jobs: if any of them is open, all are closed."""
        jobs = self._those(at, reasons.hold)
        held = not all(job.held for job in jobs)
        jobs = [job for job in jobs if job.held != held]
        done, refused = await self._each(jobs, lambda services, job: _gate(services, job.id, held=held))
        self._tell(f"held; {key_for('hold')} resumes" if held else "resumed", done, refused)

        async def take_back() -> str:
            back, _ = await self._each(done, lambda services, job: _gate(services, job.id, held=not held))
            return f"{_told(back)} {'resumed' if held else 'held again'}."

        if done:
            still = self._any_still(done, lambda job: job.state not in ENDED)
            self._did(Done(f"the {'hold' if held else 'resume'} of {named(done)}", take_back, still=still))

    async def raise_priority(self, at: Situation) -> None:
        """Up a class, or as many as were counted."""
        await self._reprioritise(self._those(at, reasons.raised), -at.times)

    async def lower_priority(self, at: Situation) -> None:
        """Down a class, or as many as were counted."""
        await self._reprioritise(self._those(at, reasons.lowered), at.times)

    async def _reprioritise(self, jobs: list[Job], by: int) -> None:
        wanted = {job.id: Priority(min(3, max(0, job.priority + by))).label for job in jobs}

        def write(services: Services, job: Job) -> object:
            return services.jobs.edit(job.id, priority=wanted[job.id])

        done, refused = await self._each(jobs, write)
        labels = {wanted[job.id] for job in done}
        self._tell(f"at priority {labels.pop()} now" if len(labels) == 1 else "moved", done, refused)

        async def take_back() -> str:
            back, _ = await self._each(
                done, lambda services, job: services.jobs.edit(job.id, priority=job.priority.label)
            )
            return f"{_told(back)} at the priority of before."

        if done:
            still = self._any_still(done, lambda job: job.state in WAITING)
            self._did(Done(f"the new priority of {named(done)}", take_back, still=still))

    async def edit_prompt(self, at: Situation) -> None:
        """The editor, over the prompt of a job that waits."""
        job = _job(at)
        before = self._live.store.prompt(job.id)
        text = await edit_text(self._screen.app, before)
        if text == before.rstrip("\n"):
            self._say(f"The prompt of job {job.id} is as it was.")
            return
        try:
            await self._live.do(lambda services: services.jobs.edit(job.id, prompt=text))
        except CockpitError as error:
            raise Conflict(f"{error}; your text is kept in {keep_draft(text)}") from None
        self._say(f"Job {job.id} has a new prompt. {key_for('undo')} takes it back.")

        async def take_back() -> str:
            await self._live.do(lambda services: services.jobs.edit(job.id, prompt=before))
            return f"Job {job.id} has its prompt of before."

        still = self._any_still([job], lambda job: job.state in WAITING)
        self._did(Done(f"the new prompt of job {job.id}", take_back, still=still))

    async def attach(self, at: Situation) -> None:
        """The agent's own terminal, until the person detaches."""
        job = _job(at)
        await run_outside(self._screen.app, self._live.attach_argv(job), quietly=True)
        self._screen.read()
        self._screen.reveal(job.id)
        if said := _became(self._live.store.get(job.id)):
            self._say(said)


def _gate(services: Services, job_id: str, *, held: bool) -> None:
    if held:
        services.jobs.hold("job", job_id)
    else:
        services.jobs.resume("job", job_id)


def _told(jobs: list[Job]) -> str:
    """`Job 113754-a2f5 is`, `3 jobs are`."""
    return f"{named(jobs, capital=True)} {is_are(len(jobs))}"


def _became(job: Job) -> str:
    """What happened to a job while its terminal was shown; empty while it runs."""
    reason = f": {plain(job.reason)}" if job.reason else ""
    if job.state in ENDED:
        return f"Job {job.id} {past(job)}{reason}."
    if job.state in WAITING:
        return f"Job {job.id} does not run any more, it is {job.state} again{reason}."
    return f"Job {job.id} is stalled{reason}." if job.state is State.STALLED else ""


def _job(at: Situation) -> Job:
    if at.job is None:
        raise CockpitError("no job is selected")
    return at.job
