"""The quick way in, for `cockpit enqueue`: the checks of requests.py and the store's enqueue, and nothing besides.

Reading the whole settings and putting the whole store together costs more than starting python. Here the few facts
of config/facts.py stand in for the settings, and `Queue`, the part of the store that accepts jobs, for the store.
"""

from __future__ import annotations

from cockpit.base.clock import Clock
from cockpit.base.wakeup import wake_all
from cockpit.config.facts import cached_facts, facts_of, revived
from cockpit.config.places import find_places
from cockpit.controller.context import Context
from cockpit.controller.jobs import Jobs
from cockpit.store.queue import Queue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from cockpit.config.facts import EnqueueFacts
    from cockpit.config.places import Places


def quick_jobs(environ: Mapping[str, str]) -> Jobs:
    """Jobs that can be checked, found and accepted; nothing else may be asked of them.

    Raises ConfigError for a configuration that can't be used, Unavailable for a home that can't.
    """
    places = find_places(environ)
    places.make()
    settings: Any = QuickSettings(enqueue_facts(places, environ))
    store: Any = Queue(places.database, on_commit=lambda: wake_all(places.wake))
    return Jobs(Context(places, settings, Clock()), store)


def enqueue_facts(places: Places, environ: Mapping[str, str]) -> EnqueueFacts:
    """The facts that hold now. Raises ConfigError as `load_settings` does."""
    found = cached_facts(places, environ)
    if found is None:
        from cockpit.config.load import load_settings

        found = revived(facts_of(load_settings(places, environ)))
    return found


class _Part:
    """A section of the settings, with the few values that are known."""

    def __init__(self, **values: object) -> None:
        self.__dict__.update(values)


class QuickSettings:
    """What requests.py reads of `Settings`, under the same names."""

    def __init__(self, facts: EnqueueFacts) -> None:
        self.projects = {
            name: _Part(name=name, user=user, agent=agent, path=facts.paths[name])
            for name, (user, agent) in facts.projects.items()
        }
        self.agents = {
            name: _Part(name=name, slots=slots, takes_prompt_argument=argument)
            for name, (slots, argument) in facts.agents.items()
        }
        self.scheduler = _Part(timeout=facts.timeout)
        self.retry = _Part(limit=facts.retries)
