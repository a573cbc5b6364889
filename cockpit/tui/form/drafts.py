"""Drafts of the form that outlive it: one small private file each, written as one types, gone when it is enqueued.

Beside them lies which project was used last. All of it is a convenience: what can't be read or written is passed
over, a form that opens without its draft is better than none.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress

from cockpit.base.clock import Micros
from cockpit.base.errors import CockpitError
from cockpit.base.files import private_dir, read_text, write_atomic
from cockpit.base.records import dataclass

_MOST = 9
_LARGEST = 4 * 1024 * 1024
_LAST = "last.json"


@dataclass(frozen=True, slots=True)
class Draft:
    """One form as it was left: the fields' texts by name."""

    id: str
    saved_at: Micros
    values: Mapping[str, str]


class Drafts:
    """The drafts in one folder, made (0700) when first needed."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    @staticmethod
    def new_id() -> str:
        """Unlike any other."""
        return os.urandom(6).hex()

    def all(self) -> list[Draft]:
        """The newest first."""
        try:
            names = os.listdir(self._folder)
        except OSError:
            return []
        found = [self._read(name) for name in names if name.startswith("draft-") and name.endswith(".json")]
        return sorted((draft for draft in found if draft), key=lambda draft: -draft.saved_at)

    def save(self, draft: Draft) -> None:
        """Keep it; of too many the oldest go."""
        document = {"saved_at": draft.saved_at, "values": dict(draft.values)}
        with suppress(OSError, CockpitError, ValueError):
            private_dir(self._folder)
            write_atomic(self._path(draft.id), json.dumps(document))
            for old in self.all()[_MOST:]:
                self.remove(old.id)

    def remove(self, draft_id: str) -> None:
        """It was enqueued, or thrown away."""
        with suppress(OSError):
            os.unlink(self._path(draft_id))

    def last_project(self) -> str:
        """The project of the job that was enqueued last; empty when none is known."""
        found = self._document(_LAST)
        project = found.get("project")
        return project if isinstance(project, str) else ""

    def remember_project(self, project: str) -> None:
        """It was used."""
        with suppress(OSError, CockpitError, ValueError):
            private_dir(self._folder)
            write_atomic(f"{self._folder}/{_LAST}", json.dumps({"project": project}))

    def _path(self, draft_id: str) -> str:
        return f"{self._folder}/draft-{draft_id}.json"

    def _read(self, name: str) -> Draft | None:
        found = self._document(name)
        values, saved_at = found.get("values"), found.get("saved_at")
        if not isinstance(values, dict) or not isinstance(saved_at, int):
            return None
        texts = {str(key): value for key, value in values.items() if isinstance(value, str)}
        return Draft(name.removeprefix("draft-").removesuffix(".json"), saved_at, texts)

    def _document(self, name: str) -> dict[str, object]:
        path = f"{self._folder}/{name}"
        try:
            if os.path.getsize(path) > _LARGEST:
                return {}
            found = json.loads(read_text(path) or "{}")
        except (OSError, ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}
