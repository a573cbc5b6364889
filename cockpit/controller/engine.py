"""Puts together what the scheduler works with; the only place that knows all the parts."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cockpit.base.errors import ConfigError
from cockpit.config.load import load_settings
from cockpit.config.settings import Settings
from cockpit.controller.context import Context
from cockpit.controller.opening import open_store
from cockpit.jobdir.watch import FolderWatcher
from cockpit.scheduler.sites import Sites
from cockpit.store.base import Store
from cockpit.store.writer import Writer
from cockpit.tmux.client import TmuxClient
from cockpit.tmux.server import TmuxServer, write_conf

if TYPE_CHECKING:
    from cockpit.scheduler.engine import Engine
    from cockpit.scheduler.scheduler import Scheduler


def make_tmux(context: Context) -> TmuxServer:
    """The home's own tmux server; nothing is started yet."""
    places, settings = context.places, context.settings
    return TmuxServer(places.tmux_socket, places.tmux_conf, command=settings.tmux.command)


def make_sites(context: Context, *, ensure: bool = True) -> Sites:
    """This host and the projects' containers, still to be connected to; with `ensure` tmux is started if need be."""
    write_conf(context.places.tmux_conf, context.settings.tmux.history_limit)
    return Sites(context.places, context.settings, TmuxClient(make_tmux(context), ensure=ensure))


def make_engine(
    context: Context, store: Store, writer: Writer, watcher: FolderWatcher, sites: Sites
) -> Engine:
    """An engine over these connections. Raises Unavailable when tmux is missing or too old."""
    from cockpit.scheduler.engine import Engine

    sites.here.client.server.version()
    umask = os.umask(0o022)
    os.umask(umask)
    return Engine(
        context.places,
        context.settings,
        context.clock,
        store,
        writer,
        sites,
        watcher,
        lambda: _settings_now(context),
        umask=umask,
    )


def scheduler_class() -> type[Scheduler]:
    """Scheduler, imported when somebody is to schedule: forty modules that the first picture need not wait for."""
    from cockpit.scheduler.scheduler import Scheduler

    return Scheduler


def _settings_now(context: Context) -> Settings:
    """As the file says; as they were while it can't be used."""
    try:
        return load_settings(context.places, os.environ)
    except ConfigError:
        return context.settings


def make_writer(context: Context) -> Writer:
    """The thread that writes for this process."""
    return Writer(lambda: open_store(context.places))
