"""Locks that people and scripts hold: a command run under one, and taking one away.

The lock belongs to the command's own process, not to cockpit's: whoever ends cockpit leaves a lock behind for exactly
as long as the command lives. So the process comes first, waits for the lock, and then becomes the command.
"""

from __future__ import annotations

import os
import select
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import NoReturn

from cockpit.base import process
from cockpit.base.errors import Conflict, StaleFence, Unavailable
from cockpit.controller.context import Context
from cockpit.controller.locks import Locks
from cockpit.domain.lane import Lock
from cockpit.store.base import Store

_FORWARDED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2)
_NOT_FOUND, _NOT_STARTED, _NO_LOCK = 127, 126, 4


def run_under_lock(context: Context, locks: Locks, user: str, timeout: float, command: Sequence[str]) -> int:
    """Run `command` under the lock of `user`, waited for up to `timeout` seconds; returns its exit code.

    A command that a signal ended gives 128 + its number, as in a shell. Raises LockNotAcquired.
    """
    gate, key = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(key)
        _wait_then_become(gate, command)
    os.close(gate)
    try:
        owner = process.identify(child)
        if owner is None:
            raise Unavailable(f"{command[0]} could not be started")
        lock = locks.acquire(user, f"{os.path.basename(command[0])} (pid {child})", timeout, owner)
    except BaseException:
        os.close(key)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        raise
    try:
        with _signals_go_to(child):  # before it starts: whoever sees that it runs may send us one for it
            # Broken: somebody ended it while it waited.
            with suppress(BrokenPipeError), open(key, "wb") as file:
                file.write(f"{lock.lock_id} {lock.token}".encode())
            return _wait(child, locks, lock, context.settings.per_user_serialization.lock_timeout_seconds)
    finally:
        locks.release(user, lock.lock_id)


def _wait_then_become(gate: int, command: Sequence[str]) -> NoReturn:
    """In the child: when the lock is had, be the command; when the parent is gone, end."""
    code = _NO_LOCK
    try:
        told = os.read(gate, 4096).decode().split()
        if told:
            environ = os.environ | dict(zip(("COCKPIT_LOCK_ID", "COCKPIT_LOCK_TOKEN"), told, strict=True))
            signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # python ignores it, and that would be inherited
            os.execvpe(command[0], list(command), environ)
    except OSError as error:
        code = _NOT_FOUND if isinstance(error, FileNotFoundError) else _NOT_STARTED
        os.write(2, f"cockpit: {command[0]} can't be run: {error.strerror}\n".encode())
    finally:
        os._exit(code)


def _wait(child: int, locks: Locks, lock: Lock, lease: float) -> int:
    """The child's exit code; the lease is renewed meanwhile."""
    ended = os.pidfd_open(child)
    try:
        while not select.select([ended], [], [], lease / 3)[0]:
            _renew(locks, lock)
    finally:
        os.close(ended)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return code if code >= 0 else 128 - code


def _renew(locks: Locks, lock: Lock) -> None:
    try:
        locks.renew(lock.lock_id)
    except StaleFence:
        print(f"cockpit: {lock.user}'s lock was taken away; the command runs on without it", file=sys.stderr)


@contextmanager
def _signals_go_to(child: int) -> Iterator[None]:
    """What we are sent is passed on. A terminal sends its own (Ctrl-C) to the command as well: not twice."""

    def forward(number: int, _: object) -> None:
        if number not in (signal.SIGINT, signal.SIGQUIT) or not _terminal_sends():
            os.kill(child, number)

    before = {number: signal.signal(number, forward) for number in _FORWARDED}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _terminal_sends() -> bool:
    """Do we stand in the foreground of a terminal, whose keys reach the whole group?"""
    try:
        return os.tcgetpgrp(0) == os.getpgrp()
    except OSError:
        return False


def end_and_release(context: Context, store: Store, lock: Lock) -> None:
    """Take a manual lock away: its process is ended first (TERM, grace, KILL). Raises Conflict when it will not end."""
    owner = lock.process
    if owner is not None and owner.alive() and not _end(owner, context.settings.scheduler.grace):
        raise Conflict(f"process {owner.pid} under {lock.user}'s lock does not end; the lock stays")
    store.release(lock.user, lock.lock_id)


def _end(owner: process.ProcessId, grace: float) -> bool:
    """True when it is gone; a pidfd makes sure that no other process is hit."""
    try:
        descriptor = os.pidfd_open(owner.pid)
    except ProcessLookupError:
        return True
    try:
        for number, seconds in ((signal.SIGTERM, grace), (signal.SIGKILL, 5.0)):
            if not owner.alive():
                return True
            signal.pidfd_send_signal(descriptor, number)
            if select.select([descriptor], [], [], seconds)[0]:
                return True
        return not owner.alive()
    except ProcessLookupError:
        return True
    finally:
        os.close(descriptor)
