"""Reading a container's pane: the live connection beside one `docker exec ... tmux capture-pane` per capture.

Needs an engine (DOCKER_HOST) and an image with tmux (--image, `cockpit docker build` makes cockpit-agent).
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import subprocess
import sys
import tempfile

from bench_tmux_cli import awaited
from report import Limit, report

from cockpit.base.errors import CockpitError
from cockpit.docker.container import Containers
from cockpit.docker.engine import Engine
from cockpit.docker.spec import spec_of
from cockpit.domain.project import Container, Project
from cockpit.tmux.client import TmuxClient
from cockpit.tmux.conf import conf_text
from cockpit.tmux.hosts import Host
from cockpit.tmux.pane import PaneController
from cockpit.tmux.server import TmuxServer


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--image", default="cockpit-agent")
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="ckb", dir="/tmp")
    os.mkdir(f"{folder}/work")
    project = Project(
        "bench", f"{folder}/work", user="bench", docker=Container(image=args.image, network="none")
    )
    try:
        running = Containers(Engine(), conf_text()).ensure(spec_of(project, f"{folder}/home"))
    except CockpitError as error:
        print(f"no container to measure in: {error}", file=sys.stderr)
        return 0
    try:
        server = TmuxServer(running.tmux_socket, running.tmux_conf, host=Host(running.name, running.prefix))
        asyncio.run(measure(server, running.bin, args))
    finally:
        subprocess.run(["docker", "rm", "-f", "-v", running.id], check=False, capture_output=True)
        subprocess.run(["docker", "volume", "rm", running.spec.volume], check=False, capture_output=True)
        shutil.rmtree(folder, ignore_errors=True)
    return 0


async def measure(server: TmuxServer, cwd: str, args: argparse.Namespace) -> None:
    async with TmuxClient(server) as client:
        window = await client.open_window("bench", cwd, ["sh", "-i"], "/dev/null")
        pane = PaneController(client, window.pane_id)
        await pane.wait_for_shell_prompt()
        capture = ["capture-pane", "-p", "-t", window.pane_id]
        live = await awaited(lambda: client.command(*capture), args.rounds)
        state = await awaited(pane.capture_pane, args.rounds)
        process = await awaited(lambda: asyncio.to_thread(one_process, [*server.base, *capture]), 10)
    rows = [
        ("docker exec tmux capture-pane", f"{process:.2f} ms"),
        ("live connection", f"{live:.2f} ms"),
        ("with title, cursor, size", f"{state:.2f} ms"),
    ]
    limit = Limit("docker exec / live connection", process / live, 40, least=True)
    report("Capture a container's pane", ("way", "median"), rows, [limit], as_json=args.json)


def one_process(argv: list[str]) -> None:
    subprocess.run(argv, check=True, capture_output=True)


if __name__ == "__main__":
    sys.exit(main())
