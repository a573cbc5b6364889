"""The commands that need no scheduler: what they print, their exit codes, and that a dry run changes nothing."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.conftest import COMMAND, Cockpit

EVERY = [
    "enqueue", "jobs", "status", "logs", "attach", "kill", "cancel", "retry", "edit", "hold", "resume", "clear",
    "progress", "doctor", "demo", "migrate", "completion", "locks list", "locks release", "locks cleanup",
    "locks acquire", "projects list", "projects add", "projects remove", "config init", "config check", "config show",
    "config path", "agents status", "daemon run", "daemon start", "daemon stop", "daemon restart", "daemon status",
    "daemon logs", "notify test", "themes list", "themes check",
]  # fmt: skip


@pytest.mark.parametrize("command", EVERY)
def test_every_command_has_help_with_examples_json_and_exit_codes(cockpit: Cockpit, command: str) -> None:
    done = cockpit.fresh(*command.split(), "--help")
    assert (done.code, done.err) == (0, "")
    assert f"usage: cockpit {command}" in done.out
    for words in ("examples:", f"cockpit {command}", "exit codes:", "--json"):
        assert words in done.out
    assert cockpit(command.split(maxsplit=1)[0], "--help").code == 0


def test_help_lists_every_command(cockpit: Cockpit) -> None:
    text = cockpit("--help").out
    assert all(f"  {command.split()[0]} " in text for command in EVERY)
    assert cockpit("--version").out.startswith("cockpit ")


def test_unknown_words_name_the_nearest(cockpit: Cockpit) -> None:
    cockpit("enqeue", "web", "x").refused(2, "unknown command 'enqeue'", "'enqueue'")
    cockpit("stop").refused(2, "unknown command 'stop'", "did you mean 'cockpit daemon stop'?")
    cockpit("locks", "relase", "alice").refused(2, "unknown command 'cockpit locks relase'", "'release'")
    cockpit("--hepl").refused(2, "unknown option", "'--help'")
    cockpit().refused(2, "needs a terminal")


class TestJobs:
    def test_newest_first_with_filters_and_limit(self, cockpit: Cockpit) -> None:
        ids = [cockpit.enqueue(project, "x") for project in ("web", "api", "web")]
        listed = [job["job_id"] for job in cockpit("jobs", "--json").json["jobs"]]
        assert listed == ids[::-1]
        assert [job["job_id"] for job in cockpit("jobs", "--project", "api", "--json").json["jobs"]] == [
            ids[1]
        ]
        assert [
            job["job_id"] for job in cockpit("jobs", "--user", "alice", "--limit", "1", "--json").json["jobs"]
        ] == [ids[2]]
        assert cockpit("jobs", "--state", "running", "--json").json == {"jobs": []}

    def test_the_contracts_keys(self, cockpit: Cockpit) -> None:
        job = cockpit.job(cockpit.enqueue("web", "x"))
        wanted = (
            "job_id project user agent state priority attempt exit_code reason waiting_for progress agent_state"
            " created_at started_at finished_at fence"
        )
        assert set(wanted.split()) <= set(job)
        assert job["progress"] == {"percent": None, "message": ""}
        assert job["waiting_for"].startswith("a scheduler: none runs")

    def test_people_see_sign_word_and_summary_without_colour(self, cockpit: Cockpit) -> None:
        cockpit.enqueue("web", "x")
        done = cockpit("jobs")
        assert "· pending" in done.out
        assert "1 jobs: 1 pending; slots 0/2" in done.out
        assert "\x1b" not in done.out

    def test_what_agents_write_does_not_command_the_terminal(self, cockpit: Cockpit) -> None:
        job_id = cockpit.enqueue("web", "\x1b]0;owned\x07\x1b[2Jprompt", "--ref", "\x1b[31mref")
        assert "\x1b" not in cockpit("jobs", job_id).out

    def test_errors(self, cockpit: Cockpit) -> None:
        cockpit.enqueue("web", "x")
        cockpit.enqueue("web", "y")
        cockpit("jobs", "-").refused(2, "fits several jobs")
        cockpit("jobs", "nothere").refused(3, "no job 'nothere'")
        cockpit("jobs", "--state", "runing").refused(2, "unknown state 'runing'", "running")
        cockpit("jobs", "--limit", "0").refused(2, "at least 1")

    def test_a_reader_that_leaves_ends_it_quietly(self, cockpit: Cockpit) -> None:
        lines = "\n".join(json.dumps({"project": "web", "prompt": f"x{n}"}) for n in range(400))
        assert cockpit("enqueue", "--batch", "-", stdin=lines).code == 0
        child = cockpit.start("jobs", "--limit", "400", "--json", "--watch")
        assert child.stdout is not None
        child.stdout.read(10)
        child.stdout.close()
        cockpit.enqueue("web", "one more")  # makes it write again
        assert child.wait(30) == 130
        assert child.stderr is not None
        assert child.stderr.read() == ""

    def test_watch_prints_a_document_per_change(self, cockpit: Cockpit) -> None:
        child = cockpit.start("jobs", "--watch", "--json")
        assert child.stdout is not None
        assert json.loads(child.stdout.readline()) == {"jobs": []}
        job_id = cockpit.enqueue("web", "x")
        assert json.loads(child.stdout.readline())["jobs"][0]["job_id"] == job_id
        child.send_signal(signal.SIGINT)
        assert child.wait(30) == 130
        assert child.stderr is not None
        assert child.stderr.read() == ""


def test_status(cockpit: Cockpit) -> None:
    cockpit.enqueue("web", "x", "--priority", "high")
    status = cockpit("status", "--json").json
    assert status["pending"] == {"critical": 0, "high": 1, "normal": 0, "low": 0, "total": 1}
    assert status["active"] == {"slots_used": 0, "slots_max": 2, "by_user": {}}
    assert status["user_locks"] == {"active": 0, "details": []}
    assert status["scheduler"] == {"running": False, "pid": None, "host": None}
    assert status["counts"]["pending"] == 1
    text = cockpit("status", "--verbose").out
    assert "1 high" in text
    assert str(cockpit.home.state) in text


class TestChange:
    def test_cancel_retry_edit(self, cockpit: Cockpit) -> None:
        job_id = cockpit.enqueue("web", "x")
        assert (
            cockpit("edit", job_id, "--priority", "1", "--prompt", "better", "--json").json["priority"]
            == "critical"
        )
        assert cockpit.job(job_id)["prompt"] == "better"
        assert cockpit("cancel", job_id, "--dry-run", "--json").json["dry_run"] is True
        assert cockpit.job(job_id)["state"] == "pending"
        assert cockpit("cancel", job_id, "--json").json["state"] == "killed"
        cockpit("cancel", job_id).refused(4, "does not wait")
        cockpit("kill", job_id).refused(4, "already")
        cockpit("kill", job_id, "--dry-run").refused(4, "already")
        cockpit("edit", job_id, "--priority", "low").refused(4, "only a job that waits")
        assert cockpit("retry", job_id, "--json").json["state"] == "pending"
        cockpit("retry", job_id).refused(4, "can be retried")
        cockpit("retry", job_id, "--dry-run").refused(4, "can be retried")

    def test_kill_needs_no_confirmation(self, cockpit: Cockpit) -> None:
        job_id = cockpit.enqueue("web", "x")
        assert cockpit("kill", job_id, "--json").json == {
            "job_id": job_id,
            "state": "killed",
            "priority": "normal",
        }
        assert cockpit.job(job_id)["reason"] == "killed by hand"

    def test_several_at_once_or_none(self, cockpit: Cockpit) -> None:
        ids = [cockpit.enqueue("web", f"x{n}") for n in range(3)]
        for command in ("hold", "resume"):
            held = cockpit(command, *ids, "--json").json["jobs"]
            assert [(one["key"], one["held"], one["changed"]) for one in held] == [
                (id_, command == "hold", True) for id_ in ids
            ]
        cockpit("kill", ids[0], "nope").refused(3, "no job 'nope'")
        dry = cockpit("kill", *ids, "--dry-run", "--json").json["jobs"]
        assert [(one["job_id"], one["state"], one["dry_run"]) for one in dry] == [
            (id_, "pending", True) for id_ in ids
        ]
        killed = cockpit("kill", ids[0], ids[0], ids[1], "--json").json["jobs"]
        assert [(one["job_id"], one["state"]) for one in killed] == [(id_, "killed") for id_ in ids[:2]]
        cockpit("cancel", ids[2], ids[1]).refused(4, "already", "nothing was done")
        assert cockpit.job(ids[2])["state"] == "pending"
        done = cockpit("retry", *ids[:2])
        assert done.out == "".join(f"job {id_} is in the queue again\n" for id_ in ids[:2])

    def test_edit_wants_something_good(self, cockpit: Cockpit) -> None:
        job_id = cockpit.enqueue("web", "x")
        cockpit("edit", job_id).refused(2, "nothing to change")
        cockpit("edit", job_id, "--priority", "11").refused(2, "priority '11'")
        cockpit("edit", job_id, "--priority", "11", "--dry-run").refused(2, "priority '11'")
        cockpit("edit", job_id, "--prompt", " ").refused(2, "empty")
        cockpit("edit", "nope", "--priority", "1").refused(3, "no job")


class TestGates:
    def test_a_held_project_catches_later_jobs(self, cockpit: Cockpit) -> None:
        assert cockpit("hold", "--project", "web").code == 0  # nothing waits there yet
        job = cockpit.job(cockpit.enqueue("web", "x"))
        assert "project web is held" in job["waiting_for"]
        assert cockpit("resume", "--project", "web", "--json").json == {
            "scope": "project", "key": "web", "held": False, "changed": True,
        }  # fmt: skip
        assert "held" not in cockpit.job(job["job_id"])["waiting_for"]
        assert cockpit("resume", "--project", "web", "--json").json["changed"] is False

    def test_job_user_and_all(self, cockpit: Cockpit) -> None:
        job_id = cockpit.enqueue("web", "x")
        for words in ([job_id], ["--user", "alice"], ["--all"]):
            assert cockpit("hold", *words, "--dry-run").code == 0
            assert "held" not in cockpit.job(job_id)["waiting_for"]
            assert cockpit("hold", *words).code == 0
            assert "held" in cockpit.job(job_id)["waiting_for"]
            assert cockpit("resume", *words).code == 0

    def test_errors(self, cockpit: Cockpit) -> None:
        cockpit("hold").refused(2, "say what")
        cockpit("hold", "--all", "--user", "x").refused(2, "say what")
        cockpit("hold", "nope").refused(3, "no job")
        cockpit("hold", "--project", "wbe").refused(3, "unknown project 'wbe'", "'web'")

    def test_clear_asks_unless_told(self, cockpit: Cockpit) -> None:
        for project in ("web", "web", "api"):
            cockpit.enqueue(project, "x")
        cockpit("clear").refused(2, "--yes")
        assert cockpit("clear", "--dry-run", "--json").json == {"cleared": 3, "dry_run": True}
        assert cockpit("clear", "web", "--yes", "--json").json == {"cleared": 2}
        assert cockpit("clear", "--user", "bob", "--yes", "--json").json == {"cleared": 1}
        assert cockpit("clear", "--json").json == {"cleared": 0}  # nothing to ask for
        cockpit("clear", "wbe", "--yes").refused(3, "unknown project")

    def test_on_a_terminal_the_person_is_asked(self, cockpit: Cockpit) -> None:
        cockpit.enqueue("web", "x")
        for answer, left in ((b"n\n", 1), (b"\n", 1), (b"y\n", 0)):
            code, seen = cockpit.in_terminal("clear", until="[y/N]", then=answer)
            assert (code, "cancel 1 job that waits?" in seen) == (0, True), seen
            assert cockpit("status", "--json").json["pending"]["total"] == left


class TestLocks:
    def test_a_command_runs_under_the_lock(self, cockpit: Cockpit) -> None:
        done = cockpit("locks", "acquire", "alice", "--", "sh", "-c", 'echo "$COCKPIT_LOCK_TOKEN"; exit 7')
        assert (done.code, done.out, done.err) == (7, "1\n", "")
        assert cockpit("locks", "--json").json == {"locks": []}
        assert cockpit("locks", "acquire", "alice", "--", "sh", "-c", "kill -9 $$").code == 137
        assert cockpit("locks", "acquire", "alice", "--", "no-such-command").code == 127
        assert (
            cockpit("locks", "acquire", "alice", "--", "printf", "%s|", "--", "a b", "$x").out == "--|a b|$x|"
        )

    def test_a_held_lock_is_shown_refused_and_released(self, cockpit: Cockpit) -> None:
        holder = _hold(cockpit, "alice")
        locks = cockpit("locks", "--json").json["locks"]
        assert [(lock["user"], lock["job_id"], lock["token"]) for lock in locks] == [("alice", None, 1)]
        assert locks[0]["holder"].startswith("sh (pid ")
        assert cockpit("status", "--json").json["user_locks"] == {"active": 1, "details": locks}
        cockpit("locks", "acquire", "alice", "--timeout", "0", "--", "true").refused(
            4, "alice's lock was not free"
        )
        assert cockpit("locks", "acquire", "bob", "--timeout", "0", "--", "true").code == 0
        cockpit("locks", "release", "alice").refused(2, "--yes")
        assert cockpit("locks", "cleanup", "--max-age", "0", "--json").json == {"released": 0}
        assert holder.poll() is None
        assert cockpit("locks", "release", "alice", "--dry-run", "--json").json["released"] is False
        assert cockpit("locks", "release", "alice", "--yes", "--json").json["released"] is True
        assert holder.wait(30) == 128 + signal.SIGTERM
        assert cockpit("locks", "--json").json == {"locks": []}
        cockpit("locks", "release", "alice").refused(3, "holds no lock")

    def test_the_lock_lives_as_long_as_the_command_not_as_cockpit(self, cockpit: Cockpit) -> None:
        holder = _hold(cockpit, "alice")
        command = int(cockpit("locks", "--json").json["locks"][0]["holder"].split("pid ")[1].rstrip(")"))
        holder.kill()
        holder.wait(30)
        cockpit("locks", "acquire", "alice", "--timeout", "0", "--", "true").refused(4, "not free")
        os.kill(command, signal.SIGKILL)
        done = cockpit("locks", "acquire", "alice", "--timeout", "30", "--", "true")
        assert done.code == 0, done

    def test_signals_are_passed_on(self, cockpit: Cockpit) -> None:
        holder = _hold(cockpit, "alice", "trap 'exit 33' TERM")
        holder.terminate()
        assert holder.wait(30) == 33

    def test_waiters_are_served(self, cockpit: Cockpit) -> None:
        holder = _hold(cockpit, "alice")
        waiter = cockpit.start("locks", "acquire", "alice", "--timeout", "60", "--", "echo", "mine")
        holder.terminate()
        assert waiter.communicate(timeout=60)[0] == "mine\n"
        assert waiter.returncode == 0

    def test_errors(self, cockpit: Cockpit) -> None:
        dry = cockpit("locks", "acquire", "alice", "--dry-run", "--json", "--", "false")
        assert (dry.code, dry.json) == (0, {"user": "alice", "free": True, "dry_run": True})
        cockpit("locks", "acquire", "alice").refused(2, "command is missing")
        cockpit("locks", "acquire", "alice", "--timeout", "x", "--", "true").refused(2, "not a duration")
        cockpit("locks", "release", "nobody").refused(3, "nobody holds no lock")
        cockpit("locks", "cleanup", "--project", "wbe").refused(3, "unknown project")


def _hold(cockpit: Cockpit, user: str, first: str = ":") -> subprocess.Popen[str]:
    """A process that holds the user's lock, surely, until it is ended."""
    script = f"{first}; echo ready; while :; do sleep 0.05; done"
    holder = cockpit.start("locks", "acquire", user, "--", "sh", "-c", script)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "ready\n"
    return holder


