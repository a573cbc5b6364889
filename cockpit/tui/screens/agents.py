"""A screen on which an agent is selected and its own screen is seen: the main one, and the grid."""

from __future__ import annotations

from cockpit.domain.job import Job
from cockpit.domain.screen import AgentState
from cockpit.tui.agent_words import NO_KEYS, Keys, keys_for
from cockpit.tui.screens.base import CockpitScreen
from cockpit.tui.widgets.typed_into import TypedInto


class AgentsScreen(CockpitScreen):
    """What operations on agents ask of their screen."""

    @property
    def agent(self) -> TypedInto | None:
        """The screen of the selected job's agent; None where none is shown."""
        raise NotImplementedError

    def shown_job(self) -> Job | None:
        """The job that actions mean."""
        raise NotImplementedError

    def needing(self) -> list[Job]:
        """The agents that need a person, in the order in which they are seen."""
        raise NotImplementedError

    def go_to(self, job_id: str) -> None:
        """Select this running job, and show its agent's screen."""
        raise NotImplementedError

    def face(self) -> None:
        """The selected agent's screen comes before the person's eyes."""
        raise NotImplementedError

    def zoom(self) -> None:
        """The selected agent's screen as large as there is room, or back."""
        raise NotImplementedError

    @property
    def typing(self) -> bool:
        return any(screen.typing for screen in self.query(TypedInto))

    def seen(self, job: Job) -> AgentState | None:
        """What the scheduler last saw on the screen of a job's agent."""
        return None if self.overview is None else self.overview.screens.get(job.id)

    def keys(self, job: Job) -> Keys:
        """What would answer the question of a job's agent."""
        seen = self.seen(job)
        return NO_KEYS if seen is None else keys_for(self.live.context.settings.agents.get(job.agent), seen)
