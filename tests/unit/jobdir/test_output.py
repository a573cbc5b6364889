"""output.log stays below its cap while somebody appends to it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from cockpit.jobdir.output import cap_output, output_files

CAP = 64 * 1024


def test_below_half_of_the_cap_nothing_happens(tmp_path: Path) -> None:
    (tmp_path / "output.log").write_bytes(b"x" * (CAP // 2))
    assert not cap_output(str(tmp_path), CAP)
    assert output_files(str(tmp_path)) == [f"{tmp_path}/output.log"]


def test_the_newest_half_is_kept(tmp_path: Path) -> None:
    (tmp_path / "output.log").write_bytes(b"".join(b"%07d\n" % n for n in range(20_000)))
    assert cap_output(str(tmp_path), CAP)
    kept = (tmp_path / "output.log.1").read_bytes()
    assert (tmp_path / "output.log").read_bytes() == b""
    assert len(kept) == CAP // 2
    assert kept.endswith(b"0019999\n")
    assert output_files(str(tmp_path)) == [f"{tmp_path}/output.log.1", f"{tmp_path}/output.log"]


def test_an_appender_goes_on_writing_into_the_same_file(tmp_path: Path) -> None:
    """`cat >>` has it open for appending: after a cut it goes on at the start, and no hole of zeros appears."""
    log = tmp_path / "output.log"
    log.touch()
    with subprocess.Popen(
        ["sh", "-c", 'i=0; while [ $i -lt 20000 ]; do i=$((i+1)); echo "line-$i"; done >>"$0"', str(log)]
    ) as writer:
        cuts = 0
        while writer.poll() is None:
            cuts += cap_output(str(tmp_path), CAP)
            total = sum(Path(each).stat().st_size for each in output_files(str(tmp_path)))
            assert total <= CAP * 4, "it grows without bounds"
    assert cuts > 0
    text = b"".join(Path(each).read_bytes() for each in output_files(str(tmp_path)))
    assert b"\0" not in text
    assert text.endswith(b"line-20000\n")
    # Where it was cut, a line may be too: of a write over two pages the first may be there, and the second is cut away.
    for each in output_files(str(tmp_path)):
        lines = Path(each).read_bytes().split(b"\n")[1:-1]
        assert [line for line in lines if not re.fullmatch(rb"line-\d+", line)] == []
