"""Real jobs by the installed command: daemon, logs, progress, kill, locks, attach, retries."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.e2e.conftest import Cockpit

pytestmark = [pytest.mark.tmux, pytest.mark.slow]


def followed(cockpit: Cockpit) -> tuple[str, subprocess.Popen[str]]:
    """A job that runs for ten minutes and has said so, and whoever follows its log."""
    job_id = cockpit.enqueue("web", "echo started; exec sleep 600")
    follower = cockpit.start("logs", "-f", job_id)
    assert follower.stdout is not None
    assert follower.stdout.readline() == "started\n"
    return job_id, follower


def test_until_idle_runs_everything(cockpit: Cockpit) -> None:
    good = cockpit.enqueue("web", "echo hello; pwd")
    after = cockpit.enqueue("api", "exit 0", "--after", good)
    held = cockpit.enqueue("api", "exit 0")
    cockpit("hold", held)
    behind = cockpit.enqueue("api", "exit 0", "--after", held)
    assert cockpit.run_all().code == 0
    assert [cockpit.job(id_)["state"] for id_ in (good, after, held, behind)] == [
        "completed", "completed", "pending", "pending",
    ]  # fmt: skip
    folder = cockpit.home.config.parent / "repos" / "web"
    assert cockpit("logs", good).out == f"hello\n{folder}\n"
    cockpit("logs", held).refused(4, "has not started", "the job is held")


def test_a_job_that_failed_for_good_makes_it_1(cockpit: Cockpit) -> None:
    bad = cockpit.enqueue("web", "exit 3")
    assert cockpit.run_all().code == 1
    job = cockpit.job(bad)
    assert (job["state"], job["exit_code"], job["attempt"], job["finished_at"][-1]) == ("failed", 3, 1, "Z")
    assert cockpit("retry", bad).code == 0
    assert cockpit.run_all().code == 1
    assert cockpit.job(bad)["attempt"] == 2
    assert [attempt["exit_code"] for attempt in cockpit.job(bad)["attempts"]] == [3, 3]
    assert cockpit.run_all().code == 0  # nothing failed in this run


def test_retries_are_counted(cockpit: Cockpit) -> None:
    flag = cockpit.home.config.parent / "flag"
    job_id = cockpit.enqueue("web", f"[ -e {flag} ] || {{ touch {flag}; exit 1; }}", "--retries", "2")
    assert cockpit("daemon", "run", "--until-idle", COCKPIT_RETRY__BASE="0").code == 0
    job = cockpit.job(job_id)
    assert (job["state"], job["attempt"]) == ("completed", 2)


def test_the_echo_agent_gets_the_prompt_as_a_file(cockpit: Cockpit) -> None:
    hard = "$(touch /tmp/never) 'quotes' \"more\" \\ 🚀\nsecond line\n"
    done = cockpit("enqueue", "web", "-", "--agent", "echo", stdin=hard)
    assert cockpit.run_all().code == 0
    assert cockpit("logs", done.out.strip()).out == hard


def test_a_job_reports_progress_and_enqueues_more(cockpit: Cockpit) -> None:
    job_id = cockpit.enqueue("web", 'cockpit progress 42 "half way"; cockpit enqueue api "echo child"')
    assert cockpit.run_all().code == 0
    assert cockpit.job(job_id)["progress"] == {"percent": 42, "message": "half way"}
    jobs = cockpit("jobs", "--json").json["jobs"]
    assert [(job["project"], job["state"]) for job in jobs] == [("api", "completed"), ("web", "completed")]
    assert "████░░░░░░ 42%" in cockpit("jobs").out


def test_who_watches_on_a_terminal_sees_what_runs_first(cockpit: Cockpit) -> None:
    cockpit("daemon", "start")
    runs = cockpit.enqueue("web", "while :; do sleep 0.1; done")
    assert cockpit("wait", runs, "--state", "running", "--timeout", "60").code == 0
    lines = "\n".join(json.dumps({"project": "web", "prompt": f"x{n}"}) for n in range(40))
    assert cockpit("enqueue", "--batch", "-", stdin=lines).code == 0
    code, seen = cockpit.in_terminal("jobs", "--watch", until="slots 1/2", size=(20, 100))
    assert code == 130
    shown = [line for line in seen.split("\x1b[H\x1b[2J")[1].splitlines() if line.strip()]
    assert runs in shown[1]
    assert "… and 26 more" in shown[-2]
    assert len(shown) <= 18
    assert cockpit("kill", runs).code == 0


def test_logs_are_plain_unless_raw(cockpit: Cockpit) -> None:
    job_id = cockpit.enqueue("web", r"printf '\033[31mred\033[0m\n10%%\r20%%\r\n\033]0;title\007end'")
    cockpit.run_all()
    assert cockpit("logs", job_id).out == "red\n20%\nend\n"
    assert "\x1b[31mred" in cockpit("logs", job_id, "--raw").out
    assert cockpit("logs", job_id, "--json").json == {
        "job_id": job_id,
        "attempt": 1,
        "text": "red\n20%\nend\n",
    }
    cockpit("logs", job_id, "--attempt", "2").refused(3, "no number 2")


def test_a_broken_status_file_is_made_anew(cockpit: Cockpit) -> None:
    job_id = cockpit.enqueue("web", "exit 0")
    cockpit.run_all()
    path = cockpit.home.state / "jobs" / job_id / "status.json"
    good = json.loads(path.read_text())
    for broken in ('{"half', "", '{"state": "running", "fence": 1}'):
        path.write_text(broken)
        assert cockpit.job(job_id)["state"] == "completed"
        assert json.loads(path.read_text()) | {"updated_at": ""} == good | {"updated_at": ""}
    path.unlink()
    cockpit.job(job_id)
    assert json.loads(path.read_text())["state"] == "completed"


class TestDaemon:
    def test_start_status_stop(self, cockpit: Cockpit) -> None:
        assert cockpit("daemon", "status", "--json").json["running"] is False
        assert cockpit("daemon", "start", "--dry-run").code == 0
        started = cockpit("daemon", "start", "--json").json
        assert (started["running"], started["kind"]) == (True, "daemon")
        assert cockpit("daemon", "start", "--json").json["pid"] == started["pid"]
        assert cockpit("status", "--json").json["scheduler"]["pid"] == started["pid"]
        again = cockpit("daemon", "restart", "--json").json
        assert again["pid"] != started["pid"]
        assert "the scheduler runs" in cockpit("daemon", "logs").out
        assert cockpit("daemon", "stop", "--json").json == {"running": False, "stopped": again["pid"]}
        assert cockpit("daemon", "stop").code == 0
        assert cockpit("daemon", "status", "--json").json["running"] is False

    def test_follow_kill_and_locks_of_a_running_job(self, cockpit: Cockpit) -> None:
        cockpit("daemon", "start")
        job_id, follower = followed(cockpit)
        locks = cockpit("locks", "--json").json["locks"]
        job = cockpit.job(job_id)
        assert [(lock["user"], lock["job_id"], lock["token"]) for lock in locks] == [
            ("alice", job_id, job["fence"])
        ]
        assert cockpit("agents", "status", "--json").json["agents"][0]["job_id"] == job_id
        second = cockpit.enqueue("web", "exit 0")
        assert f"alice's lock, held by {job_id}" in cockpit.job(second)["waiting_for"]
        cockpit("cancel", job_id).refused(4, "cockpit kill")
        cockpit("retry", job_id).refused(4, "can be retried")
        cockpit("locks", "release", "alice").refused(2, "--yes")
        cockpit("locks", "release", "alice", second, "--yes").refused(4, "not by")
        cockpit("locks", "acquire", "alice", "--timeout", "0", "--", "true").refused(4, "not free")
        assert cockpit("locks", "cleanup", "--max-age", "0", "--json").json == {"released": 0}
        done = cockpit("locks", "release", "alice", job_id, "--yes", "--json")
        assert done.json["released"] is True, done
        assert cockpit.job(job_id)["state"] == "killed"
        assert follower.wait(30) == 0

    def test_kill_without_a_scheduler_ends_the_job(self, cockpit: Cockpit) -> None:
        cockpit("daemon", "start")
        job_id, follower = followed(cockpit)
        cockpit("daemon", "stop")
        assert cockpit("kill", job_id, "--json").json["state"] == "killed"
        assert follower.wait(30) == 0
        assert cockpit("locks", "--json").json == {"locks": []}

    def test_attach_shows_the_pane_and_comes_back(self, cockpit: Cockpit) -> None:
        waiting = cockpit.enqueue("api", "exit 0", "--delay", "1h")
        cockpit("attach", waiting).refused(4, "no pane")
        cockpit("daemon", "start")
        job_id = cockpit.enqueue("web", "echo look at me; exec sleep 600")
        follower = cockpit.start("logs", "-f", job_id)
        assert follower.stdout is not None
        assert follower.stdout.readline() == "look at me\n"
        cockpit("attach", job_id).refused(2, "needs a terminal")
        assert cockpit("attach", job_id, "--json").json["job_id"] == job_id
        code, seen = cockpit.in_terminal("attach", job_id, until="look at me", then=b"\x02d")
        assert (code, "C-b d comes back" in seen) == (0, True), seen
        assert cockpit.job(job_id)["state"] == "running"
        cockpit("kill", job_id)

    def test_a_change_of_the_configuration_is_taken_up(self, cockpit: Cockpit) -> None:
        cockpit("daemon", "start")
        folder = Path(cockpit.home.config.parent / "new")
        folder.mkdir()
        assert cockpit("projects", "add", "new", str(folder)).code == 0
        job_id = cockpit.enqueue("new", "echo there")
        follower = cockpit.start("logs", "-f", job_id)
        assert follower.communicate(timeout=60)[0] == "there\n"
        assert cockpit.job(job_id)["state"] == "completed"


def test_jobs_watch_ends_with_the_job(cockpit: Cockpit) -> None:
    job_id = cockpit.enqueue("web", "exit 0")
    watcher = cockpit.start("jobs", job_id, "--watch", "--json")
    assert watcher.stdout is not None
    assert json.loads(watcher.stdout.readline())["jobs"][0]["state"] == "pending"
    cockpit.run_all()
    rest = [json.loads(line)["jobs"][0]["state"] for line in watcher.communicate(timeout=60)[0].splitlines()]
    assert rest[-1] == "completed"
    assert watcher.returncode == 0
