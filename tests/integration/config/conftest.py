"""A home with a configuration, and ways to read it."""

from __future__ import annotations

import os

import pytest

from cockpit.config.load import check_settings
from cockpit.config.places import Places, find_places
from tests.conftest import Home


@pytest.fixture
def places(home: Home) -> Places:
    return find_places(os.environ)


class Checker:
    """Writes a configuration and tells its mistakes without the file's name: `3: scheduler.slot: ...`."""

    def __init__(self, home: Home, places: Places) -> None:
        self.home = home
        self.places = places

    def __call__(self, text: str | bytes, **environ: str) -> list[str]:
        self.home.config.write_bytes(text.encode() if isinstance(text, str) else text)
        found = check_settings(self.places, environ)
        return [str(mistake).removeprefix(f"{self.home.config}:") for mistake in found]


@pytest.fixture
def check(home: Home, places: Places) -> Checker:
    return Checker(home, places)