class TestConfiguration:
    def test_init_check_show_path(self, cockpit: Cockpit) -> None:
        path = str(cockpit.home.config)
        assert cockpit("config", "path").out == f"{path}\n"
        cockpit("config", "init").refused(4, "is there already")
        cockpit.home.config.unlink()
        assert cockpit("config", "init", "--dry-run").code == 0
        assert not cockpit.home.config.exists()
        assert cockpit("config", "init", "--json").json == {"path": path, "written": True}
        assert cockpit("config", "check", "--json").json == {"path": path, "ok": True, "mistakes": []}
        shown = cockpit("config", "show", "--json", COCKPIT_SCHEDULER__SLOTS="7").json
        assert shown["scheduler"]["slots"] == 7
        assert "scheduler.slots = 4" in cockpit("config", "show", "scheduler").out
        cockpit("config", "show", "nothere").refused(3, "no section")

    def test_a_typo_is_told_with_file_line_key_and_what_is_allowed(self, cockpit: Cockpit) -> None:
        path = cockpit.home.configure('[scheduler]\nslotz = 3\n[retry]\nlimit = "x"\n')
        for words in (
            ["enqueue", "web", "x"], ["projects"], ["config", "show"], ["daemon", "start"], ["daemon", "run"],
            ["daemon", "restart"], ["migrate"],
        ):  # fmt: skip
            cockpit(*words).refused(2, f"{path}:2", "slotz", "slots")
        done = cockpit("config", "check")
        assert done.code == 2
        assert [line.split(": ")[1] for line in done.err.splitlines()] == [f"{path}:2", f"{path}:4"]
        checked = cockpit("config", "check", "--json")
        assert (checked.code, checked.json["ok"], len(checked.json["mistakes"])) == (2, False, 2)

    def test_a_typo_keeps_nobody_from_what_runs(self, cockpit: Cockpit) -> None:
        """Commands that start nothing go on with the settings before it, and say so in one line."""
        first, second = cockpit.enqueue("web", "x"), cockpit.enqueue("api", "x")
        path = cockpit.home.config
        path.write_text(path.read_text().replace("slots = 2", "slotz = 2"))
        told = f"cockpit: warning: {path}:3: scheduler.slotz: "
        for words, code in (
            (["jobs"], 0), (["status"], 0), (["locks"], 0), (["jobs", first], 0), (["agents", "status"], 0),
            (["hold", first], 0), (["resume", first], 0), (["daemon", "status"], 0), (["daemon", "stop"], 0),
            (["edit", first, "--priority", "high"], 0), (["kill", first], 0), (["cancel", second], 0),
            (["logs", first], 4), (["attach", first], 4), (["answer", first, "yes"], 4), (["capture", first], 4),
        ):  # fmt: skip
            done = cockpit(*words)
            assert done.code == code, done
            warning, *rest = done.err.splitlines()
            assert warning.startswith(told), done
            assert warning.endswith("; the settings before it are used"), done
            assert len(rest) == (1 if code else 0), done
        status = cockpit("status", "--json")
        assert status.json["active"]["slots_max"] == 2  # as it was before the typo
        assert status.err.count("\n") == 1

    def test_a_typo_from_the_start_leaves_the_defaults(self, cockpit: Cockpit) -> None:
        cockpit.home.configure("[scheduler]\nslotz = 3\n")
        done = cockpit("status", "--json")
        assert (done.code, done.json["active"]["slots_max"]) == (0, 4)
        assert done.err.endswith("; the defaults are used\n")

    def test_projects(self, cockpit: Cockpit, tmp_path: Path) -> None:
        folder = tmp_path / "new one"
        folder.mkdir()
        add = ["projects", "add", "new", str(folder), "--user", "zoe", "--json"]
        assert cockpit(*add, "--dry-run").json["added"] is False
        assert cockpit(*add).json["path"] == str(folder)
        cockpit(*add).refused(4, "is there already")
        listed = cockpit("projects", "--json").json["projects"]
        assert {one["name"]: one["user"] for one in listed} == {
            "web": "alice", "api": "bob", "carol_project": "carol", "new": "zoe",
        }  # fmt: skip
        cockpit.enqueue("new", "x")
        assert cockpit("projects", "remove", "new").code == 0
        cockpit("projects", "remove", "new").refused(3, "no project 'new'")
        cockpit("projects", "add", "more", str(tmp_path / "gone")).refused(2, "is no folder")
        for words in (["my proj"], ["more", str(folder), "--user", "my proj"]):
            done = cockpit("projects", "add", *words)
            done.refused(2, "'my proj' won't do", "letters, digits and any of _ - . @ +")
            assert str(cockpit.home.config) not in done.err


