"""Panes by the installed command: type with a receipt, press, capture, wait, run in the shell, answer."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import end_home, make_home
from tests.e2e.conftest import SECONDS, Cockpit, make_cockpit
from tests.e2e.warm import Warm

pytestmark = [pytest.mark.tmux, pytest.mark.slow]
COMPOSER = Path(__file__).parents[1] / "integration" / "tmux" / "composer.py"
AGENTS = f"""
[agents.repl]
command = ["env", "PS1=repl$ ", "ENV=", "sh", "-i"]
[[agents.repl.rules]]
name = "prompt"
state = "shell"
region = "cursor_line"
match = ['^repl\\$ *$']
[agents.composer]
command = [{json.dumps(sys.executable)}, {json.dumps(str(COMPOSER))}, "said.jsonl"]
[[agents.composer.rules]]
name = "box"
state = "idle"
match = ['^\\? for shortcuts']
"""
ASKS = "printf 'Proceed? [y/n] '; read answer; echo got $answer; exec sleep 600"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, warm: Warm) -> Iterator[Cockpit]:
    """A daemon runs: one for all tests here."""
    home = make_home(tmp_path_factory.mktemp("panes"))
    made = make_cockpit(home, warm, AGENTS)
    assert made("daemon", "start").code == 0
    yield made
    made.close()
    end_home(home.run)


@pytest.fixture
def started(running: Cockpit) -> Iterator[Cockpit]:
    """A daemon without jobs."""
    yield running
    left = [job["job_id"] for job in running("jobs", "--json").json["jobs"] if job["finished_at"] is None]
    if left:
        running("kill", *left)
    for job_id in left:
        running("wait", job_id, "--state", "exited", "--timeout", "30")


@pytest.fixture
def repl(started: Cockpit) -> str:
    """The id of a job whose pane is a shell at its prompt."""
    job_id = started.enqueue("web", "a shell", "--agent", "repl")
    assert started("wait", job_id, "--shell", "--timeout", "30").code == 0
    return job_id


class TestTyping:
    def test_a_receipt_says_how_far_it_got(self, started: Cockpit, repl: str) -> None:
        sent = started("send", repl, "echo 'it''s' \"here\"", "--json").json
        assert (sent["job_id"], sent["receipt"]) == (repl, "accepted")
        assert started("wait", repl, "--prompt", "^its here$", "--timeout", "30").code == 0
        typed = started("send", repl, "echo not yet", "--no-enter", "--json").json
        assert typed["receipt"] == "echoed"
        assert started("capture", repl).out.endswith("repl$ echo not yet\n")
        assert started("keys", repl, "Enter", "--json").json == {"job_id": repl, "keys": ["Enter"]}
        assert started("wait", repl, "--prompt", "^not yet$", "--timeout", "30").code == 0
        slow = started("send", repl, "echo late", "--delay-enter", "0.3", "--json")
        assert slow.json["receipt"] == "accepted"

    def test_a_dry_run_types_nothing(self, started: Cockpit, repl: str) -> None:
        before = started("capture", repl).out
        planned = started("send", repl, "echo no", "--dry-run", "--json").json
        assert planned == {"job_id": repl, "text": "echo no", "dry_run": True}
        assert started("keys", repl, "C-c", "--dry-run").out == f"would be pressed in job {repl}\n"
        assert started("exec", repl, "--dry-run", "--json", "--", "ls", "a b").json["command"] == "ls 'a b'"
        assert started("capture", repl).out == before

    def test_a_long_prompt_is_pasted_once(self, started: Cockpit) -> None:
        job_id = started.enqueue("web", "a composer", "--agent", "composer")
        assert started("wait", job_id, "--state", "idle", "--timeout", "30").code == 0
        line = 'it\'s "quoted" $(touch never) `too` \\ 🚀 日本 é\n\n\tindented\n'
        prompt = line * (20_000 // len(line.encode()) + 1) + "the last words"
        assert started("send", job_id, "-", "--json", stdin=prompt).json["receipt"] == "accepted"
        said = started.home.config.parent / "repos" / "web" / "said.jsonl"
        assert [json.loads(entry) for entry in said.read_text().splitlines()] == [prompt]

    def test_keys_interrupt(self, started: Cockpit, repl: str) -> None:
        started("send", repl, "trap 'echo caught' INT; echo ready; while :; do sleep 0.1; done")
        assert started("wait", repl, "--prompt", "^ready", "--timeout", "30").code == 0
        started("keys", repl, "C-c")
        assert started("wait", repl, "--prompt", "^caught|^\\^Ccaught", "--timeout", "30").code == 0
        started("keys", repl, "Entr").refused(2, "'Entr' is not a key")

    def test_mistakes(self, started: Cockpit) -> None:
        started("send").refused(2, "to whom")
        started("send", "zzzz", "hi").refused(3, "zzzz")
        waiting = started.enqueue("api", "exit 0", "--delay", "1h")
        started("send", waiting).refused(2, "text is missing")
        started("send", waiting, "one", "two").refused(2, "quotes")
        started("keys", waiting).refused(2, "keys are missing")
        for words in (
            ["send", waiting, "hi"],
            ["keys", waiting, "y"],
            ["capture", waiting],
            ["answer", waiting, "yes"],
        ):
            started(*words).refused(4, "no pane")
        started("exec", waiting).refused(2, "command is missing")
        started("exec", waiting, "--", "true").refused(4, "no pane")


class TestCapture:
    def test_text_colour_and_evidence(self, started: Cockpit) -> None:
        script = r"printf '\033]0;my title\007\033[38;2;10;20;30mcolour\033[0m 🚀\nSure? [y/n] '; read _"
        job_id = started.enqueue("web", script)
        assert started("wait", job_id, "--state", "blocked", "--timeout", "30").code == 0
        seen = started("capture", job_id, "--json").json
        assert set(seen) == {"job_id", "text", "title", "cursor", "state", "evidence"}
        assert (seen["text"], seen["title"], seen["cursor"]) == (
            "colour 🚀\nSure? [y/n]",
            "my title",
            [12, 1],
        )
        assert (seen["state"], seen["evidence"]["rule"]) == ("blocked", "yes-no")
        assert seen["evidence"]["line"] == "Sure? [y/n]"
        assert "\x1b[38;2;10;20;30mcolour" in started("capture", job_id, "--escapes").out
        assert started("capture", job_id).out == "colour 🚀\nSure? [y/n]\n"

    def test_a_tmux_that_does_not_answer(self, started: Cockpit, repl: str) -> None:
        """What can't be read fails; it is never an empty screen."""
        socket = str(started.home.run / "tmux.sock")
        asked = ["tmux", "-S", socket, "display-message", "-p", "#{pid}"]
        pid = int(subprocess.run(asked, capture_output=True, text=True, check=True).stdout)
        os.kill(pid, signal.SIGSTOP)
        try:
            started("capture", repl).refused(5, "could not be read")
            started("wait", repl, "--shell", "--timeout", "0.5").refused(5, "did not show a shell prompt")
        finally:
            os.kill(pid, signal.SIGCONT)
        assert started("capture", repl).out == "repl$\n"

    def test_what_scrolled_away(self, started: Cockpit, repl: str) -> None:
        started("exec", repl, "--", "seq", "1", "100")
        visible = started("capture", repl).out.splitlines()
        more = started("capture", repl, "--lines", "90").out.splitlines()
        assert len(visible) < 60
        assert len(more) == 90
        assert "50" in more
        assert "10" not in more
        started("capture", repl, "--lines", "0").refused(2, "at least 1")


