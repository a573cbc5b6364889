"""`cockpit notify test` on a real terminal, and what doctor says of it."""

from __future__ import annotations

import os
import pty
import subprocess
from pathlib import Path

from tests.e2e.conftest import COMMAND, Cockpit


def on_a_terminal(folder: Path, *words: str, **environ: str) -> tuple[int, str]:
    """Run cockpit with a pty as its terminal: exit code, and all bytes that went there."""
    ours, theirs = pty.openpty()
    variables = {name: value for name, value in os.environ.items() if name not in ("TMUX", "DISPLAY")}
    with subprocess.Popen(
        ["setsid", "--ctty", "--wait", *COMMAND, *words],
        stdin=theirs, stdout=theirs, stderr=theirs, cwd=folder, env=variables | {"TERM": "xterm-256color"} | environ,
    ) as child:  # fmt: skip
        os.close(theirs)
        said = b""
        try:
            while piece := os.read(ours, 65536):
                said += piece
        except OSError:  # EIO: the other end is closed
            pass
        code = child.wait(60)
    os.close(ours)
    return code, said.decode()


def test_one_of_each_is_sent(cockpit: Cockpit, tmp_path: Path) -> None:
    hook = tmp_path / "hook"
    hook.write_text(f'#!/bin/sh\necho "$1" >{tmp_path}/told\n', encoding="utf-8")
    hook.chmod(0o755)
    with Path(os.environ["COCKPIT_CONFIG"]).open("a", encoding="utf-8") as file:
        file.write(f'\n[notify]\ncommand = ["{hook}"]\n')
    code, said = on_a_terminal(tmp_path, "notify", "test")
    assert code == 0, said
    assert said.startswith("\a\x1b]9;test needs you: This is a test. Can you see it?\a")
    assert "\x1b]777;notify;test needs you;This is a test. Can you see it?\a" in said
    assert (tmp_path / "told").read_text() == "needs_input\n"
    assert "ended with 0" in said


def test_inside_tmux_it_travels_in_a_passthrough(cockpit: Cockpit, tmp_path: Path) -> None:
    code, said = on_a_terminal(tmp_path, "notify", "test", TMUX=f"{tmp_path}/none,1,0")
    assert code == 0, said
    assert "\x1bPtmux;\x1b\x1b]9;test needs you: This is a test. Can you see it?\a\x1b\\" in said


def test_without_a_terminal_it_says_so(cockpit: Cockpit) -> None:
    done = cockpit("notify", "test", "--json")
    assert done.code == 1
    ways = {way["way"]: way for way in done.json["ways"]}
    assert list(ways) == ["bell", "osc9", "osc777", "notify-send", "command"]
    assert not any(way["sent"] for way in ways.values())
    assert cockpit("notify", "test", "--json", "--dry-run").json["dry_run"] is True


def test_doctor_says_which_way_is_taken(cockpit: Cockpit) -> None:
    checks = {check["name"]: check for check in cockpit("doctor", "--json").json["checks"]}
    assert checks["notifications"]["found"].startswith("osc9: no desktop here")