class TestBadDays:
    def test_a_closed_stdout_is_no_error(self, cockpit: Cockpit) -> None:
        """Cron and services do that; the job is in the queue and the exit code has to say so."""
        for words in ("enqueue web x", "jobs", "status --json"):
            line = ["sh", "-c", f'exec "$@" {words} >&-', "sh", *COMMAND]
            done = subprocess.run(line, capture_output=True, text=True, check=False, env=cockpit._env({}))
            assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

    def test_a_home_that_is_a_file(self, cockpit: Cockpit, tmp_path: Path) -> None:
        path = tmp_path / "file"
        path.write_text("")
        for words in (["enqueue", "web", "x"], ["status"], ["jobs"]):
            cockpit(*words, COCKPIT_HOME=str(path)).refused(5, str(path), "COCKPIT_HOME")

    def test_a_full_disk_loses_nothing_and_keeps_nothing_half(self, cockpit: Cockpit) -> None:
        """A limit on the size of files stands in for the disk's."""
        first = cockpit.enqueue("web", "x")
        script = 'ulimit -f 64 && exec "$@"'
        done = subprocess.run(
            ["bash", "-c", script, "bash", *COMMAND, "enqueue", "web", "-"],
            input="long " * 100_000,
            capture_output=True,
            text=True,
            check=False,
            env=cockpit._env({}),
        )
        assert (done.returncode, done.stdout) == (5, "")
        assert done.stderr.count("\n") == 1
        assert "disk is full" in done.stderr
        assert [job["job_id"] for job in cockpit("jobs", "--json").json["jobs"]] == [first]
        cockpit.enqueue("web", "goes on")

    def test_a_newer_database(self, cockpit: Cockpit) -> None:
        cockpit.enqueue("web", "x")
        with sqlite3.connect(cockpit.home.state / "cockpit.db") as database:
            database.execute("PRAGMA user_version = 999")
        database.close()
        for words in (["enqueue", "web", "x"], ["status"]):
            cockpit(*words).refused(5, "newer cockpit", "upgrade")

    def test_a_damaged_database(self, cockpit: Cockpit) -> None:
        (cockpit.home.state / "cockpit.db").write_bytes(b"no database " * 500)
        cockpit("status").refused(5, "damaged")

    def test_an_unexpected_error_goes_to_the_log(self, cockpit: Cockpit) -> None:
        broken = "import cockpit.cli.status as s; s.controller = None; from cockpit.cli.main import main; "
        done = subprocess.run(
            [sys.executable, "-P", "-c", broken + "raise SystemExit(main(['status']))"],
            capture_output=True,
            text=True,
            check=False,
            env=cockpit._env({}),
        )
        log = cockpit.home.state / "cockpit.log"
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("cockpit: internal error: TypeError")
        assert done.stderr.rstrip().endswith(f"details in {log}")
        assert "Traceback" in log.read_text()


