"""Try real coding agents through cockpit: enqueued, blocked at a question, answered, done by themselves.

    python tools/try_agents.py [--only claude,codex] [--place host,container] [--agents-dir /tmp/agents]
    python tools/try_agents.py --first-start | --limit

Needs Linux, tmux, git and root, and the agents where --agents-dir says (record_screens.py tells how they get there);
for containers dockerd and debootstrap besides (docker_engine.sh), and for the very first time a network, because the
base image is made then: `tools/docker_engine.sh start DIR && tools/docker_engine.sh stop DIR`.

Everything happens in a network namespace that has loopback and nothing else: the scripted model (model_server.py),
cockpit's daemon, the agents, and a Docker engine of its own, whose containers share that loopback (`network =
"host"`). Only the `cockpit` command beside this Python is used, as a person would. Prints what happened; exits
with 1 if a trial did not end as it should. --first-start lets cockpit answer the questions of a first start (theme,
trust) as `answer_startup` allows; --limit tries what comes after a usage limit.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import record_aider
import record_claude
import record_codex
import record_gemini
import record_opencode
from model_server import ModelServer

INSIDE = "COCKPIT_TRIAL_INSIDE"
COCKPIT = str(Path(sys.executable).with_name("cockpit"))
ENGINE = str(Path(__file__).with_name("docker_engine.sh"))
IMAGE = "debian:bookworm-slim"
MADE = "made-by-agent.txt"  # what the scenario's command makes
NPM = "node_modules/.bin"


@dataclass(frozen=True)
class Subject:
    """An agent to try: `folders` below --agents-dir are globs, put on its PATH; `profile` overrides its profile."""

    name: str
    scenario: str
    folders: tuple[str, ...]
    environment: Callable[[str], dict[str, str]] = lambda _url: {}
    settled: Callable[[Path, str, str], None] = lambda _home, _url, _work: None
    profile: dict[str, Any] = field(default_factory=dict)
    at_first: tuple[str, ...] = ()  # what it asks at a first start
    places: tuple[str, ...] = ("host", "container")


SUBJECTS = (
    Subject("claude", "shell", (f"claude/{NPM}",), record_claude.environment, record_claude.settled),
    Subject(
        "codex",
        "shell",
        ("codex/node_modules/@openai/codex-*/vendor/*/bin", f"codex/{NPM}"),  # the first one needs no node
        record_codex.environment,
        record_codex.settled,
    ),
    Subject("opencode", "shell", (f"opencode/{NPM}",), settled=record_opencode.settled, places=("host",)),
    Subject("gemini", "shell", (f"gemini/{NPM}",), record_gemini.environment, record_gemini.settled, places=("host",)),
    Subject(
        "aider",
        "aider-shell",
        ("aider/bin",),
        record_aider.environment,
        profile={"interactive": ["aider", *record_aider.ARGUMENTS, "--no-gitignore", "--no-auto-commits"]},
        places=("host",),
    ),
)  # fmt: skip
LIMITED = Subject(
    "claude",
    "limit",
    (f"claude/{NPM}",),
    lambda url: record_claude.environment(url) | {"ANTHROPIC_AUTH_TOKEN": "", "TZ": "UTC"},
    record_claude.subscriber,
    places=("host",),
)
FIRST = (
    replace(SUBJECTS[0], settled=lambda _home, _url, _work: None, at_first=("theme", "security", "trust")),
    replace(
        SUBJECTS[1], settled=lambda home, url, _work: record_codex.untrusted(home, url), at_first=("trust",)
    ),
)


@dataclass
class Trial:
    """One agent in one place, in a folder of its own."""

    subject: Subject
    place: str
    agents: Path
    folder: Path
    server: ModelServer
    engine: str = ""
    started: float = field(default_factory=time.monotonic)

    def say(self, text: str) -> None:
        """A line of the report, with the seconds since the start."""
        print(f"  {time.monotonic() - self.started:5.1f} s  {text}", flush=True)

    def prepare(self) -> None:
        """Work folder, home with the agent's settings, configuration."""
        work, home = self.folder / "work", self.folder / "agent-home"
        home.mkdir(parents=True)
        work.mkdir()
        (work / "notes.txt").write_text("alpha\ngamma\n")
        identity = ["-c", "user.name=Demo", "-c", "user.email=demo@example.com"]
        for words in (["init", "-q"], ["add", "."], [*identity, "commit", "-qm", "first"]):
            subprocess.run(["git", *words], cwd=work, check=True)
        self.subject.settled(home, self.server.url, str(work))
        (self.folder / "config.toml").write_text(self.configuration(work, home))

    def configuration(self, work: Path, home: Path) -> str:
        """The configuration file, as TOML (a JSON string is one of TOML's)."""
        name = self.subject.name
        variables = {"HOME": str(home), "PATH": self.path(), **self.subject.environment(self.server.url)}
        lines = ["[projects.web]", f"path = {json.dumps(str(work))}", 'user = "alice"', f'agent = "{name}"']
        lines += ["[projects.web.env]", *(f"{key} = {json.dumps(value)}" for key, value in variables.items())]
        if self.place == "container":
            mounts = [f"{self.agents}:{self.agents}:ro", f"{home}:{home}"]
            lines += ["[projects.web.docker]", f'image = "{IMAGE}"', 'network = "host"']
            lines += [f"mounts = {json.dumps(mounts)}"]
        profile = {"answer_startup": self.subject.at_first, **self.subject.profile}
        lines += [f"[agents.{name}]", *(f"{key} = {json.dumps(value)}" for key, value in profile.items())]
        return "\n".join(lines) + "\n"

    def path(self) -> str:
        """PATH of the agent."""
        found = [str(hit) for glob in self.subject.folders for hit in sorted(self.agents.glob(glob))]
        return ":".join([*found, "/usr/local/bin", "/usr/bin", "/bin"])

    def cockpit(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run the installed command."""
        own = {
            "COCKPIT_HOME": str(self.folder / "state"),
            "COCKPIT_CONFIG": str(self.folder / "config.toml"),
            "DOCKER_HOST": self.engine,
        }
        done = subprocess.run(
            [COCKPIT, *words], capture_output=True, text=True, check=False, env={**os.environ, **own}
        )
        if check and done.returncode:
            raise Wrong(f"cockpit {' '.join(words)}: exit code {done.returncode}: {done.stderr.strip()}")
        return done

    def job(self) -> dict[str, Any]:
        """The one job, as `cockpit jobs --json` has it."""
        jobs: list[dict[str, Any]] = json.loads(self.cockpit("jobs", "--json").stdout)["jobs"]
        return jobs[0]

    def run(self) -> None:
        """The whole trial. Raises Wrong."""
        self.prepare()
        self.server.scenario = self.subject.scenario
        self.cockpit("daemon", "start")
        try:
            told = self.cockpit("enqueue", "web", "Please look at the folder", "--json").stdout
            self.follow(json.loads(told)["job_id"])
        except Wrong:
            self.explain()
            raise
        finally:
            self.cockpit("kill", self.job()["job_id"], "--yes", check=False)
            self.cockpit("daemon", "stop", check=False)
            self.clean_up()

    def follow(self, job: str) -> None:
        """Answer whatever it asks, until it has ended by itself."""
        asked = 0
        while self.cockpit("wait", job, "--state", "blocked", "--timeout", "90", check=False).returncode == 0:
            seen = self.job()["agent_state"]
            if seen["state"] != "blocked":  # answered meanwhile
                continue
            self.say(f"blocked ({seen['rule']}): {seen['line'].strip()}")
            if not seen["rule"].startswith("startup-"):  # else cockpit answers by itself
                answered = self.cockpit("answer", job, "yes").stdout.strip().splitlines()
                self.say(f"answered: {answered[-1]}")
                asked += 1
            self.until_it_goes_on(seen)
        self.must_have_ended(job, asked)

    def until_it_goes_on(self, before: dict[str, Any]) -> None:
        """The answer has been taken: the screen no longer asks that."""
        end = time.monotonic() + 15
        while time.monotonic() < end:
            now = self.job()["agent_state"]
            if not now or (now["state"], now["line"]) != (before["state"], before["line"]):
                return
            time.sleep(0.1)
        raise Wrong("it still asks the same after the answer")

    def must_have_ended(self, job: str, asked: int) -> None:
        """Completed, asked at least once, did what it asked for, and left nothing behind."""
        now = self.job()
        self.say(now["state"] + (f": {now['reason']}" if now["reason"] else ""))
        if now["state"] != "completed":
            raise Wrong("it has not completed")
        if not asked:
            raise Wrong("it never asked")
        if not (self.folder / "work" / MADE).exists():
            raise Wrong("its command was not run")
        if left := left_behind(job, self.folder / "agent-home"):
            raise Wrong(f"it left behind: {', '.join(left)}")

    def explain(self) -> None:
        """What the screen says, for who looks into it."""
        with contextlib.suppress(Wrong, IndexError):
            job = self.job()["job_id"]
            for words in (["agents", "explain", job], ["capture", job], ["daemon", "logs"]):
                print(self.cockpit(*words, check=False).stdout)

    def clean_up(self) -> None:
        """End cockpit's tmux server, and the container."""
        with contextlib.suppress(OSError):
            socket = (self.folder / "state/run").read_text().strip() + "/tmux.sock"
            subprocess.run(["tmux", "-S", socket, "kill-server"], check=False, stderr=subprocess.DEVNULL)
        if self.place == "container":
            self.cockpit("docker", "prune", check=False)


class LimitTrial(Trial):
    """What comes after a usage limit: parked until it ends, then started again to go on."""

    def follow(self, job: str) -> None:
        """Parked; brought back; gone on."""
        self.cockpit("wait", job, "--state", "delayed", "--timeout", "90")
        self.say(f"delayed: {self.job()['reason']}")
        self.server.scenario = "shell"
        self.cockpit("retry", job)
        super().follow(job)
        command = next((self.folder / "state/jobs").glob("*/attempts/2/command")).read_text()
        self.say(f"the second attempt was: {command.strip()}")
        if "--resume" not in command:
            raise Wrong("it was not resumed")


class Wrong(Exception):
    """A trial did not go as it should."""


def left_behind(job: str, home: Path) -> list[str]:
    """Living processes that carry the job's id or the agent's home in their environment."""
    marks = {f"COCKPIT_JOB_ID={job}".encode(), f"HOME={home}".encode()}
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if marks & set((process / "environ").read_bytes().split(b"\0")):
                command = (process / "cmdline").read_bytes().replace(b"\0", b" ")
                found.append(f"{process.name} {command.decode(errors='replace')[:80]}")
    return found


@contextlib.contextmanager
def docker_engine(wanted: bool) -> Iterator[str]:
    """An engine inside this namespace: its containers with `network = "host"` see our loopback, and nothing else."""
    if not wanted:
        yield ""
        return
    folder = tempfile.mkdtemp(prefix="ck", dir="/tmp")  # short: a socket's path may have 107 bytes
    try:
        started = subprocess.run([ENGINE, "start", folder], check=True, stdout=subprocess.PIPE, text=True)
        yield started.stdout.strip()
    finally:
        subprocess.run([ENGINE, "stop", folder], check=False)


def one(trial: Trial) -> bool:
    """Run it; say how it went."""
    print(f"{trial.subject.name}, {trial.place}:", flush=True)
    try:
        trial.run()
    except Wrong as error:
        trial.say(f"WRONG: {error}")
        return False
    finally:
        shutil.rmtree(trial.folder, ignore_errors=True)
    return True


def enter_namespace() -> None:
    """Start again in a network namespace of our own: only loopback."""
    if not os.environ.get(INSIDE):
        shell = 'ip link set lo up && exec "$@"'
        words = ["unshare", "--net", "--", "sh", "-c", shell, "sh", sys.executable, *sys.argv]
        os.execvpe("unshare", words, {**os.environ, INSIDE: "1"})


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default="", help="agents, with commas between")
    parser.add_argument("--place", default="host,container", help="host, container, or both with a comma")
    other = parser.add_mutually_exclusive_group()
    other.add_argument("--first-start", action="store_true", help="try homes that know no agent yet instead")
    other.add_argument("--limit", action="store_true", help="try what comes after a usage limit instead")
    parser.add_argument("--agents-dir", type=Path, default=Path("/tmp/agents"))
    options = parser.parse_args()
    enter_namespace()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that no agent is left behind
    server = ModelServer()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    places, only = options.place.split(","), options.only.split(",") if options.only else []
    known = (LIMITED,) if options.limit else FIRST if options.first_start else SUBJECTS
    pairs = [(s, p) for p in places for s in known if p in s.places and (not only or s.name in only)]
    kind = LimitTrial if options.limit else Trial
    with docker_engine(any(place == "container" for _, place in pairs)) as engine:
        results = [
            one(kind(s, place, options.agents_dir, Path(tempfile.mkdtemp(prefix="ck")), server, engine))
            for s, place in pairs
        ]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
