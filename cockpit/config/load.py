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


def load_settings_or_last_good(places: Places, environ: Mapping[str, str]) -> tuple[Settings, str]:
    """As `load_settings`; where the configuration can't be used, the settings before it, and a line that says so.

    For what must go on while somebody mends the file: to look at what runs, to stop it, to answer it. Where no valid
    reading is known, the defaults stand in.
    """
    from cockpit.base.errors import ConfigError

    try:
        return load_settings(places, environ), ""
    except ConfigError as error:
        last = cache.read_last_good(places, stamps.key_of(places, environ))
        if last is not None:
            return last, f"{error}; the settings before it are used"
        return _defaults(places), f"{error}; the defaults are used"


def _defaults(places: Places) -> Settings:
    """What holds without a configuration file and without variables."""
    from cockpit.base.errors import ConfigError

    from .schema import settings_from

    try:
        return settings_from(places, {}, "")
    except ConfigError:  # a profile of the user's own is bad, too
        return Settings()


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
