"""An attempt in a container that shares no folder with us: its files are told over one connection, and written here.

So whoever looks at an attempt's folder (progress, output, exit code, requests) need not know where the agent runs.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
import re
from collections.abc import Coroutine
from typing import Any

from cockpit.base.errors import CockpitError
from cockpit.base.files import private_dir, read_text, write_atomic
from cockpit.docker.engine import EngineGone
from cockpit.docker.running import RunningContainer, script
from cockpit.docker.transfer import put_file

_FILES = {"started", "pid", "heartbeat", "progress.md", "exit_code"}
_REQUEST = re.compile(r"[0-9.]{1,40}\.json")
_LINE = 1 << 20  # bytes; a line holds 256 KiB in base64 at most
_SMALL = 4 << 20
_PAUSES = (0.1, 0.5, 1.0, 2.0)  # seconds between attempts to connect again
_REPLY_TIME = 30.0  # seconds that the shim waits for an answer
_OFFSET = "mirrored"  # remembers how much of the log is here; the log itself may have been cut since


class Mirror:
    """One attempt's folder inside, told to `folder` here (which exists). `run` is its task; cancel it any time."""

    def __init__(self, running: RunningContainer, job_id: str, attempt: int, folder: str) -> None:
        self._running = running
        self._inside = running.attempt_inside(job_id, attempt)
        self._folder = folder
        self._side: set[asyncio.Task[None]] = set()
        self._over = False

    async def run(self) -> None:
        """Until the exit code has been told, or the container is gone. Connects again when the connection is lost."""
        failures = 0
        try:
            while True:
                if await self._follow():
                    failures = 0
                if self._over or not await self._still_there():
                    return
                await asyncio.sleep(_PAUSES[min(failures, len(_PAUSES) - 1)])
                failures += 1
        finally:
            for task in self._side:
                task.cancel()
            await asyncio.gather(*self._side, return_exceptions=True)

    async def _still_there(self) -> bool:
        with contextlib.suppress(EngineGone):  # a daemon that is being restarted comes back
            return await asyncio.to_thread(self._running.alive)
        return True

    async def _follow(self) -> bool:
        """One connection; True when it told anything."""
        environment = self._running.engine.environment
        pipe, nowhere = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        words = ("/bin/sh", "-c", script("follow.sh").decode(), "sh", self._inside, str(self._offset()))
        try:
            process = await asyncio.create_subprocess_exec(
                *self._running.prefix, *words, stdin=pipe, stdout=pipe, stderr=nowhere, limit=_LINE,
                env=None if environment is None else dict(environment),
            )  # fmt: skip
        except OSError:
            return False
        told = False
        try:
            assert process.stdout is not None
            while line := await process.stdout.readline():
                told = True
                await asyncio.to_thread(self._take, line)
                self._look_for_reply(line)
        except ValueError:  # a line without end
            pass
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
            await process.wait()
        return told

    def _take(self, line: bytes) -> None:
        match line.decode("ascii", "replace").split():
            case ["log", text]:
                self._append(base64.b64decode(text))
            case ["file", name, *text] if name in _FILES:
                write_atomic(f"{self._folder}/{name}", base64.b64decode("".join(text))[:_SMALL])
                self._over = self._over or name == "exit_code"
            case ["request", name, text] if _REQUEST.fullmatch(name):
                private_dir(f"{self._folder}/requests")
                write_atomic(f"{self._folder}/requests/{name}", base64.b64decode(text))

    def _append(self, data: bytes) -> None:
        before = self._offset()
        with open(f"{self._folder}/output.log", "ab") as file:
            file.write(data)
        write_atomic(f"{self._folder}/{_OFFSET}", str(before + len(data)))

    def _offset(self) -> int:
        text = read_text(f"{self._folder}/{_OFFSET}") or ""
        return int(text) if text.isdigit() else 0

    def _look_for_reply(self, line: bytes) -> None:
        words = line.decode("ascii", "replace").split()
        if len(words) == 3 and words[0] == "request" and _REQUEST.fullmatch(words[1]):
            self._spawn(self._bring_reply(words[1].removesuffix(".json")))

    async def _bring_reply(self, name: str) -> None:
        """The shim waits inside for a file that `requests.answer` writes out here."""
        path = f"{self._folder}/requests/{name}.reply"
        with contextlib.suppress(TimeoutError, OSError, CockpitError):
            async with asyncio.timeout(_REPLY_TIME):
                while (data := read_text(path)) is None:  # noqa: ASYNC110  # half a minute at most, and seldom
                    await asyncio.sleep(0.05)
            reply = data.encode("utf-8", "surrogateescape")
            await asyncio.to_thread(put_file, self._running, f"{self._inside}/requests/{name}.reply", reply)
            os.unlink(path)

    def _spawn(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(coroutine)
        self._side.add(task)
        task.add_done_callback(self._side.discard)
