"""How many files of a folder are not committed: what somebody should know before an agent is ended."""

from __future__ import annotations

import asyncio
import contextlib
import os

_PATIENCE = 2.0  # seconds; a repository that needs longer is left out


async def uncommitted(folder: str) -> int | None:
    """Changed and new files; None where the folder is no repository, or git takes too long."""
    environ = {**os.environ, "GIT_OPTIONAL_LOCKS": "0"}  # an agent may be committing right now
    try:
        process = await asyncio.create_subprocess_exec(
            *("git", "-C", folder, "status", "--porcelain", "-z"),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=environ,
        )
    except OSError:
        return None
    try:
        said, _ = await asyncio.wait_for(process.communicate(), _PATIENCE)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        return None
    return None if process.returncode else len(_entries(said))


def _entries(said: bytes) -> list[bytes]:
    """One per file: a rename has its old name as a part of its own."""
    found, parts = [], iter(said.split(b"\0"))
    for part in parts:
        if part:
            found.append(part)
            if part[:1] in b"RC":
                next(parts, None)
    return found
