"""What stands in the form: texts as typed. And what is made of them: requests."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace

from cockpit.base.clock import Micros
from cockpit.base.errors import UsageError
from cockpit.base.times import parse_duration, parse_time
from cockpit.controller.requests import EnqueueRequest
from cockpit.tui.form.several import job_lines

_CLOCK = re.compile(r"[:-]|^\s*(tomorrow|today)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Values:
    """Every field; empty means the default. `each_line` is "yes" where every line of the prompt is a job."""

    project: str = ""
    prompt: str = ""
    each_line: str = ""
    priority: str = "normal"
    agent: str = ""
    user: str = ""
    after: str = ""
    start: str = ""
    retries: str = ""
    timeout: str = ""

    @classmethod
    def of(cls, texts: Mapping[str, str]) -> Values:
        """From a draft; what it does not know stays at its default."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: text for name, text in texts.items() if name in known})

    def texts(self) -> dict[str, str]:
        """For a draft."""
        return asdict(self)

    @property
    def worth_keeping(self) -> bool:
        """Would a person miss it?"""
        return bool(self.prompt.strip())

    @property
    def prompts(self) -> list[str]:
        """One per job."""
        return job_lines(self.prompt) if self.each_line else [self.prompt]

    @property
    def needed(self) -> tuple[str, ...]:
        """The ids in `after`, as typed."""
        return tuple(self.after.replace(",", " ").split())


def parse_start(text: str, now: Micros) -> tuple[str | None, str | None]:
    """(delay, at) as a request wants them: one of them, or none for an empty text. Raises UsageError."""
    text = text.strip()
    if not text:
        return None, None
    try:
        if _CLOCK.search(text):
            parse_time(text, now)
            return None, text
        parse_duration(text)
    except UsageError:
        raise UsageError(
            f"'{text}' is no time; write 10m, 2h, 1d, 18:30, tomorrow 9:00 or 2026-01-14 10:42"
        ) from None
    return text, None


def parse_retries(text: str) -> int | None:
    """A whole number; None for an empty text. Raises UsageError."""
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and int(text[:6]) <= 1000):
        raise UsageError(f"'{text}' retries won't do; write a number from 0 to 1000")
    return int(text)


def to_requests(values: Values, now: Micros, resolved: tuple[str, ...]) -> list[EnqueueRequest]:
    """One per job; `resolved` are the ids that `after` means. Raises UsageError."""
    delay, at = parse_start(values.start, now)
    first = EnqueueRequest(
        project=values.project.strip(),
        prompt="",
        priority=values.priority,
        user=values.user.strip() or None,
        agent=values.agent.strip() or None,
        after=resolved,
        delay=delay,
        at=at,
        retries=parse_retries(values.retries),
        timeout=values.timeout.strip() or None,
    )
    return [replace(first, prompt=prompt) for prompt in values.prompts]
