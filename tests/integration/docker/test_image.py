"""The agents' image, built from the real Dockerfile, and the command line around containers."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from cockpit.docker.build import build, build_words, dockerfile
from cockpit.docker.engine import Engine
from tests.conftest import Home
from tests.integration.docker.conftest import BASE, Dock, docked, tmux_in

pytestmark = [pytest.mark.docker, pytest.mark.slow]


@pytest.fixture(scope="module")
def image(engine: Engine) -> str:
    """The real image under a name of its own, without node: installing 400 packages of npm's tests Debian, not us."""
    try:
        urllib.request.urlopen("http://deb.debian.org/debian/dists/bookworm/Release", timeout=20).close()
    except (OSError, urllib.error.URLError) as error:
        pytest.skip(f"Debian's packages can't be reached from here ({error})")
    build(engine, "cockpit-agent-test", ["NODE=no"])
    return "cockpit-agent-test"


def test_the_real_image_has_what_agents_ask_for(dock: Dock, image: str) -> None:
    running = dock.ensure(image=image)
    assert tmux_in(running).ensure().fresh
    for program in ("git", "curl", "python3", "less", "ps", "rg"):
        assert running.run("sh", "-c", f"command -v {program}").strip(), program
    assert running.run("printenv", "LANG").strip() == "C.UTF-8"


def test_the_dockerfile_is_found_and_told_by_stdin() -> None:
    with open(dockerfile(), encoding="utf-8") as file:
        assert f"FROM {BASE}" in file.read()
    assert build_words("t", ["A=b c"], fresh=True) == [
        "build", "--network=host", "--no-cache", "--build-arg", "A=b c", "--tag", "t", "-",
    ]  # fmt: skip


def _cockpit(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cockpit", "docker", *words], capture_output=True, text=True, check=False
    )


def test_ps_and_prune_on_the_command_line(
    home: Home, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with docked(engine, home.state.parent) as dock:
        project = dock.spec("web")
        home.configure(
            f'[projects.web]\npath = "{project.path}"\ndocker = {{ image = "{BASE}", network = "none" }}\n'
        )
        assert _cockpit("ps").stdout == "cockpit keeps no container\n"
        running = dock.containers.ensure(project)
        told = json.loads(_cockpit("ps", "--json").stdout)["containers"]
        assert [(one["name"], one["project"], one["idle"], one["attempts"]) for one in told] == [
            (running.name, "web", True, 0)
        ]
        assert told[0]["started_at"].endswith("Z")
        assert "would be removed" in _cockpit("prune", "--dry-run").stdout
        assert running.alive()
        assert json.loads(_cockpit("prune", "--json").stdout)["removed"][0]["name"] == running.name
        assert not running.alive()
        monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere.sock")
        refused = _cockpit("ps", "--json")
        assert (refused.returncode, refused.stdout) == (5, "")
        assert "daemon does not run" in refused.stderr
