"""What is left of an attempt inside a container, and its end: through the container's own /proc."""

from __future__ import annotations

import re

from cockpit.base.errors import CockpitError, NotFound, Unavailable
from cockpit.base.tag import in_bytes, tag_of
from cockpit.docker.death import init_is_dead
from cockpit.docker.running import RunningContainer, script

_NOT_THERE = re.compile(
    r"is not running|no such (container|exec)|container .* (stopped|exited)", re.IGNORECASE
)
_SPARE = 30.0  # seconds for the engine itself, above the grace


def count_processes(running: RunningContainer, job_id: str, fence: int, attempt: int) -> int:
    """How many processes of the attempt live; none where the container does not. Raises Unavailable."""
    words = _words(running, job_id, fence, attempt, "look")
    return _ask(running, words, _SPARE).get("found", 0)


def end_attempt(running: RunningContainer, job_id: str, fence: int, attempt: int, grace: float) -> int:
    """End every process of the attempt: TERM, `grace` seconds, KILL. Returns how many there were.

    A container that died took them along. Raises Unavailable when the engine does not answer, or when something is
    left that can't be ended: the attempt's lock must not pass on then. Blocks for up to `grace` and some seconds.
    """
    words = _words(running, job_id, fence, attempt, str(round(grace * 10)))
    told = _ask(running, words, grace + _SPARE)
    if told.get("left"):
        raise Unavailable(
            f"{told['left']} processes of job {job_id} can't be ended in container {running.name}"
        )
    return told.get("found", 0)


def _words(running: RunningContainer, job_id: str, fence: int, attempt: int, grace: str) -> tuple[str, ...]:
    tag = in_bytes(tag_of(running.spec.home, job_id, fence))
    return (job_id, str(fence), running.attempt_inside(job_id, attempt), grace, str(tag))


def _ask(running: RunningContainer, words: tuple[str, ...], timeout: float) -> dict[str, int]:
    try:
        output = running.run("/bin/sh", "-s", "--", *words, stdin=script("sweep.sh"), timeout=timeout)
    except NotFound:
        return {}
    except Unavailable:
        if init_is_dead(running):
            return {}
        raise
    except CockpitError as error:
        if _NOT_THERE.search(str(error)) or not running.alive():
            return {}
        raise Unavailable(f"container {running.name} can't be looked into: {error}") from error
    lines = (line.split() for line in output.splitlines())
    return {line[0]: int(line[1]) for line in lines if len(line) == 2 and line[1].isdigit()}
