"""Record what real coding agents show, as fixtures for the rules in cockpit/agents/profiles.

    python tools/record_screens.py [--only claude] [--columns 80,120] [--agents-dir /tmp/agents] [--out DIR]

Needs Linux, tmux, git and root (or user namespaces), and the agents, installed by hand where --agents-dir says:

    mkdir -p /tmp/agents/claude   && cd /tmp/agents/claude   && npm install @anthropic-ai/claude-code
    mkdir -p /tmp/agents/codex    && cd /tmp/agents/codex    && npm install @openai/codex
    mkdir -p /tmp/agents/gemini   && cd /tmp/agents/gemini   && npm install @google/gemini-cli
    mkdir -p /tmp/agents/opencode && cd /tmp/agents/opencode && npm install opencode-ai
    python3 -m venv /tmp/agents/aider && /tmp/agents/aider/bin/pip install aider-chat

The whole run happens in a network namespace that has loopback and nothing else, so no agent can reach anybody but
the scripted model (model_server.py). Work folder and home are /tmp/demo and /tmp/demo-home, in mounts of this run
alone and emptied for each recording, so that fixtures carry no path of anybody's machine. record_agents.py says what
is done to each agent.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import record_agents
import record_profile
from model_server import ModelServer

ROWS = 30
WORK = Path("/tmp/demo")
HOME = Path("/tmp/demo-home")
INSIDE = "COCKPIT_RECORDER_INSIDE"


class NotSeen(Exception):
    """What a script waited for did not appear in time; the message holds the screen."""


@dataclass
class Session:
    """One agent in one pane, and the verbs that a script in record_agents.py uses on it."""

    agent: record_agents.Agent
    columns: int
    out: Path
    socket: Path
    binary: str
    server: ModelServer
    patience: float = 1.0
    version: str = ""
    home: Path = HOME
    work: Path = WORK
    recorded: list[str] = field(default_factory=list)

    def tmux(self, *words: str) -> str:
        result = subprocess.run(
            ["tmux", "-S", str(self.socket), *words], capture_output=True, text=True, check=False
        )
        return result.stdout

    def fresh(self, settings: Callable[[Path, str], None] | None = None) -> None:
        """A new home (with the agent's settings) and a new work folder with one commit."""
        self.stop()
        for folder in (self.home, self.work):
            empty(folder)
        (settings or self.agent.settings)(self.home, self.server.url)
        (self.work / "notes.txt").write_text("alpha\ngamma\n")
        identity = "[user]\n\tname = Demo\n\temail = demo@example.com\n[init]\n\tdefaultBranch = main\n"
        (self.home / ".gitconfig").write_text(identity)
        environment = {"HOME": str(self.home), "PATH": "/usr/bin:/bin"}
        for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "first"]):
            subprocess.run(["git", *words], cwd=self.work, env=environment, check=True)

    def start(self, *extra: str, words: list[str] | None = None, **more: str) -> None:
        """Open the agent's window; `extra` are arguments, `words` replaces the whole command, `more` environment."""
        self.stop()
        environment = {
            "HOME": str(self.home),
            "PATH": f"{Path(self.binary).parent}:/usr/local/bin:/usr/bin:/bin",
            "TERM": "tmux-256color",
            "COLORTERM": "truecolor",
            "LC_ALL": "C.UTF-8",
            "LANG": "C.UTF-8",
            **self.agent.environment(self.server.url),
            **more,
        }
        assignments = [f"{name}={value}" for name, value in environment.items() if value]
        command = words or [self.binary, *self.agent.arguments, *extra]
        size = ("-x", str(self.columns), "-y", str(ROWS))
        self.tmux(
            "new-session", "-d", "-s", "rec", *size, "-c", str(self.work), "env", "-i", *assignments, *command
        )

    def stop(self) -> None:
        """Close the window, and wait until all its processes are gone: they may still write into the home."""
        root = self.tmux("display-message", "-p", "-t", "=rec:", "#{pane_pid}").strip()
        family = descendants(int(root)) if root else []
        self.tmux("kill-session", "-t", "=rec")
        end = time.monotonic() + 3
        while any(alive(pid) for pid in family) and time.monotonic() < end:
            time.sleep(0.05)
        for pid in filter(alive, family):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def text(self) -> str:
        return self.tmux("capture-pane", "-p", "-t", "=rec:")

    def title(self) -> str:
        return self.tmux("display-message", "-p", "-t", "=rec:", "#{pane_title}").rstrip("\n")

    def until(self, pattern: str, timeout: float = 30.0, where: Callable[[], str] | None = None) -> None:
        """Wait until the screen (or `where`) matches; raises NotSeen."""
        look, end = where or self.text, time.monotonic() + timeout * self.patience
        while not re.search(pattern, look(), re.MULTILINE):
            if time.monotonic() > end:
                raise NotSeen(
                    f"{self.agent.name}: no {pattern!r} in {timeout:.0f} s; the screen:\n{self.text()}"
                )
            time.sleep(0.05)

    def gone(self, pattern: str, timeout: float = 30.0) -> None:
        """Wait until the screen no longer matches."""
        self.until(rf"\A(?![\s\S]*{pattern})", timeout)

    def calm(self, seconds: float = 0.6, timeout: float = 15.0) -> None:
        """Wait until the screen stood still for `seconds`."""
        end, last, since = time.monotonic() + timeout, "", time.monotonic()
        while time.monotonic() < end and time.monotonic() - since < seconds:
            now = self.text()
            if now != last:
                last, since = now, time.monotonic()
            time.sleep(0.05)

    def keys(self, *names: str, pause: float = 0.25) -> None:
        """Press keys by their tmux names, one after the other."""
        for name in names:
            self.tmux("send-keys", "-t", "=rec:", name)
            time.sleep(pause)

    def press_until(self, key: str, pattern: str, every: float = 5.0, times: int = 6) -> None:
        """Press a key until the screen matches: dialogs that have just appeared swallow the first one."""
        for _ in range(times - 1):
            self.keys(key)
            with contextlib.suppress(NotSeen):
                return self.until(pattern, every)
        self.keys(key)
        return self.until(pattern, every)

    def say(self, text: str, enter: str = "Enter") -> None:
        """Type a line and submit it."""
        self.tmux("send-keys", "-t", "=rec:", "-l", text)
        self.until(re.escape(text))
        time.sleep(0.6)  # Enter at once counts as part of a paste
        self.keys(enter)

    def shot(self, state: str, what: str) -> None:
        """Write down the screen as it is now, as `state`-`what`-`columns`.json."""
        place = self.tmux(
            "display-message", "-p", "-t", "=rec:", "#{cursor_x} #{cursor_y} #{pane_dead} #{pane_title}"
        )
        x, y, dead, title = place.rstrip("\n").split(" ", 3)
        ansi = self.tmux("capture-pane", "-p", "-e", "-t", "=rec:")
        record = {
            "agent": self.agent.name,
            "version": self.version,
            "state": state,
            "what": what,
            "columns": self.columns,
            "rows": ROWS,
            "title": title,
            "cursor": [int(x), int(y)],
            "dead": dead == "1",
            "text": self.text().split("\n")[:ROWS],
            "ansi": ansi.split("\n")[:ROWS],
        }
        folder = self.out / self.agent.name
        folder.mkdir(parents=True, exist_ok=True)
        name = f"{state}-{what}-{self.columns}.json"
        (folder / name).write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        self.recorded.append(name)
        print(f"  {self.agent.name}/{name}", flush=True)


