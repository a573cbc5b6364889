"""A container that is ready: how it is reached, and where things lie in it."""

from __future__ import annotations

import os

from cockpit.base.errors import NotFound
from cockpit.base.records import dataclass
from cockpit.docker.engine import Engine, exec_argv
from cockpit.docker.spec import ContainerSpec, home_hash


@dataclass(frozen=True, slots=True)
class RunningContainer:
    """A container that is ready for attempts: it runs, tmux is there, cockpit's folder is in it.

    `inside` is cockpit's own folder as seen inside, in plain characters. `path` and `agent_home` are PATH and HOME
    there. `pid` is its first process, on this very host if
    `local`. `stale`: its settings have changed, but it is busy; it is made anew when it is idle.
    """

    engine: Engine
    spec: ContainerSpec
    id: str
    pid: int
    inside: str
    path: str
    agent_home: str
    tmux_version: str
    local: bool
    stale: bool = False

    @property
    def name(self) -> str:
        return self.spec.name

    @property
    def shared(self) -> bool:
        """Does the container see the attempts' folders on this host? If not, files travel (transfer.py)."""
        return self.spec.made

    @property
    def prefix(self) -> tuple[str, ...]:
        """Argv prefix that runs a program inside as the agents' user: what tmux.hosts.Host wants."""
        return exec_argv(self.engine.command, self.id, self.spec.owner, variables=[f"HOME={self.agent_home}"])

    @property
    def terminal_prefix(self) -> tuple[str, ...]:
        """The same for a program that a person looks at in their own terminal."""
        variables = [f"HOME={self.agent_home}", "TERM=xterm-256color"]  # which every image's terminfo knows
        return exec_argv(self.engine.command, self.id, self.spec.owner, terminal=True, variables=variables)

    @property
    def tmux_socket(self) -> str:
        """Path of the tmux server's socket inside."""
        return f"{own_folder(self.spec)}/tmux.sock"

    @property
    def tmux_conf(self) -> str:
        """Path of its configuration inside; written by `ensure`."""
        return f"{self.inside}/tmux.conf"

    @property
    def bin(self) -> str:
        """The folder inside with the `cockpit` shim in it."""
        return f"{self.inside}/bin"

    def attempt_inside(self, job_id: str, attempt: int) -> str:
        """The attempt's folder as tmux and run.sh inside are given it: plain characters."""
        return f"{self.inside}/jobs/{job_id}.{attempt}"

    def attempt_outside(self, job_id: str, attempt: int) -> str:
        """The same folder on this host (`shared` ones only); seen inside at this very path, too."""
        return f"{self.spec.folder}/jobs/{job_id}.{attempt}"

    def run(self, *words: str, stdin: bytes | None = None, timeout: float | None = None) -> str:
        """Run a program inside as the agents' user. Raises as Engine.run."""
        return self.engine.run(*self.prefix[1:], *words, stdin=stdin, timeout=timeout)

    def alive(self) -> bool:
        """Does it run? Asks the engine. Raises EngineGone when that does not answer."""
        try:
            return bool(self.engine.inspect("container", self.id)[0]["State"]["Running"])
        except NotFound:
            return False


def own_folder(spec: ContainerSpec) -> str:
    """The folder in the container's own /tmp that holds the tmux socket (and all else where nothing is mounted)."""
    return f"/tmp/cockpit-{spec.uid}-{home_hash(spec.home)}"


def script(name: str) -> bytes:
    """One of the sh scripts beside this file."""
    with open(os.path.join(os.path.dirname(__file__), name), "rb") as file:
        return file.read()
