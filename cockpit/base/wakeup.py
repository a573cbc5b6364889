"""Wake-ups between the processes of one home: one datagram, no polling.

Every process that wants to hear binds a socket of its own in the wake folder; whoever changed something sends one
byte to each. A full buffer means that the other is already being woken; a socket nobody listens to is unlinked.
A wake-up says only "look again": it carries no data and may come twice.
"""

from __future__ import annotations

import contextlib
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket


def wake_all(folder: str) -> None:
    """Wake every listener of `folder`. Never blocks, never raises."""
    try:
        names = os.listdir(folder)
    except OSError:
        return
    if not names:
        return
    import socket  # nobody to wake: nothing to pay

    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.setblocking(False)
        for name in names:
            _send(sender, os.path.join(folder, name))


def _send(sender: socket.socket, path: str) -> None:
    try:
        sender.sendto(b"w", path)
    except BlockingIOError:
        pass  # its buffer is full: it has a wake-up waiting
    except ConnectionRefusedError:
        with contextlib.suppress(OSError):
            os.unlink(path)
    except OSError:
        pass


class WakeListener:
    """A bound socket; give `fileno()` to an event loop, call `drain()` when it is readable.

    Raises OSError when the socket can't be made.
    """

    def __init__(self, folder: str) -> None:
        import socket

        self.path = os.path.join(folder, f"{os.getpid()}.{os.urandom(3).hex()}")
        self._socket = socket.socket(
            socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC
        )
        try:
            self._socket.bind(self.path)
        except OSError:
            self._socket.close()
            raise

    def fileno(self) -> int:
        return self._socket.fileno()

    def drain(self) -> None:
        """Swallow all wake-ups that wait."""
        with contextlib.suppress(BlockingIOError):
            while self._socket.recv(64):
                pass

    def wait(self, seconds: float) -> bool:
        """Block until woken or `seconds` are over; True when woken."""
        import select

        ready, _, _ = select.select([self._socket], [], [], max(0.0, seconds))
        self.drain()
        return bool(ready)

    def close(self) -> None:
        """Unbind; further wake-ups find nobody."""
        self._socket.close()
        with contextlib.suppress(OSError):
            os.unlink(self.path)

    def __enter__(self) -> WakeListener:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
