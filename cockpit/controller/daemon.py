"""The scheduler without a screen: in the foreground, or as a daemon that outlives the shell."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import subprocess
import sys
import time

from cockpit.base.errors import NotFound, Unavailable
from cockpit.base.files import read_text
from cockpit.base.process import ProcessId, identify
from cockpit.base.tag import lay_down
from cockpit.base.wakeup import WakeListener
from cockpit.controller.context import Context
from cockpit.controller.ending import without_job_variables
from cockpit.controller.engine import make_engine, make_sites, make_writer, scheduler_class
from cockpit.controller.opening import open_store
from cockpit.controller.reload import SettingsWatch
from cockpit.domain.node import Node
from cockpit.jobdir.watch import FolderWatcher
from cockpit.scheduler.election import Election
from cockpit.store.base import Store

log = logging.getLogger("cockpit")
_LONG_LOG = 8 << 20  # bytes
_START_PATIENCE = 30.0  # seconds; an idle machine needs half a one


def run_scheduler(context: Context, *, until_idle: bool = False) -> int:
    """Run the scheduler here until SIGTERM, SIGINT or (with `until_idle`) until nothing is left to do.

    Beside a live scheduler it stands by, and takes over when that one ends. Returns 0, or with `until_idle` 1 if a
    job failed for good in this run.
    """
    log_to_file(context)
    with contextlib.suppress(KeyboardInterrupt):
        return asyncio.run(_run(context, until_idle))
    return 0


def find_daemon(context: Context, store: Store) -> ProcessId | None:
    """A daemon of this home, whether it schedules or stands by; None when there is none."""
    node = store.node()
    if node is not None and node.running() and node.kind == "daemon":
        return node.process
    presence = Election(context.places.daemon_lock)
    try:
        if presence.try_win():
            return None
    finally:
        presence.resign()
    text = read_text(context.places.daemon_lock) or ""
    return identify(int(text)) if text.strip().isdigit() else None


def log_to_file(context: Context) -> None:
    """Let cockpit's own words go to the home's log; a long one is put aside first, as cockpit.log.1."""
    with contextlib.suppress(OSError):
        if os.stat(context.places.log).st_size > _LONG_LOG:
            os.replace(context.places.log, f"{context.places.log}.1")
    handler = logging.FileHandler(context.places.log, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(process)d %(levelname)s %(message)s"))
    os.chmod(context.places.log, 0o600)
    log.addHandler(handler)
    log.setLevel(logging.INFO)


async def _run(context: Context, until_idle: bool) -> int:
    store, writer = open_store(context.places), make_writer(context)
    election, presence = Election(context.places.lock), Election(context.places.daemon_lock)
    present = asyncio.create_task(_be_found(presence))
    try:
        first_failure = store.last_event()
        if not await _elected(context, election, store, until_idle):
            return int(until_idle and store.failed_since(first_failure))
        watcher = FolderWatcher()
        sites = make_sites(context)
        scheduler = scheduler_class()(make_engine(context, store, writer, watcher, sites), "daemon")
        log.info("the scheduler runs")
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            loop.add_signal_handler(number, scheduler.stop)
        settings = SettingsWatch(context, scheduler.configure, lambda _: None)
        watches = [asyncio.create_task(watch.run()) for watch in (settings, watcher)]
        try:
            await sites.here.client.start()
            await scheduler.run(until_idle=until_idle)
        finally:
            await sites.close()
            for watch in watches:
                watch.cancel()
            await asyncio.gather(*watches, return_exceptions=True)
        log.info("the scheduler ended; agents go on")
        return int(until_idle and store.failed_since(first_failure))
    finally:
        present.cancel()
        await asyncio.gather(present, return_exceptions=True)
        await writer.close()
        store.close()
        election.resign()
        presence.resign()


async def _be_found(presence: Election) -> None:
    """Let `daemon start` and `daemon stop` know of this one: at once, or when the one before has ended."""
    await presence.win()
    with contextlib.suppress(OSError):  # a full disk: then it is found no more than before
        presence.sign()


async def _elected(context: Context, election: Election, store: Store, until_idle: bool) -> bool:
    """Stand by until this process is the scheduler; False when there is nothing left to stand by for."""
    winning = asyncio.create_task(election.win())
    loop, stopped, woken = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, stopped.set)
    with WakeListener(context.places.wake) as listener:
        loop.add_reader(listener.fileno(), woken.set)
        try:
            await asyncio.sleep(0)
            while not winning.done():
                if stopped.is_set() or (until_idle and not store.work_left()):
                    return False
                woken.clear()
                listener.drain()
                waits = [asyncio.create_task(stopped.wait()), asyncio.create_task(woken.wait())]
                await asyncio.wait([winning, *waits], return_when=asyncio.FIRST_COMPLETED, timeout=1.0)
                for wait in waits:
                    wait.cancel()
            return not stopped.is_set()
        finally:
            loop.remove_reader(listener.fileno())
            winning.cancel()


def start_daemon(context: Context, store: Store) -> Node:
    """Leave a scheduler behind that outlives this shell; returns whoever schedules by then.

    A daemon that is there already (it may stand by, beside a cockpit that schedules) is enough. Raises Unavailable
    when none comes up.
    """
    child = None if find_daemon(context, store) else _spawn(context)
    deadline = time.monotonic() + _START_PATIENCE
    with WakeListener(context.places.wake) as listener:
        while time.monotonic() < deadline and (child is None or child.poll() is None):
            node = store.node()
            if node is not None and node.running() and (child is None or find_daemon(context, store)):
                return node  # the daemon, or the one that it stands by for
            listener.wait(0.5)
    raise Unavailable(f"the daemon did not come up; {context.places.log} says why")


def _spawn(context: Context) -> subprocess.Popen[bytes]:
    environ = without_job_variables(dict(os.environ))
    lay_down()  # a job's end would sweep the daemon away
    environ |= {"COCKPIT_HOME": context.places.home, "COCKPIT_CONFIG": context.places.config_file}
    with open(context.places.log, "ab") as output:
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "cockpit", "daemon", "run"],
            stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd="/", env=environ, start_new_session=True,
        )  # fmt: skip


def stop_daemon(context: Context, store: Store, patience: float = 30.0) -> ProcessId:
    """End the daemon, one that stands by too, in good order; agents go on. Returns the one that ended.

    Raises NotFound when none runs, Unavailable when it does not end within `patience` seconds.
    """
    daemon = find_daemon(context, store)
    if daemon is None:
        raise NotFound("no daemon runs")
    os.kill(daemon.pid, signal.SIGTERM)
    deadline = time.monotonic() + patience
    with WakeListener(context.places.wake) as listener:
        while daemon.alive() and time.monotonic() < deadline:
            listener.wait(0.05)
    if daemon.alive():
        raise Unavailable(f"the daemon (pid {daemon.pid}) does not end; 'kill -9 {daemon.pid}' loses nothing")
    return daemon
