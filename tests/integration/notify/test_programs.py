"""The person's command and notify-send, as real processes."""

from __future__ import annotations

import json
import logging
import time
from pathlib import Path

import psutil
import pytest

from cockpit.notify import programs
from cockpit.notify.happening import Notice
from cockpit.notify.outside import Outside

NOTICE = Notice("task_completed", 3, ())


def script(folder: Path, text: str, name: str = "hook") -> str:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


async def test_the_command_gets_name_and_json_and_no_secret(tmp_path: Path) -> None:
    hook = script(tmp_path, f'echo "$@" >{tmp_path}/args; cat >{tmp_path}/json; env >{tmp_path}/env')
    outer = {"PATH": "/usr/bin:/bin", "API_KEY": "sk-secret"}
    assert await programs.command([hook, "a b"], NOTICE, outer, 10) == ""
    assert (tmp_path / "args").read_text() == "a b task_completed\n"
    document = json.loads((tmp_path / "json").read_text())
    assert (document["event"], document["count"], document["title"]) == (
        "task_completed",
        3,
        "3 jobs completed",
    )
    assert "sk-secret" not in (tmp_path / "env").read_text()


async def test_one_that_hangs_is_ended_with_its_children(tmp_path: Path) -> None:
    hook = script(tmp_path, f"sleep 600 & echo $! >{tmp_path}/child; trap '' TERM; wait; sleep 600")
    began = time.monotonic()
    problem = await programs.command([hook], NOTICE, {"PATH": "/usr/bin:/bin"}, 0.5)
    assert "longer than 0.5 s" in problem
    assert time.monotonic() - began < 10
    child = int((tmp_path / "child").read_text())
    assert not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE


async def test_one_that_leaves_a_child_behind_is_not_waited_for(tmp_path: Path) -> None:
    hook = script(tmp_path, f"sleep 60 & echo $! >{tmp_path}/child; exit 0")
    began = time.monotonic()
    assert await programs.command([hook], NOTICE, {"PATH": "/usr/bin:/bin"}, 30) == ""
    assert time.monotonic() - began < 20
    psutil.Process(int((tmp_path / "child").read_text())).kill()


async def test_one_that_floods_waits_and_does_not_have_the_loop_for_itself(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "cockpit.notify")
    hook = script(tmp_path, f"while printf '%-65536s' flood; do printf . >>{tmp_path}/pieces; done")
    problem = await programs.command([hook], NOTICE, {"PATH": "/usr/bin:/bin"}, 0.3)
    assert "longer than 0.3 s" in problem
    assert len((tmp_path / "pieces").read_text()) < 60, "it would write some hundred"
    assert len(caplog.messages[0]) < 3000


async def test_output_goes_to_the_log_and_failures_are_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "cockpit.notify")
    hook = script(tmp_path, "echo no sound card; echo also here >&2; exit 3")
    assert await programs.command([hook], NOTICE, {"PATH": "/usr/bin:/bin"}, 10) == f"{hook} ended with 3"
    assert "no sound card" in caplog.text
    assert "also here" in caplog.text
    assert "can't be started" in await programs.command([f"{hook}-not"], NOTICE, {}, 10)


async def test_notify_send_gets_title_and_text(tmp_path: Path) -> None:
    script(tmp_path, f'printf "%s\\n" "$@" >{tmp_path}/args', "notify-send")
    outer = {"PATH": f"{tmp_path}:/usr/bin:/bin", "DISPLAY": ":0"}
    outside = Outside("auto", (), 10, outer)
    assert outside
    await outside.send(Notice("needs_input", 2, ()))
    words = (tmp_path / "args").read_text().splitlines()
    assert words[:4] == ["--app-name=cockpit", "--urgency=critical", "--", "2 agents need you"]
    assert not Outside("auto", (), 10, {"PATH": "/usr/bin:/bin"}), (
        "no desktop, no command: nowhere to send to"
    )
