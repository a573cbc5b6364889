"""One tmux process that ends in time, for the event loop."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cockpit.base.errors import Unavailable


@dataclass(frozen=True, slots=True)
class Done:
    """How a process ended; texts with undecodable bytes replaced."""

    exit_code: int
    output: str
    errors: str


async def run_bounded(
    argv: Sequence[str], environment: Mapping[str, str] | None, stdin: bytes | None, seconds: float
) -> Done:
    """Run `argv` and await its end. Raises Unavailable after `seconds`, and when it can't be started."""
    source = asyncio.subprocess.DEVNULL if stdin is None else asyncio.subprocess.PIPE
    try:
        process = await asyncio.create_subprocess_exec(
            *argv, env=environment, stdin=source,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
    except FileNotFoundError as error:
        raise Unavailable(
            f"{argv[0]} is not installed: install tmux 3.2 or newer: apt install tmux"
        ) from error
    except OSError as error:
        raise Unavailable(f"{argv[0]} can't be started: {error.strerror}") from error
    try:
        async with asyncio.timeout(seconds):
            output, errors = await process.communicate(stdin)
    except TimeoutError:
        raise Unavailable(f"tmux does not answer (no reply in {seconds:g} s)") from None
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError, TimeoutError):
                process.kill()
                async with asyncio.timeout(1.0):
                    await process.wait()
    exit_code = process.returncode if process.returncode is not None else -1
    return Done(exit_code, output.decode(errors="replace"), errors.decode(errors="replace").strip())
