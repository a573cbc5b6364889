"""What every service needs: where things lie, what is configured, what time it is."""

from __future__ import annotations

from cockpit.base.records import dataclass

TYPE_CHECKING = False  # typing's own costs more than this module
if TYPE_CHECKING:
    from cockpit.base.clock import Clock
    from cockpit.config.places import Places
    from cockpit.config.settings import Settings


@dataclass(slots=True)
class Context:
    """Shared by the services of one controller; `settings` is replaced when the configuration changes."""

    places: Places
    settings: Settings
    clock: Clock


def nearest(word: str, known: list[str]) -> str:
    """`; did you mean 'web'?` or an empty string."""
    import difflib

    found = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    return f"; did you mean '{found[0]}'?" if found else ""
