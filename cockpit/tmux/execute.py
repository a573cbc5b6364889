"""Run a command in a pane's shell and know its output and exit code.

The command is typed between two marks that the shell prints. The typed line holds each mark in two pieces
(`cp''b1f`), so that its echo is never taken for the mark itself. `eval` takes the command as one word: comments,
several lines and mistakes in it can't swallow the end mark.
"""

from __future__ import annotations

import os
import re
import shlex
from typing import Protocol

from cockpit.base.errors import Conflict, NotFound, Unavailable
from cockpit.base.records import dataclass
from cockpit.tmux.judges import ChangeJudge, Judge, ShellPromptJudge
from cockpit.tmux.reading import WaitResult
from cockpit.tmux.screen import Screen

_PROMPT_WAIT = 5.0  # seconds for the shell to stand at its prompt


class ShellPane(Protocol):
    """What is done with a pane here; see PaneController, which is one."""

    pane_id: str

    async def paste(self, text: str) -> None: ...
    async def send_key(self, *keys: str) -> None: ...
    async def wait_for(self, judge: Judge, *, timeout: float) -> WaitResult: ...
    async def scrollback(self, lines: int) -> tuple[list[str], bool]: ...


@dataclass(frozen=True, slots=True)
class Executed:
    """What the command printed (both streams), its exit code, and whether the beginning was scrolled away."""

    output: str
    exit_code: int
    truncated: bool


def typed_line(command: str, mark: str) -> str:
    """What is typed for `command`; the leading space keeps it out of most histories."""
    first, last = f"{mark[:2]}''{mark[2:]}b", f"{mark[:2]}''{mark[2:]}e"
    return f" echo {first}; eval {shlex.quote(command)}; printf '\\n%s:%d\\n' {last} $?"


def read_result(lines: list[str], mark: str) -> Executed | None:
    """The result between the marks in captured lines; None while the end mark is missing."""
    end = re.compile(re.escape(mark) + r"e:(\d{1,3})")
    for index in range(len(lines) - 1, -1, -1):
        if found := end.fullmatch(lines[index].rstrip()):
            break
    else:
        return None
    begin = next((n for n in range(index - 1, -1, -1) if lines[n].rstrip() == mark + "b"), None)
    output = "\n".join(line.rstrip() for line in lines[0 if begin is None else begin + 1 : index])
    return Executed(output, int(found[1]), begin is None)


async def execute(pane: ShellPane, command: str, timeout: float) -> Executed:
    """See PaneController.execute."""
    ready = await pane.wait_for(ShellPromptJudge(), timeout=min(_PROMPT_WAIT, timeout))
    if ready.outcome == "gone":
        raise NotFound(f"pane {pane.pane_id} is gone: {ready.evidence}")
    if not ready.seen:
        raise Conflict(f"no shell waits in pane {pane.pane_id} (its last line is {ready.evidence!r})")
    mark = f"cp{os.urandom(4).hex()}"
    await pane.paste(typed_line(command, mark))
    await pane.send_key("Enter")

    def ended(screen: Screen) -> str | None:
        return "ended" if read_result(list(screen.lines), mark) else None

    result = await pane.wait_for(ChangeJudge(ended), timeout=timeout)
    if result.outcome == "gone":
        raise NotFound(f"pane {pane.pane_id} closed while the command ran: {result.evidence}")
    if not result.seen:
        raise Unavailable(f"the command did not end within {timeout:g} s; it runs on in pane {pane.pane_id}")
    return await _whole(pane, mark)


async def _whole(pane: ShellPane, mark: str) -> Executed:
    wanted = 500
    while True:
        lines, all_of_it = await pane.scrollback(wanted)
        executed = read_result(lines, mark)
        if executed is None:
            raise Unavailable("the output was cleared before it could be read")
        if not executed.truncated or all_of_it:
            return executed
        wanted *= 10
