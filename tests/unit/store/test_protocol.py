"""The SQLite store keeps to the Protocol, and the Protocol knows nothing of SQLite."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

import pytest

from cockpit.store.base import Store
from cockpit.store.database import _statements
from cockpit.store.sqlite import SqliteStore

CALLS = sorted(
    name for name, value in vars(Store).items() if inspect.isfunction(value) and not name.startswith("_")
)


@pytest.mark.parametrize("name", CALLS)
def test_every_call_is_there_with_the_same_parameters(name: str) -> None:
    promised = inspect.signature(getattr(Store, name)).parameters.values()
    kept = inspect.signature(getattr(SqliteStore, name)).parameters.values()
    assert [(one.name, one.kind) for one in promised] == [(one.name, one.kind) for one in kept]
    assert [one.default is one.empty for one in promised] == [one.default is one.empty for one in kept]


@pytest.mark.parametrize("name", CALLS)
def test_every_call_says_what_it_does(name: str) -> None:
    assert inspect.getdoc(getattr(SqliteStore, name))


def test_the_protocol_does_not_know_sqlite() -> None:
    code = "import sys, cockpit.store.base; sys.exit('sqlite3' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[3])


def test_a_script_is_cut_into_its_statements() -> None:
    script = (
        "-- a comment; with a semicolon\nCREATE TABLE a (x);\n\nCREATE TABLE b (\n  y TEXT DEFAULT ';'\n);\n"
    )
    found = list(_statements(script))
    assert len(found) == 2
    assert found[1].strip().startswith("CREATE TABLE b")
