"""Every site of this home: this host, and the projects' containers, each brought up when it is first asked for."""

from __future__ import annotations

import asyncio

from cockpit.base.errors import Unavailable
from cockpit.config.places import Places
from cockpit.config.settings import Settings
from cockpit.domain.project import Project
from cockpit.scheduler.site import HERE, LocalSite, Site
from cockpit.tmux.client import TmuxClient


class Sites:
    """Every site of this home, made when it is first asked for."""

    def __init__(self, places: Places, settings: Settings, here: TmuxClient) -> None:
        self.here = LocalSite(places, here)
        self._places, self.settings = places, settings
        self._containers: dict[tuple[str, str], Site] = {}
        self._making = asyncio.Lock()

    async def of(self, project: Project, user: str, *, busy: bool = False) -> Site:
        """Where jobs of `user` in `project` run; brings their container up.

        `busy`: an attempt runs there, so it must stay as it is. Raises Unavailable with what to do when there is no
        engine, image or tmux.
        """
        if project.docker is None:
            return self.here
        from cockpit.scheduler.containers import bring_up

        async with self._making:
            known = self._containers.get((project.name, user))
            site = await bring_up(self._places, self.settings, project, user, known, busy=busy)
            self._containers[project.name, user] = site
            return site

    async def named(self, name: str, project: Project | None, user: str) -> Site:
        """The site that an attempt was started at. Raises Unavailable when it can't be found again."""
        if name == HERE:
            return self.here
        if project is None or project.docker is None:
            raise Unavailable(f"it ran in container {name}, which no project names any more")
        site = await self.of(project, user, busy=True)
        if site.name != name:
            raise Unavailable(f"it ran in container {name}, but project {project.name} uses {site.name} now")
        return site

    def known(self) -> list[Site]:
        """This host and every container that was used since cockpit started."""
        return [self.here, *self._containers.values()]

    async def close(self) -> None:
        """Let go of all connections; what runs goes on."""
        await self.here.spare.close()
        for site in self.known():
            await site.client.close()
