"""What an agent says of its progress: `30%` and a message, in progress.md.

The last line that has a percentage or text counts; `- [x]` lists and headings are taken as messages. Anything may be
written there, so nothing here raises.
"""

from __future__ import annotations

import os
import re

from cockpit.base.records import dataclass

_TAIL = 8192  # bytes at the end of the file that are looked at
_PERCENT = re.compile(r"(?<![\d.])(\d{1,3})(?:\.\d+)?\s?%")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_MARKS = re.compile(r"^[#>*\-\s]+")


@dataclass(frozen=True, slots=True)
class Progress:
    """`percent` is 0-100 or None when the agent named none; `message` is one line, maybe empty."""

    percent: int | None = None
    message: str = ""


NOTHING = Progress()


def parse_progress(text: str) -> Progress:
    """The progress that `text`, the content of progress.md, tells: the last percentage and the last message."""
    percent: int | None = None
    message = ""
    for line in reversed(text.splitlines()):
        found = _PERCENT.search(line)
        if found and percent is None:
            percent = min(100, int(found.group(1)))
        message = message or _message(line, found)
        if message and percent is not None:
            break
    return Progress(percent, message)


def progress_lines(text: str) -> list[Progress]:
    """Each line of progress.md that tells anything, the oldest first."""
    told = ((line, _PERCENT.search(line)) for line in text.splitlines())
    found = (Progress(min(100, int(hit[1])) if hit else None, _message(line, hit)) for line, hit in told)
    return [each for each in found if each != NOTHING]


def _message(line: str, percent: re.Match[str] | None) -> str:
    text = line[: percent.start()] + line[percent.end() :] if percent else line
    plain = _CONTROL.sub(" ", _MARKS.sub("", text.strip()))
    return " ".join(plain.strip(" -:|,").split())[:200]


def read_progress(attempt_folder: str) -> Progress:
    """The progress in `attempt_folder`/progress.md; NOTHING when there is none."""
    try:
        with open(os.path.join(attempt_folder, "progress.md"), "rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > _TAIL:
                file.seek(size - _TAIL)
            return parse_progress(file.read(_TAIL).decode("utf-8", "replace"))
    except OSError:
        return NOTHING


def append_progress(attempt_folder: str, percent: int, message: str) -> None:
    """Add a line, as an agent would; one write, so that lines never mix. Raises OSError."""
    line = f"{percent}% {' '.join(message.split())}".rstrip() + "\n"
    descriptor = os.open(
        os.path.join(attempt_folder, "progress.md"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600
    )
    try:
        os.write(descriptor, line.encode("utf-8", "replace"))
    finally:
        os.close(descriptor)
