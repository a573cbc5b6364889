"""The containers that this home keeps: which there are, and taking away those that nothing uses.

Only what carries this home's label is ever looked at, and the label is read again right before anything is removed.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Collection
from typing import Any

from cockpit.base.errors import CockpitError, NotFound
from cockpit.base.records import dataclass
from cockpit.docker.container import ours
from cockpit.docker.engine import Engine
from cockpit.docker.spec import HOME_LABEL, PROJECT_LABEL, USER_LABEL, home_hash


@dataclass(frozen=True, slots=True)
class Kept:
    """One container of this home. `started` is RFC 3339 as the engine writes it, empty when it never ran."""

    name: str
    id: str
    project: str
    user: str
    image: str
    running: bool
    started: str
    windows: int
    """Attempts in its tmux; -1 when that could not be asked."""

    @property
    def idle(self) -> bool:
        """Does nothing work in it? What can't be asked is not called idle."""
        return not self.running or self.windows == 0


def kept_containers(engine: Engine, home: str, uid: int | None = None) -> list[Kept]:
    """The containers of `home`, by name. Raises Unavailable as Engine.run."""
    label = f"{HOME_LABEL}={os.path.realpath(home)}"
    ids = engine.run("ps", "--all", "--quiet", "--no-trunc", "--filter", f"label={label}").split()
    found = []
    for each in ids:
        with contextlib.suppress(NotFound):  # removed since
            found.extend(engine.inspect("container", each))
    kept = [_kept(engine, one, home, os.getuid() if uid is None else uid) for one in found if ours(one, home)]
    return sorted(kept, key=lambda one: one.name)


def prune(engine: Engine, home: str, *, in_use: Collection[str] = (), dry_run: bool = False) -> list[Kept]:
    """Remove this home's containers that are idle and not `in_use` (names); returns them. Raises Unavailable.

    What would be missed stays: the home volume (logins, caches) and the folder with the attempts' files.
    """
    gone = [one for one in kept_containers(engine, home) if one.idle and one.name not in in_use]
    return [one for one in gone if dry_run or _remove(engine, one, home)]


def _remove(engine: Engine, one: Kept, home: str) -> bool:
    try:
        if not ours(engine.inspect("container", one.id)[0], home):
            return False
        engine.run("rm", "--force", one.id)
    except NotFound:
        return False
    _tidy(f"{home}/containers/{one.name}")
    return True


def _tidy(folder: str) -> None:
    """Remove what the container alone needed, and the folder where no attempt's files are left in it."""
    shutil.rmtree(f"{folder}/bin", ignore_errors=True)
    with contextlib.suppress(OSError):
        os.unlink(f"{folder}/tmux.conf")
    with contextlib.suppress(OSError):
        os.rmdir(f"{folder}/jobs")
        os.rmdir(folder)


def _kept(engine: Engine, found: dict[str, Any], home: str, uid: int) -> Kept:
    labels = found["Config"]["Labels"]
    running = bool(found["State"]["Running"])
    windows = _windows(engine, found, home, uid) if running else 0
    started = str(found["State"].get("StartedAt", ""))
    return Kept(
        str(found["Name"]).lstrip("/"), found["Id"], labels.get(PROJECT_LABEL, ""), labels.get(USER_LABEL, ""),
        str(found["Config"].get("Image", "")), running, "" if started.startswith("0001") else started, windows,
    )  # fmt: skip


def _windows(engine: Engine, found: dict[str, Any], home: str, uid: int) -> int:
    """Windows of its tmux besides the keeper's; none without a tmux server."""
    owner = found["Config"].get("User") or str(uid)
    socket = f"/tmp/cockpit-{owner.partition(':')[0]}-{home_hash(home)}/tmux.sock"
    try:
        done = engine.start("exec", "--user", owner, found["Id"], "tmux", "-S", socket, "list-windows", "-a")
    except CockpitError:
        return -1
    if done.returncode:
        return 0 if b"no server" in done.stderr or b"error connecting" in done.stderr else -1
    return max(0, len(done.stdout.splitlines()) - 1)
