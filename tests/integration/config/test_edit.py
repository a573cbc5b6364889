"""Projects are added and removed without losing a comment, a mode or a file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cockpit.base.errors import ConfigError, Conflict, NotFound, UsageError
from cockpit.config.edit import add_project, remove_project
from cockpit.config.load import load_settings
from cockpit.config.places import Places
from cockpit.config.template import template
from tests.conftest import Home

FILE = """\
# my own words
[scheduler]
slots   =  3   # three

[projects.web]   # the shop
path = "w"

[ui]
theme = "x"
"""


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    made = tmp_path / "repo"
    made.mkdir()
    return made


def test_a_project_is_added_and_everything_else_stays(home: Home, places: Places, repo: Path) -> None:
    home.configure(FILE)
    project = add_project(places, {}, "api", str(repo), user="bob", agent="shell")
    assert (project.path, project.user) == (str(repo), "bob")
    text = home.config.read_text()
    assert [line for line in text.splitlines() if line in FILE.splitlines()] == FILE.splitlines()
    assert set(load_settings(places, {}).projects) == {"web", "api"}


def test_adding_and_removing_gives_the_file_back(home: Home, places: Places, repo: Path) -> None:
    home.configure(FILE)
    add_project(places, {}, "api", str(repo))
    remove_project(places, {}, "api")
    assert home.config.read_text().split() == FILE.split()


def test_the_first_project_makes_the_file(home: Home, places: Places, repo: Path) -> None:
    add_project(places, {}, "alice_project", str(repo))
    assert load_settings(places, {}).projects["alice_project"].user == "alice"
    assert home.config.stat().st_mode & 0o777 == 0o600
    add_project(places, {}, "second", str(repo))
    assert set(load_settings(places, {}).projects) == {"alice_project", "second"}


def test_the_sample_file_can_be_added_to(home: Home, places: Places, repo: Path) -> None:
    home.configure(template())
    add_project(places, {}, "web", str(repo))
    assert home.config.read_text().startswith(template().rstrip())
    assert load_settings(places, {}).projects["web"].path == str(repo)


@pytest.mark.parametrize(
    "text",
    [
        'projects.web.path = "w"\n',
        'projects = { web = { path = "w" } }\n',
        '[projects]\nweb = { path = "w" }\n',
    ],
)
def test_other_ways_to_write_projects(home: Home, places: Places, repo: Path, text: str) -> None:
    home.configure(text)
    add_project(places, {}, "api", str(repo))
    assert set(load_settings(places, {}).projects) == {"web", "api"}
    remove_project(places, {}, "web")
    assert set(load_settings(places, {}).projects) == {"api"}


def test_a_name_that_is_taken_is_a_conflict(home: Home, places: Places, repo: Path) -> None:
    home.configure(FILE)
    with pytest.raises(Conflict, match="'web' is there already"):
        add_project(places, {}, "web", str(repo))
    assert home.config.read_text() == FILE


def test_what_would_not_be_valid_leaves_the_file_alone(home: Home, places: Places, repo: Path) -> None:
    home.configure(FILE)
    for name, agent, says in (("a b", "", "a name starts with"), ("api", "shel", "did you mean 'shell'")):
        with pytest.raises((ConfigError, UsageError), match=says):
            add_project(places, {}, name, str(repo), agent=agent)
    with pytest.raises(UsageError, match="is no folder"):
        add_project(places, {}, "api", str(repo / "gone"))
    assert home.config.read_text() == FILE


@pytest.mark.parametrize("text", ["slots = = 3\n", "projects = 3\n", "[scheduler]\nslot = 1\n"])
def test_a_broken_file_is_told_and_left_alone(home: Home, places: Places, repo: Path, text: str) -> None:
    home.configure(text)
    with pytest.raises(ConfigError):
        add_project(places, {}, "api", str(repo))
    assert home.config.read_text() == text


def test_an_unknown_project_cant_be_removed(home: Home, places: Places) -> None:
    home.configure(FILE)
    with pytest.raises(NotFound, match="did you mean 'web'"):
        remove_project(places, {}, "wob")


def test_a_dry_run_changes_nothing(home: Home, places: Places, repo: Path) -> None:
    home.configure(FILE)
    assert add_project(places, {}, "api", str(repo), dry_run=True).name == "api"
    remove_project(places, {}, "web", dry_run=True)
    assert home.config.read_text() == FILE


def test_a_link_stays_a_link_and_the_mode_stays(
    home: Home, places: Places, repo: Path, tmp_path: Path
) -> None:
    real = tmp_path / "dotfiles.toml"
    real.write_text(FILE)
    real.chmod(0o640)
    home.config.symlink_to(real)
    add_project(places, {}, "api", str(repo))
    assert home.config.is_symlink()
    assert "api" in real.read_text()
    assert real.stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix == ".tmp") == []


def test_relative_paths_start_where_the_caller_is(
    places: Places, repo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repo.parent)
    assert add_project(places, {}, "api", "repo").path == os.path.realpath(repo)
