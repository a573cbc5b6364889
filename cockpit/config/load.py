"""`load_settings`: the settings that hold now, from the cache where nothing has changed, else read anew.

On the path of every quick command: schema.py (pydantic) is imported only when the cache has nothing to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from . import cache, stamps
from .places import Places
from .settings import Settings

if TYPE_CHECKING:
    from .mistakes import Mistake


def load_settings(places: Places, environ: Mapping[str, str]) -> Settings:
    """The settings; a missing file means defaults.

    Raises ConfigError that tells the first mistake and has all of them in `.mistakes`.
    """
    key = stamps.key_of(places, environ)
    found = cache.read(places, key)
    if found is None:
        from .schema import read_settings

        found = read_settings(places, environ)
        cache.write(places, key, found, environ)
    return found


def check_settings(places: Places, environ: Mapping[str, str]) -> tuple[Mistake, ...]:
    """Every mistake in the configuration as it stands, sorted by file and line; the cache is not asked."""
    from cockpit.base.errors import ConfigError

    from .mistakes import Mistake
    from .schema import read_settings

    try:
        read_settings(places, environ)
    except ConfigError as error:
        return tuple(mistake for mistake in error.mistakes if isinstance(mistake, Mistake))
    return ()
