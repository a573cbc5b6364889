"""Every value and every argument reaches the agent as it is, through a real /bin/sh."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.base.tag import tag_of
from cockpit.config.places import Places
from cockpit.domain.lane import Claim
from cockpit.domain.project import Project
from cockpit.scheduler.environment import (
    Inside,
    MissingVariable,
    attempt_environment,
    command_line,
    env_file,
    own_variables,
)

CLAIM = Claim("113754-a2f5", 1, "web", "alice", "shell", 7, 2, "113754-a2f5.7", 0, 0)
INSIDE = Inside("/j", "/w", "/t", "/bin-of-cockpit", "/usr/bin:/bin", {"HOME": "/h"})
ANY = st.text(st.characters(blacklist_characters="\0", blacklist_categories=["Cs"]))
NAMES = st.from_regex(r"X[A-Za-z0-9_]{0,8}", fullmatch=True)

TAG = tag_of("/home", "113754-a2f5", 7)


@settings(max_examples=40)
@given(st.lists(ANY, min_size=1, max_size=5))
def test_any_argument_round_trips(words: list[str]) -> None:
    text = command_line(["printf", "%s\\0", *words]) + '"$@"\n'
    done = subprocess.run(["/bin/sh"], input=text.encode(), capture_output=True, check=True)
    assert done.stdout == b"".join(word.encode() + b"\0" for word in words)


@settings(max_examples=40)
@given(st.dictionaries(NAMES, ANY, max_size=5))
def test_any_value_round_trips(variables: dict[str, str]) -> None:
    text = env_file(variables, 0o022, TAG) + "exec env -0\n"
    done = subprocess.run(
        ["/bin/sh"],
        input=text.encode(),
        capture_output=True,
        check=True,
        env={"TMUX": "x", "PATH": os.defpath},
    )
    got = dict(pair.split(b"=", 1) for pair in done.stdout.split(b"\0") if pair)
    assert {name: got.get(name.encode()) for name in variables} == {
        name: value.encode() for name, value in variables.items()
    }
    assert b"TMUX" not in got


@pytest.mark.parametrize("shell", ["/bin/sh", "bash --posix"])
def test_names_that_bash_keeps_to_itself_end_no_attempt(shell: str) -> None:
    variables = {
        "UID": "1",
        "EUID": "2",
        "PPID": "3",
        "SHELLOPTS": "x",
        "BASHOPTS": "x",
        "XLAST": "it's here",
    }
    script = env_file(variables, 0o022, TAG) + 'printf %s "$XLAST"\n'
    done = subprocess.run(shell.split(), input=script.encode(), capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"it's here", b"")


@pytest.mark.parametrize("shell", ["sh", "bash --posix"])
def test_the_tag_outlives_an_empty_environment_and_a_session(shell: str) -> None:
    tell = "exec env -i setsid -w sh -c 'ulimit -S -m; ulimit -H -m'\n"
    done = subprocess.run(
        shell.split(), check=False, input=(env_file({}, 0o022, TAG) + tell).encode(), capture_output=True
    )
    assert done.stdout.split() == [b"%d" % TAG, b"unlimited"]
    refused = f"ulimit -m 100\n{env_file({}, 0o022, TAG)}ulimit -S -m\n"
    done = subprocess.run(shell.split(), check=False, input=refused.encode(), capture_output=True)
    assert (done.stdout, done.stderr) == (b"100\n", b""), "a host's own hard limit stays"


def test_names_that_no_shell_can_export_are_left_out() -> None:
    text = env_file({"BASH_FUNC_x%%": "() { :; }", "a b": "1", "1A": "2", "GOOD": "3"}, 0o077, TAG)
    assert "GOOD=3" in text
    assert text.count("export") == 1
    assert "umask 077" in text


def test_what_describes_the_schedulers_own_terminal_stays_out(tmp_path: Path) -> None:
    outer = {
        "TMUX": "1", "TERM": "x", "PWD": "/", "COCKPIT_JOB_ID": "another", "COCKPIT_FENCE": "1", "LANG": "C.UTF-8",
        "COCKPIT_CRASH_AT": "x", "COCKPIT_SCHEDULER__SLOTS": "2", "TEXTUAL_LOG": "x",
        "COCKPIT_UI__LOW_BANDWIDTH": "true",
    }  # fmt: skip
    places = Places(str(tmp_path), str(tmp_path / "c.toml"), "/tmp/run")
    assert own_variables(outer, places) == {
        "LANG": "C.UTF-8",
        "COCKPIT_SCHEDULER__SLOTS": "2",
        "COCKPIT_HOME": str(tmp_path),
        "COCKPIT_CONFIG": str(tmp_path / "c.toml"),
    }


def test_the_projects_own_and_what_it_takes_from_outside() -> None:
    project = Project(
        "web", "/w", "alice", "shell", env={"MODE": "x", "COCKPIT_USER": "mallory"}, env_from=("KEY",)
    )
    got = attempt_environment(CLAIM, project, INSIDE, {"KEY": "secret", "OTHER": "1"})
    assert (got["MODE"], got["KEY"], got["HOME"], got["COCKPIT_USER"]) == ("x", "secret", "/h", "alice")
    assert "OTHER" not in got
    assert got["PATH"] == "/bin-of-cockpit:/usr/bin:/bin"
    with pytest.raises(MissingVariable, match=r"KEY .*project web"):
        attempt_environment(CLAIM, project, INSIDE, {})


def test_the_projects_path_counts_and_cockpit_stays_first() -> None:
    project = Project("web", "/w", "alice", "shell", env={"PATH": "/opt/node/bin:/usr/bin"})
    assert attempt_environment(CLAIM, project, INSIDE, {})["PATH"] == "/bin-of-cockpit:/opt/node/bin:/usr/bin"
