"""What every test has: an environment of its own, homes of its own, and skips that say why.

No test sees the person's HOME, configuration, tmux or COCKPIT_* variables, and none leaves a tmux server behind.
"""

from __future__ import annotations

import functools
import gc
import hashlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Machines that run tests are shared: how long one example took there says nothing.
settings.register_profile(
    "shared", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("shared")

_FOREIGN = ("COCKPIT_", "TMUX", "XDG_", "GIT_")


@dataclass(frozen=True)
class Home:
    """A cockpit of its own: `state` is COCKPIT_HOME, `config` COCKPIT_CONFIG (not written yet), `run` its sockets."""

    state: Path
    config: Path
    run: Path

    @property
    def environ(self) -> dict[str, str]:
        """The variables that make it somebody's."""
        return {"COCKPIT_HOME": str(self.state), "COCKPIT_CONFIG": str(self.config)}

    def configure(self, text: str) -> Path:
        """Write the configuration."""
        self.config.write_text(text, encoding="utf-8")
        return self.config


@pytest.fixture(scope="session", autouse=True)
def _own_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(_FOREIGN)]:
            patch.delenv(name)
        patch.setenv("HOME", str(tmp_path_factory.mktemp("person")))
        patch.setenv("LC_ALL", "C.UTF-8")
        patch.setenv("TZ", "UTC")
        time.tzset()
        _compile_once(patch, tmp_path_factory.getbasetemp().parent)
        for number in (signal.SIGINT, signal.SIGQUIT):
            if signal.getsignal(number) is signal.SIG_IGN:  # a shell's background job, and all that it starts
                signal.signal(number, signal.default_int_handler)
        gc.freeze()  # what was imported and collected stays: looking through it again took a sixth of all time
        yield


def _compile_once(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """Hundreds of commands are run: let the first one write its bytecode, where that may be written."""
    patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    if not os.access(Path(__file__).parents[1] / "cockpit", os.W_OK):
        patch.setenv("PYTHONPYCACHEPREFIX", str(folder / "compiled"))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """COCKPIT_HOME and COCKPIT_CONFIG below tmp_path; what ran there is ended afterwards."""
    made = make_home(tmp_path)
    for name in [name for name in os.environ if name.startswith("COCKPIT_")]:
        monkeypatch.delenv(name)
    for name, value in made.environ.items():
        monkeypatch.setenv(name, value)
    yield made
    end_home(made.run)


def make_home(folder: Path) -> Home:
    """A home below `folder`; `end_home` when it is over."""
    state = folder / "home"
    state.mkdir(mode=0o700)
    return Home(state, folder / "cockpit.toml", run_folder(state))


def run_folder(state: Path) -> Path:
    """Where a home's sockets lie; worked out here from the words of the design, not by cockpit's own code."""
    digest = hashlib.sha256(os.fsencode(os.path.realpath(state))).hexdigest()[:12]
    return Path(f"/tmp/cockpit-{os.getuid()}-{digest}")


def end_home(run: Path) -> None:
    """End the tmux server of one home and whoever was started in it, and remove its folder of sockets."""
    socket = run / "tmux.sock"
    if socket.exists() and shutil.which("tmux"):
        subprocess.run(
            ["tmux", "-S", str(socket), "kill-server"], capture_output=True, check=False, timeout=10
        )
    if run.exists():
        while _ended(os.fsencode(run)):  # what was being started shows in the next round
            pass
    shutil.rmtree(run, ignore_errors=True)


def _ended(run: bytes) -> int:
    """End whoever names this folder of sockets in its command line or environment; how many that were.

    From the panes: the heartbeat, which ignores the hang-up and looks round once a minute (a scheduler would have swept
    it). And tmux itself: a server waits for ever for a control client whose reader was killed with output on its way.
    """
    ended = 0
    for pid in filter(str.isdecimal, os.listdir("/proc")):
        try:
            if any(run in Path(f"/proc/{pid}/{name}").read_bytes() for name in ("environ", "cmdline")):
                os.kill(int(pid), signal.SIGKILL)
                ended += 1
        except OSError:  # gone meanwhile, or somebody else's
            continue
    return ended


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test that is marked with what it needs is skipped where that is missing."""
    for marker, reason in (("tmux", _no_tmux), ("git", _no_git), ("docker", _no_docker)):
        if item.get_closest_marker(marker) and (why := reason()):
            pytest.skip(why)


@functools.cache
def _no_tmux() -> str:
    return "" if shutil.which("tmux") else "tmux is not installed (Debian: apt-get install tmux)"


@functools.cache
def _no_git() -> str:
    return "" if shutil.which("git") else "git is not installed (Debian: apt-get install git)"


@functools.cache
def _no_docker() -> str:
    if not shutil.which("docker"):
        return "docker is not installed (Debian: apt-get install docker.io)"
    try:
        answer = subprocess.run(
            ["docker", "version"], capture_output=True, text=True, check=False, timeout=20
        )
    except subprocess.TimeoutExpired:
        return "the Docker daemon does not answer"
    return "" if answer.returncode == 0 else "no Docker daemon answers (start dockerd, or set DOCKER_HOST)"
