"""What the agents' screens show, as the scheduler last saw it: one row per running job, gone when it ends."""

from __future__ import annotations

from cockpit.base.clock import Micros
from cockpit.domain.screen import AgentState, PaneState
from cockpit.store.lines import Lines
from cockpit.store.reads import IS_ACTIVE


class PaneStates(Lines):
    """Agent states. Losing one to a power cut costs nothing: the screen is looked at again."""

    def set_agent_state(self, job_id: str, fence: int, seen: AgentState) -> bool:
        """Keep what was seen of a running job; False (and nothing kept) when `fence` is out of date.

        That it needs a person now, and did not before, is an event of the job's: whoever notifies people follows the
        events, and so tells it once, however many schedulers look at that screen one after the other.
        """
        with self.transaction(durable=False):
            before = self.agent_state(job_id)
            kept = bool(
                self._execute(
                    "INSERT OR REPLACE INTO panes (seq, state, rule, line, since) SELECT seq, ?, ?, ?, ? FROM jobs j"
                    f" WHERE id = ? AND fence = ? AND {IS_ACTIVE}",
                    (seen.state.value, seen.rule, seen.line, seen.since, job_id, fence),
                )
            )
            if kept and seen.needs_person and not (before is not None and before.needs_person):
                self._note(self._job(job_id), "needs input", seen.since, seen.line or seen.rule)
            return kept

    def agent_states(self) -> dict[str, AgentState]:
        """The states of all running jobs whose screen was seen, by job id."""
        # CROSS: from the few screens to their jobs; SQLite may think that it is the other way round.
        rows = self._rows(
            "SELECT j.id, p.state, p.rule, p.line, p.since FROM panes p CROSS JOIN jobs j ON j.seq = p.seq"
        )
        return {job_id: _agent_state(*rest) for job_id, *rest in rows}

    def agent_state(self, job_id: str) -> AgentState | None:
        """The state of one running job; None when its screen was not seen yet, or it does not run."""
        row = self._row(
            "SELECT p.state, p.rule, p.line, p.since FROM panes p JOIN jobs j ON j.seq = p.seq WHERE j.id = ?",
            (job_id,),
        )
        return None if row is None else _agent_state(*row)


def _agent_state(state: str, rule: str, line: str, since: Micros) -> AgentState:
    return AgentState(PaneState(state), rule, line, since)
