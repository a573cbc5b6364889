"""Who may start an attempt: of run.sh and a scheduler that is not sure, exactly one."""

from __future__ import annotations

import errno
import shutil
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cockpit.jobdir.layout import AttemptFolder, job_folder
from cockpit.scheduler.folder import RUN_SH


def prepared(folder: Path, script: str = "echo $$ >>ran") -> AttemptFolder:
    """An attempt whose command appends its pid to the file `ran`."""
    folder.mkdir()
    shutil.copy(RUN_SH, folder / "run.sh")
    variables = f"export COCKPIT_JOB_DIR={folder} COCKPIT_WORKDIR={folder}"
    (folder / "env").write_text(f"{variables}\nset -- sh -c '{script}'\n")
    return AttemptFolder(str(folder))


def start(attempt: AttemptFolder) -> int:
    return subprocess.run(["/bin/sh", f"{attempt.path}/run.sh"], check=False, capture_output=True).returncode


def test_forty_racers_start_once(tmp_path: Path) -> None:
    attempt = prepared(tmp_path / "1")
    with ThreadPoolExecutor(40) as racers:
        codes = list(racers.map(lambda _: start(attempt), range(40)))
    assert sorted(codes) == [0] + [75] * 39
    assert len((tmp_path / "1" / "ran").read_text().splitlines()) == 1
    assert attempt.exit_code() == 0
    assert (attempt.starter() or "").startswith("run ")


@pytest.mark.parametrize("number", range(3))
def test_void_against_run(tmp_path: Path, number: int) -> None:
    """Whoever wins, both agree on it."""
    attempt = prepared(tmp_path / "1")
    with ThreadPoolExecutor(8) as racers:
        voids = [racers.submit(attempt.void) for _ in range(4)]
        runs = [racers.submit(start, attempt) for _ in range(4)]
        voided, codes = {each.result() for each in voids}, sorted(each.result() for each in runs)
    ran = (tmp_path / "1" / "ran").exists()
    assert (voided, codes) == (({False}, [0, 75, 75, 75]) if ran else ({True}, [75] * 4))


def test_void_waits_for_the_winners_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """run.sh makes the file, and writes its pid a moment later: who lost must know whom to end."""
    attempt, real, looked = AttemptFolder(str(tmp_path)), AttemptFolder.starter, threading.Event()
    monkeypatch.setattr(AttemptFolder, "starter", lambda self: (real(self), looked.set())[0])
    with open(attempt.started, "w", encoding="ascii") as started, ThreadPoolExecutor(1) as other:
        voiding = other.submit(attempt.void)
        assert looked.wait(10)
        started.write("run 4711\n")
        started.flush()
        assert voiding.result() is False
    assert attempt.starter() == "run 4711"


def test_void_is_for_good_and_needs_no_folder(tmp_path: Path) -> None:
    attempt = job_folder(str(tmp_path), "113754-a2f5").attempt(2)
    assert attempt.void()
    assert attempt.void()
    assert attempt.starter() == "void"


def test_the_exit_code_needs_no_new_file(tmp_path: Path) -> None:
    """On a full disk it is told in a file that was there before: lost, the job would run a second time."""
    attempt = prepared(tmp_path / "1", "mkdir e.$PPID; exit 3")  # stands for the file that can't be written
    start(attempt)
    assert not (tmp_path / "1" / "exit_code").exists()
    assert attempt.exit_code() == 3
    assert (attempt.starter() or "").startswith("run ")
    assert attempt.starter_pid()


def test_a_full_disk_keeps_nobody_from_knowing_that_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = prepared(tmp_path / "1")
    assert start(attempt) == 0

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "no space left on device")

    monkeypatch.setattr("builtins.open", full)
    monkeypatch.setattr(AttemptFolder, "starter", lambda _: "run 1")
    assert attempt.void() is False


@pytest.mark.parametrize(("text", "code"), [("0\n", 0), ("137\n", 137), ("", None), ("x", None)])
def test_exit_code(tmp_path: Path, text: str, code: int | None) -> None:
    (tmp_path / "exit_code").write_text(text)
    assert AttemptFolder(str(tmp_path)).exit_code() == code