def record(
    agent: record_agents.Agent, options: argparse.Namespace, columns: int, server: ModelServer
) -> bool:
    """All takes of one agent at one width; False where one of them failed (the others are recorded all the same)."""
    binary = str(Path(options.agents_dir) / agent.name / agent.binary) if agent.binary else "/bin/sh"
    if not Path(binary).exists():
        print(f"  {agent.name}: not installed ({binary})")
        return False
    well = True
    with tempfile.TemporaryDirectory() as folder:
        session = Session(
            agent, columns, Path(options.out), Path(folder) / "t", binary, server, options.patience
        )
        start_tmux(session)
        try:
            session.version = version_of(agent, binary)
            for take in (*agent.takes, *(record_profile.TAKES if agent.binary else ())):
                if not options.take or take.__name__ in options.take.split(","):
                    well = attempt(take, session) and well
        finally:
            session.stop()
            session.tmux("kill-server")
    return well


def descendants(root: int) -> list[int]:
    """The process and all below it, by /proc."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    family = [root]
    for pid in family:
        family += [child for child, parent in parents.items() if parent == pid]
    return family


def alive(pid: int) -> bool:
    """Is there such a process, and is it more than a zombie?"""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def empty(folder: Path) -> None:
    """Delete what is in the folder; the folder itself is a mount point."""
    for child in folder.iterdir():
        if child.is_dir() and not child.is_symlink():
            shutil.rmtree(child, ignore_errors=True)
        else:
            child.unlink(missing_ok=True)


def attempt(take: Callable[[Session], None], session: Session) -> bool:
    """One take from nothing; False where a screen did not come."""
    session.server.scenario = "plain"
    try:
        take(session)
    except NotSeen as error:
        print(f"  ! {take.__name__}: {error}", flush=True)
        return False
    finally:
        session.stop()
    return True


def start_tmux(session: Session) -> None:
    """A server of our own that stays up between windows and keeps dead panes on screen."""
    environment = {"PATH": "/usr/bin:/bin", "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "HOME": "/tmp"}
    words = [
        "tmux",
        "-S",
        str(session.socket),
        "-f",
        "/dev/null",
        "new-session",
        "-d",
        "-s",
        "keep",
        "sleep 100000",
    ]
    subprocess.run(words, env=environment, check=True)
    session.tmux("set", "-g", "remain-on-exit", "on", ";", "set", "-g", "escape-time", "0")
    session.tmux("set", "-g", "default-terminal", "tmux-256color")


def version_of(agent: record_agents.Agent, binary: str) -> str:
    """The number that the agent prints for --version."""
    if not agent.binary:
        return ""
    result = subprocess.run(
        [binary, "--version"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "HOME": str(HOME)},
    )
    found = re.search(r"\d+\.\d+\.\d+", result.stdout)
    return found[0] if found else ""


def enter_namespace() -> None:
    """Start again inside namespaces of our own: only loopback, the host is called demo, /tmp/demo is nobody else's."""
    if os.environ.get(INSIDE):
        return
    mounts = " && ".join(f"mkdir -p {folder} && mount -t tmpfs none {folder}" for folder in (WORK, HOME))
    shell = f'ip link set lo up && hostname demo && {mounts} && exec "$@"'
    user = [] if os.geteuid() == 0 else ["--map-root-user"]
    words = [
        "unshare",
        *user,
        "--net",
        "--uts",
        "--mount",
        "--",
        "sh",
        "-c",
        shell,
        "sh",
        sys.executable,
        *sys.argv,
    ]
    os.execvpe("unshare", words, {**os.environ, INSIDE: "1"})


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default="", help="agents, with commas between")
    parser.add_argument("--take", default="", help="takes, with commas between")
    parser.add_argument("--columns", default="80,120")
    parser.add_argument("--agents-dir", default="/tmp/agents")
    parser.add_argument("--out", default=str(Path(__file__).parent.parent / "tests/fixtures/screens"))
    parser.add_argument(
        "--patience", type=float, default=1.0, help="multiplies how long to wait: for busy machines"
    )
    parser.add_argument("--log", default="", help="append the agents' requests to this file")
    options = parser.parse_args()
    enter_namespace()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that no agent is left behind
    server = ModelServer(8080, log_to=options.log)  # nobody else is in this namespace
    threading.Thread(target=server.serve_forever, daemon=True).start()
    wanted = [a for a in record_agents.AGENTS if not options.only or a.name in options.only.split(",")]
    results = [record(a, options, int(c), server) for a in wanted for c in options.columns.split(",")]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
