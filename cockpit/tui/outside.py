"""Programs that take the whole terminal for a while: tmux for attaching, the person's editor.

The event loop goes on meanwhile, and with it the scheduler. The batch keeps Textual from painting what nobody would
see (driver.py drops it).
"""

from __future__ import annotations

import asyncio
import os
import shlex
import tempfile
from collections.abc import Sequence
from contextlib import suppress

from textual.app import App, SuspendNotSupported

from cockpit.base.errors import Unavailable


async def run_outside(app: App[object], argv: Sequence[str], *, quietly: bool = False) -> int:
    """Give the terminal to a program until it ends; returns its exit code.

    `quietly` drops its standard output: tmux draws on the terminal itself and prints `[detached ...]`, which would
    stand there when the cockpit has ended.
    $TMUX is dropped: inside somebody's tmux, attaching to another server is refused otherwise. Raises Unavailable
    where the program can't be started or the terminal can't be given away (in a browser).
    """
    environ = {name: value for name, value in os.environ.items() if name not in ("TMUX", "TMUX_PANE")}
    try:
        with app.batch_update(), app.suspend():
            out = asyncio.subprocess.DEVNULL if quietly else None
            process = await asyncio.create_subprocess_exec(*argv, env=environ, stdout=out)
            return await process.wait()
    except SuspendNotSupported:
        raise Unavailable("this terminal can't be handed over; use 'cockpit attach' in a shell") from None
    except OSError as error:
        raise Unavailable(f"{argv[0]} can't be started: {error.strerror}") from error


def editor_argv() -> list[str]:
    """The person's editor: $VISUAL, $EDITOR or vi. Raises Unavailable when that is no command."""
    wanted = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        return shlex.split(wanted) or ["vi"]
    except ValueError as error:
        raise Unavailable(f"$VISUAL or $EDITOR is no command: {wanted} ({error})") from None


async def edit_text(app: App[object], text: str) -> str:
    """The text after the person has edited it. Raises Unavailable when the editor failed: nothing changed then."""
    argv, path = editor_argv(), _write_draft(text)
    try:
        code = await run_outside(app, [*argv, path])
        if code:
            raise Unavailable(f"{argv[0]} ended with {code}; the prompt is as it was")
        return _read_draft(path)
    finally:
        with suppress(OSError):
            os.unlink(path)


def _write_draft(text: str) -> str:
    try:
        descriptor, path = tempfile.mkstemp(prefix="prompt-", suffix=".md")
        with open(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise Unavailable(f"no file for the prompt could be written: {error}") from error
    return path


def _read_draft(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read().rstrip("\n")
    except OSError as error:
        raise Unavailable(f"the edited prompt can't be read ({error}); it is as it was") from error


def keep_draft(text: str) -> str:
    """Write a text that could not be used where its writer finds it; the path."""
    return _write_draft(text)
