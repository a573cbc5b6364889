"""Which job is meant while jobs go from list to list."""

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


def lists() -> tuple[Following, Rows, Rows]:
    queue, agents = Rows("one", "two"), Rows("busy")
    return Following({"queue": queue, "agents": agents, "locks": Rows("lock")}), queue, agents


def test_a_job_that_starts_is_followed_to_the_agents_and_back() -> None:
    following, queue, agents = lists()
    agents.keys.append("one")
    queue.keys.remove("one")
    queue.selected, queue.lost = "two", "one"
    assert following.follow("one", filtered=False)
    assert (following.name, agents.selected, queue.lost) == ("agents", "one", None)
    assert not following.follow("one", filtered=False), "it is where it was"
    agents.keys.remove("one")
    agents.lost = "one"
    queue.keys.append("one")
    assert following.follow("one", filtered=False)
    assert following.name == "queue"


def test_one_that_is_in_no_list_stays_meant() -> None:
    following, queue, agents = lists()
    queue.keys, queue.lost, agents.lost = ["two"], "one", "gone"
    assert not following.follow("one", filtered=False)
    assert following.chosen(filtered=False) == "one"
    assert agents.lost is None, "nobody looks at that one"


def test_an_empty_queue_means_the_agents_but_not_where_a_filter_emptied_it() -> None:
    following, queue, _ = lists()
    queue.keys, queue.selected = [], None
    assert following.chosen(filtered=False) == "busy"
    assert following.chosen(filtered=True) is None


def test_locks_are_no_jobs_and_what_is_revealed_is_looked_for_among_jobs() -> None:
    following, queue, _ = lists()
    following.name = "locks"
    assert following.chosen(filtered=False) is None
    following.wait_for("new")
    assert (following.name, queue.lost) == ("queue", "new")
    queue.keys.append("new")
    assert following.follow("new", filtered=False)
    assert queue.selected == "new"
