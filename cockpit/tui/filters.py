"""What a person types behind `/`: plain words, and user:, project:, agent:, state:, pri: with a value."""

from __future__ import annotations

from dataclasses import dataclass

from cockpit.domain.job import WAITING, Job, Priority, State

_STATES: dict[str, frozenset[State]] = {
    "waiting": WAITING,
    "ended": frozenset({State.COMPLETED, State.FAILED, State.KILLED}),
    "done": frozenset({State.COMPLETED}),
}
FIELDS = ("user", "project", "agent", "state", "pri")


@dataclass(frozen=True, slots=True)
class Filter:
    """Terms joined by and. `states` is empty where none is named; words are lower case."""

    words: tuple[str, ...] = ()
    user: str = ""
    project: str = ""
    agent: str = ""
    states: frozenset[State] = frozenset()
    priority: Priority | None = None

    def __bool__(self) -> bool:
        return self != Filter()

    def fits_user(self, user: str) -> bool:
        """Does its user's part let `user` through?"""
        return user.lower().startswith(self.user)

    def matches(self, job: Job) -> bool:
        """Is `job` one of those (whatever its state, unless states are named)?"""
        if self.states and job.state not in self.states:
            return False
        if self.priority is not None and job.priority is not self.priority:
            return False
        for wanted, value in ((self.user, job.user), (self.project, job.project), (self.agent, job.agent)):
            if not value.lower().startswith(wanted):
                return False
        if not self.words:
            return True
        text = f"{job.id} {job.user} {job.project} {job.agent} {job.state} {job.reason or ''}".lower()
        return all(word in text for word in self.words)


def parse_filter(text: str) -> tuple[Filter, str | None]:
    """The filter, and what could not be understood (that term is left out)."""
    words: list[str] = []
    values: dict[str, str] = {}
    problem = None
    for term in text.lower().split():
        name, colon, value = term.partition(":")
        if colon and name in FIELDS:
            values[name] = value
        elif colon and name.isalpha():
            problem = f"'{name}:' is not one of {', '.join(f'{field}:' for field in FIELDS)}"
        else:
            words.append(term)
    states, bad_state = _states(values.get("state", ""))
    priority, bad_priority = _priority(values.get("pri", ""))
    found = Filter(
        tuple(words),
        values.get("user", ""),
        values.get("project", ""),
        values.get("agent", ""),
        states,
        priority,
    )
    return found, problem or bad_state or bad_priority


def _states(text: str) -> tuple[frozenset[State], str | None]:
    found: set[State] = set()
    for word in filter(None, text.split(",")):
        fitting = {state for state in State if state.value.startswith(word)}
        for name, states in _STATES.items():
            if name.startswith(word):
                fitting |= states
        if not fitting:
            return frozenset(), f"no state '{word}'; there are {', '.join(State)}, waiting, ended"
        found |= fitting
    return frozenset(found), None


def _priority(text: str) -> tuple[Priority | None, str | None]:
    if not text:
        return None, None
    for priority in Priority:
        if priority.label.startswith(text):
            return priority, None
    return None, f"no priority '{text}'; there are critical, high, normal, low"
