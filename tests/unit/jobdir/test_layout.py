"""Who may start an attempt: of run.sh and a scheduler that is not sure, exactly one."""

from __future__ import annotations

import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cockpit.jobdir.layout import AttemptFolder, job_folder
from cockpit.scheduler.folder import RUN_SH


def prepared(folder: Path) -> AttemptFolder:
    """An attempt whose command appends its pid to the file `ran`."""
    folder.mkdir()
    shutil.copy(RUN_SH, folder / "run.sh")
    (folder / "env").write_text(f"export COCKPIT_JOB_DIR={folder} COCKPIT_WORKDIR={folder}\n")
    (folder / "command").write_text("set -- sh -c 'echo $$ >>ran'\n")
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


def test_void_waits_for_the_winners_name(tmp_path: Path) -> None:
    """run.sh makes the file, and writes its pid a moment later: who lost must know whom to end."""
    attempt = AttemptFolder(str(tmp_path))
    with open(attempt.started, "w", encoding="ascii") as started, ThreadPoolExecutor(1) as other:
        voiding = other.submit(attempt.void)
        while not list(tmp_path.glob("v.*")) and not voiding.done():
            pass
        started.write("run 4711\n")
        started.flush()
        assert voiding.result() is False
    assert attempt.starter() == "run 4711"


def test_void_is_for_good_and_needs_no_folder(tmp_path: Path) -> None:
    attempt = job_folder(str(tmp_path), "113754-a2f5").attempt(2)
    assert attempt.void()
    assert attempt.void()
    assert attempt.starter() == "void"


@pytest.mark.parametrize(("text", "code"), [("0\n", 0), ("137\n", 137), ("", None), ("x", None)])
def test_exit_code(tmp_path: Path, text: str, code: int | None) -> None:
    (tmp_path / "exit_code").write_text(text)
    assert AttemptFolder(str(tmp_path)).exit_code() == code
