"""Noticing that a container died: at once, without asking again and again.

Where the container's first process is one of this host's, a pidfd tells (0.6 ms, whatever the daemon does). Else
(Docker Desktop, a remote engine) a `docker wait` process does.
"""

from __future__ import annotations

import asyncio
import contextlib
import os

from cockpit.base import pidfd
from cockpit.base.errors import CockpitError, NotFound
from cockpit.docker.cgroup import visible
from cockpit.docker.engine import Engine, EngineGone
from cockpit.docker.running import RunningContainer

_PATIENCE = 10  # silences of the daemon after which the container counts as gone with it
_PAUSE = 1.0  # seconds between them
_LOOKS, _LOOK_PAUSE = 5, 0.2  # how often, and how far apart in seconds, the engine is asked why


async def wait_for_death(running: RunningContainer) -> str:
    """Return when the container is gone, with the reason in words. Cancel it when the attempt ends.

    A daemon that dies without its containers is no death: they run on, and what they do comes by the shared folder.
    """
    descriptor = _open_pidfd(running)
    if descriptor is not None:
        await pidfd.ended(descriptor)
    else:
        await _wait_by_command(running)
    reason = ""
    for _ in range(_LOOKS):
        reason, settled = await asyncio.to_thread(why_dead, running.engine, running.name, running.id)
        if settled:
            break
        await asyncio.sleep(_LOOK_PAUSE)
    return reason


def why_dead(engine: Engine, name: str, container: str) -> tuple[str, bool]:
    """Why the container does not run any more, as far as the engine knows; and whether that is its last word.

    For a moment after its end the engine still calls it running, and one that is being removed merely killed.
    """
    try:
        state = engine.inspect("container", container)[0]["State"]
    except NotFound:
        return f"container {name} was removed", True
    except EngineGone:
        return f"the {engine.command} daemon stopped, and container {name} with it", True
    except CockpitError as error:
        return f"container {name} died ({error})", True
    if state.get("OOMKilled"):
        return f"container {name} ran out of memory and was killed: raise its 'memory'", True
    if state.get("Running"):
        return f"container {name} was restarted", False
    return f"container {name} was stopped (exit code {state.get('ExitCode')})", state.get("ExitCode") != 137


def init_is_dead(running: RunningContainer) -> bool:
    """Is the container's first process known to be gone? The kernel ends all others of a container with it."""
    return running.pid > 0 and running.local and not visible(running.pid, running.id)


def _open_pidfd(running: RunningContainer) -> int | None:
    if running.pid <= 0:
        return None
    try:
        descriptor = os.pidfd_open(running.pid)
    except (OSError, AttributeError):  # AttributeError: no Linux
        return None
    if visible(running.pid, running.id):  # asked after the pidfd was opened: it can't be another's by now
        return descriptor
    os.close(descriptor)
    return None


async def _wait_by_command(running: RunningContainer) -> None:
    """`docker wait` ends when the container does, or when the daemon goes away: then the daemon is asked again."""
    failures = 0
    while failures < _PATIENCE:
        if await _run_wait(running):
            return
        try:
            if not await asyncio.to_thread(running.alive):
                return
            failures = 0
        except EngineGone:
            failures += 1
        await asyncio.sleep(_PAUSE)


async def _run_wait(running: RunningContainer) -> bool:
    """True when it says that the container ended, False when it could not tell."""
    quiet = asyncio.subprocess.DEVNULL
    environment = running.engine.environment
    try:
        process = await asyncio.create_subprocess_exec(
            running.engine.command, "wait", running.id, stdin=quiet, stdout=quiet, stderr=quiet,
            env=None if environment is None else dict(environment),
        )  # fmt: skip
    except OSError:
        return False
    try:
        return await process.wait() == 0
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