class TestDoctor:
    def test_all_is_well(self, cockpit: Cockpit) -> None:
        done = cockpit("doctor", "--json")
        states = {check["name"]: check["state"] for check in done.json["checks"]}
        assert done.json["ok"] is (done.code == 0)
        assert {"python", "tmux", "git", "docker", "state folder", "inotify", "logout", "locale"} <= set(
            states
        )

    def test_what_is_missing_is_told_with_how_to_get_it(self, cockpit: Cockpit, tmp_path: Path) -> None:
        done = cockpit("doctor", PATH=str(tmp_path))
        assert done.code == 5
        assert "missing: tmux, git" in done.err
        assert "apt install tmux" in done.out
        assert "apt install git" in done.out

    def test_an_agent_whose_program_is_not_there_is_a_warning(self, cockpit: Cockpit, tmp_path: Path) -> None:
        cockpit.home.configure(
            '[projects.web]\npath = "repos/web"\nagent = "claude"\n'
            '[projects.api]\npath = "repos/api"\nagent = "mine"\n'
            '[agents.mine]\ncommand = ["sh", "-c", "exec my-own-agent <\\"$1\\"", "x", "{prompt_file}"]\n'
            '[agents.unused]\ncommand = ["nobody-asks"]\n'
        )
        programs = tmp_path / "programs"
        programs.mkdir()
        for name in ("my-own-agent", "claude"):
            checks = {
                check["name"]: check
                for check in cockpit("doctor", "--json", PATH=str(programs)).json["checks"]
            }
            assert checks["agent claude"]["state"] == "warning"
            assert "project web" in checks["agent claude"]["found"]
            assert "npm install -g @anthropic-ai/claude-code" in checks["agent claude"]["advice"]
            assert checks["agent mine"]["state"] == ("warning" if name == "my-own-agent" else "ok")
            assert "agent unused" not in checks
            (programs / name).write_text("#!/bin/sh\n")
            (programs / name).chmod(0o755)
        checks = {
            check["name"]: check for check in cockpit("doctor", "--json", PATH=str(programs)).json["checks"]
        }
        assert checks["agent claude"]["found"] == str(programs / "claude")


