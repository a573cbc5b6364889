"""Locks that people and scripts hold: a command run under one, and taking one away.

The lock belongs to the command's own process, not to cockpit's: whoever ends cockpit leaves a lock behind for exactly
as long as the command lives. That takes a start in two steps: a shell waits for the lock, then becomes the command.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from cockpit.base import process
from cockpit.base.errors import Conflict, StaleFence, Unavailable
from cockpit.controller.context import Context
from cockpit.controller.locks import Locks
from cockpit.domain.lane import Lock
from cockpit.store.base import Store

_WAIT_THEN_BECOME = """
read -r COCKPIT_LOCK_ID COCKPIT_LOCK_TOKEN <&"$1" || exit 4
eval "exec $1<&-"
export COCKPIT_LOCK_ID COCKPIT_LOCK_TOKEN
shift
exec "$@"
"""
_FORWARDED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2)


def run_under_lock(context: Context, locks: Locks, user: str, timeout: float, command: Sequence[str]) -> int:
    """Run `command` under the lock of `user`, waited for up to `timeout` seconds; returns its exit code.

    A command that a signal ended gives 128 + its number, as in a shell. Raises LockNotAcquired.
    """
    gate, key = os.pipe()
    words = ["/bin/sh", "-c", _WAIT_THEN_BECOME, "sh", str(gate), *command]
    with subprocess.Popen(words, pass_fds=[gate]) as child:
        os.close(gate)
        try:
            owner = process.identify(child.pid)
            if owner is None:
                raise Unavailable("the command could not be started: its shell ended at once")
            holder = f"{os.path.basename(command[0])} (pid {child.pid})"
            lock = locks.acquire(user, holder, timeout, owner)
            os.write(key, f"{lock.lock_id} {lock.token}\n".encode())
        except BaseException:
            child.kill()
            raise
        finally:
            os.close(key)
        try:
            return _wait(child, locks, lock, context.settings.per_user_serialization.lock_timeout_seconds)
        finally:
            locks.release(user, lock.lock_id)


def _wait(child: subprocess.Popen[bytes], locks: Locks, lock: Lock, lease: float) -> int:
    with _signals_go_to(child):
        while True:
            try:
                code = child.wait(timeout=lease / 3)
                return code if code >= 0 else 128 - code
            except subprocess.TimeoutExpired:
                _renew(locks, lock)


def _renew(locks: Locks, lock: Lock) -> None:
    try:
        locks.renew(lock.lock_id)
    except StaleFence:
        print(f"cockpit: {lock.user}'s lock was taken away; the command runs on without it", file=sys.stderr)


@contextmanager
def _signals_go_to(child: subprocess.Popen[bytes]) -> Iterator[None]:
    """What we are sent is passed on. A terminal sends its own (Ctrl-C) to the command as well: not twice."""

    def forward(number: int, _: object) -> None:
        if number in (signal.SIGINT, signal.SIGQUIT) and _terminal_sends():
            return
        child.send_signal(number)

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
