"""What an agent said of its progress, line by line, and when.

progress.md carries no times. A line that arrives while somebody looks has the time of its arrival; of those that were
there before, the last one has the file's.
"""

from __future__ import annotations

import os

from cockpit.base.clock import Clock, Micros
from cockpit.base.records import dataclass
from cockpit.domain.job import WAITING, Job
from cockpit.jobdir.progress import Progress, progress_lines
from cockpit.tui.job_text import centred
from cockpit.tui.parts import Lines, Part
from cockpit.tui.words import STYLES, bar, moment, plain

_TAIL = 65_536  # bytes at the end of the file that are read
_MOST = 500  # lines that are shown


@dataclass(frozen=True, slots=True)
class Said:
    """One line; `at` is None where it is not known."""

    progress: Progress
    at: Micros | None


class ProgressLog:
    """Reads one attempt's progress.md at a time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._folder = ""
        self._times: dict[int, Micros] = {}
        self._known = 0

    def read(self, folder: str) -> list[Said]:
        """The lines, the newest first. A file that can't be read has none."""
        try:
            with open(os.path.join(folder, "progress.md"), "rb") as file:
                found = os.fstat(file.fileno())
                file.seek(max(0, found.st_size - _TAIL))
                lines = progress_lines(file.read(_TAIL).decode("utf-8", "replace"))
        except OSError:
            return []
        cut = found.st_size > _TAIL  # numbers of lines say nothing then
        self._note(folder, len(lines), int(found.st_mtime_ns // 1000))
        said = [Said(line, None if cut else self._times.get(n)) for n, line in enumerate(lines)]
        return said[::-1][:_MOST]

    def _note(self, folder: str, count: int, written: Micros) -> None:
        if folder != self._folder or count < self._known:
            self._folder, self._times, self._known = folder, {}, 0
            if count:
                self._times[count - 1] = written
        elif count > self._known:
            now = self._clock.now()
            self._times.update(dict.fromkeys(range(self._known, count), now))
        self._known = count


def progress_told(job: Job, said: list[Said], why: str | None, width: int, now: Micros) -> Lines:
    """A bar of the whole width, then the lines; or what an agent would have to do."""
    if job.state in WAITING and not said:
        return centred([f"It has not started. It waits for {why or 'its turn'}."])
    if not said:
        return centred(
            [
                "The agent has told no progress.",
                "",
                "Agents tell it with  cockpit progress 30 'half way'",
                "or with a line  30% half way  in $COCKPIT_JOB_DIR/progress.md.",
            ]
        )
    percent = next((each.progress.percent for each in said if each.progress.percent is not None), None)
    lines: Lines = []
    if percent is not None:
        room = max(10, min(60, width - 10))
        lines = [[], [(f"  {bar(percent, room)}", STYLES[job.state]), (f" {percent:3d}%", "t--strong")], []]
    times = ["" if each.at is None else moment(each.at, now) for each in said]
    longest = max(len(each) for each in times)
    return lines + [_line(each, at.ljust(longest)) for each, at in zip(said, times, strict=True)]


def _line(said: Said, at: str) -> list[Part]:
    percent = said.progress.percent
    return [
        (f"  {at}  ", "t--muted"),
        (f"{'' if percent is None else f'{percent}%':>4}  ", "t--strong"),
        (plain(said.progress.message), "t--plain"),
    ]
