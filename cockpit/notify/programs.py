"""Programs that are told: notify-send, and the person's own command.

They get a time limit, a session of their own and only the variables that a small program needs, so that no secret of
the scheduler's environment leaks into a script that was written to play a sound.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import re
import signal
from collections.abc import Mapping, Sequence

from cockpit.notify.happening import Notice

log = logging.getLogger("cockpit.notify")
_KEPT = re.compile(
    r"PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_\w+|TZ|TMPDIR|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY"
    r"|DBUS_SESSION_BUS_ADDRESS|XDG_\w+|COCKPIT_HOME|COCKPIT_CONFIG"
)
_OUTPUT = 2000  # bytes of it that are logged
_PIECE = 65536  # bytes read at once: what a pipe holds
_PAUSE = 0.01  # seconds between pieces
_GRACE = 0.5  # seconds between TERM and KILL


def environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables of `environ` that such a program gets."""
    return {name: value for name, value in environ.items() if _KEPT.fullmatch(name)}


async def notify_send(notice: Notice, environ: Mapping[str, str], timeout: float) -> str:
    """Show `notice` on the desktop; what went wrong, empty when nothing did."""
    urgency = "critical" if notice.event in ("needs_input", "task_error") else "normal"
    words = ["--app-name=cockpit", f"--urgency={urgency}", "--", notice.title, _no_markup(notice.text)]
    return await run(["notify-send", *words], "", environment(environ), timeout)


async def command(argv: Sequence[str], notice: Notice, environ: Mapping[str, str], timeout: float) -> str:
    """Run the person's command: the event's name as last argument, the event as JSON on its standard input."""
    text = json.dumps(notice.document(), ensure_ascii=False) + "\n"
    return await run([*argv, notice.event], text, environment(environ), timeout)


async def run(argv: Sequence[str], text: str, environ: Mapping[str, str], timeout: float) -> str:
    """Run a program with `text` as its input; what went wrong, in a line. Its output goes to the log."""
    with _Output() as output:
        try:
            process = await asyncio.create_subprocess_exec(
                *argv, env=dict(environ), cwd="/", start_new_session=True, stdin=asyncio.subprocess.PIPE,
                stdout=output.theirs, stderr=output.theirs,
            )  # fmt: skip
        except OSError as error:
            return f"{argv[0]} can't be started: {error.strerror}"
        output.start()
        _write(process, text)
        try:
            async with asyncio.timeout(timeout):
                code = await process.wait()
        except TimeoutError:
            await _end(process)
            return f"{argv[0]} took longer than {timeout:g} s and was ended"
        finally:
            output.take()
            if said := output.text():
                log.info("%s: %s", argv[0], said)
    return f"{argv[0]} ended with {code}" if code else ""


class _Output:
    """What a program says: all is read, so that no full pipe stops it, and the first of it is kept.

    A piece at a time: one that floods would have the event loop for itself otherwise. It waits at a full pipe instead.

    Not asyncio's own pipe: its `wait` is over only when the last child that the program left behind lets go of that.
    """

    def __init__(self) -> None:
        self._ours, self.theirs = os.pipe()
        os.set_blocking(self._ours, False)
        self._kept = b""
        self._pause: asyncio.TimerHandle | None = None

    def __enter__(self) -> _Output:
        return self

    def start(self) -> None:
        """The program runs: its end of the pipe is its own."""
        os.close(self.theirs)
        self.theirs = -1
        self._listen()

    def _listen(self) -> None:
        asyncio.get_running_loop().add_reader(self._ours, self._take_and_rest)

    def _take_and_rest(self) -> None:
        self._rest()
        if self.take():
            self._pause = asyncio.get_running_loop().call_later(_PAUSE, self._listen)

    def take(self) -> bool:
        """Read a piece of what is there; False when there is none, and none will come."""
        with contextlib.suppress(BlockingIOError):
            piece = os.read(self._ours, _PIECE)
            self._kept = (self._kept + piece)[:_OUTPUT]
            return bool(piece)
        return True

    def _rest(self) -> None:
        asyncio.get_running_loop().remove_reader(self._ours)
        if self._pause is not None:
            self._pause.cancel()
            self._pause = None

    def text(self) -> str:
        """What was kept."""
        return self._kept.decode("utf-8", "replace").strip()

    def __exit__(self, *_: object) -> None:
        self._rest()
        for descriptor in (self._ours, self.theirs):
            if descriptor >= 0:
                os.close(descriptor)


def _write(process: asyncio.subprocess.Process, text: str) -> None:
    assert process.stdin is not None
    with contextlib.suppress(OSError):
        process.stdin.write(text.encode("utf-8", "replace"))
        process.stdin.close()


async def _end(process: asyncio.subprocess.Process) -> None:
    """TERM, then KILL, to all of its session that did not leave its group."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_GRACE):
                await process.wait()
                return


def _no_markup(text: str) -> str:
    """Notification servers take a text for markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
