"""A mark that a process can't lose by accident: it outlives fork, exec, setsid and an emptied environment.

It is the soft limit of the resident set. Linux has not obeyed that limit since 2.4.30 (getrlimit(2)) and hands it on to
every child; the values lie above any memory there is, so a program that asks for it learns that it is free. A shell
sets it by its own `ulimit`, so it costs one system call, and reading it another. Where it can't be set (a hard limit of
the host's) or read (not Linux), nothing carries a tag.
"""

from __future__ import annotations

import contextlib
import os
import resource

_FLOOR = 2**52  # KiB: 4 EiB
_KIB = 1024


def tag_of(home: str, job_id: str, fence: int) -> int:
    """The tag of one attempt, in KiB, as `ulimit -m` wants it."""
    import hashlib  # brings OpenSSL along: a screen, or a command that ends nothing, does not pay for it

    digest = hashlib.sha256(os.fsencode(f"{home}\0{job_id}\0{fence}")).digest()
    return _FLOOR + int.from_bytes(digest[:6], "big")


def in_bytes(tag: int) -> int:
    """The tag as the kernel tells it, in /proc/PID/limits too."""
    return tag * _KIB


def carries(pid: int, tag: int) -> bool:
    """Is the process tagged with `tag`? Not of another user's process, where that can't be read."""
    try:
        return resource.prlimit(pid, resource.RLIMIT_RSS)[0] == in_bytes(tag)
    except (AttributeError, OSError):
        return False


def lay_down() -> None:
    """This process, and what it starts from now on, carries no tag."""
    with contextlib.suppress(OSError, ValueError):
        soft, hard = resource.getrlimit(resource.RLIMIT_RSS)
        if soft >= in_bytes(_FLOOR):
            resource.setrlimit(resource.RLIMIT_RSS, (hard, hard))
