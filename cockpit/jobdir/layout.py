"""Where things lie in a job's folder: the contract with the agent's side.

    jobs/<id>/            meta.json status.json prompt.md guidelines.md
                          output.log progress.md pid exit_code      links to the current attempt's
    jobs/<id>/attempts/<n>/   run.sh env output.log progress.md pid started heartbeat exit_code

An agent works with its attempt's folder (COCKPIT_JOB_DIR), so a late word of attempt 1 never counts for attempt 2.
"""

from __future__ import annotations

import contextlib
import os
import time

from cockpit.base.files import read_text
from cockpit.base.records import dataclass

LINKED = ("output.log", "progress.md", "pid", "exit_code")
_WRITTEN = 0.5  # seconds that run.sh gets between making `started` and writing into it; it needs microseconds


@dataclass(frozen=True, slots=True)
class AttemptFolder:
    """Paths of one attempt."""

    path: str

    @property
    def log(self) -> str:
        return f"{self.path}/output.log"

    @property
    def started(self) -> str:
        return f"{self.path}/started"

    @property
    def heartbeat(self) -> str:
        return f"{self.path}/heartbeat"

    def exit_code(self) -> int | None:
        """What the agent's command ended with; None while it has not ended."""
        text = read_text(f"{self.path}/exit_code") or self._last_word()
        with contextlib.suppress(ValueError):
            return int(text) if text else None
        return None

    def _last_word(self) -> str:
        """The exit code in `started`, where run.sh leaves it when the disk is full."""
        return (read_text(self.started) or "").partition("\nexit ")[2]

    def starter(self) -> str | None:
        """Who won the right to start: `run <pid>`, `void`, or None when nobody has yet."""
        text = read_text(self.started)
        return text.partition("\n")[0].strip() if text else None

    def starter_pid(self) -> int | None:
        """The pid of run.sh; None where it has not started, or never will."""
        kind, _, pid = (self.starter() or "").partition(" ")
        return int(pid) if kind == "run" and pid.isdigit() else None

    def void(self) -> bool:
        """Make sure that this attempt never starts; False when it has started already.

        Of run.sh and whoever isn't sure, exactly one makes the file. Once this returns, `starter` tells which: a loser
        who found it still empty would know no process to end. Blocks for up to half a second then.
        """
        os.makedirs(self.path, mode=0o700, exist_ok=True)
        if os.path.exists(self.started):  # nothing to write then: the disk may be full
            return self._settled() == "void"
        mine = f"{self.path}/v.{os.getpid()}.{os.urandom(3).hex()}"
        try:
            with open(mine, "w", encoding="ascii") as file:
                file.write("void\n")
            os.link(mine, self.started)
        except FileExistsError:
            return self._settled() == "void"
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(mine)
        return True

    def _settled(self) -> str | None:
        end = time.monotonic() + _WRITTEN
        while (told := self.starter()) is None and time.monotonic() < end:
            time.sleep(0.001)
        return told

    def last_heartbeat(self) -> float | None:
        """Wall-clock seconds of the last sign of life; None before the first."""
        for path in (self.heartbeat, self.started):
            with contextlib.suppress(OSError):
                return os.stat(path).st_mtime
        return None


@dataclass(frozen=True, slots=True)
class JobFolder:
    """Paths of one job."""

    path: str

    def attempt(self, number: int) -> AttemptFolder:
        """The folder of attempt `number`, from 1."""
        return AttemptFolder(f"{self.path}/attempts/{number}")

    @property
    def status(self) -> str:
        return f"{self.path}/status.json"

    @property
    def meta(self) -> str:
        return f"{self.path}/meta.json"

    @property
    def prompt(self) -> str:
        return f"{self.path}/prompt.md"

    def exists(self) -> bool:
        return os.path.isdir(self.path)


def job_folder(jobs: str, job_id: str) -> JobFolder:
    """The folder of a job below `jobs`."""
    return JobFolder(f"{jobs}/{job_id}")
