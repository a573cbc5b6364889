"""What a wait waits for: judges look at screens in order and say when they have seen enough. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Protocol

from cockpit.base.errors import UsageError
from cockpit.tmux.screen import PROMPT_MARKS, Screen

NET = 1.0  # seconds after which we look although nothing was said


class Judge(Protocol):
    """Looks at screens in order: evidence when it has seen enough, else the seconds until a still screen suffices."""

    def look(self, screen: Screen, now: float) -> str | float: ...

    def missed(self) -> None:
        """A capture failed: nothing is known about the time since the last one."""


class PromptJudge:
    """`re.search`, MULTILINE, over the visible screen, lines stripped on the right."""

    def __init__(self, pattern: str) -> None:
        try:
            self._pattern = re.compile(pattern, re.MULTILINE)
        except re.error as error:
            raise UsageError(f"'{pattern}' is not a regular expression: {error}") from None

    def look(self, screen: Screen, now: float) -> str | float:  # noqa: ARG002  # a Judge gets both
        found = self._pattern.search(screen.plain)
        return _line_of(screen.plain, found.start()) if found else NET

    def missed(self) -> None:
        pass


class IdleJudge:
    """The same content for `idle_time` seconds, seen all along."""

    def __init__(self, idle_time: float) -> None:
        self._idle_time = idle_time
        self._digest = ""
        self._since = 0.0

    def look(self, screen: Screen, now: float) -> str | float:
        if screen.digest != self._digest:
            self._digest, self._since = screen.digest, now
        still = now - self._since
        return f"unchanged for {still:.1f} s" if still >= self._idle_time else self._idle_time - still

    def missed(self) -> None:
        self._digest = ""


class ShellPromptJudge:
    """The cursor behind a prompt's mark, and the screen still for a moment: output may end like a prompt, too."""

    SETTLE = 0.1  # seconds

    def __init__(self, marks: str = PROMPT_MARKS) -> None:
        self._marks = marks
        self._still = IdleJudge(self.SETTLE)

    def look(self, screen: Screen, now: float) -> str | float:
        still = self._still.look(screen, now)
        if not screen.at_shell_prompt(self._marks):
            return NET
        return screen.before_cursor().rpartition("\n")[2] if isinstance(still, str) else still

    def missed(self) -> None:
        self._still.missed()


class ChangeJudge:
    """Anything that `test` has evidence of; it looks again after `again` seconds even at a still screen."""

    def __init__(self, test: Callable[[Screen], str | None], again: float = NET) -> None:
        self._test = test
        self._again = again

    def look(self, screen: Screen, now: float) -> str | float:  # noqa: ARG002  # a Judge gets both
        return self._test(screen) or self._again

    def missed(self) -> None:
        pass


class HeldJudge:
    """`test` has evidence all along for `HOLD` seconds: of a picture drawn in pieces, half of one proves nothing."""

    HOLD = 0.05  # seconds

    def __init__(self, test: Callable[[Screen], str | None], again: float = NET) -> None:
        self._test = test
        self._again = again
        self._since: float | None = None

    def look(self, screen: Screen, now: float) -> str | float:
        evidence = self._test(screen)
        if evidence is None:
            self._since = None
            return self._again
        self._since = now if self._since is None else self._since
        held = now - self._since
        return evidence if held >= self.HOLD else self.HOLD - held

    def missed(self) -> None:
        self._since = None


def _line_of(text: str, position: int) -> str:
    start = text.rfind("\n", 0, position) + 1
    end = text.find("\n", position)
    return text[start : len(text) if end < 0 else end]
