"""What a project's container has to be: its name, its labels, and the words that make it.

Pure: nothing here talks to the engine. The words are also what tells whether a kept container still fits (a hash of
them is one of its labels), so a changed setting can't be forgotten in the comparison.
"""

from __future__ import annotations

import hashlib
import json
import os
import re

from cockpit.base.records import dataclass
from cockpit.domain.project import Container, Project

HOME_LABEL = "cockpit.home"
PROJECT_LABEL = "cockpit.project"
USER_LABEL = "cockpit.user"
SPEC_LABEL = "cockpit.spec"

INSIDE = "/run/cockpit"
"""The container's own folder as seen inside: plain characters only, whatever the home is called outside."""
AGENT_HOME = "/home/agent"
"""HOME inside a made container; a volume, so that logins and caches outlive the container."""
PIDS = 4096  # processes and threads; a fork bomb ends there

_IDLE = "trap 'exit 0' TERM INT; while :; do sleep 86400 & wait $!; done"
_UNSAFE = re.compile(r"[^A-Za-z0-9_.-]+")
_ROOT_NEEDS = ("CHOWN", "DAC_OVERRIDE", "FOWNER")
"""Capabilities that a root caller keeps: without them root can't even write what belongs to another uid."""


@dataclass(frozen=True, slots=True)
class ContainerSpec:
    """One project's container for one user of this home. `home` is cockpit's state folder (absolute)."""

    home: str
    project: str
    user: str
    path: str
    """The project's folder on this host."""
    docker: Container
    uid: int
    gid: int
    login: str = "agent"
    """Name of the passwd entry, where the image has none for `uid`."""

    @property
    def made(self) -> bool:
        """Does cockpit make and keep it (an image is configured), or is it somebody else's?"""
        return bool(self.docker.image)

    @property
    def name(self) -> str:
        """The container's name."""
        if not self.made:
            return self.docker.container
        return f"cockpit-{home_hash(self.home)}-{_plain(self.project)}-{_plain(self.user, '-')}"

    @property
    def volume(self) -> str:
        """The volume that holds the agent's home."""
        return f"{self.name}-home"

    @property
    def folder(self) -> str:
        """The folder on this host that the container sees (made ones only)."""
        return f"{self.home}/containers/{self.name}"

    @property
    def workdir(self) -> str:
        """The project's path inside."""
        return self.docker.workdir or self.path

    @property
    def owner(self) -> str:
        """`uid:gid` that everything inside runs as."""
        return f"{self.uid}:{self.gid}"

    def labels(self, image_id: str) -> dict[str, str]:
        """What marks the container as this home's own, and tells its settings."""
        return {
            HOME_LABEL: os.path.realpath(self.home),
            PROJECT_LABEL: self.project,
            USER_LABEL: self.user,
            SPEC_LABEL: self.fingerprint(image_id),
        }

    def fingerprint(self, image_id: str) -> str:
        """Hash of everything that the container was made with; `image_id` because a name can get a new image."""
        told = json.dumps([image_id, self.owner, self.login, *self.settings()])
        return hashlib.sha256(told.encode("utf-8", "surrogateescape")).hexdigest()[:16]

    def settings(self) -> list[str]:
        """The words for `docker run` that settings decide. No secret is among them: those travel with the attempt."""
        docker = self.docker
        words = ["--init", "--user", self.owner, "--workdir", self.workdir, "--pids-limit", str(PIDS)]
        words += ["--security-opt", "no-new-privileges", "--cap-drop", "ALL"]
        words += [word for name in _ROOT_NEEDS if self.uid == 0 for word in ("--cap-add", name)]
        words += ["--cpus", f"{docker.cpus:g}"] if docker.cpus else []
        words += ["--memory", docker.memory] if docker.memory else []
        words += ["--network", docker.network] if docker.network else []
        for source, target in ((self.path, self.workdir), (self.folder, self.folder), (self.folder, INSIDE)):
            words += ["--mount", mount("bind", source, target)]
        words += ["--mount", mount("volume", self.volume, AGENT_HOME)]
        for one in docker.mounts:
            words += ["--mount", own_mount(one, self.path)]
        for variable in (f"HOME={AGENT_HOME}", "LANG=C.UTF-8", *docker.env):
            words += ["--env", variable]
        return words

    def run_words(self, image_id: str, *, keep_id: bool = False) -> list[str]:
        """The words after `docker` that make and start it. `keep_id`: podman as a user, whose uids are mapped."""
        labels = [
            word for key, value in self.labels(image_id).items() for word in ("--label", f"{key}={value}")
        ]
        mapped = ["--userns=keep-id"] if keep_id else []
        command = ["--entrypoint", "/bin/sh", self.docker.image, "-c", _IDLE]
        return ["run", "--detach", "--name", self.name, *labels, *mapped, *self.settings(), *command]


def spec_of(
    project: Project, home: str, *, user: str = "", uid: int | None = None, gid: int | None = None
) -> ContainerSpec:
    """The container of `project` for `user` (the project's own unless told), with the caller's uid and gid.

    Raises ValueError for a project without `docker`.
    """
    if project.docker is None:
        raise ValueError(f"project {project.name} has no container")
    uid = os.getuid() if uid is None else uid
    gid = os.getgid() if gid is None else gid
    return ContainerSpec(
        home, project.name, user or project.user, project.path, project.docker, uid, gid, _login(uid)
    )


def spec_at(name: str, home: str, project: str, user: str) -> ContainerSpec:
    """What can be told of container `name`, in which an attempt of `user` in `project` runs, without the configuration:
    that may say something else by now. For finding things in it; not for making one, nor for starting an attempt."""
    uid, gid = os.getuid(), os.getgid()
    made, there = (
        ContainerSpec(home, project, user, "/", docker, uid, gid, _login(uid))
        for docker in (Container(image="unknown"), Container(container=name))
    )
    return made if made.name == name else there


def home_hash(home: str) -> str:
    """12 hex digits that name a home, the same as in RUN's name."""
    return hashlib.sha256(os.fsencode(os.path.realpath(home))).hexdigest()[:12]


def mount(kind: str, source: str, target: str, *, read_only: bool = False) -> str:
    """One value for --mount: fields of CSV, so a path may hold commas, colons and quotes."""
    fields = [f"type={kind}", f"source={source}", f"target={target}", *(["readonly"] if read_only else [])]
    return ",".join(_csv(field) for field in fields)


def own_mount(text: str, base: str) -> str:
    """`source:target[:ro]` of the configuration; `~` is a home, `./` starts at `base`, a bare name a volume."""
    source, target, *options = text.split(":")
    read_only = "ro" in options[0].split(",") if options else False
    if source.startswith(("/", "~", ".")):
        path = os.path.normpath(os.path.join(base, os.path.expanduser(source)))
        return mount("bind", path, target, read_only=read_only)
    return mount("volume", source, target, read_only=read_only)


def _csv(field: str) -> str:
    if any(char in field for char in ',"\n'):
        return '"' + field.replace('"', '""') + '"'
    return field


def _plain(name: str, separator: str = "") -> str:
    """`name` in the engine's characters. What another name could be taken for gets a hash, so that they stay apart."""
    plain = _UNSAFE.sub("-", name)
    if plain == name and not (separator and separator in name):
        return plain
    return f"{plain}-{hashlib.sha256(name.encode()).hexdigest()[:6]}"


def _login(uid: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return "agent"