def test_progress_is_for_jobs_only(cockpit: Cockpit, tmp_path: Path) -> None:
    cockpit("progress", "42").refused(2, "not inside a job")
    cockpit("progress", "142", COCKPIT_JOB_DIR=str(tmp_path)).refused(2, "not a percentage")
    cockpit("progress", "42", COCKPIT_JOB_DIR=str(tmp_path / "gone")).refused(3, "is gone")
    assert cockpit("progress", "42", "building", "all", COCKPIT_JOB_DIR=str(tmp_path)).code == 0
    assert cockpit("progress", "50%", "--dry-run", COCKPIT_JOB_DIR=str(tmp_path)).code == 0
    assert (tmp_path / "progress.md").read_text() == "42% building all\n"


class TestMigrate:
    REQUESTS = (
        {
            "id": "r1",
            "project": "web",
            "description": "URGENT: site down",
            "status": "pending",
            "colour": "red",
        },
        {"id": 2, "project": "api", "task": "tidy up", "status": "approved"},
        {"id": "r3", "project": "api", "task": "done long ago", "status": "completed"},
        {"project": "web", "title": "No id", "description": "some day", "priority": "low"},
    )

    def _file(self, cockpit: Cockpit, requests: object) -> str:
        path = cockpit.home.config.parent / "pending-requests.json"
        path.write_text(json.dumps(requests))
        return str(path)

    def test_imports_once(self, cockpit: Cockpit) -> None:
        path = self._file(cockpit, {"pending": self.REQUESTS})
        dry = cockpit("migrate", "--dry-run", "--json").json  # the default name, in this folder
        assert (dry["found"], dry["imported"], dry["backup"], len(dry["jobs"])) == (4, 0, None, 3)
        done = cockpit("migrate", path, "--json").json
        assert (done["found"], done["imported"]) == (4, 3)
        assert [job["priority"] for job in done["jobs"]] == ["critical", "high", "low"]
        assert Path(done["backup"]).read_bytes() == Path(path).read_bytes()
        kept = cockpit.job(done["jobs"][0]["job_id"])
        assert kept["metadata"]["original"] == self.REQUESTS[0]
        assert cockpit.job(done["jobs"][2]["job_id"])["prompt"] == "No id\n\nsome day"
        again = cockpit("migrate", path, "--json").json
        assert (again["imported"], again["backup"]) == (0, None)
        assert len(cockpit("jobs", "--json").json["jobs"]) == 3

    def test_all_or_nothing_unless_told(self, cockpit: Cockpit) -> None:
        path = self._file(cockpit, [*self.REQUESTS, {"id": "bad", "project": "nope", "task": "x"}, "text"])
        done = cockpit("migrate", path)
        assert done.code == 2
        assert "request bad: unknown project 'nope'" in done.err
        assert "nothing was imported" in done.err
        assert cockpit("jobs", "--json").json == {"jobs": []}
        assert cockpit("migrate", path, "--skip-bad", "--json").json["imported"] == 3

    def test_a_project_for_those_that_name_none(self, cockpit: Cockpit) -> None:
        path = self._file(cockpit, [{"id": "a", "task": "x"}])
        assert "--project" in cockpit("migrate", path).err
        assert cockpit("migrate", path, "--project", "web", "--json").json["jobs"][0]["project"] == "web"

    def test_files_that_are_none(self, cockpit: Cockpit) -> None:
        cockpit("migrate", "not-there.json").refused(2, "can't be read")
        cockpit("migrate", self._file(cockpit, {"other": 1})).refused(2, "no list of requests")
        (cockpit.home.config.parent / "pending-requests.json").write_text("{")
        cockpit("migrate").refused(2, "not JSON")


