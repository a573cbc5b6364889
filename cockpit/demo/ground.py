"""The demo's own ground: a fresh private folder with repositories, a configuration and a home; removed at the end.

Nothing of the person's is touched: not their home, configuration, git settings or tmux server.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterable, Iterator

from cockpit.base.errors import CockpitError, Unavailable
from cockpit.base.records import dataclass
from cockpit.controller.context import Context
from cockpit.controller.daemon import stop_daemon
from cockpit.controller.engine import make_tmux
from cockpit.controller.queue import QueueController
from cockpit.controller.requests import EnqueueRequest
from cockpit.demo.fleet import ON_SCREEN, REPOSITORIES, SLOTS, TASKS, Pace, Repository, Task
from cockpit.demo.yesterday import write_yesterday

AGENTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "agents")
PREFIX = "cockpit-demo-"
_AUTHOR = (
    *("-c", "user.name=Demo Author", "-c", "user.email=demo@example.invalid"),
    *("-c", "commit.gpgsign=false", "-c", "init.defaultBranch=main", "-c", "core.hooksPath=/dev/null"),
)

_QUESTION = """\
name = "yes-no"
state = "blocked"
region = "cursor_line"
match = ['\\[y/N\\] *$']"""


@dataclass(frozen=True, slots=True)
class Ground:
    """Where one demo lies; `ids` are the jobs of the story by their keys."""

    root: str
    queue: QueueController
    ids: dict[str, str]

    @property
    def context(self) -> Context:
        return self.queue.context

    def repository(self, name: str) -> str:
        """The path of a repository."""
        return f"{self.root}/repos/{name}"

    def environment(self) -> dict[str, str]:
        """The variables that lead to this demo's home."""
        return environment(self.root)


def environment(root: str) -> dict[str, str]:
    """The variables that lead to the home below `root`."""
    return {"COCKPIT_HOME": f"{root}/home", "COCKPIT_CONFIG": f"{root}/config.toml"}


def move_into(root: str) -> None:
    """Let this process and what it starts see the demo's home, and nothing of the person's own."""
    for name in [name for name in os.environ if name.startswith(("COCKPIT_", "GIT_"))]:
        del os.environ[name]
    os.environ.update(environment(root))


@contextlib.contextmanager
def ground(pace: Pace, *, on_screen: bool = False) -> Iterator[Ground]:
    """Repositories, configuration and a queue with the story's jobs. Raises Unavailable without git or tmux.

    `on_screen` adds what is there to be looked at: yesterday's history, a job that runs for long, one that fails.

    Leaves the folder in place if `keep` was called on it; else nothing is left.
    """
    _require("git")
    _require("tmux")
    root = os.path.realpath(tempfile.mkdtemp(prefix=PREFIX))
    try:
        move_into(root)
        for repository in REPOSITORIES:
            _make_repository(f"{root}/repos/{repository.name}", repository)
        with open(f"{root}/config.toml", "w", encoding="utf-8") as file:
            file.write(configuration(root, pace))
        with QueueController() as queue:
            made = Ground(root, queue, {})
            try:
                if on_screen:
                    write_yesterday(made.context, queue.store)
                _enqueue(made, pace, (*ON_SCREEN, *TASKS) if on_screen else TASKS)
                yield made
            finally:
                if not os.path.exists(_kept(root)):
                    _end(made)
    finally:
        if not os.path.exists(_kept(root)):
            shutil.rmtree(root, ignore_errors=True)


def keep(made: Ground) -> None:
    """Leave the ground where it is, with what runs on it."""
    with open(_kept(made.root), "w", encoding="utf-8"):
        pass


def _kept(root: str) -> str:
    return f"{root}/kept"


def configuration(root: str, pace: Pace) -> str:
    """The demo's config.toml: two profiles whose agents are scripts, and a project per repository."""
    import json

    def text(value: str) -> str:  # a JSON string is a TOML basic string
        return json.dumps(value, ensure_ascii=False)

    lines = [
        "# The demo's own configuration; your own is not touched.",
        f'[scheduler]\nslots = {SLOTS}\ngrace = "2s"',
        f'[retry]\nbase = "{pace.backoff}s"',
    ]
    for name in ("builder", "fixer"):
        words = ("sh", f"{AGENTS}/{name}.sh", "{prompt_file}", f"{pace.pause}", f"{pace.patience}")
        lines.append(f"[agents.{name}]\ndescription = {text(f'A scripted {name}: no model, no network')}")
        lines.append(f"command = [{', '.join(text(word) for word in words)}]")
        lines.append('answers = { yes = ["y"], no = ["n"] }')
        lines.append(f"[[agents.{name}.rules]]\n{_QUESTION}")
    for repository in REPOSITORIES:
        lines.append(
            f'[projects.{repository.name}]\npath = "repos/{repository.name}"\nuser = "{repository.user}"'
        )
        lines.append(f'agent = "builder"\nenv = {{ DEMO_BUSY = {text(f"{root}/busy")} }}')
    return "\n".join(lines) + "\n"


def _make_repository(path: str, repository: Repository) -> None:
    os.makedirs(path)
    git(path, "init", "--quiet")
    for name, content in repository.files.items():
        os.makedirs(os.path.dirname(f"{path}/{name}"), exist_ok=True)
        with open(f"{path}/{name}", "w", encoding="utf-8") as file:
            file.write(content)
        git(path, "add", "--", name)
        git(path, "commit", "--quiet", "-m", f"Add {name}")


def git(path: str, *words: str) -> str:
    """What git says in the repository at `path`, by the demo's author, with nobody's settings. Raises Unavailable."""
    environ = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        ["git", "-C", path, *_AUTHOR, *words], env=environ, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Unavailable(f"git {words[0]} failed in {path}: {' '.join(done.stderr.split())}")
    return done.stdout


def _enqueue(made: Ground, pace: Pace, tasks: Iterable[Task]) -> None:
    for task in tasks:
        request = EnqueueRequest(
            task.project,
            task.prompt,
            task.priority,
            agent=task.agent,
            after=tuple(made.ids[key] for key in task.after),
            delay=pace.delay if task.delayed else None,
            retries=task.retries,
            timeout="10m",
            metadata=f'{{"demo": "{task.key}"}}',
        )
        made.ids[task.key] = made.queue.jobs.enqueue(request).job_id
        if task.held:
            made.queue.jobs.hold("job", made.ids[task.key])


def _require(program: str) -> None:
    if shutil.which(program) is None:
        raise Unavailable(
            f"{program} is not installed (Debian: apt-get install {program}); 'cockpit doctor' tells more"
        )


def _end(made: Ground) -> None:
    """End all that runs here: a daemon that was left behind, agents, the tmux server, the sockets."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # an impatient second one would leave half of it behind
    places, store = made.context.places, made.queue.store
    with contextlib.suppress(CockpitError):
        stop_daemon(made.context, store)
    for job in store.active():
        with contextlib.suppress(CockpitError):
            made.queue.kill(job.id, "the demo ended")
    tmux = make_tmux(made.context)
    if tmux.alive():
        with contextlib.suppress(CockpitError):
            tmux.kill()
    shutil.rmtree(places.run, ignore_errors=True)
