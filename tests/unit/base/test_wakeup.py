"""Wake-ups over real sockets: one listener, many, a full one, a dead one, another process."""

from __future__ import annotations

import os
import select
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from cockpit.base.wakeup import WakeListener, wake_all

MORE_THAN_ANY_BUFFER = 5000


@pytest.fixture
def folder() -> Iterator[str]:
    """A folder with a short path: pytest's own are longer than a socket's path may be."""
    with TemporaryDirectory(prefix="wake-", dir="/tmp") as path:
        yield path


def woken(listener: WakeListener) -> bool:
    return bool(select.select([listener], [], [], 0)[0])


def fill(listener: WakeListener) -> int:
    """Send to `listener` until its buffer is full; the number of datagrams that it took."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.setblocking(False)
        for sent in range(MORE_THAN_ANY_BUFFER):
            try:
                sender.sendto(b"w", listener.path)
            except BlockingIOError:
                return sent
    raise AssertionError("the buffer never got full")


def test_a_wake_up_arrives_and_is_swallowed(folder: str) -> None:
    with WakeListener(folder) as listener:
        assert listener.wait(0) is False
        wake_all(folder)
        wake_all(folder)
        assert woken(listener)
        assert listener.wait(10) is True
        assert not woken(listener)
        assert listener.wait(0) is False


def test_every_listener_is_woken(folder: str) -> None:
    with WakeListener(folder) as one, WakeListener(folder) as other:
        wake_all(folder)
        assert (woken(one), woken(other)) == (True, True)


def test_a_full_buffer_neither_blocks_nor_keeps_the_others_asleep(folder: str) -> None:
    with WakeListener(folder) as full, WakeListener(folder) as before, WakeListener(folder) as after:
        assert fill(full) > 0
        wake_all(folder)
        assert (woken(before), woken(after)) == (True, True)
        assert os.path.exists(full.path)
        full.drain()
        assert not woken(full)
        wake_all(folder)
        assert woken(full)


def test_a_socket_that_nobody_listens_to_is_unlinked(folder: str) -> None:
    dead = os.path.join(folder, "1.dead")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as forgotten:
        forgotten.bind(dead)
    with WakeListener(folder) as living:
        wake_all(folder)
        assert not os.path.exists(dead)
        assert os.path.exists(living.path)
        assert woken(living)


def test_a_closed_listener_is_gone_from_the_folder(folder: str) -> None:
    with WakeListener(folder) as listener:
        path = listener.path
    assert not os.path.exists(path)
    listener.close()  # twice does no harm


def test_waking_a_folder_that_is_gone_is_no_error(tmp_path: Path) -> None:
    wake_all(str(tmp_path / "gone"))


def test_a_listener_without_a_folder_says_so(folder: str) -> None:
    with pytest.raises(FileNotFoundError):
        WakeListener(os.path.join(folder, "gone"))


def test_another_process_is_woken(folder: str) -> None:
    code = """
import sys
from cockpit.base.wakeup import WakeListener
with WakeListener(sys.argv[1]) as listener:
    print("listening", flush=True)
    sys.exit(0 if listener.wait(60) else 1)
"""
    with subprocess.Popen([sys.executable, "-c", code, folder], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "listening\n"
        wake_all(folder)
        assert other.wait(timeout=60) == 0


def test_a_killed_process_leaves_a_socket_that_the_next_wake_up_removes(folder: str) -> None:
    code = """
import sys
from cockpit.base.wakeup import WakeListener
listener = WakeListener(sys.argv[1])
print("listening", flush=True)
sys.stdin.read()
"""
    command = [sys.executable, "-c", code, folder]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "listening\n"
        other.kill()
        other.wait()
    assert len(os.listdir(folder)) == 1
    wake_all(folder)
    assert os.listdir(folder) == []