class TestCompletion:
    def test_bash_completes_commands_options_and_projects(self, cockpit: Cockpit) -> None:
        script = cockpit("completion", "bash").out
        assert _complete(cockpit, script, "cockpit", "enq") == ["enqueue"]
        assert _complete(cockpit, script, "cockpit", "enqueue", "--prior") == ["--priority"]
        assert _complete(cockpit, script, "cockpit", "locks", "rel") == ["release"]

    def test_words(self, cockpit: Cockpit) -> None:
        job_id = cockpit.enqueue("web", "x")
        assert cockpit("completion", "words", "projects").out.split() == ["api", "carol_project", "web"]
        assert cockpit("completion", "words", "jobs").out.split() == [job_id]
        cockpit.home.configure("[oops")
        assert cockpit("completion", "words", "jobs").out == ""

    @pytest.mark.parametrize("shell", ["zsh", "fish"])
    def test_other_shells(self, cockpit: Cockpit, shell: str) -> None:
        script = cockpit("completion", shell).out
        assert "enqueue" in script
        assert "completion words jobs" in script


def _complete(cockpit: Cockpit, script: str, *words: str) -> list[str]:
    line = f'COMP_WORDS=({" ".join(words)}); COMP_CWORD={len(words) - 1}; _cockpit; echo "${{COMPREPLY[@]}}"'
    done = subprocess.run(
        ["bash", "-c", f"{script}\n{line}"], capture_output=True, text=True, check=True, env=cockpit._env({})
    )
    return done.stdout.split()
