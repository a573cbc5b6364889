"""What this host's kernel knows of a container, where the container is one of this host's."""

from __future__ import annotations

import os

_ROOT = "/sys/fs/cgroup"


def visible(pid: int, container: str) -> bool:
    """Is `pid` that container's process on this very host? Its cgroup names the container."""
    try:
        with open(f"/proc/{pid}/cgroup", encoding="utf-8") as file:
            return container in file.read()
    except OSError:
        return False


def cgroup_folders(pid: int, container: str) -> tuple[bool, str, str] | None:
    """(is it cgroup v2, the folder with cpu, the folder with memory); None where this host does not have them."""
    if not visible(pid, container):
        return None
    paths: dict[str, str] = {}
    with open(f"/proc/{pid}/cgroup", encoding="utf-8") as file:
        for line in file:
            _, controllers, path = line.rstrip("\n").split(":", 2)
            paths.update(dict.fromkeys(controllers.split(","), path))
    if "cpuacct" in paths and "memory" in paths:
        found = (False, f"{_ROOT}/cpuacct{paths['cpuacct']}", f"{_ROOT}/memory{paths['memory']}")
    else:
        found = (True, f"{_ROOT}{paths.get('', '/')}", f"{_ROOT}{paths.get('', '/')}")
    readable = f"{found[1]}/cpu.stat" if found[0] else f"{found[1]}/cpuacct.usage"
    return found if os.path.exists(readable) else None
