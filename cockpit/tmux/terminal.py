"""Does a terminal take whole lines, or does a program read each key? The kernel knows, on this host."""

from __future__ import annotations

import os
import termios


def takes_lines(tty: str) -> bool | None:
    """True in line mode (the kernel itself takes Enter), False when a program reads the keys, None: unknown.

    `tty` is the pane's terminal on this host.
    """
    try:
        descriptor = os.open(tty, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        local_flags = termios.tcgetattr(descriptor)[3]
    except termios.error:
        return None
    finally:
        os.close(descriptor)
    return bool(local_flags & termios.ICANON)
