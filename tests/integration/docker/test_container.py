"""A kept container: made, reused, made anew, limited; and existing ones that stay as they are."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from cockpit.base.errors import Conflict, Unavailable
from cockpit.docker.engine import Engine
from cockpit.docker.kept import kept_containers, prune
from cockpit.docker.running import RunningContainer
from tests.integration.docker.conftest import BASE, Dock, tmux_in

pytestmark = [pytest.mark.docker, pytest.mark.slow]


def test_it_is_made_once_and_started_again(dock: Dock) -> None:
    first = dock.ensure()
    assert first.tmux_version.startswith("3.")
    assert dock.ensure().id == first.id
    dock.engine.run("stop", "--time", "1", first.name)
    again = dock.ensure()
    assert (again.id, again.alive()) == (first.id, True)
    assert again.pid != first.pid


def test_the_project_is_there_under_its_own_path_or_workdir(dock: Dock) -> None:
    spec = dock.spec("odd, name")
    Path(spec.path, "file").write_text("hello")
    running = dock.containers.ensure(spec)
    assert running.run("cat", f"{spec.path}/file") == "hello"
    moved = dock.ensure("moved", workdir="/srv/app")
    assert moved.run("pwd").strip() == "/srv/app"


def test_changed_settings_wait_until_it_is_idle(dock: Dock) -> None:
    first = dock.ensure()
    tmux = tmux_in(first)
    tmux.ensure()
    tmux._libtmux().cmd("new-window", "-d", "sleep 100")
    busy = dock.ensure(memory="64m")
    assert (busy.id, busy.stale) == (first.id, True)
    tmux.kill()
    held = dock.containers.ensure(dock.spec(memory="64m"), busy=True)
    assert (held.id, held.stale) == (first.id, True)
    new = dock.ensure(memory="64m")
    assert new.id != first.id
    assert not new.stale


def test_its_home_outlives_it(dock: Dock) -> None:
    first = dock.ensure()
    first.run("sh", "-c", 'echo token >"$HOME/login"')
    again = dock.ensure(cpus=0.5)
    assert again.id != first.id
    assert again.run("sh", "-c", 'cat "$HOME/login"') == "token\n"


def _first_of(running: RunningContainer, *files: str) -> str:
    """The first word of the file that this kind of cgroup (v2 or v1) has."""
    return running.run("sh", "-c", f"cat {' '.join(files)} 2>/dev/null; :").split()[0]


def test_limits_hold_inside(dock: Dock) -> None:
    running = dock.ensure(cpus=0.5, memory="64m", env=("GREETING=good morning",))
    memory = _first_of(running, "/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
    assert memory == str(64 << 20)
    quota = _first_of(running, "/sys/fs/cgroup/cpu.max", "/sys/fs/cgroup/cpu/cpu.cfs_quota_us")
    assert quota == "50000"
    status = running.run("cat", "/proc/self/status")
    assert "NoNewPrivs:\t1" in status
    assert running.run("printenv", "GREETING") == "good morning\n"


def test_whoever_calls_is_who_works_inside(dock: Dock) -> None:
    from dataclasses import replace

    spec = replace(dock.spec(), uid=12345, gid=54321, login="ann")
    os.chown(spec.path, 12345, 54321)
    running = dock.containers.ensure(spec)
    assert running.run("id", "-un").strip() == "ann"
    assert running.run("id", "-gn").strip() == "ann"
    assert running.run("sh", "-c", "cd && touch x && pwd").strip() == "/home/agent"
    running.run("git", "config", "--global", "user.email", "ann@example.org")
    running.run("sh", "-c", "git init -q . && touch f && git add f && git commit -q -m first")
    assert os.stat(f"{spec.path}/.git").st_uid == 12345
    assert running.run("grep", "CapEff", "/proc/self/status").split()[1].strip("0") == ""


def test_mounts_and_secrets(dock: Dock) -> None:
    shared = dock.folder / "shared"
    shared.mkdir()
    running = dock.ensure(mounts=(f"{shared}:/shared:ro",), env_from=("API_KEY",))
    with pytest.raises(Exception, match="Read-only"):
        running.run("touch", "/shared/x")
    assert "API_KEY" not in dock.engine.run("inspect", running.name)


def test_two_projects_side_by_side(dock: Dock) -> None:
    web, api = dock.ensure("web"), dock.ensure("api")
    assert web.id != api.id
    servers = [tmux_in(web), tmux_in(api)]
    assert [server.ensure().fresh for server in servers] == [True, True]
    servers[0].kill()
    assert servers[1].alive()
    assert {one.project for one in kept_containers(dock.engine, dock.home)} == {"web", "api"}


def test_prune_takes_only_ours_and_only_idle_ones(dock: Dock, tmp_path: Path) -> None:
    foreign = dock.foreign()
    other_home = tmp_path / "other"
    stranger = dock.foreign("--label", f"cockpit.home={other_home}", "--label", "cockpit.project=web")
    busy, idle, wanted = dock.ensure("busy"), dock.ensure("idle"), dock.ensure("wanted")
    tmux = tmux_in(busy)
    tmux.ensure()
    tmux._libtmux().cmd("new-window", "-d", "sleep 100")
    Path(idle.attempt_outside("120000-aaaa", 1)).mkdir()
    assert [one.name for one in prune(dock.engine, dock.home, in_use=[wanted.name], dry_run=True)] == [
        idle.name
    ]
    assert idle.alive()
    assert [one.name for one in prune(dock.engine, dock.home, in_use=[wanted.name])] == [idle.name]
    names = dock.engine.run("ps", "--format", "{{.Names}}").split()
    assert {foreign, stranger, busy.name, wanted.name} <= set(names)
    assert idle.name not in names
    assert Path(idle.attempt_outside("120000-aaaa", 1)).is_dir()


def test_a_foreign_container_under_our_name_is_left_alone(dock: Dock) -> None:
    spec = dock.spec()
    dock.engine.run("run", "-d", "--name", spec.name, "--network", "none", BASE, "sleep", "infinity")
    with pytest.raises(Conflict, match="not this cockpit's own"):
        dock.containers.ensure(spec)
    assert dock.engine.inspect("container", spec.name)[0]["State"]["Running"]


def test_an_existing_container_is_used_as_it_is(dock: Dock) -> None:
    name = dock.foreign("--workdir", "/srv")
    before = dock.engine.inspect("container", name)[0]
    running = dock.ensure(container=name, workdir="/srv")
    assert not running.shared
    assert running.run("sh", "-c", f"ls {running.inside}").split() == ["bin", "home", "jobs", "tmux.conf"]
    assert tmux_in(running).ensure().fresh
    assert running.run("printenv", "HOME").strip() == running.agent_home
    tmux_in(running).kill()
    after = dock.engine.inspect("container", name)[0]
    assert (after["Config"], after["HostConfig"], after["Mounts"]) == (
        before["Config"], before["HostConfig"], before["Mounts"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("broken", "line"),
    [
        ("rm /usr/bin/tmux; exec sleep infinity", "has no tmux: add 'RUN apt-get update"),
        (
            "printf '#!/bin/sh\\necho tmux 2.9a\\n' >/usr/bin/tmux; exec sleep infinity",
            "tmux 2.9a .* too old",
        ),
    ],
)
def test_a_container_without_a_usable_tmux_says_what_to_add(dock: Dock, broken: str, line: str) -> None:
    name = dock.foreign(command=f"mkdir -p {dock.folder}/web; {broken}")
    with pytest.raises(Unavailable, match=line):
        dock.ensure(container=name)


def test_what_is_missing_is_told_in_one_line(dock: Dock) -> None:
    with pytest.raises(Unavailable, match=r"there is no container nowhere-\w+ \(project web\): start it"):
        dock.ensure(container=f"nowhere-{os.getpid()}")
    name = dock.foreign()
    with pytest.raises(Unavailable, match="has no folder /not/there: mount the project there"):
        dock.ensure(container=name, workdir="/not/there")
    with pytest.raises(Unavailable, match=r"image cockpit-agent:missing is not here .* cockpit docker build"):
        dock.ensure(image="cockpit-agent:missing")
    dock.engine.run("stop", "--time", "0", name)
    with pytest.raises(Unavailable, match=f"does not run: docker start {name}"):
        dock.ensure(container=name)
    with pytest.raises(Unavailable, match="can't be made"):
        dock.ensure("other", mounts=("/no/such/folder:/x",))
    assert subprocess.run(
        ["docker", "inspect", dock.spec("other").name], capture_output=True, check=False
    ).returncode


def test_no_engine_no_permission_no_command(tmp_path: Path) -> None:
    missing = Engine("docker-that-is-not-here")
    with pytest.raises(Unavailable, match=r"is not installed: apt install docker\.io"):
        missing.version()
    nobody = Engine("docker", {**os.environ, "DOCKER_HOST": f"unix://{tmp_path}/none.sock"})
    with pytest.raises(Unavailable, match="daemon does not run: start it"):
        nobody.version()
    slow = tmp_path / "slow"
    slow.write_text("#!/bin/sh\nexec sleep 60\n")
    slow.chmod(0o755)
    with pytest.raises(Unavailable, match="does not answer"):
        Engine(str(slow), timeout=0.2).version()
