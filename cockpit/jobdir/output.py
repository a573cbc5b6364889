"""output.log: what an agent printed, escapes and all, kept below a cap."""

from __future__ import annotations

import os
from io import RawIOBase
from typing import BinaryIO

_CHUNK = 1 << 20


def cap_output(attempt_folder: str, cap: int) -> bool:
    """Keep output.log and the part before it (output.log.1) within `cap` bytes together; True when it was cut.

    Whoever writes has the file open for appending (`cat >>`), so the file is emptied, never replaced: copy, then
    truncate. What is written between the last look and the cut is lost, so nothing stands between these two. The part
    before the last one is dropped. Raises OSError.
    """
    path = os.path.join(attempt_folder, "output.log")
    with open(path, "r+b", buffering=0) as log:
        size = os.fstat(log.fileno()).st_size
        if size <= cap // 2:
            return False
        log.seek(max(0, size - cap // 2))
        with open(f"{path}.1.tmp", "wb") as kept:
            _copy_all(log, kept)
            os.replace(f"{path}.1.tmp", f"{path}.1")
            _copy_all(log, kept)  # what came meanwhile
            os.ftruncate(log.fileno(), 0)
    return True


def _copy_all(log: RawIOBase, kept: BinaryIO) -> None:
    """To the very end, what comes while copying included."""
    while chunk := log.read(_CHUNK):
        kept.write(chunk)


def output_files(attempt_folder: str) -> list[str]:
    """The files that hold the output, the older one first; those that exist."""
    path = os.path.join(attempt_folder, "output.log")
    return [each for each in (f"{path}.1", path) if os.path.exists(each)]
