"""A project's container, brought up and kept: made where it is missing, and anew when idle and its settings changed.

Only containers whose labels say that they are this home's are ever started, removed or changed. An existing one that a
project names is used as it stands: all that cockpit leaves there is one folder in /tmp.

Everything here blocks (0.1 s for a container that runs, 1 s for a new one): call it off the event loop.
"""

from __future__ import annotations

import contextlib
import os
import re
import threading
from typing import Any

from cockpit.base.errors import CockpitError, Conflict, NotFound, Unavailable
from cockpit.base.files import private_dir, write_atomic
from cockpit.docker.cgroup import visible
from cockpit.docker.engine import LONG, Engine, exec_argv
from cockpit.docker.running import RunningContainer, own_folder, script
from cockpit.docker.spec import AGENT_HOME, HOME_LABEL, INSIDE, SPEC_LABEL, ContainerSpec, mount

OLDEST_TMUX = (3, 2)
_STOP = "1"  # seconds between TERM and KILL of an idle container; nothing in it has anything to save


class Containers:
    """The containers of one home. `tmux_conf` is the text of the tmux configuration that goes in."""

    def __init__(self, engine: Engine, tmux_conf: str) -> None:
        self.engine = engine
        self._tmux_conf = tmux_conf
        self._known: dict[str, dict[str, str]] = {}  # by container id and start: what the probe told
        self._locks: dict[str, threading.Lock] = {}

    def ensure(self, spec: ContainerSpec, *, busy: bool = False) -> RunningContainer:
        """The project's container, ready for an attempt. `busy`: an attempt of ours is in it, so it must not be remade.

        Raises Unavailable (no engine, no image, no tmux inside, a container that is named but not there), Conflict
        when the name belongs to somebody else's container.
        """
        with self._locks.setdefault(spec.name, threading.Lock()):
            if spec.made:
                found, stale = self._kept(spec, busy)
            else:
                found, stale = self._existing(spec), False
            return self._ready(spec, found, stale)

    def found(self, spec: ContainerSpec) -> RunningContainer:
        """A container of `spec_at`, which an attempt runs in, as it stands. Raises Unavailable when it does not run."""
        with self._locks.setdefault(spec.name, threading.Lock()):
            try:
                found = self.engine.inspect("container", spec.name)[0]
            except NotFound:
                raise Unavailable(f"container {spec.name}, in which it ran, is gone") from None
            if not found["State"]["Running"]:
                raise Unavailable(f"container {spec.name}, in which it ran, has stopped")
            if spec.made:
                self._check_ours(spec, found)
            return self._ready(spec, found, stale=False)

    # -- bring up

    def _existing(self, spec: ContainerSpec) -> dict[str, Any]:
        try:
            found = self.engine.inspect("container", spec.name)[0]
        except NotFound:
            raise Unavailable(
                f"there is no container {spec.name} (project {spec.project}): start it, or name an image instead"
            ) from None
        if not found["State"]["Running"]:
            raise Unavailable(f"container {spec.name} does not run: {self.engine.command} start {spec.name}")
        return found

    def _kept(self, spec: ContainerSpec, busy: bool) -> tuple[dict[str, Any], bool]:
        image = self._image(spec)
        try:
            found = self.engine.inspect("container", spec.name)[0]
        except NotFound:
            return self._make(spec, image), False
        self._check_ours(spec, found)
        fits = found["Config"]["Labels"].get(SPEC_LABEL) == spec.fingerprint(image)
        running = found["State"]["Running"]
        if running and (fits or busy or self._has_windows(spec, found)):
            return found, not fits
        if fits:
            with contextlib.suppress(CockpitError):
                self.engine.run("start", spec.name)
                return self.engine.inspect("container", spec.name)[0], False
        self._remove(found["Id"])
        return self._make(spec, image), False

    def _image(self, spec: ContainerSpec) -> str:
        """The image's id; it is pulled where it is not here."""
        image = spec.docker.image
        try:
            return str(self.engine.inspect("image", image)[0]["Id"])
        except NotFound:
            pass
        try:
            self.engine.run("pull", "--quiet", image, timeout=LONG)
            return str(self.engine.inspect("image", image)[0]["Id"])
        except NotFound as error:
            raise _no_image(image, error) from error
        except Unavailable:
            raise
        except CockpitError as error:
            raise _no_image(image, error) from error

    def _make(self, spec: ContainerSpec, image: str) -> dict[str, Any]:
        if not os.path.isdir(spec.path):
            raise Unavailable(f"the folder of project {spec.project} is gone: {spec.path}")
        private_dir(spec.folder)
        private_dir(f"{spec.folder}/jobs")
        self._make_home(spec)
        words = spec.run_words(image, keep_id=self._keeps_id(spec))
        try:
            self.engine.run(*words, timeout=60)
        except Unavailable:
            raise
        except CockpitError as error:
            with contextlib.suppress(CockpitError):  # docker leaves what it could not start
                self._check_ours(spec, self.engine.inspect("container", spec.name)[0])
                self._remove(spec.name)
            raise Unavailable(f"container {spec.name} can't be made: {error}") from error
        found = self.engine.inspect("container", spec.name)[0]
        self._in_as_root(spec, found["Id"])
        return found

    def _make_home(self, spec: ContainerSpec) -> None:
        """The volume; a new one is root's, and the container itself has no capability to give it away."""
        try:
            self.engine.inspect("volume", spec.volume)
            return
        except NotFound:
            pass
        mine = {key: value for key, value in spec.labels("").items() if key != SPEC_LABEL}
        labels = [word for key, value in mine.items() for word in ("--label", f"{key}={value}")]
        self.engine.run("volume", "create", *labels, spec.volume)
        if spec.uid != 0 and not self._keeps_id(spec):
            home = mount("volume", spec.volume, AGENT_HOME)
            once = ["run", "--rm", "--user", "0:0", "--network", "none", "--mount", home]
            give = ["--entrypoint", "/bin/chown", spec.docker.image, spec.owner, AGENT_HOME]
            self.engine.run(*once, *give, timeout=60)

    def _keeps_id(self, spec: ContainerSpec) -> bool:
        """Rootless podman maps uids, unless told to keep the caller's."""
        return self.engine.podman and spec.uid != 0

    def _in_as_root(self, spec: ContainerSpec, container: str) -> None:
        self.engine.run(
            "exec", "-i", "--user", "0:0", container, "/bin/sh", "-s", "--", str(spec.uid), str(spec.gid), spec.login,
            AGENT_HOME, stdin=script("prepare.sh"),
        )  # fmt: skip

    def _check_ours(self, spec: ContainerSpec, found: dict[str, Any]) -> None:
        labels = found["Config"].get("Labels") or {}
        mine = spec.labels("")
        if any(labels.get(key) != value for key, value in mine.items() if key != SPEC_LABEL):
            raise Conflict(
                f"container {spec.name} is not this cockpit's own (its labels differ): rename it, or remove it"
            )

    def _has_windows(self, spec: ContainerSpec, found: dict[str, Any]) -> bool:
        """Does anything run in its tmux besides the keeper's window? When tmux can't be asked: no."""
        done = self.engine.start(
            "exec", "--user", spec.owner, found["Id"], "tmux", "-S", f"{own_folder(spec)}/tmux.sock",
            "list-windows", "-a",
        )  # fmt: skip
        return done.returncode == 0 and len(done.stdout.splitlines()) > 1

    def _remove(self, container: str) -> None:
        with contextlib.suppress(NotFound):
            self.engine.run("stop", "--time", _STOP, container)
            self.engine.run("rm", "--force", container)

    # -- make ready

    def _ready(self, spec: ContainerSpec, found: dict[str, Any], stale: bool) -> RunningContainer:
        key = f"{found['Id']} {found['State']['StartedAt']} {spec.owner}"
        facts = self._known.get(key)
        if facts is None:
            facts = self._probe(spec, found["Id"])
        inside = INSIDE if spec.made else own_folder(spec)
        home = AGENT_HOME if spec.made else f"{inside}/home"
        running = RunningContainer(
            self.engine, spec, found["Id"], int(found["State"]["Pid"]), inside, facts["path"], home,
            facts["tmux"], visible(int(found["State"]["Pid"]), found["Id"]), stale,
        )  # fmt: skip
        if key not in self._known:
            self._bring_files(running)
            self._known[key] = facts
        return running

    def _probe(self, spec: ContainerSpec, container: str) -> dict[str, str]:
        argv = exec_argv(self.engine.command, container, spec.owner)[1:]
        done = self.engine.start(
            *argv, "/bin/sh", "-s", "--", own_folder(spec), spec.workdir, stdin=script("probe.sh")
        )
        told = done.stdout.decode("utf-8", "surrogateescape").partition("cockpit\n")[2]
        if done.returncode or not told:
            error = self.engine.refusal(done.stderr.decode(errors="replace"))
            raise Unavailable(f"container {spec.name} can't be used: {error}")
        facts = {key: value for key, _, value in (line.partition(" ") for line in told.splitlines())}
        facts["tmux"] = _checked_tmux(facts.get("tmux", ""), spec)
        if facts.get("workdir") != "yes":
            raise Unavailable(
                f"container {spec.name} has no folder {spec.workdir}: mount the project there, or set 'workdir' to"
                " where it is"
            )
        return facts

    def _bring_files(self, running: RunningContainer) -> None:
        files = {"tmux.conf": self._tmux_conf.encode(), "bin/cockpit": script("shim.sh")}
        if running.shared:
            private_dir(f"{running.spec.folder}/bin")
            for name, data in files.items():
                write_atomic(f"{running.spec.folder}/{name}", data, mode=0o700)
        else:
            from cockpit.docker.transfer import put_files

            put_files(running, running.inside, files, folders=("jobs", "home"))


