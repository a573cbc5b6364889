"""What the engine's command line says, in one line that helps; and its numbers."""

from __future__ import annotations

import pytest

from cockpit.base.errors import CockpitError, NotFound
from cockpit.docker.engine import Engine, EngineGone, exec_argv
from cockpit.docker.usage import parse_size

DOCKER = Engine("docker")


@pytest.mark.parametrize(
    ("said", "kind", "line"),
    [
        (
            "permission denied while trying to connect to the Docker daemon socket at unix:///x: dial unix /x: refused",
            EngineGone,
            "usermod -aG docker",
        ),
        (
            "Cannot connect to the Docker daemon at unix:///x.sock. Is the docker daemon running?",
            EngineGone,
            "does not run: start it",
        ),
        ("error during connect: Get http://x: EOF", EngineGone, "does not run"),
        ("Cannot connect to Podman. Please verify your connection", EngineGone, "does not run"),
        ("Error response from daemon: No such container: web", NotFound, "No such container: web"),
        ("Error: No such image: x", NotFound, "No such image"),
        ("Error: no such volume x", NotFound, "no such volume"),
        (
            "docker: invalid reference format.\nSee 'docker run --help'.",
            CockpitError,
            "invalid reference format",
        ),
        ("", CockpitError, "docker: failed"),
    ],
)
def test_what_went_wrong(said: str, kind: type[CockpitError], line: str) -> None:
    error = DOCKER.refusal(said)
    assert type(error) is kind
    assert line in str(error)
    assert "\n" not in str(error)


def test_only_podman_is_podman() -> None:
    assert Engine("/usr/bin/podman").podman
    assert not Engine("docker").podman
    assert "apt install podman" in str(Engine("podman").cannot_start(FileNotFoundError()))


def test_how_a_program_inside_is_reached() -> None:
    assert exec_argv("docker", "web", "1:2")[:5] == ("docker", "exec", "-i", "-e", "LC_ALL=C.UTF-8")
    assert exec_argv("docker", "web", "1:2", terminal=True, variables=["A=b"])[-5:] == (
        "-e",
        "A=b",
        "--user",
        "1:2",
        "web",
    )


@pytest.mark.parametrize(
    ("text", "size"),
    [("0B", 0), ("1.5MiB", 1572864), ("2kB", 2000), (" 3.25GiB ", 3489660928), ("1TiB", 1 << 40)],
)
def test_sizes(text: str, size: int) -> None:
    assert parse_size(text) == size


def test_no_size() -> None:
    with pytest.raises(ValueError, match="no size"):
        parse_size("-- / --")
