"""Files into a container that shares no folder with this host: a tar archive over `docker exec -i`."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

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
