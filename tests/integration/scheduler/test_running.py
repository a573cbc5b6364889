"""One job from claim to end, with a real tmux: what its agent gets, and what is left behind for people."""

from __future__ import annotations

import json
import os
import stat
import subprocess
from pathlib import Path

import pytest

from cockpit.domain.job import State
from tests.desk import Desk

pytestmark = [pytest.mark.tmux, pytest.mark.git]


async def test_output_exit_code_and_files(desk: Desk) -> None:
    good = desk.add("web", "echo hello; pwd; echo sorry >&2", metadata='{"ticket": 14}')
    bad = desk.add("api", "echo almost; exit 3")
    async with desk.running():
        await desk.ended(good, bad)
        await desk.appears(lambda: desk.status(good)["state"] == "completed", "status.json")
        await desk.appears(lambda: desk.status(bad)["state"] == "failed", "status.json")
    assert desk.output(good) == f"hello\r\n{desk.repos}/web\r\nsorry\r\n"
    assert (desk.job(good).exit_code, desk.job(bad).exit_code, desk.job(bad).reason) == (0, 3, "exit code 3")
    folder = Path(desk.folder(good).path)
    names = {"meta.json", "status.json", "prompt.md", "output.log", "progress.md", "pid", "exit_code"}
    assert names <= {each.name for each in folder.iterdir()}
    assert (folder / "exit_code").read_text() == "0\n"
    assert json.loads((folder / "meta.json").read_text())["metadata"] == {"ticket": 14}
    assert desk.status(bad) | {"exit_code": 3, "lock_released": True, "attempt": 1} == desk.status(bad)
    assert desk.kinds(good) == ["queued", "assigned", "starting", "running", "completed"]
    assert desk.store.locks() == []
    for path in (folder.parent, folder, folder / "attempts", folder / "attempts" / "1"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700, path


async def test_what_the_agent_gets(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_KEY", "sk-secret'\"$(x)")
    monkeypatch.setenv("TEXTUAL_LOG", "x")
    desk.configure(projects={"web": {"env": {"MODE": 'it\'s "so" $HOME'}, "env_from": ["API_KEY"]}})
    job = desk.add("web", f'env -0 >{desk.marks}/env; : >"$TMPDIR/mine"; command -v cockpit; umask')
    async with desk.running():
        await desk.ended(job)
    got = dict(pair.split("=", 1) for pair in (desk.marks / "env").read_text().split("\0") if pair)
    claimed = desk.store.attempts(job)[0]
    expected = {
        "COCKPIT_JOB_ID": job,
        "COCKPIT_ATTEMPT": "1",
        "COCKPIT_JOB_DIR": desk.attempt(job).path,
        "COCKPIT_USER": "alice",
        "COCKPIT_PROJECT": "web",
        "COCKPIT_FENCE": str(claimed.fence),
        "COCKPIT_HOME": str(desk.home.state),
        "COCKPIT_CONFIG": str(desk.home.config),
        "MODE": 'it\'s "so" $HOME',
        "API_KEY": "sk-secret'\"$(x)",
    }
    assert {name: got.get(name) for name in expected} == expected
    assert not {"TMUX", "TMUX_PANE", "TEXTUAL_LOG", "COCKPIT_CRASH_AT"} & got.keys()
    assert job in got["TMPDIR"]
    assert not os.path.exists(got["TMPDIR"]), "the attempt's own TMPDIR goes with it"
    assert got["PATH"].split(":")[0] == desk.places.bin
    assert os.listdir(desk.places.bin) == ["cockpit"]
    umask = os.umask(0o077)
    os.umask(umask)
    printed = f"{desk.places.bin}/cockpit\r\n{umask:04o}\r\n"  # tmux may pass it on a moment after the end
    await desk.appears(lambda: desk.output(job) == printed, "its output")


async def test_no_secret_stays_or_shows(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_KEY", "sk-very-secret")
    desk.configure(projects={"web": {"env_from": ["API_KEY"]}})
    gate = desk.gate("stay")
    job = desk.add("web", gate.waits)
    async with desk.running():
        await desk.in_state(job, State.RUNNING)
        await desk.appears(lambda: not os.path.getsize(f"{desk.attempt(job).path}/env"), "env to be read")
        shown = subprocess.run(
            ["ps", "axww", "-o", "args"], capture_output=True, text=True, check=True
        ).stdout
        assert "sk-very-secret" not in shown
        await desk.appears(gate.has_somebody, "the agent")
        await desk.ended(job)
    for folder in (desk.places.home, desk.places.run):
        found = subprocess.run(["grep", "-rl", "sk-very-secret", folder], capture_output=True, check=False)
        assert found.stdout == b""


PROMPT = (
    'it\'s "quoted" $(boom) `boom` \\ %H #{pid} {prompt_file} {job_id}\nline 2\t😀 ümlaut\r\n;a\\\n' * 700
)


@pytest.mark.parametrize("command", [["cat", "{prompt_file}"], ["printf", "%s", "{prompt}"]])
async def test_a_prompt_arrives_byte_for_byte(desk: Desk, command: list[str]) -> None:
    assert 55_000 < len(PROMPT.encode()) < 128 * 1024
    keep = f'"$@" >{desk.marks}/got; echo "$#"'
    desk.configure(agents={"keeper": {"command": ["sh", "-c", keep, "keeper", *command]}})
    job = desk.add("web", PROMPT, agent="keeper")
    async with desk.running():
        await desk.ended(job)
    assert (desk.marks / "got").read_bytes() == PROMPT.encode()
    assert desk.output(job) == f"{len(command)}\r\n"
    assert Path(desk.folder(job).prompt).read_bytes() == PROMPT.encode()


async def test_progress_is_seen_while_it_runs(desk: Desk) -> None:
    gate = desk.gate("later")
    job = desk.add("web", f'echo "40% building" >>"$COCKPIT_JOB_DIR/progress.md"; {gate.waits}')
    async with desk.running():
        await desk.in_state(job, State.RUNNING)
        await desk.appears(
            lambda: desk.status(job)["progress"] == {"percent": 40, "message": "building"}, "its progress"
        )
        await desk.appears(gate.has_somebody, "the agent")
        await desk.ended(job)


async def test_an_agent_enqueues_more_work_and_tells_its_progress(desk: Desk) -> None:
    more = (
        "cockpit enqueue web 'echo child' && cockpit enqueue api 'echo other' && cockpit progress 42 half way"
    )
    job = desk.add("web", more)
    async with desk.running():
        await desk.ended(job)
        children = [each.id for each in desk.store.jobs() if each.id != job]
        await desk.ended(*children)
    assert desk.job(job).state is State.COMPLETED, desk.output(job)
    assert sorted(desk.job(child).user for child in children) == ["alice", "bob"]
    assert desk.status(job)["progress"] == {"percent": 42, "message": "half way"}
    assert f"by job {job}" in str(desk.store.events(children[0])[0].reason)


async def test_all_of_a_flood_is_in_the_log_when_the_job_has_ended(desk: Desk) -> None:
    job = desk.add("web", "seq 1 60000; echo the-end")
    async with desk.running():
        await desk.ended(job)
    lines = desk.output(job).split("\r\n")
    assert lines == [*map(str, range(1, 60001)), "the-end", ""]
