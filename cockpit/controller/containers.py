"""The containers of this home, for people: which there are, removing idle ones, building the agents' image."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import IO, Any

from cockpit.controller.context import Context
from cockpit.docker.build import build
from cockpit.docker.engine import Engine
from cockpit.docker.kept import Kept, kept_containers, prune
from cockpit.docker.spec import spec_of
from cockpit.store.base import Store


def list_containers(context: Context) -> list[Kept]:
    """This home's containers, by name. Raises Unavailable without an engine."""
    return kept_containers(_engine(context), context.places.home)


def prune_containers(context: Context, store: Store, *, dry_run: bool = False) -> list[Kept]:
    """Remove those that no job uses, and return them. Raises Unavailable without an engine.

    A job that is claimed but has not reached its container yet counts as using it.
    """
    return prune(_engine(context), context.places.home, in_use=in_use(context, store), dry_run=dry_run)


def in_use(context: Context, store: Store) -> set[str]:
    """Names of the containers that active jobs run in, or are about to."""
    names = set()
    for job in store.active():
        project = context.settings.projects.get(job.project)
        if project is not None and project.docker is not None:
            names.add(spec_of(project, context.places.home).name)
            names.add(spec_of(project, context.places.home, user=job.user).name)
    return names


def build_image(
    context: Context, tag: str, arguments: Sequence[str], *, fresh: bool, log: IO[str] | None
) -> str:
    """Build the agents' image; its id. Raises Unavailable, CockpitError."""
    return build(_engine(context), tag, arguments, fresh=fresh, log=log)


def container_view(one: Kept) -> dict[str, Any]:
    """One container as JSON; `attempts` is null where its tmux could not be asked."""
    return {
        "name": one.name,
        "id": one.id,
        "project": one.project,
        "user": one.user,
        "image": one.image,
        "running": one.running,
        "attempts": one.windows if one.windows >= 0 else None,
        "idle": one.idle,
        "started_at": _utc(one.started),
    }


def _engine(context: Context) -> Engine:
    return Engine(context.settings.docker.command)


def _utc(text: str) -> str | None:
    """The engine's time (nanoseconds, any zone) in ours."""
    if not text:
        return None
    when = datetime.fromisoformat(text).astimezone(UTC)
    return when.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