class TestWait:
    def test_a_job_that_waits_is_waited_for(self, started: Cockpit) -> None:
        job_id = started.enqueue("web", "echo come on; exec sleep 600", "--delay", "1h")
        waiter = started.start("wait", job_id, "--prompt", "come on", "--timeout", "60", "--json")
        assert started("retry", job_id).code == 0
        out, err = waiter.communicate(timeout=SECONDS)
        assert (waiter.returncode, err) == (0, "")
        assert json.loads(out) == {"job_id": job_id, "seen": True, "evidence": "come on"}
        idle = started("wait", job_id, "--idle", "0.3", "--timeout", "30")
        assert (idle.code, idle.out[:13]) == (0, "unchanged for")

    @pytest.mark.parametrize(
        "what", [["--prompt", "never"], ["--idle", "1h"], ["--state", "blocked"], ["--shell"]]
    )
    def test_a_job_that_ends_first(self, started: Cockpit, what: list[str]) -> None:
        job_id = started.enqueue("web", "read _")
        waiter = started.start("wait", job_id, *what, "--timeout", "60")
        assert started("wait", job_id, "--state", "running", "--timeout", "30").code == 0
        assert started("keys", job_id, "Enter").code == 0
        out, err = waiter.communicate(timeout=SECONDS)
        assert (waiter.returncode, out) == (1, ""), err
        assert f"job {job_id} has completed without" in err

    def test_the_next_attempt_is_waited_for(self, started: Cockpit) -> None:
        script = "[ -e again ] && { echo second; exec sleep 600; }; touch again; read _; exit 1"
        job_id = started.enqueue("web", script, "--retries", "1")
        waiter = started.start("wait", job_id, "--prompt", "^second", "--timeout", "60")
        assert started("wait", job_id, "--state", "running", "--timeout", "30").code == 0
        started("keys", job_id, "Enter")
        started("wait", job_id, "--state", "delayed", "--timeout", "30")
        started("retry", job_id)
        assert waiter.communicate(timeout=SECONDS)[0] == "second\n"

    def test_the_time_is_over(self, started: Cockpit, repl: str) -> None:
        started("wait", repl, "--prompt", "never", "--timeout", "0.2").refused(
            5, "did not show 'never'", "0.2 s"
        )
        waiting = started.enqueue("web", "exit 0")
        started("wait", waiting, "--shell", "--timeout", "0.2").refused(5, "pending", "alice's lock")

    def test_states_of_pane_and_job(self, started: Cockpit) -> None:
        job_id = started.enqueue("web", ASKS)
        assert started("wait", job_id, "--state", "blocked", "--timeout", "30").out == "Proceed? [y/n]\n"
        assert started("wait", job_id, "--state", "blocked", "--timeout", "0").code == 0
        started("wait", job_id, "--state", "idle", "--timeout", "0").refused(5, "did not show state idle")
        assert started("wait", job_id, "--state", "running").out == "the job is running\n"
        started("kill", job_id)
        assert started("wait", job_id, "--state", "exited").code == 0
        started("wait", job_id, "--state", "completed").refused(1, "was killed")

    def test_mistakes(self, started: Cockpit) -> None:
        job_id = started.enqueue("web", "exit 0", "--delay", "1h")
        started("wait", job_id).refused(2, "--prompt REGEX")
        started("wait", job_id, "--shell", "--idle", "3").refused(2, "one of")
        started("wait", job_id, "--prompt", "(").refused(2, "regular expression")
        started("wait", job_id, "--state", "sleepy").refused(2, "unknown state 'sleepy'", "blocked")


