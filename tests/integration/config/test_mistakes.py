"""Every kind of mistake is told with file, line, key, what is wrong and what is allowed; only ConfigError comes out."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cockpit.base.errors import ConfigError
from cockpit.config.load import load_settings
from cockpit.config.places import Places
from cockpit.config.template import template
from tests.conftest import Home

Checker = Callable[..., list[str]]

PROJECT = '[projects.web]\npath = "."\n'


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (
            "[scheduler]\n\nslot = 3",
            3,
            "scheduler.slot: unknown key 'slot'; did you mean 'slots'?; allowed: slots, grace",
        ),
        ("\n[schedular]\nslots = 1", 2, "schedular: unknown key 'schedular'; did you mean 'scheduler'?"),
        ('scheduler.slots = "3"', 1, 'scheduler.slots: must be a whole number, not "3"'),
        ("[scheduler]\nslots = 2.5", 2, "scheduler.slots: must be a whole number, not 2.5"),
        ("[scheduler]\nslots = 0", 2, "scheduler.slots: must be at least 1, not 0"),
        ("[scheduler]\nslots = 1001", 2, "scheduler.slots: must be at most 1000, not 1001"),
        (
            '[scheduler]\n# c\ngrace = "ten"',
            3,
            "scheduler.grace: 'ten' is not a duration; write 90, 90s, 10m",
        ),
        (
            "[scheduler]\ngrace = true",
            2,
            'scheduler.grace: must be a number of seconds or text such as "10m", not true',
        ),
        ("[scheduler]\ngrace = -1", 2, "scheduler.grace: must be at least 0, not -1"),
        ("[scheduler]\nbeat = 0", 2, "scheduler.beat: must be above 0, not 0"),
        ("[scheduler]\ngrace = inf", 2, "scheduler.grace: must be a finite number"),
        (
            "[scheduler]\ngrace = 10:00:00",
            2,
            'scheduler.grace: is a date or time, which no setting takes; write "10:00:00"',
        ),
        (
            "[per_user_serialization]\nenabled = 1",
            2,
            "per_user_serialization.enabled: must be true or false, not 1",
        ),
        ("ui = 3", 1, "ui: must be a table, not 3"),
        ('[ui]\nkeys = "x"', 2, "ui.keys: must be a table"),
        ('[notify]\nevents = "task_error"', 2, "notify.events: must be a list, [...], not"),
        ('[notify]\nevents = ["task_error",\n"task_eror"]', 3, "notify.events[2]: must be 'task_queued', "),
        ('[notify]\ndesktop = "of"', 2, "not \"of\"; did you mean 'off'?"),
        ("[load]\ncpu = 0\nmemory = 0\nqueue = 0", 1, "load: one of the weights"),
        ('[tmux]\ncommand = " "', 2, "tmux.command: must not be empty"),
        ("[projects.web]\nuser = 'a'", 1, "projects.web.path: is missing"),
        ("[projects.web]\npath = 3", 2, "projects.web.path: must be text in quotes, not 3"),
        ("[projects.web]\npath = ''", 2, "projects.web.path: must name a folder"),
        (
            PROJECT + "name = 'x'",
            3,
            "projects.web.name: unknown key 'name'; the name is the section's, 'web'",
        ),
        (
            PROJECT + "agent = 'shel'",
            3,
            "projects.web.agent: no agent 'shel'; did you mean 'shell'?; there are",
        ),
        (PROJECT + "user = 'a b'", 3, "projects.web.user: a name starts with"),
        (PROJECT + "git = 'on'", 3, "projects.web.git: must be 'auto', 'required' or 'off'"),
        (PROJECT + "env = { PORT = 80 }", 3, "projects.web.env.PORT: must be text in quotes, not 80"),
        (
            PROJECT + "[projects.web.env]\n'A B' = 'x'",
            4,
            'projects.web.env."A B": is no name for an environment',
        ),
        (
            PROJECT + "env_from = ['K=secret']",
            3,
            "projects.web.env_from[1]: must be a variable's name, never its value",
        ),
        (PROJECT + "docker = { cpus = 1 }", 3, "projects.web.docker: give one of 'image'"),
        (PROJECT + "[projects.web.docker]\nimag = 'x'", 4, "unknown key 'imag'; did you mean 'image'?"),
        (PROJECT + "docker = { image = 'x', cpus = -1 }", 3, "projects.web.docker.cpus: must be at least 0"),
        (PROJECT + "docker = { image = 'x', memory = 'lots' }", 3, "docker.memory: 'lots' is no size"),
        (PROJECT + "docker = { image = 'x', mounts = ['x'] }", 3, "docker.mounts[1]: 'x' is no mount"),
        (PROJECT + "docker = { image = 'x', env = ['x'] }", 3, 'docker.env[1]: write "NAME=value"'),
        ("[projects.'a:b']\npath = '.'", 1, 'projects."a:b": a name starts with a letter'),
        (
            "[agents.echo]\ncomand = ['x']",
            2,
            "agents.echo.comand: unknown key 'comand'; did you mean 'command'?",
        ),
        ("[agents.echo]\ndescription = 'x'", 1, "agents.echo.command: is missing"),
        ("[agents.echo]\ncommand = 'cat'", 2, "agents.echo.command: must be a list"),
        ("[agents.echo]\ncommand = []", 2, "agents.echo.command: must name a program"),
        ("[agents.shell]\nslots = -1", 2, "agents.shell.slots: must be at least 0, not -1"),
        (
            "[agents.shell]\n[[agents.shell.rules]]\nname = 'a'\nstate = 'idle'\nmatch = ['(']",
            5,
            "agents.shell.rules[1].match[1]: '(' is not a regular expression: missing )",
        ),
        (
            "[agents.shell]\ncomposer = 'mark'\nmark = '*'",
            3,
            "agents.shell.mark: '*' is not a regular expression: nothing to repeat",
        ),
        (
            "[[agents.shell.rules]]\nname = 'a'\nstate = 'idel'\nmatch = ['x']",
            3,
            "agents.shell.rules[1].state: must be 'working'",
        ),
        ("a = 1\nb = = 2", 2, "is not valid TOML at column 5: "),
        ("a = 1\na = 2\nb = 1", 2, "is not valid TOML at column 6: cannot overwrite a value"),
        ('a = 1\nb = "open', 2, "is not valid TOML"),
        ("x = [\n1,", 2, "is not valid TOML at the end of the file"),
        ("x = " + "[" * 5000, 1, "is nested too deeply"),
        ("\nx = " + "9" * 5000, 1, "is not valid TOML"),
    ],
)
def test_one_mistake_is_told_with_its_line(check: Checker, text: str, line: int, says: str) -> None:
    found = [mistake for mistake in check(text) if says in mistake]
    assert found, check(text)
    assert found[0].startswith(f"{line}: ")
    assert "\n" not in found[0]


def test_bytes_that_are_no_utf8_are_told_with_their_line(check: Checker) -> None:
    assert check(b"a = 1\n# \xff\n") == ["2: is not UTF-8 (byte 0xff); save it as UTF-8"]


def test_a_byte_order_mark_is_no_mistake(check: Checker) -> None:
    assert check(b"\xef\xbb\xbf[scheduler]\nslots = 2\n") == []


def test_all_mistakes_are_collected_and_the_first_is_the_message(home: Home, places: Places) -> None:
    home.configure("[scheduler]\nslots = 0\nslot = 1\n[ui]\ntheme = 1\n")
    with pytest.raises(ConfigError) as caught:
        load_settings(places, {})
    assert str(caught.value) == (
        f"{home.config}:2: scheduler.slots: must be at least 1, not 0 (and 2 more; cockpit config check lists them)"
    )
    assert [str(mistake).removeprefix(f"{home.config}:")[:2] for mistake in caught.value.mistakes] == [
        "2:",
        "3:",
        "5:",
    ]


def test_a_mistake_in_a_profile_file_names_that_file(home: Home, places: Places, check: Checker) -> None:
    folder = home.config.parent / "profiles"
    folder.mkdir()
    (folder / "mine.toml").write_text("command = ['x']\n\nslotz = 1\n")
    (folder / "broken.toml").write_text("command = \n")
    found = check("[agents.mine]\nslots = 'x'")
    assert f"{folder}/broken.toml:1: is not valid TOML at column 11: invalid value" in found
    assert any(
        line.startswith(f"{folder}/mine.toml:3: agents.mine.slotz: unknown key 'slotz'") for line in found
    )
    assert '2: agents.mine.slots: must be a whole number, not "x"' in found


def test_a_bad_variable_is_named(check: Checker) -> None:
    found = check("", COCKPIT_RETRY__BASE="soon", COCKPIT_SCHEDULR__SLOTS="1", COCKPIT_A__="1")
    assert (
        "environment variable COCKPIT_RETRY__BASE: retry.base: 'soon' is not a duration; write 90, 90s, 10m, 2h or 1d"
        in found
    )
    assert any(
        "COCKPIT_SCHEDULR__SLOTS: schedulr: unknown key 'schedulr'; did you mean 'scheduler'" in one
        for one in found
    )
    assert "environment variable COCKPIT_A__: names no key; write COCKPIT_SECTION__KEY" in found


def test_an_unreadable_file_is_one_clear_line(home: Home, check: Checker, places: Places) -> None:
    home.config.mkdir()
    with pytest.raises(ConfigError, match=r":1: can't be read: Is a directory"):
        load_settings(places, {})


WORDS = "scheduler projects agents web path slots name docker ui keys rules shell command inf true 1979-05-27 [[ ]]"
fragments = st.sampled_from(
    [*"[]{}=.,\"'#\n 1a\t\\\0\ufeffé", *WORDS.split(), '"""', "'''", " = ", "9" * 400]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=150)
