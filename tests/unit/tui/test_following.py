"""Which job is meant while jobs go from list to list: no list loses the focus but to what the person has just done."""

from __future__ import annotations

from cockpit.tui.following import Following


class Rows:
    """A list without a widget."""

    def __init__(self, *keys: str) -> None:
        self.keys = list(keys)
        self.selected = keys[0] if keys else None
        self.lost: str | None = None

    @property
    def chosen(self) -> str | None:
        return self.lost or self.selected

    def select_key(self, key: str) -> bool:
        if key not in self.keys:
            return False
        self.selected, self.lost = key, None
        return True

    def let_go(self) -> None:
        self.lost = None


class Time:
    """A clock that a test sets."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def lists(now: Time | None = None) -> tuple[Following, Rows, Rows]:
    queue, agents = Rows("one", "two"), Rows("busy")
    return Following({"queue": queue, "agents": agents, "locks": Rows("lock")}, now or Time()), queue, agents


def start(queue: Rows, agents: Rows) -> None:
    """Job "one", selected, starts."""
    agents.keys.append("one")
    queue.keys.remove("one")
    queue.selected, queue.lost = "two", "one"


def test_a_job_that_starts_stays_meant_where_it_is_seen_and_the_queue_keeps_the_focus() -> None:
    following, queue, agents = lists()
    start(queue, agents)
    assert not following.follow("one", seen=True)
    assert (following.name, following.chosen(alone=False)) == ("queue", "one")
    assert agents.selected == "one", "there one sees where it is"


def test_where_only_the_list_is_seen_the_neighbour_is_meant() -> None:
    following, queue, agents = lists()
    start(queue, agents)
    assert not following.follow("one", seen=False)
    assert (following.name, following.chosen(alone=True)) == ("queue", "two")


def test_what_the_person_has_just_enqueued_is_followed_to_where_it_starts_but_not_for_long() -> None:
    for later, name, chosen in ((0.5, "agents", "one"), (60.0, "queue", "two")):
        time = Time()
        following, queue, agents = lists(time)
        following.wait_for("one")
        assert following.follow("one", seen=False)
        assert following.name == "queue"
        start(queue, agents)
        time.now = later
        assert following.follow("one", seen=False) is (name == "agents")
        assert (following.name, following.chosen(alone=True)) == (name, chosen)


def test_one_that_is_in_no_list_stays_meant_while_it_is_seen() -> None:
    following, queue, agents = lists()
    queue.keys, queue.lost, agents.lost = ["two"], "one", "gone"
    assert not following.follow("one", seen=True)
    assert following.chosen(alone=False) == "one"
    assert agents.lost is None, "nobody looks at that one"


def test_an_empty_queue_means_the_agents_but_not_where_it_stands_alone() -> None:
    following, queue, _ = lists()
    queue.keys, queue.selected = [], None
    assert following.chosen(alone=False) == "busy"
    assert following.chosen(alone=True) is None


def test_locks_are_no_jobs_and_what_is_revealed_is_looked_for_among_jobs() -> None:
    following, queue, _ = lists()
    following.name = "locks"
    assert following.chosen(alone=False) is None
    following.wait_for("new")
    assert not following.follow("new", seen=False)
    assert queue.lost == "new", "it is waited for"
    queue.keys.append("new")
    assert following.follow("new", seen=False)
    assert (following.name, queue.selected) == ("queue", "new")
