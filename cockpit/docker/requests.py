"""What the `cockpit` shim inside a container asks for, and the answer (shim.sh tells the format).

The folder belongs to the agent's side: it may hold links, endless files and nonsense. So it is read without following
links, up to a limit, and what is no request is dropped.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
from typing import Any

from cockpit.base.records import dataclass

_MOST_BYTES = 4 << 20  # of one request file; hexadecimal doubles what it carries
_MOST = 100  # requests that are looked at in one go
_FOLDER = "requests"


@dataclass(frozen=True, slots=True)
class ShimRequest:
    """One call of `cockpit` inside: `argv` without the program's name, `stdin` what it was given.

    `fence` is what the attempt's environment says; whoever carries an older one than the job has is not obeyed.
    """

    attempt_folder: str
    name: str
    job_id: str
    fence: int
    argv: tuple[str, ...]
    stdin: str


def read_requests(attempt_folder: str) -> list[ShimRequest]:
    """The requests that wait in the attempt's folder, oldest first. What can't be read is removed and left out."""
    with contextlib.ExitStack() as stack:
        folder = _open_folder(attempt_folder, stack)
        if folder is None:
            return []
        names = sorted(name for name in os.listdir(folder) if name.endswith(".json"))[:_MOST]
        found = []
        for name in names:
            request = _read(folder, attempt_folder, name)
            if request is None:
                _remove(folder, name)
            else:
                found.append(request)
        return found


def answer(request: ShimRequest, exit_code: int, text: str) -> None:
    """Tell the shim what came of it, and take the request away. A folder that is gone is nobody's business."""
    with contextlib.ExitStack() as stack, contextlib.suppress(OSError):
        folder = _open_folder(request.attempt_folder, stack)
        if folder is None:
            return
        base = request.name.removesuffix(".json")
        temporary = f"{base}.{os.urandom(4).hex()}.part"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        with open(os.open(temporary, flags, 0o644, dir_fd=folder), "wb") as file:
            file.write(f"{exit_code}\n{text}".encode("utf-8", "surrogateescape"))
        os.rename(temporary, f"{base}.reply", src_dir_fd=folder, dst_dir_fd=folder)
        _remove(folder, request.name)


def _open_folder(attempt_folder: str, stack: contextlib.ExitStack) -> int | None:
    try:
        folder = os.open(
            os.path.join(attempt_folder, _FOLDER),
            os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC,
        )
    except OSError:
        return None
    stack.callback(os.close, folder)
    return folder


def _read(folder: int, attempt_folder: str, name: str) -> ShimRequest | None:
    try:
        # O_NONBLOCK: a named pipe must not hold us
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
        with open(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return None
            data = file.read(_MOST_BYTES + 1)
        return _parse(data, attempt_folder, name) if len(data) <= _MOST_BYTES else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _parse(data: bytes, attempt_folder: str, name: str) -> ShimRequest | None:
    told: dict[str, Any] = json.loads(data)
    if told["version"] != 1:
        return None
    argv = tuple(_text(word) for word in told["argv_hex"])
    return ShimRequest(
        attempt_folder, name, str(told["job_id"]), int(told["fence"]), argv, _text(told["stdin_hex"])
    )


def _text(digits: str) -> str:
    return bytes.fromhex(digits).decode("utf-8", "replace").replace("\0", "")


def _remove(folder: int, name: str) -> None:
    with contextlib.suppress(OSError):
        os.unlink(name, dir_fd=folder)
