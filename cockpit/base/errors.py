"""Every mistake that a user can meet, as a class of its own.

    CockpitError                 1   it failed
    ├── UsageError               2   wrong words on the command line, or an answer that is missing
    │   ├── ConfigError          2   the configuration is wrong: file, line, key, what is allowed
    │   └── AmbiguousId          2   a part of an id that fits several jobs
    ├── NotFound                 3   no such project, job, user
    ├── Conflict                 4   wrong state, or locked
    │   ├── LockNotAcquired      4   somebody else holds the user's lock
    │   └── StaleFence           4   an older attempt speaks up
    └── Unavailable              5   no tmux, no git, disk full, a newer database

The number is the exit code of the command that meets it. The message is one line and says what to do next.
"""

from __future__ import annotations


class CockpitError(Exception):
    """Base of all; `str(error)` is one line for a person."""

    exit_code = 1


class UsageError(CockpitError):
    """The request itself is wrong; nothing was done."""

    exit_code = 2


class ConfigError(UsageError):
    """The configuration can't be used; says file, line, key and what is allowed.

    The message tells the first mistake; `mistakes` holds all (config/mistakes.py:Mistake), each one line as `str`.
    """

    def __init__(self, message: str, mistakes: tuple[object, ...] = ()) -> None:
        super().__init__(message)
        self.mistakes = mistakes or (message,)


class AmbiguousId(UsageError):
    """A part of a job id fits more than one job."""

    def __init__(self, part: str, matches: list[str]) -> None:
        shown = ", ".join(matches[:5]) + (", ..." if len(matches) > 5 else "")
        super().__init__(f"'{part}' fits several jobs: {shown}; give more of the id")
        self.matches = matches


class NotFound(CockpitError):
    """No such project, job, user or agent."""

    exit_code = 3


class Conflict(CockpitError):
    """The thing is there, but its state does not allow this."""

    exit_code = 4


class LockNotAcquired(Conflict):
    """The user's lock was not free in time."""


class StaleFence(Conflict):
    """The fencing token is older than the lane's: whoever carries it changes nothing."""


class Unavailable(CockpitError):
    """Something outside cockpit is missing or full: tmux, git, disk, a newer database."""

    exit_code = 5
