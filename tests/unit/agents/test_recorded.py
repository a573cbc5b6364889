"""Every rule against what real agents showed: it fires where it should, and nowhere else."""

import pytest

from cockpit.agents.detect import ORDER, detect, explain, fired, ordered
from cockpit.agents.regions import view
from cockpit.domain.screen import PaneState
from tests.unit.agents.recorded import NAMES, Recorded, profile, recordings

each = pytest.mark.parametrize("screen", recordings(), ids=lambda recorded: recorded.name)


@each
def test_the_state_is_recognised(screen: Recorded) -> None:
    found = explain(profile(screen.agent), screen.plain)
    assert found.state is screen.state, found


@each
def test_colours_change_nothing(screen: Recorded) -> None:
    judged = profile(screen.agent)
    assert detect(judged, screen.coloured) == detect(judged, screen.plain)


@each
def test_no_rule_fires_on_another_states_screen(screen: Recorded) -> None:
    """But idle's may: the composer stays in sight while the agent works, which is why idle comes last."""
    if screen.plain.dead:
        return
    judged = profile(screen.agent)
    seen = view(judged, screen.plain)
    firing = [rule for rule in ordered(judged) if fired(rule, seen) is not None]
    if firing and firing[0].first:
        return  # it is tried before all others because one of them lags behind
    states = {rule.state for rule in firing}
    assert states <= {screen.state, PaneState.IDLE}
    if screen.state is PaneState.BLOCKED:
        assert states == {PaneState.BLOCKED}


@pytest.mark.parametrize("name", NAMES)
def test_recorded_rules_have_a_recorded_screen_and_guesses_say_so(name: str) -> None:
    judged = profile(name)
    mine = [view(judged, r.plain) for r in recordings() if r.agent == name and not r.plain.dead]
    proven = {rule.name: any(fired(rule, seen) is not None for seen in mine) for rule in ordered(judged)}
    assert {rule.name: rule.recorded for rule in ordered(judged)} == proven


@pytest.mark.parametrize("name", NAMES)
def test_names_of_rules_are_unique_in_a_profile(name: str) -> None:
    names = [rule.name for rule in ordered(profile(name))]
    assert len(names) == len(set(names))


def test_the_order_of_states_is_complete() -> None:
    assert set(ORDER) == set(PaneState)
    assert [s.value for s in ORDER[:2]] == ["blocked", "working"]
