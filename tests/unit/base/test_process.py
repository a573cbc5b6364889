"""A process is known by more than its pid: real children, alive, zombie, gone, and another boot."""

from __future__ import annotations

import dataclasses
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cockpit.base import process
from cockpit.base.process import ProcessId, boot_id, current, identify


@pytest.fixture
def child() -> Iterator[subprocess.Popen[bytes]]:
    """A child that lives until its input is closed."""
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as running:
        yield running
        running.kill()


def known(pid: int) -> ProcessId:
    found = identify(pid)
    assert found is not None
    return found


def test_this_process_is_alive() -> None:
    assert current().alive()
    assert current() == identify(os.getpid())


def test_a_child_is_alive_until_it_is_killed(child: subprocess.Popen[bytes]) -> None:
    identity = known(child.pid)
    assert identity.alive()
    child.kill()
    # Wait for the death without reaping: what stands there is a zombie.
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert not identity.alive()
    assert identify(child.pid) is None
    child.wait()
    assert not identity.alive()
    assert identify(child.pid) is None


def test_a_stopped_child_is_alive(child: subprocess.Popen[bytes]) -> None:
    identity = known(child.pid)
    child.send_signal(signal.SIGSTOP)
    os.waitid(os.P_PID, child.pid, os.WSTOPPED | os.WNOWAIT)
    assert identity.alive()


def test_the_pid_alone_is_not_the_process(child: subprocess.Popen[bytes]) -> None:
    identity = known(child.pid)
    assert not dataclasses.replace(identity, started=identity.started + "1").alive()
    assert not dataclasses.replace(identity, started="").alive()
    assert not dataclasses.replace(identity, boot="another boot").alive()
    assert not dataclasses.replace(identity, pid=os.getpid()).alive()


def test_a_name_full_of_brackets_does_not_hide_the_start(tmp_path: Path) -> None:
    cat = shutil.which("cat")
    assert cat is not None
    odd = tmp_path / "a) R 1 (b"
    odd.symlink_to(cat)
    with subprocess.Popen([str(odd)], stdin=subprocess.PIPE) as running:
        identity = known(running.pid)
        assert identity.started.isdigit()
        assert identity.started == known(running.pid).started
        assert int(identity.started) >= int(current().started)
        running.kill()


def test_the_boot_is_the_same_for_all_processes() -> None:
    code = "from cockpit.base.process import boot_id; print(boot_id())"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == boot_id()


@pytest.mark.skipif(not shutil.which("ps"), reason="ps is not installed (Debian: apt-get install procps)")
def test_without_proc_ps_tells_the_start(child: subprocess.Popen[bytes]) -> None:
    assert process._started_by_ps(child.pid) != ""
    child.kill()
    child.wait()
    assert process._started_by_ps(child.pid) == ""
