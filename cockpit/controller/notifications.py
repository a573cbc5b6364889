"""Notifications tried out: one of each way, so that a person can see which of them arrive here."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import subprocess
from collections.abc import Mapping

from cockpit.base.clock import Clock
from cockpit.base.records import dataclass
from cockpit.config.settings import Notify
from cockpit.domain.job import Grant, Job, Priority, Running
from cockpit.notify import programs, terminal
from cockpit.notify.happening import Happening, Notice
from cockpit.notify.ways import choose, lacking

_PASSTHROUGH = "set -g allow-passthrough on"


@dataclass(frozen=True, slots=True)
class Trial:
    """One way: was something sent, what is to be seen or what prevented it, and is it configured to be used?"""

    way: str
    sent: bool
    told: str
    used: bool


def try_all(notify: Notify, environ: Mapping[str, str], *, dry_run: bool = False) -> list[Trial]:
    """Send one notice by each way that there is here."""
    return asyncio.run(_Trying(notify, environ, dry_run).all())


def passthrough_advice(environ: Mapping[str, str]) -> str:
    """What to do where tmux keeps the terminal's notifications to itself; empty where it does not."""
    if not environ.get("TMUX") or shutil.which("tmux", path=environ.get("PATH")) is None:
        return ""
    words = ["tmux", "show-options", "-Apv", "allow-passthrough"]
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        done = subprocess.run(
            words, env=dict(environ), capture_output=True, text=True, timeout=2, check=False
        )
        if done.stdout.strip() == "off":
            return f"tmux swallows them; write into ~/.tmux.conf: {_PASSTHROUGH}"
    return ""


class _Trying:
    """Sends the example, or says what would be sent."""

    def __init__(self, notify: Notify, environ: Mapping[str, str], dry_run: bool) -> None:
        self._notify, self._environ, self._dry_run = notify, environ, dry_run
        self._way = choose(notify.desktop, environ).name

    async def all(self) -> list[Trial]:
        """The terminal's ways, then the programs."""
        bell = self._write("bell", terminal.BELL, "a sound, or a mark on the window", used=self._notify.bell)
        oscs = [self._osc(way) for way in ("osc9", "osc777")]
        return [bell, *oscs, await self._desktop(), await self._command()]

    def _osc(self, way: str) -> Trial:
        used, term = self._way == way, self._environ.get("TERM", "")
        if term in ("", "dumb", "linux"):
            return Trial(
                way, False, f"this terminal ({term or 'TERM is not set'}) has no notifications", used
            )
        if advice := passthrough_advice(self._environ):
            return Trial(way, False, advice, used)
        sequence = terminal.notification(way, _NOTICE, self._environ)
        return self._write(way, sequence, "a notification of your terminal, if it knows this", used=used)

    def _write(self, way: str, sequence: str, to_see: str, *, used: bool) -> Trial:
        try:
            descriptor = os.open("/dev/tty", os.O_WRONLY | os.O_NOCTTY)
        except OSError:
            return Trial(way, False, "there is no terminal here", used)
        try:
            if not self._dry_run:
                os.write(descriptor, sequence.encode())
        finally:
            os.close(descriptor)
        return Trial(way, not self._dry_run, to_see, used)

    async def _desktop(self) -> Trial:
        used, missing = self._way == "notify-send", lacking(self._environ)
        if missing or self._dry_run:
            return Trial("notify-send", False, missing or "a notification of your desktop", used)
        problem = await programs.notify_send(_NOTICE, self._environ, self._notify.timeout)
        return Trial("notify-send", not problem, problem or "a notification of your desktop", used)

    async def _command(self) -> Trial:
        argv = self._notify.command
        if not argv:
            return Trial("command", False, "none is configured ([notify].command)", False)
        if self._dry_run:
            return Trial("command", False, f"{argv[0]} would be run", True)
        problem = await programs.command(argv, _NOTICE, self._environ, self._notify.timeout)
        return Trial("command", not problem, problem or f"{argv[0]} ended with 0", True)


def _example() -> Notice:
    now = Clock().now()
    job = Job(
        id="000000-0000", seq=0, project="test", user="test", agent="shell", priority=Priority.NORMAL,
        status=Running(Grant("user:test", 0, 1, now)), slots=1, held=False, waits_for=0, attempt=1, failures=0,
        losses=0, retries=0, timeout=None, created_at=now, started_at=now, finished_at=None, exit_code=None, fence=0,
        ref=None, wish=None,
    )  # fmt: skip
    return Notice("needs_input", 1, (Happening("needs_input", now, job, "This is a test. Can you see it?"),))


_NOTICE = _example()
