"""The shim's requests: read from a folder that may hold anything; and the shim itself, run by this host's sh."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.docker.requests import _parse, answer, read_requests
from cockpit.jobdir.progress import read_progress

SHIM = Path(__file__).parents[3] / "cockpit" / "docker" / "shim.sh"


def put(folder: Path, name: str, **changes: object) -> Path:
    told = {"version": 1, "job_id": "a", "fence": "3", "argv_hex": ["656e7175657565"], "stdin_hex": ""}
    path = folder / "requests" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(told | changes))
    return path


def test_requests_are_read_oldest_first(tmp_path: Path) -> None:
    assert read_requests(str(tmp_path)) == []
    put(tmp_path, "200.1.json", argv_hex=["c3a4", "00"])
    put(tmp_path, "100.1.json")
    first, second = read_requests(str(tmp_path))
    assert (first.job_id, first.fence, first.argv, first.stdin) == ("a", 3, ("enqueue",), "")
    assert second.argv == ("ä", "")
    answer(first, 4, "it is locked\n")
    assert [request.name for request in read_requests(str(tmp_path))] == ["200.1.json"]
    assert (tmp_path / "requests" / "100.1.reply").read_text() == "4\nit is locked\n"


def test_nonsense_is_removed_and_left_out(tmp_path: Path) -> None:
    put(tmp_path, "1.json", version=2)
    put(tmp_path, "2.json", fence="x")
    put(tmp_path, "3.json", argv_hex="656e")
    put(tmp_path, "4.json").write_text("{")
    put(tmp_path, "5.json").write_text("[]")
    (tmp_path / "requests" / "6.json").write_bytes(b" " * (4 << 20) + b"{} ")
    (tmp_path / "requests" / "7.tmp").write_text("half")
    good = put(tmp_path, "8.json")
    found = read_requests(str(tmp_path))
    assert [request.name for request in found if request.argv == ("enqueue",)] == [good.name]
    assert sorted(os.listdir(tmp_path / "requests"))[-2:] == ["7.tmp", "8.json"]


def test_links_and_pipes_lead_nowhere(tmp_path: Path) -> None:
    secret = put(tmp_path, "secret")
    (tmp_path / "requests" / "1.json").symlink_to(secret)
    os.mkfifo(tmp_path / "requests" / "2.json")
    assert read_requests(str(tmp_path)) == []
    assert secret.exists()
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked" / "requests").symlink_to(tmp_path / "requests")
    put(tmp_path, "3.json")
    assert read_requests(str(tmp_path / "linked")) == []


@given(
    st.binary()
    | st.recursive(st.none() | st.text() | st.integers(), st.lists).map(lambda v: json.dumps(v).encode())
)
def test_any_bytes(data: bytes) -> None:
    try:
        _parse(data, "f", "n")
    except (ValueError, KeyError, TypeError, AttributeError):
        pass  # what read_requests takes for nonsense


@pytest.fixture
def job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COCKPIT_JOB_DIR", str(tmp_path))
    monkeypatch.setenv("COCKPIT_JOB_ID", "113754-a2f5")
    monkeypatch.setenv("COCKPIT_FENCE", "7")
    return tmp_path


def shim(*words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(["sh", str(SHIM), *words], input=stdin, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("word", "percent"), [("0", 0), ("30%", 30), ("100", 100)])
def test_the_shim_tells_progress(job: Path, word: str, percent: int) -> None:
    assert shim("progress", word, "half\nof", "it; $(x)").returncode == 0
    progress = read_progress(str(job))
    assert (progress.percent, progress.message) == (percent, "half of it; $(x)")


@pytest.mark.parametrize("word", ["", "x", "-1", "101", "3%0", "%", "99999999999999999999"])
def test_the_shim_refuses_what_is_no_percentage(job: Path, word: str) -> None:
    done = shim("progress", word)
    assert (done.returncode, done.stdout) == (2, "")
    assert "is no percentage" in done.stderr
    assert not (job / "progress.md").exists()


@pytest.mark.parametrize(
    "text", ["plain", "a\n\nb \"c\" 'd' \\ $HOME `x` ; & | * ? ü 日本\t", "-n", "", "%s%d\\n"]
)
def test_any_text_reaches_the_host(job: Path, text: str) -> None:
    seen = []

    def host() -> None:
        while not (found := read_requests(str(job))):
            pass
        seen.extend(found)
        answer(found[0], 3, "no such project\n")

    thread = threading.Thread(target=host)
    thread.start()
    done = shim("enqueue", "web", text, "-", stdin=f"{text}\nmore\n")
    thread.join()
    assert (done.returncode, done.stdout, done.stderr) == (3, "", "no such project\n")
    assert seen[0].argv == ("enqueue", "web", text, "-")
    assert (seen[0].stdin, seen[0].job_id, seen[0].fence) == (f"{text}\nmore\n", "113754-a2f5", 7)


def test_the_shim_knows_its_limits(job: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "not 'kill'" in shim("kill", "x").stderr
    monkeypatch.delenv("COCKPIT_JOB_DIR")
    assert (shim("progress", "3").returncode, "inside a job only" in shim("progress", "3").stderr) == (
        2,
        True,
    )