def ours(found: dict[str, Any], home: str) -> bool:
    """Does an inspected container carry this home's label?"""
    return bool((found["Config"].get("Labels") or {}).get(HOME_LABEL) == os.path.realpath(home))


def _no_image(image: str, error: CockpitError) -> Unavailable:
    how = "cockpit docker build" if image.partition(":")[0] == "cockpit-agent" else f"docker pull {image}"
    return Unavailable(f"image {image} is not here and could not be pulled: {how} ({error})")


def _checked_tmux(line: str, spec: ContainerSpec) -> str:
    """`tmux 3.3a` -> `3.3a`. Raises Unavailable with what to add to the image when it is missing or too old."""
    add = "RUN apt-get update && apt-get install -y tmux"
    where = f"image {spec.docker.image}" if spec.made else f"container {spec.name}"
    version = line.removeprefix("tmux ").strip()
    if not version:
        raise Unavailable(f"{where} has no tmux: add '{add}' to its Dockerfile (Alpine: 'RUN apk add tmux')")
    numbers = re.search(r"(\d+)\.(\d+)", version)
    if numbers and (int(numbers[1]), int(numbers[2])) < OLDEST_TMUX:
        raise Unavailable(
            f"tmux {version} in {where} is too old: it must be 3.2 or newer; use a newer base image"
        )
    return version