@given(st.one_of(st.lists(fragments, max_size=25).map("".join), st.text(max_size=40)))
def test_whatever_is_in_the_file_only_config_errors_come_out(home: Home, places: Places, text: str) -> None:
    home.config.write_bytes(text.encode("utf-8", "surrogatepass"))
    assert is_well_told(places, {})


def is_well_told(places: Places, environ: Mapping[str, str]) -> bool:
    """Does it load, or fail with one line and a list of mistakes? Any other error comes through."""
    try:
        load_settings(places, environ)
    except ConfigError as error:
        return "\n" not in str(error) and len(error.mistakes) > 0
    return True


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)
KEYS = sorted(set(re.findall(r"^# (\w+) = ", template(), re.MULTILINE)))
SECTIONS = [*tomllib.loads(template()), "projects", "agents"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=150)
@given(
    st.sampled_from(SECTIONS), st.sampled_from(KEYS), st.one_of(json_values.map(repr), st.text(max_size=9))
)
def test_whatever_a_variable_says_only_config_errors_come_out(
    home: Home, places: Places, section: str, key: str, value: str
) -> None:
    assert is_well_told(
        places, {f"COCKPIT_{section}__{key}".upper(): value, "COCKPIT_PROJECTS__WEB__PATH": "x"}
    )
