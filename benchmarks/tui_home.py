"""A home with many jobs, and the cockpit over it on a pty."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from pty_screen import Program

from cockpit.controller import QueueController
from cockpit.controller.engine import make_tmux
from cockpit.controller.requests import EnqueueRequest

COCKPIT = [sys.executable, "-P", "-m", "cockpit"]
_PIECE = 5000


class TuiHome:
    """`users` users with one project each; `slots` jobs may run."""

    def __init__(self, folder: str, users: int, slots: int, more: str = "") -> None:
        os.environ |= {"COCKPIT_HOME": f"{folder}/home", "COCKPIT_CONFIG": f"{folder}/config.toml"}
        self.folder, self.users = folder, users
        with open(f"{folder}/config.toml", "w", encoding="utf-8") as file:
            file.write(f"[scheduler]\nslots = {slots}\ngrace = 0.2\n{more}\n")
            file.writelines(
                f'[projects.p{number}]\npath = "."\nuser = "u{number}"\n' for number in range(users)
            )
        self.queue = QueueController()

    def add(self, count: int, prompt: str, **options: object) -> None:
        """So many jobs, the projects in turn."""
        while count > 0:
            piece = min(count, _PIECE)
            self.queue.enqueue_batch(
                [EnqueueRequest(f"p{n % self.users}", prompt, **options) for n in range(piece)]  # type: ignore[arg-type]
            )
            count -= piece

    def open(self, *words: str, size: tuple[int, int] = (120, 40)) -> Program:
        """The cockpit."""
        return Program([*COCKPIT, *words], size)

    def close(self) -> None:
        """End its tmux server and remove its sockets."""
        with suppress(Exception):
            make_tmux(self.queue.context).kill()
        self.queue.close()
        shutil.rmtree(self.queue.context.places.run, ignore_errors=True)


@contextmanager
def tui_home(users: int = 4, slots: int = 4, more: str = "") -> Iterator[TuiHome]:
    """In a temporary folder, gone afterwards."""
    folder = tempfile.mkdtemp(prefix="ckb", dir="/tmp")
    home = TuiHome(folder, users, slots, more)
    try:
        yield home
    finally:
        home.close()
        shutil.rmtree(folder, ignore_errors=True)
