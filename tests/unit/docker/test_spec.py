"""What a container is called, made with, and known by."""

from __future__ import annotations

import csv
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.docker.spec import INSIDE, SPEC_LABEL, ContainerSpec, mount, own_mount, spec_of
from cockpit.domain.project import Container, Project

names = st.from_regex(r"\w[\w.@+-]{0,12}", fullmatch=True)


def spec(project: str = "web", user: str = "ann", **docker: object) -> ContainerSpec:
    settings = replace(Container(image="cockpit-agent"), **docker)  # type: ignore[arg-type]
    return ContainerSpec("/h", project, user, "/src/web", settings, 1000, 1000)


@given(names, names, names, names)
def test_two_projects_never_share_a_name(project: str, user: str, other: str, other_user: str) -> None:
    first, second = spec(project, user), spec(other, other_user)
    assert (first.name == second.name) == ((project, user) == (other, other_user))
    assert set(first.name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-")


def test_names_that_could_be_split_in_two_ways() -> None:
    assert spec("a-b", "c").name != spec("a", "b-c").name
    assert spec("a@b").name != spec("a+b").name


@pytest.mark.parametrize(
    "change",
    [
        {"cpus": 2.0},
        {"memory": "1g"},
        {"env": ("A=b",)},
        {"network": "none"},
        {"mounts": ("cache:/cache",)},
        {"workdir": "/app"},
    ],
)
def test_each_setting_changes_the_fingerprint(change: dict[str, object]) -> None:
    assert spec(**change).fingerprint("i") != spec().fingerprint("i")
    assert spec(**change).labels("i")[SPEC_LABEL] == spec(**change).fingerprint("i")


def test_so_do_image_and_caller_but_not_secrets() -> None:
    assert spec().fingerprint("one") != spec().fingerprint("two")
    assert replace(spec(), uid=1).fingerprint("i") != spec().fingerprint("i")
    assert spec(env_from=("API_KEY",)).fingerprint("i") == spec().fingerprint("i")


def test_it_is_hardened() -> None:
    words = " ".join(spec().settings())
    for wanted in (
        "--init",
        "--user 1000:1000",
        "--security-opt no-new-privileges",
        "--cap-drop ALL",
        "--pids-limit",
    ):
        assert wanted in words
    assert "--cap-add" not in words
    assert "--cap-add DAC_OVERRIDE" in " ".join(replace(spec(), uid=0).settings())


def test_what_is_mounted_where() -> None:
    words = spec(workdir="/app").settings()
    mounts = [words[n + 1] for n, word in enumerate(words) if word == "--mount"]
    folder = spec().folder
    assert mounts[:3] == [
        "type=bind,source=/src/web,target=/app",
        f"type=bind,source={folder},target={folder}",
        f"type=bind,source={folder},target={INSIDE}",
    ]


@given(st.text(st.characters(exclude_characters="\0\r", exclude_categories=["Cs"]), min_size=1))
def test_a_mount_may_hold_any_path(path: str) -> None:
    fields = next(csv.reader([mount("bind", path, "/x")])) if "\n" not in path else None
    assert fields is None or fields == ["type=bind", f"source={path}", "target=/x"]


def test_a_users_own_mounts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ann")
    assert own_mount("cache:/cache", "/src") == "type=volume,source=cache,target=/cache"
    assert own_mount("~/data:/data:ro", "/src") == "type=bind,source=/home/ann/data,target=/data,readonly"
    assert own_mount("./out:/out", "/src/web") == "type=bind,source=/src/web/out,target=/out"
    assert own_mount("../out:/out:rw", "/src/web") == "type=bind,source=/src/out,target=/out"


def test_from_a_project() -> None:
    project = Project("web", "/src/web", "ann", docker=Container(container="dev-api"))
    assert spec_of(project, "/h").name == "dev-api"
    assert not spec_of(project, "/h").made
    assert spec_of(project, "/h", user="bob").user == "bob"
    with pytest.raises(ValueError, match="has no container"):
        spec_of(replace(project, docker=None), "/h")
