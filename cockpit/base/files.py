"""Files that are whole or absent, and folders that only their owner can open."""

from __future__ import annotations

import errno
import json
import os
import stat

from cockpit.base.errors import Unavailable

TYPE_CHECKING = False  # typing costs `cockpit enqueue` more than this module does
if TYPE_CHECKING:
    from typing import Any

_OUT_OF_SPACE = {errno.ENOSPC, errno.EDQUOT}


def write_atomic(path: str, data: bytes | str, *, mode: int = 0o600, durable: bool = False) -> None:
    """Replace `path` by `data` so that no reader ever sees half of it.

    A unique temporary file in the same folder, then rename; two writers never share a temporary name. With
    `durable` the file and its folder are on the disk before this returns.

    Raises Unavailable when the disk is full, OSError otherwise.
    """
    folder = os.path.dirname(path)
    temporary = f"{path}.{os.getpid()}.{os.urandom(4).hex()}.tmp"
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        try:
            _write_all(descriptor, data.encode() if isinstance(data, str) else data)
            if durable:
                os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.replace(temporary, path)
        if durable:
            _sync_folder(folder)
    except OSError as error:
        _forget(temporary)
        if error.errno in _OUT_OF_SPACE:
            raise Unavailable(
                f"the disk is full: {path} was not written; free some space and try again"
            ) from error
        raise


def write_json_atomic(path: str, value: Any, *, durable: bool = False) -> None:
    """`write_atomic` of one JSON document, two spaces of indent, a newline at its end."""
    write_atomic(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n", durable=durable)


def read_text(path: str) -> str | None:
    """The file's text, undecodable bytes replaced; None when it isn't there."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except (FileNotFoundError, NotADirectoryError):
        return None


def private_dir(path: str) -> str:
    """Make `path` (parents too) a folder with mode 0700 that we own; returns it.

    Raises Unavailable when it is a link or somebody else's, or can't be made.
    """
    try:
        _make_folders(path)
        found = os.lstat(path)
    except OSError as error:
        raise Unavailable(
            f"{path} can't be made: {error.strerror}; set COCKPIT_HOME to a folder you can write"
        ) from error
    if stat.S_ISLNK(found.st_mode):
        found = os.stat(path)
    if found.st_uid != os.getuid():
        raise Unavailable(
            f"{path} belongs to somebody else (uid {found.st_uid}); remove it or set COCKPIT_HOME"
        )
    if stat.S_IMODE(found.st_mode) != 0o700:
        os.chmod(path, 0o700)
    return path


def _make_folders(path: str) -> None:
    """As os.makedirs, but with mode 0700 for the parents too."""
    try:
        os.mkdir(path, 0o700)
    except FileExistsError:
        if not os.path.isdir(path):
            raise
    except FileNotFoundError:
        _make_folders(os.path.dirname(path))
        _make_folders(path)


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _sync_folder(folder: str) -> None:
    descriptor = os.open(folder or ".", os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _forget(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        pass