class TestExec:
    def test_output_and_code(self, started: Cockpit, repl: str) -> None:
        done = started("exec", repl, "--", "sh", "-c", "echo 'two  words'; exit 3")
        assert (done.code, done.out, done.err) == (3, "two  words\n", "")
        line = started("exec", repl, "--json", "--", "echo $PS1 | tr r R; false")
        assert line.code == 1
        assert line.json == {"job_id": repl, "output": "Repl$\n", "exit_code": 1, "truncated": False}

    def test_only_in_a_shell(self, started: Cockpit) -> None:
        job_id = started.enqueue("web", "a composer", "--agent", "composer")
        asking = started.enqueue("api", ASKS)
        assert started("wait", job_id, "--state", "idle", "--timeout", "30").code == 0
        assert started("wait", asking, "--state", "blocked", "--timeout", "30").code == 0
        at_once = ("--timeout", "0.3", "--", "true")  # left alone it waits for a prompt
        started("exec", job_id, *at_once).refused(4, "no shell prompt", "it is idle", "nothing was typed")
        started("exec", asking, *at_once).refused(4, "no shell prompt", "it is blocked")
        assert started("capture", asking).out == "Proceed? [y/n]\n"


class TestAnswer:
    def test_yes_by_the_profiles_keys(self, started: Cockpit) -> None:
        job_id = started.enqueue("web", ASKS)
        assert started("wait", job_id, "--state", "blocked", "--timeout", "30").code == 0
        planned = started("answer", job_id, "no", "--dry-run", "--json").json
        assert planned == {
            "job_id": job_id, "question": "Proceed? [y/n]", "answer": "no", "keys": ["n", "Enter"], "dry_run": True,
        }  # fmt: skip
        assert started("answer", job_id, "yes").out == (
            f"job {job_id} asks: Proceed? [y/n]\npressed y Enter\n"
        )
        assert started("wait", job_id, "--prompt", "^got y$", "--timeout", "30").code == 0
        started("answer", job_id, "yes").refused(4, "it asks nothing")
        started("answer", job_id, "perhaps").refused(2, "perhaps")


