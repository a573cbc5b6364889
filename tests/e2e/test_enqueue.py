"""`cockpit enqueue`, as scripts use it: what it prints, what it refuses, and that nothing is lost or half done."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

from tests.e2e.conftest import Cockpit

HARD = 'It\'s "quoted" `ls` $(touch /tmp/never) $HOME \\ \n\ttab {prompt} %s 🚀 ü\r\n' * 900


def test_prints_the_agent_and_nothing_else(cockpit: Cockpit) -> None:
    done = cockpit("enqueue", "web", "Fix it")
    assert done.code == 0
    assert re.fullmatch(r"agent:web:\d{6}-[0-9a-f]{4}\n", done.out)
    assert done.err == ""


def test_json_has_the_contracts_keys(cockpit: Cockpit) -> None:
    cockpit.enqueue("api", "first", "--priority", "2")
    done = cockpit("enqueue", "web", "second", "--priority", "high", "--json")
    document = done.json
    assert document.pop("job_id")
    assert document == {
        "project": "web",
        "user": "alice",
        "priority": "high",
        "position": 2,
        "state": "pending",
    }


def test_options_may_stand_anywhere(cockpit: Cockpit) -> None:
    first = cockpit.enqueue("--retries", "2", "web", "--timeout=10m", "--", "--looks-like-an-option")
    job = cockpit.job(cockpit.enqueue("web", "--after", first, "second", "--ref", "o/r#14", "--user", "bob"))
    assert job["after"] == [{"job_id": first, "state": "pending"}]
    assert (job["ref"], job["user"]) == ("o/r#14", "bob")
    found = cockpit.job(first)
    assert (found["prompt"], found["retries"], found["timeout"]) == ("--looks-like-an-option", 2, 600.0)


def test_a_user_without_a_project_is_told_and_taken(cockpit: Cockpit) -> None:
    told = "cockpit: no project belongs to 'nobody'; known users: alice, bob, carol\n"
    done = cockpit("enqueue", "web", "x", "--user", "nobody")
    assert (done.code, done.err) == (0, told)
    assert cockpit.job(done.out.strip())["user"] == "nobody"
    assert cockpit("enqueue", "web", "x", "--user", "nobody", "--json").err == ""
    assert cockpit("enqueue", "web", "x", "--user", "nobody", "--dry-run").err == told
    done = cockpit("locks", "acquire", "nobody", "--", "sh", "-c", "exit 7")
    assert (done.code, done.err) == (7, told)
    assert cockpit("locks", "acquire", "alice", "--", "true").err == ""


@pytest.mark.tmux
def test_on_a_terminal_it_is_told_that_nobody_schedules(cockpit: Cockpit) -> None:
    told = "no scheduler runs: open cockpit or run 'cockpit daemon start'"
    code, seen = cockpit.in_terminal("enqueue", "web", "x")
    assert code == 0
    assert told in seen
    assert told not in cockpit.in_terminal("enqueue", "web", "x", "--json")[1]
    assert cockpit("enqueue", "web", "x").err == ""
    assert cockpit("daemon", "start").code == 0
    assert told not in cockpit.in_terminal("enqueue", "web", "exit 0")[1]


def test_a_delayed_job_says_what_it_waits_for(cockpit: Cockpit) -> None:
    job = cockpit.job(cockpit.enqueue("web", "later", "--delay", "1h"))
    assert job["state"] == "delayed"
    assert "its time" in job["waiting_for"]


def test_metadata_is_kept(cockpit: Cockpit) -> None:
    job_id = cockpit.enqueue("web", "x", "--metadata", '{"ticket": 14, "who": "ü"}')
    assert cockpit.job(job_id)["metadata"] == {"ticket": 14, "who": "ü"}


@pytest.mark.parametrize("way", ["stdin", "file"])
def test_a_hard_prompt_arrives_as_it_is(cockpit: Cockpit, way: str) -> None:
    """60 KB with quotes, newlines, $(...), backslashes and emoji."""
    assert len(HARD.encode()) > 60_000
    if way == "stdin":
        done = cockpit("enqueue", "web", "-", stdin=HARD)
    else:
        path = cockpit.home.config.parent / "prompt.md"
        path.write_bytes(HARD.encode())
        done = cockpit("enqueue", "web", "--prompt-file", str(path))
    assert done.code == 0, done
    assert cockpit.job(done.out.strip())["prompt"] == HARD


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["wbe", "x"], 3, ["unknown project 'wbe'", "did you mean 'web'"]),
        (["web", ""], 2, ["prompt is empty"]),
        (["web", " \n"], 2, ["prompt is empty"]),
        (["web"], 2, ["PROMPT is missing"]),
        ([], 2, ["PROJECT is missing"]),
        (["web", "two", "words"], 2, ["one PROMPT"]),
        (["web", "x", "--priority", "11"], 2, ["priority '11'", "1 to 10"]),
        (["web", "x", "--metadata", "{nope"], 2, ["--metadata is not JSON"]),
        (["web", "x", "--metadata", "[1]"], 2, ["JSON object"]),
        (["web", "x", "--metadata", '{"n": NaN}'], 2, ["--metadata is not JSON"]),
        (["web", "x", "--metadata", '{"n": 1e999}'], 2, ["--metadata is not JSON"]),
        (["web", "x", "--metadata", '{"n": "\\ud800"}'], 2, ["--metadata is not valid UTF-8"]),
        (["web", "x", "--ref", "\udcff"], 2, ["--ref is not valid UTF-8"]),
        (["web", "x", "--user", "\udcff"], 2, ["user '\\udcff' won't do"]),
        (["web", "x", "--after", "\udcff"], 2, ["is not valid UTF-8"]),
        (["web", "x", "--agent", "ehco"], 3, ["unknown agent", "'echo'"]),
        (["web", "x", "--after", "nothere"], 3, ["no job 'nothere'"]),
        (["web", "x", "--delay", "soon"], 2, ["not a duration"]),
        (["web", "x", "--at", "noonish"], 2, ["not a time"]),
        (["web", "x", "--retries", "many"], 2, ["--retries", "many"]),
        (["web", "x", "--retries", "-1"], 2, ["retries -1"]),
        (["web", "x", "--priorty", "1"], 2, ["--priorty", "did you mean '--priority'"]),
        (["web", "x", "--prompt-file", "f"], 2, ["once"]),
        (["web", "--prompt-file", "not-there.md"], 2, ["not-there.md can't be read"]),
    ],
)
def test_bad_input_gets_one_clear_line(
    cockpit: Cockpit, words: list[str], code: int, says: list[str]
) -> None:
    cockpit("enqueue", *words).refused(code, *says)
    cockpit("enqueue", *words, "--json").refused(code, *says)
    assert cockpit("jobs", "--json").json == {"jobs": []}


def test_nul_is_refused(cockpit: Cockpit) -> None:
    path = cockpit.home.config.parent / "nul.md"
    path.write_bytes(b"before\0after")
    cockpit("enqueue", "web", "--prompt-file", str(path)).refused(2, "NUL")
    cockpit("enqueue", "web", "-", stdin=b"a\0b").refused(2, "NUL")


def test_bytes_that_are_no_text_are_refused(cockpit: Cockpit) -> None:
    cockpit("enqueue", "web", "-", stdin=b"caf\xe9").refused(2, "not UTF-8")


def test_a_prompt_too_long_for_an_argument_is_refused_only_there(cockpit: Cockpit) -> None:
    long = "x" * 131_072
    cockpit("enqueue", "web", "-", "--agent", "argument", stdin=long).refused(2, "131072", "{prompt_file}")
    assert cockpit("enqueue", "web", "-", "--agent", "echo", stdin=long).code == 0


def test_a_project_whose_folder_is_gone(cockpit: Cockpit) -> None:
    (cockpit.home.config.parent / "repos" / "web").rmdir()
    cockpit("enqueue", "web", "x").refused(3, "is gone", str(cockpit.home.config))
    cockpit("enqueue", "web", "x").refused(3, "is gone")  # warm settings too


def test_dry_run_writes_nothing(cockpit: Cockpit) -> None:
    done = cockpit("enqueue", "web", "x", "--dry-run", "--json").json
    assert (done["job_id"], done["position"], done["dry_run"]) == (None, 1, True)
    cockpit("enqueue", "nope", "x", "--dry-run").refused(3, "unknown project")
    assert cockpit("jobs", "--json").json == {"jobs": []}


class TestBatch:
    def test_all_lines_become_jobs(self, cockpit: Cockpit) -> None:
        lines = [
            {"project": "web", "prompt": "one", "priority": 1, "metadata": {"n": 1}},
            {"project": "api", "prompt": "two", "retries": 2, "after": []},
        ]
        text = "\n".join(json.dumps(line) for line in lines) + "\n\n"
        done = cockpit("enqueue", "--batch", "-", "--json", stdin=text)
        assert [(job["project"], job["priority"]) for job in done.json["jobs"]] == [
            ("web", "critical"),
            ("api", "normal"),
        ]

    def test_one_bad_line_and_none_is_taken(self, cockpit: Cockpit) -> None:
        path = cockpit.home.config.parent / "jobs.jsonl"
        path.write_text(
            '{"project": "web", "prompt": "good"}\n{nope\n{"project": "nope", "prompt": "x"}\n'
            '{"project": "web", "prompt": "x", "prio": 1}\n[1]\n'
        )
        done = cockpit("enqueue", "--batch", str(path))
        assert (done.code, done.out) == (2, "")
        told = done.err.splitlines()
        assert all(line.startswith("cockpit: ") for line in told)
        assert [line.split(":")[1] for line in told[:4]] == [" line 2", " line 3", " line 4", " line 5"]
        assert "nothing was enqueued" in told[-1]
        assert cockpit("jobs", "--json").json == {"jobs": []}

    def test_positions_count_through_the_batch(self, cockpit: Cockpit) -> None:
        text = "\n".join('{"project": "web", "prompt": "x"}' for _ in range(3))
        done = cockpit("enqueue", "--batch", "-", "--json", stdin=text)
        assert [job["position"] for job in done.json["jobs"]] == [1, 2, 3]


def test_a_warm_enqueue_imports_only_what_it_uses(cockpit: Cockpit) -> None:
    """Whatever of these comes in costs more than the whole command."""
    while not list(
        cockpit.home.state.glob("cache/settings.json")
    ):  # not kept while the file was written just now
        cockpit.enqueue("web", "warm the settings")
    script = (
        "import sys; from cockpit.cli.main import main; code = main(['enqueue', 'web', 'x']);"
        "heavy = {'asyncio', 'pydantic', 'textual', 'watchfiles', 'libtmux', 'psutil', 'tomllib', 'tomlkit', 'typing',"
        " 'dataclasses', 'inspect', 'subprocess', 'tempfile', 'shutil', 'locale', 'random', 'logging', 'hashlib',"
        " 'cockpit.config.settings', 'cockpit.store.claims'};"
        "print(sorted(heavy & set(sys.modules)), code)"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", script],
        capture_output=True,
        text=True,
        check=False,
        env=cockpit._env({}),
    )
    assert done.stdout.splitlines()[-1] == "[] 0", done


def test_many_at_once_lose_nothing(cockpit: Cockpit) -> None:
    cockpit.enqueue("web", "warm")
    children = [cockpit.start("enqueue", "web", f"job {n}") for n in range(6)]
    assert [child.wait(60) for child in children] == [0] * 6
    assert len(cockpit("jobs", "--json").json["jobs"]) == 7
