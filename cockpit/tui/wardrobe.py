"""The app's themes while it runs: the one that is worn, others tried on, files that are saved meanwhile."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable

from textual.app import App

from cockpit.controller.context import Context
from cockpit.jobdir.watch import FolderWatcher
from cockpit.tui.theme import PLAIN, Themes, find_theme, load_themes, shipped_folder


class Wardrobe:
    """Puts themes on `app`. `take_problems` tells what is wrong with a file, once."""

    def __init__(self, app: App[int], context: Context, loaded: Callable[[], None]) -> None:
        self._app, self._context, self._loaded = app, context, loaded
        self._wanted = ""
        self._instead = False  # another one is worn, because the wanted one can't be
        self._told: set[str] = set()
        self._problems: list[str] = []

    @property
    def colourless(self) -> bool:
        """Does NO_COLOR ask for no colours? Then nothing is chosen."""
        return self._app.no_color

    def look(self) -> None:
        """Wear what the configuration names, if it is another one than before."""
        wanted = PLAIN if self.colourless else self._context.settings.ui.theme
        if wanted != self._wanted:
            self._wanted = wanted
            theme, problem = find_theme(wanted, *self._folders)
            self._app.register_theme(theme)
            self._app.theme = theme.name
            self._instead = problem is not None
            self._tell([problem] if problem else [])

    async def load(self) -> Themes:
        """Every theme there is now; each can be put on by `wear`."""
        themes = await asyncio.to_thread(load_themes, *self._folders)
        for found in themes.usable.values():
            worn = found.name == self._app.theme and found.theme != self._app.current_theme
            self._app.register_theme(found.theme)
            if worn:
                self._app._watch_theme(found.name)  # the same name, other colours: Textual sees no change
        if self._instead and self._wanted in themes.usable:
            self._instead = False
            self.wear(self._wanted)
        self._tell(list(themes.problems))
        return themes

    def fetch(self, name: str) -> None:
        """Let the app know this one, if there is such a theme."""
        theme, problem = find_theme(name, *self._folders)
        if problem is None:
            self._app.register_theme(theme)

    def wear(self, name: str) -> None:
        """Put on one that was loaded; the configuration is not touched."""
        self._app.theme = name

    def chosen(self, name: str) -> None:
        """The configuration names this one from now on: no reason to change when it is read."""
        self._wanted = name

    async def run(self) -> None:
        """Take up the person's themes when they are saved, until cancelled."""
        watcher = FolderWatcher(step=50, debounce=400)  # no hurry to read; each step can end it
        saved = asyncio.Event()
        mine = self._context.places.themes

        def in_themes(_folder: str, _names: set[str]) -> None:
            saved.set()

        def beside(_folder: str, names: set[str]) -> None:
            if os.path.basename(mine) in names:  # the folder was made: it can be watched now
                watcher.remove(mine, in_themes)
                watcher.add(mine, in_themes)

        watcher.add(mine, in_themes)
        watcher.add(self._context.places.config_folder, beside)
        watching = asyncio.create_task(watcher.run())
        try:
            while True:
                await saved.wait()
                saved.clear()
                await self.load()
                self._loaded()
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)

    def take_problems(self) -> list[str]:
        """What has not been told yet."""
        fresh, self._problems = self._problems, []
        return fresh

    @property
    def _folders(self) -> tuple[str, str]:
        return shipped_folder(), self._context.places.themes

    def _tell(self, problems: list[str]) -> None:
        """Each mistake once, and again when it is made anew."""
        self._problems += [problem for problem in problems if problem not in self._told]
        self._told = set(problems)