class TestMany:
    def test_a_preview_a_confirmation_and_each_receipt(self, started: Cockpit) -> None:
        both = [started.enqueue(project, ASKS) for project in ("web", "api")]
        for job_id in both:
            assert started("wait", job_id, "--state", "blocked", "--timeout", "30").code == 0
        asks = ("--agent-state", "blocked")
        preview = started("send", *asks, "y", "--dry-run", "--json").json
        assert sorted(job["job_id"] for job in preview["jobs"]) == sorted(both)
        assert preview["text"] == "y"
        assert both[1] in started("keys", "--user", "bob", "--dry-run", "y").out
        started("send", *asks, "y").refused(2, "2 agents get it", "--yes")
        assert started("capture", both[0]).out == "Proceed? [y/n]\n"
        sent = started("send", *asks, "y", "--yes", "--json")
        assert sent.code == 0
        assert {job["job_id"]: job["receipt"] for job in sent.json["jobs"]} == dict.fromkeys(both, "accepted")
        started("send", *asks, "y", "--yes").refused(3, "no running job fits")

    def test_mistakes(self, started: Cockpit) -> None:
        started("send", "--project", "wbe", "y").refused(3, "did you mean 'web'?")
        started("send", "--state", "pending", "y").refused(2, "'pending'", "running")
        started("keys", "--agent-state", "sleepy", "y").refused(2, "'sleepy'", "blocked")
        started("keys", "--user", "alice", "y").refused(3, "no running job fits")


class TestExplain:
    def test_which_rule_and_which_nearly(self, started: Cockpit) -> None:
        job_id = started.enqueue("web", "echo 'Really? [y/n]'; echo done; exec sleep 600")
        assert started("wait", job_id, "--prompt", "^done", "--timeout", "30").code == 0
        told = started("agents", "explain", job_id, "--json").json
        assert (told["agent"], told["state"], told["rule"]) == ("shell", "working", "process-alive")
        near = [each for each in told["nearly"] if each["rule"] == "yes-no"]
        assert [(each["line"], each["why"]) for each in near] == [
            ("Really? [y/n]", "not in its region, cursor_line")
        ]
        words = started("agents", "explain", job_id).out
        assert words.startswith("working: its process lives; its screen says nothing known")
        assert "process-alive" not in words
        assert "Really? [y/n]" in words

    def test_a_saved_screen(self, cockpit: Cockpit) -> None:
        saved = cockpit.home.config.parent / "screen.txt"
        saved.write_text("building\nGo on? [y/N] ")
        told = cockpit("agents", "test", "shell", str(saved), "--json").json
        assert (told["state"], told["rule"], told["line"]) == ("blocked", "yes-no", "Go on? [y/N]")
        assert cockpit("agents", "test", "shell", str(saved)).out.startswith("blocked: rule yes-no")
        recorded = Path(__file__).parents[1] / "fixtures/screens/claude/blocked-permission-bash-120.json"
        assert cockpit("agents", "test", "claude", str(recorded), "--json").json["state"] == "blocked"
        cockpit("agents", "test", "cluade", str(saved)).refused(3, "did you mean 'claude'?")
        cockpit("agents", "test", "claude", "missing.txt").refused(3, "missing.txt")
        broken = cockpit.home.config.parent / "broken.json"
        broken.write_text('{"text": 3}')
        cockpit("agents", "test", "claude", str(broken)).refused(2, "no saved screen")


def test_each_help_has_examples(cockpit: Cockpit) -> None:
    for words in (
        ["send"],
        ["keys"],
        ["answer"],
        ["capture"],
        ["wait"],
        ["exec"],
        ["agents", "explain"],
        ["agents", "test"],
    ):
        shown = cockpit(*words, "--help")
        assert shown.code == 0
        assert "examples:" in shown.out


def test_nothing_is_started_where_no_tmux_runs(cockpit: Cockpit) -> None:
    job_id = cockpit.enqueue("web", "exit 0")
    cockpit("wait", job_id, "--shell", "--timeout", "0.2").refused(5, "a scheduler: none runs")
    found = subprocess.run(["ls", str(cockpit.home.run)], capture_output=True, text=True, check=False).stdout
    assert "tmux.sock" not in found
