"""Is there a tmux, and is it new enough?"""

from __future__ import annotations

import re
import shutil
import subprocess

from cockpit.base.errors import Unavailable
from cockpit.tmux.hosts import Host

OLDEST = (3, 2)  # pause-after, `new-window -e` and copy-mode -q are not older
_ADVICE = "install tmux 3.2 or newer: apt install tmux"


def read_version(host: Host, command: str, timeout: float) -> str:
    """tmux's version on `host`, such as `3.3a`. Raises Unavailable when it is missing, silent or older than 3.2."""
    where = "" if host.local else f" in {host.name}"
    missing = Unavailable(f"tmux is not installed{where}: {_ADVICE}")
    if host.local and shutil.which(command) is None:
        raise missing
    argv = [*host.prefix, command, "-V"]
    try:
        done = subprocess.run(
            argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout, check=False
        )
    except subprocess.TimeoutExpired:
        raise Unavailable(f"tmux -V did not answer in {timeout:g} s{where}") from None
    except OSError as error:
        raise missing from error
    if done.returncode:
        raise missing
    return _checked(done.stdout.strip(), where)


def _checked(line: str, where: str) -> str:
    """`tmux 3.3a` -> `3.3a`; `next-3.6` counts as 3.6, `master` and other names as new enough."""
    version = line.removeprefix("tmux ").strip()
    numbers = re.search(r"(\d+)\.(\d+)", version)
    if numbers and not version.startswith("openbsd") and (int(numbers[1]), int(numbers[2])) < OLDEST:
        raise Unavailable(f"tmux {version}{where} is too old: {_ADVICE}")
    return version
