"""What a configuration means: sections, profiles merged in their order, variables on top."""

from __future__ import annotations

import os
import re

import pytest

from cockpit.config.load import load_settings
from cockpit.config.places import Places
from cockpit.config.settings import Settings
from cockpit.config.template import template
from tests.conftest import Home

EXAMPLE = """\
[scheduler]
slots = 3
[per_user_serialization]
enabled = true
lock_timeout_seconds = 3600
[projects.web]
path = "repos/web"          # relative to the file
user = "alice"
agent = "shell"
[agents.echo]
command = ["sh", "-c", "cat \\"$1\\"", "echo-agent", "{prompt_file}"]
"""


def load(home: Home, places: Places, text: str, **environ: str) -> Settings:
    home.configure(text)
    return load_settings(places, environ)


def test_the_example_is_accepted_as_it_stands(home: Home, places: Places) -> None:
    settings = load(home, places, EXAMPLE)
    assert settings.scheduler.slots == 3
    assert settings.per_user_serialization.lock_timeout_seconds == 3600.0
    web = settings.projects["web"]
    assert (web.name, web.path, web.user, web.agent) == (
        "web",
        str(home.config.parent / "repos/web"),
        "alice",
        "shell",
    )
    assert settings.agents["echo"].name == "echo"
    assert settings.agents["echo"].command == ("sh", "-c", 'cat "$1"', "echo-agent", "{prompt_file}")


def test_a_missing_file_means_defaults_and_the_packaged_agents(places: Places) -> None:
    settings = load_settings(places, {})
    assert settings.scheduler.slots == 4
    assert settings.projects == {}
    assert settings.agents["shell"].command == ("sh", "{prompt_file}")


def test_the_sample_file_means_the_defaults(home: Home, places: Places) -> None:
    defaults = load_settings(places, {})
    assert load(home, places, template()) == defaults


def test_the_sample_files_values_are_the_defaults_too(home: Home, places: Places) -> None:
    defaults = load_settings(places, {})
    sections = template().partition("# A folder in which agents work")[0]
    lines = [
        line.removeprefix("# ") if re.match(r"# \w+ = ", line) else line for line in sections.splitlines()
    ]
    assert sum(not line.startswith("#") for line in lines) > 40
    assert load(home, places, "\n".join(lines)) == defaults


def test_the_samples_examples_are_valid(home: Home, places: Places) -> None:
    shown = template().partition("# A folder in which agents work")[2].splitlines()[1:]
    lines = [
        line.removeprefix("# ")
        for line in shown
        if line.startswith(("# [", "# ")) and not line.startswith("#  ")
    ]
    lines = [line for line in lines if line.startswith("[") or " = " in line]
    settings = load(home, places, "\n".join(lines))
    assert settings.projects["web"].docker is not None
    assert settings.agents["echo"].command


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("90", 90.0), ("1.5", 1.5), ('"10m"', 600.0), ('"1h30m"', 5400.0), ('"90"', 90.0), ("0", 0.0)],
)
def test_durations(home: Home, places: Places, written: str, seconds: float) -> None:
    assert load(home, places, f"scheduler.grace = {written}").scheduler.grace == seconds


def test_paths_start_at_the_file_whatever_the_current_folder(
    home: Home, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir("/")
    text = '[projects]\na.path = "../x/./y"\nb.path = "/abs"\nc.path = "~/src"\n'
    projects = load(home, places, text).projects
    assert projects["a"].path == str(home.config.parent.parent / "x/y")
    assert projects["b"].path == "/abs"
    assert projects["c"].path == os.path.expanduser("~/src")


def test_owners(home: Home, places: Places) -> None:
    text = (
        '[projects]\nalice_project.path = "a"\nweb.path = "w"\nother_project = { path = "o", user = "bob" }\n'
    )
    users = {name: project.user for name, project in load(home, places, text).projects.items()}
    assert users == {"alice_project": "alice", "web": "web", "other_project": "bob"}


def test_profiles_are_merged_packaged_then_file_then_section(home: Home, places: Places) -> None:
    folder = home.config.parent / "profiles"
    folder.mkdir()
    (folder / "shell.toml").write_text(
        'description = "mine"\nslots = 2\nanswers = { yes = ["y"], no = ["n"] }\n'
    )
    (folder / "own.toml").write_text('command = ["own"]\n')
    (folder / ".shell.toml.swp").write_text("not TOML")
    settings = load(
        home,
        places,
        '[agents.shell]\nslots = 3\nanswers.no = ["N", "Enter"]\n[agents.new]\ncommand = ["new"]\n',
    )
    shell = settings.agents["shell"]
    assert shell.command == ("sh", "{prompt_file}")
    assert (shell.description, shell.slots) == ("mine", 3)
    assert (shell.answers.yes, shell.answers.no) == (("y",), ("N", "Enter"))
    assert settings.agents["own"].command == ("own",)
    assert settings.agents["new"].command == ("new",)


def test_variables_win_over_the_file(home: Home, places: Places) -> None:
    settings = load(
        home,
        places,
        '[scheduler]\nslots = 2\ngrace = 1\n[projects.My-App]\npath = "a"\n',
        COCKPIT_SCHEDULER__SLOTS="8",
        COCKPIT_PER_USER_SERIALIZATION__ENABLED="false",
        COCKPIT_SCHEDULER__GRACE="2m",
        COCKPIT_PROJECTS__MY_APP__USER="1001",
        COCKPIT_PROJECTS__MY_APP__ENV__Path_Like="7",
        COCKPIT_PROJECTS__NEW__PATH="/src/new",
        COCKPIT_NOTIFY__EVENTS='["task_error"]',
        COCKPIT_UI__THEME="two words # no comment",
        COCKPIT_JOB_ID="113754-a2f5",
    )
    assert (settings.scheduler.slots, settings.scheduler.grace) == (8, 120.0)
    assert settings.per_user_serialization.enabled is False
    assert (settings.projects["My-App"].user, settings.projects["My-App"].path) == (
        "1001",
        str(home.config.parent / "a"),
    )
    assert settings.projects["My-App"].env == {"Path_Like": "7"}
    assert settings.projects["new"].path == "/src/new"
    assert settings.notify.events == ("task_error",)
    assert settings.ui.theme == "two words # no comment"


def test_a_variable_that_names_an_agents_table_is_merged_too(places: Places) -> None:
    settings = load_settings(places, {"COCKPIT_AGENTS__SHELL__SLOTS": "0"})
    assert settings.agents["shell"].slots == 0
    assert settings.agents["shell"].command == ("sh", "{prompt_file}")
