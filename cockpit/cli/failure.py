"""What goes wrong, told: one line for a person, the exit code for a script, the traceback for the log."""

from __future__ import annotations

import errno
import os
import sys
import time
import traceback

from cockpit.base.errors import CockpitError

_FULL = (errno.ENOSPC, errno.EDQUOT)
_DENIED = (errno.EACCES, errno.EPERM, errno.EROFS)


def report(error: Exception) -> int:
    """Print `error` on stderr; returns the exit code."""
    if isinstance(error, CockpitError):
        for line in _lines(error):
            _say(line)
        return error.exit_code
    if isinstance(error, OSError) and error.errno in (*_FULL, *_DENIED):
        what = "the disk is full" if error.errno in _FULL else "not allowed"
        _say(f"{what}: {error.filename or ''}: {error.strerror}; nothing more was done")
        return 5
    if isinstance(error, UnicodeEncodeError):  # python lets such bytes through as lone surrogates
        _say(f"{ascii(error.object)[:60]} is not valid UTF-8; convert it first")
        return 2
    _say(f"internal error: {type(error).__name__}: {error}; details in {_log(error)}")
    return 1


def _lines(error: CockpitError) -> list[str]:
    problems = getattr(error, "problems", None)
    return [str(problem) for problem in problems] if problems else [str(error)]


def _say(text: str) -> None:
    print(f"cockpit: {' '.join(text.split())}", file=sys.stderr)


def _log(error: Exception) -> str:
    """Append the traceback to cockpit's log; returns where it is (or why not)."""
    from cockpit.config.places import find_places

    text = "".join(traceback.format_exception(error))
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    try:
        path = find_places(os.environ).log
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8", errors="replace") as file:
            file.write(f"{stamp} cockpit {' '.join(sys.argv[1:2])}: {text}")
    except OSError as refused:
        return f"no log ({refused.strerror})"
    return path
