"""Takes up a saved configuration while running; a bad one is told, and the old one stays."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Mapping

from cockpit.base.errors import ConfigError, Unavailable
from cockpit.config.load import load_settings
from cockpit.config.settings import Settings
from cockpit.controller.context import Context
from cockpit.jobdir.watch import FolderWatcher

log = logging.getLogger("cockpit.config")


class SettingsWatch:
    """Watches the configuration's folders; calls `changed(settings)` or `refused(message)` on the loop."""

    def __init__(
        self,
        context: Context,
        changed: Callable[[Settings], None],
        refused: Callable[[str], None],
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self._context, self._changed, self._refused = context, changed, refused
        self._environ = os.environ if environ is None else environ
        self._watcher = FolderWatcher(step=50, debounce=400)  # no hurry to read; each step can end it
        self._reading: asyncio.Task[None] | None = None
        self._told: str | None = None

    async def run(self) -> None:
        """Until cancelled."""
        for folder in (self._context.places.config_folder, self._context.places.profiles):
            self._watcher.add(folder, lambda _folder, _names: self._look())
        await self._watcher.run()

    def _look(self) -> None:
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        try:
            settings = await asyncio.to_thread(load_settings, self._context.places, self._environ)
        except (ConfigError, Unavailable, OSError) as error:
            if str(error) != self._told:
                self._told = str(error)
                log.warning("the configuration stays as it was: %s", error)
                self._refused(f"the configuration stays as it was: {error}")
            return
        repaired, self._told = self._told is not None, None
        if repaired or settings != self._context.settings:
            log.info("the configuration was taken up")
            self._context.settings = settings
            self._changed(settings)
