"""What the configuration is made from: profile files and variables. Their names only; the quick path needs no more."""

from __future__ import annotations

import os
from collections.abc import Mapping

import cockpit

PACKAGE = os.path.dirname(os.path.abspath(cockpit.__file__))
PACKAGED_PROFILES = f"{PACKAGE}/agents/profiles"


def profiles_in(folder: str) -> list[tuple[str, str]]:
    """(name, path) of each NAME.toml in `folder`, sorted."""
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return []
    return [
        (name[:-5], f"{folder}/{name}")
        for name in names
        if name.endswith(".toml") and not name.startswith(".")
    ]


def variables(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables that set something: COCKPIT_SECTION__KEY (COCKPIT_HOME and such have no double underscore)."""
    return {name: environ[name] for name in sorted(environ) if name.startswith("COCKPIT_") and "__" in name}
