"""Files into a container that shares no folder with this host: a tar archive over `docker exec -i`."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from cockpit.base.errors import CockpitError, Unavailable

if TYPE_CHECKING:
    from cockpit.docker.running import RunningContainer


def put_files(
    running: RunningContainer, folder: str, files: Mapping[str, bytes], *, folders: Iterable[str] = ()
) -> None:
    """Write `files` (relative name -> content, mode 0700) below `folder` inside, which is made with mode 0700.

    For what nobody looks at yet. Raises Unavailable, NotFound, CockpitError as Engine.run.
    """
    unpack = 'umask 077 && mkdir -p "$1" && cd "$1" && tar -xf -'
    running.run("/bin/sh", "-c", unpack, "sh", folder, stdin=_archive(running, files, folders))


def put_file(running: RunningContainer, path: str, data: bytes) -> None:
    """Write one file inside, renamed into place: never half there. Raises as `put_files`."""
    running.run("/bin/sh", "-c", 'umask 077 && cat >"$1.part" && mv "$1.part" "$1"', "sh", path, stdin=data)


_VOID = """mkdir -p "$1" && cd "$1" || exit 70
(set -C; echo void >started) 2>/dev/null
tries=0
until [ -s started ] || [ "$tries" -ge 5 ]; do tries=$((tries + 1)); sleep 0.1 2>/dev/null || sleep 1; done
cat started"""


def void_inside(running: RunningContainer, job_id: str, attempt: int) -> bool:
    """Make sure that run.sh inside never starts this attempt; False when it has started. See AttemptFolder.void.

    A container that died runs nothing. Raises Unavailable when the engine does not answer.
    """
    try:
        told = running.run("/bin/sh", "-c", _VOID, "sh", running.attempt_inside(job_id, attempt))
    except CockpitError as error:
        if running.alive():
            raise Unavailable(f"container {running.name} can't be looked into: {error}") from error
        return True
    return told.strip() == "void"


def _archive(running: RunningContainer, files: Mapping[str, bytes], folders: Iterable[str]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as archive:
        parents = {name.rpartition("/")[0] for name in files} - {""}
        for name in sorted({*folders, *parents}):
            _add(archive, running, name, tarfile.DIRTYPE, b"")
        for name, data in files.items():
            _add(archive, running, name, tarfile.REGTYPE, data)
    return buffer.getvalue()


def _add(archive: tarfile.TarFile, running: RunningContainer, name: str, kind: bytes, data: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.type, entry.size, entry.mode = kind, len(data), 0o700
    entry.uid, entry.gid = running.spec.uid, running.spec.gid
    archive.addfile(entry, io.BytesIO(data))
