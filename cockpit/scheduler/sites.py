"""Every site of this home: this host, and the projects' containers, each brought up when it is first asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from cockpit.config.places import Places
from cockpit.config.settings import Settings
from cockpit.domain.project import Project
from cockpit.scheduler.site import HERE, LocalSite, Site
from cockpit.tmux.client import TmuxClient

if TYPE_CHECKING:
    from cockpit.docker.running import RunningContainer


class Sites:
    """Every site of this home, made when it is first asked for."""

    def __init__(self, places: Places, settings: Settings, here: TmuxClient) -> None:
        self.here = LocalSite(places, here)
        self._places, self.settings = places, settings
        self._containers: dict[tuple[str, str, str], Site] = {}
        self._making = asyncio.Lock()

    async def of(self, project: Project, user: str, *, busy: bool = False) -> Site:
        """Where jobs of `user` in `project` run; brings their container up.

        `busy`: an attempt runs there, so it must stay as it is. Raises Unavailable with what to do when there is no
        engine, image or tmux.
        """
        if project.docker is None:
            return self.here
        from cockpit.scheduler.containers import bring_up

        find = partial(bring_up, self._places, self.settings, project, user, busy=busy)
        return await self._site(project.name, user, find)

    async def named(self, name: str, project: str, user: str) -> Site:
        """The site that an attempt of `user` in `project` was started at, whatever the project names by now.

        Raises Unavailable when it is not there any more.
        """
        if name == HERE:
            return self.here
        from cockpit.scheduler.containers import container_at

        find = partial(container_at, self._places, self.settings, name, project, user)
        return await self._site(project, user, find)

    async def _site(self, project: str, user: str, find: Callable[[], RunningContainer]) -> Site:
        """One connection for each container: a project may name another one while a job still runs in the last."""
        from cockpit.scheduler.containers import site_of

        async with self._making:
            running = await asyncio.to_thread(find)
            key = (project, user, running.name)
            self._containers[key] = site = await site_of(running, self._containers.get(key))
            return site

    def known(self) -> list[Site]:
        """This host and every container that was used since cockpit started."""
        return [self.here, *self._containers.values()]

    async def close(self) -> None:
        """Let go of all connections; what runs goes on."""
        await self.here.spare.close()
        for site in self.known():
            await site.client.close()
