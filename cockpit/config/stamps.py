"""Has anything changed that the settings are made from? Stats only; no file is read.

A key has size, times and inode of every file, the set of profile files, cockpit's version and the COCKPIT_*__*
variables (as a digest: their values may be secrets).
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping

from cockpit import __version__

from .inputs import PACKAGE, PACKAGED_PROFILES, profiles_in, variables
from .places import Places, sha256

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Key = list[Any]

RACY_NS = 50_000_000
"""A file changed more recently than this is not cached: a second change might leave the same time and size."""

_CODE = ("config/settings.py", "domain/project.py", "domain/profile.py")


def key_of(places: Places, environ: Mapping[str, str]) -> Key:
    """What the settings are made from, short and without any value of a variable."""
    files = [places.config_file]
    for folder in (places.profiles, PACKAGED_PROFILES):
        files += [path for _, path in profiles_in(folder)]
    files += [f"{PACKAGE}/{name}" for name in _CODE]
    given = variables(environ)
    digest = sha256("\0".join(f"{name}={value}" for name, value in given.items())) if given else ""
    return [__version__, environ.get("HOME", ""), digest, [_stamp(path) for path in files]]


def may_be_kept(key: Key) -> bool:
    """May what was made from this be believed while the key is the same?"""
    now = time.time_ns()
    return not any(now - max(stamp[2], stamp[3]) < RACY_NS for stamp in key[3])


def shape_of(key: Key) -> list[Any]:
    """The part of the key that says which classes the settings were made of."""
    return [key[0], key[3][-len(_CODE) :]]


def _stamp(path: str) -> list[Any]:
    try:
        found = os.stat(path)
    except OSError:
        return [path, -1, 0, 0, 0]
    return [path, found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]


def sets_environment(environ: Mapping[str, str]) -> bool:
    """A variable that sets an agent's environment may carry a secret, which must not be written down."""
    return any("__ENV__" in name.upper() or name.upper().endswith("__ENV") for name in variables(environ))
