"""The command of a profile: placeholders are filled in once, and nothing is ever appended."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cockpit.domain.profile import Profile, build_argv

ECHO = Profile("echo", ("sh", "-c", 'cat "$1"', "echo-agent", "{prompt_file}"))


def test_placeholders_inside_words() -> None:
    profile = Profile("x", ("run", "--file={prompt_file}", "{job_id}@{workdir}", "{unknown}"))
    argv = build_argv(profile, prompt="p", prompt_file="/f", job_id="1-a", workdir="/w")
    assert argv == ["run", "--file=/f", "1-a@/w", "{unknown}"]


@given(st.text())
def test_a_prompt_is_one_argument_whatever_it_says(prompt: str) -> None:
    profile = Profile("x", ("agent", "-p", "{prompt}"))
    assert build_argv(profile, prompt=prompt, prompt_file="", job_id="", workdir="") == [
        "agent",
        "-p",
        prompt,
    ]


def test_a_prompt_with_a_placeholder_is_not_filled_in_again() -> None:
    profile = Profile("x", ("agent", "{prompt}"))
    assert build_argv(profile, prompt="{job_id}", prompt_file="", job_id="1-a", workdir="") == [
        "agent",
        "{job_id}",
    ]


def test_the_prompt_travels_as_an_argument_only_where_the_command_says_so() -> None:
    assert not ECHO.takes_prompt_argument
    both = Profile("x", ("agent", "{prompt}"), interactive=("agent",))
    assert both.takes_prompt_argument
    assert not Profile("x", ("a", "{prompt}"), interactive=("a",), mode="interactive").takes_prompt_argument
    assert Profile("x", ("a", "{prompt}"), mode="interactive").argv_template == ("a", "{prompt}")
