"""Files are whole or absent, whoever writes beside; folders open to their owner only."""

from __future__ import annotations

import errno
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from cockpit.base import files
from cockpit.base.errors import Unavailable
from cockpit.base.files import private_dir, read_text, write_atomic, write_json_atomic

WRITER = """
import sys
from cockpit.base.files import write_json_atomic
path, name = sys.argv[1:]
for n in range(150):
    write_json_atomic(path, {"by": name, "n": n, "filling": name * 20_000})
"""


def mode_of(path: str | Path) -> int:
    return stat.S_IMODE(os.stat(path).st_mode)


def test_a_reader_beside_three_writers_never_sees_half_a_file(tmp_path: Path) -> None:
    path = tmp_path / "status.json"
    write_json_atomic(str(path), {"by": "0", "n": 0, "filling": "0" * 20_000})
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(path), name]) for name in "abc"]
    seen = set()
    while any(writer.poll() is None for writer in writers):
        found = json.loads(path.read_text())
        assert found["filling"] == found["by"] * 20_000
        seen.add((found["by"], found["n"]))
    assert [writer.returncode for writer in writers] == [0, 0, 0]
    assert json.loads(path.read_text())["n"] == 149
    assert len(seen) > 1
    assert os.listdir(tmp_path) == ["status.json"]


@pytest.mark.parametrize("durable", [False, True])
@pytest.mark.parametrize("data", ["", "text with ümläuts\n", b"\x00\xff bytes", b"x" * 1_000_000])
def test_what_is_written_is_read(tmp_path: Path, data: str | bytes, durable: bool) -> None:
    path = tmp_path / "file"
    write_atomic(str(path), data, durable=durable)
    assert path.read_bytes() == (data.encode() if isinstance(data, str) else data)
    assert os.listdir(tmp_path) == ["file"]


def test_a_file_in_the_working_folder_can_be_durable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_atomic("plain", "x", durable=True)
    assert read_text("plain") == "x"


def test_the_mode_is_private_unless_told(tmp_path: Path) -> None:
    write_atomic(str(tmp_path / "private"), "x")
    write_atomic(str(tmp_path / "script"), "x", mode=0o700)
    assert (mode_of(tmp_path / "private"), mode_of(tmp_path / "script")) == (0o600, 0o700)


def test_json_is_indented_readable_and_ends_its_line(tmp_path: Path) -> None:
    path = tmp_path / "meta.json"
    write_json_atomic(str(path), {"prompt": "grüße"})
    assert path.read_text(encoding="utf-8") == '{\n  "prompt": "grüße"\n}\n'


def test_what_cant_be_json_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "meta.json"
    write_json_atomic(str(path), 1)
    with pytest.raises(TypeError):
        write_json_atomic(str(path), object())
    assert path.read_text() == "1\n"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_keeps_the_old_file_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    path = tmp_path / "file"
    write_atomic(str(path), "old")

    def full(descriptor: int, data: bytes) -> None:
        os.write(descriptor, data[:1])
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(files, "_write_all", full)
    with pytest.raises(Unavailable, match="the disk is full"):
        write_atomic(str(path), "new")
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["file"]


def test_a_target_that_cant_be_replaced_leaves_no_temporary_file(tmp_path: Path) -> None:
    (tmp_path / "folder" / "full").mkdir(parents=True)
    with pytest.raises(OSError, match="folder"):
        write_atomic(str(tmp_path / "folder"), "x")
    assert os.listdir(tmp_path) == ["folder"]


def test_a_missing_folder_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_atomic(str(tmp_path / "gone" / "file"), "x")


def test_reading_is_forgiving(tmp_path: Path) -> None:
    (tmp_path / "bytes").write_bytes(b"a\xffb")
    assert read_text(str(tmp_path / "bytes")) == "a\ufffdb"
    assert read_text(str(tmp_path / "gone")) is None
    assert read_text(str(tmp_path / "bytes" / "below")) is None


def test_a_private_folder_is_made_with_its_parents(tmp_path: Path) -> None:
    path = str(tmp_path / "a" / "b")
    assert private_dir(path) == path
    assert mode_of(path) == 0o700


def test_an_open_folder_is_closed_to_others(tmp_path: Path) -> None:
    path = tmp_path / "open"
    path.mkdir()
    path.chmod(0o755)
    private_dir(str(path))
    assert mode_of(path) == 0o700


def test_a_file_where_the_folder_should_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(Unavailable, match="can't be made"):
        private_dir(str(tmp_path / "file"))


def test_somebody_elses_folder_is_refused(tmp_path: Path) -> None:
    path = "/usr"  # root's
    if os.getuid() == 0:
        path = str(tmp_path / "theirs")
        os.mkdir(path)
        os.chown(path, 12345, -1)
    with pytest.raises(Unavailable, match="belongs to somebody else"):
        private_dir(path)
