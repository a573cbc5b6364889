"""The cache: as good as reading anew, forgotten when anything changes, and without what it must not hold."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cockpit.config import cache, schema, stamps
from cockpit.config.load import load_settings
from cockpit.config.places import Places
from cockpit.config.settings import Settings
from cockpit.controller.quick import enqueue_facts
from tests.conftest import Home

TEXT = """\
[scheduler]
slots = 3
[projects.web]
path = "w"
env = { A = "1" }
docker = { image = "x", mounts = ["a:/a"] }
"""
TOP = Path(__file__).resolve().parents[3]


class Reads:
    """Counts how often the files are really read."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        self._real = schema.settings_from
        monkeypatch.setattr(schema, "settings_from", self._read)

    def _read(self, *arguments: object) -> Settings:
        self.count += 1
        return self._real(*arguments)  # type: ignore[arg-type]


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Reads:
    monkeypatch.setattr(stamps, "RACY_NS", 0)  # these tests change sizes, so that they need not wait
    return Reads(monkeypatch)


@pytest.fixture
def stored(places: Places) -> Path:
    return Path(places.cache) / "settings.json"


def test_the_second_load_comes_from_the_cache_and_says_the_same(
    home: Home, places: Places, reads: Reads
) -> None:
    home.configure(TEXT)
    first = load_settings(places, {})
    second = load_settings(places, {})
    assert reads.count == 1
    assert second == first
    assert repr(second) == repr(first)


def test_the_cache_is_private(home: Home, places: Places, reads: Reads, stored: Path) -> None:
    home.configure(TEXT)
    load_settings(places, {})
    assert stored.stat().st_mode & 0o777 == 0o600
    assert stored.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("change", ["file", "gone", "profile", "profile-edited", "variable", "touched"])
def test_any_change_is_seen(home: Home, places: Places, reads: Reads, change: str) -> None:
    home.configure(TEXT)
    profiles = home.config.parent / "profiles"
    profiles.mkdir()
    (profiles / "mine.toml").write_text("command = ['a']")
    environ: dict[str, str] = {}
    load_settings(places, environ)
    if change == "file":
        home.configure(TEXT.replace("3", "33"))
    elif change == "gone":
        home.config.unlink()
    elif change == "profile":
        (profiles / "new.toml").write_text("command = ['n']")
    elif change == "profile-edited":
        (profiles / "mine.toml").write_text("command = ['other']")
    elif change == "variable":
        environ["COCKPIT_SCHEDULER__SLOTS"] = "9"
    else:
        os.utime(home.config, ns=(1, 1))
    settings = load_settings(places, environ)
    assert reads.count == 2
    assert {
        "file": settings.scheduler.slots == 33,
        "gone": not settings.projects,
        "profile": "new" in settings.agents,
        "profile-edited": settings.agents.get("mine") is not None
        and settings.agents["mine"].command == ("other",),
        "variable": settings.scheduler.slots == 9,
        "touched": settings.scheduler.slots == 3,
    }[change]


def test_a_file_that_changed_just_now_is_not_cached(
    home: Home, places: Places, monkeypatch: pytest.MonkeyPatch, stored: Path
) -> None:
    monkeypatch.setattr(stamps, "RACY_NS", 3600 * 10**9)
    home.configure(TEXT)
    load_settings(places, {})
    assert not stored.exists()


@pytest.mark.parametrize(
    "damage",
    ["", "{", "[]", "null", '{"key": 1}', "\0\0", "nan", '{"key":%KEY%,"settings":["d","os:system","true"]}'],
)
def test_a_damaged_cache_is_ignored_and_mended(
    home: Home, places: Places, reads: Reads, stored: Path, damage: str
) -> None:
    home.configure(TEXT)
    first = load_settings(places, {})
    key = json.dumps(json.loads(stored.read_text())["key"])
    stored.write_text(damage.replace("%KEY%", key))
    assert load_settings(places, {}) == first
    assert load_settings(places, {}) == first
    assert reads.count == 2


def test_a_wrong_configuration_is_not_cached(home: Home, places: Places, reads: Reads, stored: Path) -> None:
    home.configure("x = 1")
    for _ in range(2):
        with pytest.raises(Exception, match="unknown key 'x'"):
            load_settings(places, {})
    assert not stored.exists()


def test_no_variables_value_is_written_down(home: Home, places: Places, reads: Reads) -> None:
    home.configure(TEXT)
    environ = {"COCKPIT_PROJECTS__WEB__ENV__TOKEN": "hunter2-secret", "SECRET": "hunter2-secret"}
    assert load_settings(places, environ).projects["web"].env["TOKEN"] == "hunter2-secret"
    enqueue_facts(places, environ)
    assert not [path for path in home.state.rglob("*") if path.is_file() and "hunter2" in path.read_text()]


def test_without_a_home_nothing_is_made(home: Home, places: Places) -> None:
    home.state.rmdir()
    load_settings(places, {})
    assert not home.state.exists()


def test_the_facts_are_the_settings(home: Home, places: Places, reads: Reads) -> None:
    home.configure(TEXT + '[agents.arg]\ncommand = ["x", "{prompt}"]\nslots = 0\n[retry]\nlimit = 2\n')
    cold = enqueue_facts(places, {})
    warm = enqueue_facts(places, {})
    assert reads.count == 1
    assert cold.projects == warm.projects == {"web": ("web", "shell")}
    assert warm.agents["arg"] == (0, True)
    assert warm.agents["shell"] == (1, False)
    assert (warm.retries, warm.timeout) == (2, 0.0)


def test_everything_a_profile_can_hold_survives_the_cache(home: Home, places: Places) -> None:
    settings = load_settings(places, {})
    assert any(agent.rules for agent in settings.agents.values()) or "shell" in settings.agents
    assert cache._revive(json.loads(json.dumps(cache._plain(settings)))) == settings


HEAVY = (
    "pydantic",
    "pydantic_core",
    "tomllib",
    "tomlkit",
    "pathlib",
    "asyncio",
    "textual",
    "difflib",
    "platformdirs",
)


@pytest.mark.parametrize("call", ["config.load.load_settings", "controller.quick.enqueue_facts"])
def test_a_warm_load_imports_nothing_heavy(home: Home, places: Places, reads: Reads, call: str) -> None:
    home.configure(TEXT)
    load_settings(places, dict(os.environ))
    module, _, function = call.rpartition(".")
    program = (
        "import os, sys\n"
        f"from cockpit.{module} import {function}\n"
        "from cockpit.config.places import find_places\n"
        "places = find_places(os.environ)\n"
        "places.make()\n"
        f"assert {function}(places, os.environ).projects\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    environ = {**os.environ, "PYTHONPATH": str(TOP)}
    ran = subprocess.run(
        [sys.executable, "-S", "-c", program], env=environ, capture_output=True, text=True, check=False
    )
    assert (ran.stdout, ran.stderr) == ("[]\n", "")
