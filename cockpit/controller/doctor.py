"""What this machine has and lacks for cockpit, and how to get it. Looks only, changes nothing."""

from __future__ import annotations

import glob
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import partial
from typing import Literal

from cockpit.base.clock import Clock
from cockpit.base.errors import CockpitError, ConfigError
from cockpit.base.files import read_text
from cockpit.base.records import dataclass
from cockpit.config.places import Places, refuse_remote
from cockpit.config.settings import Settings
from cockpit.controller.context import Context
from cockpit.controller.doctor_agents import AgentProgram, agent_programs

State = Literal["ok", "warning", "missing"]
_SECONDS = 5.0  # for any one program that is asked
_WATCHES, _INSTANCES = 8192, 64
_SPACE = 200 * 1024 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. `missing` means that cockpit can't do its work without it; `advice` says what to do."""

    name: str
    state: State
    found: str
    advice: str = ""


def examine(places: Places, environ: Mapping[str, str]) -> list[Check]:
    """Every check, in the order in which a person would mend things. Never raises."""
    settings, config = _config(places, environ)
    context = Context(places, settings, Clock())
    looks: list[Callable[[], Check]] = [
        _python,
        lambda: _tmux(context),
        _git,
        lambda: config,
        *(partial(_agent, program) for program in agent_programs(settings, environ)),
        lambda: _state_folder(places),
        lambda: _space(places),
        _inotify,
        lambda: _scheduler(places),
        lambda: _linger(environ),
        lambda: _docker(settings),
        lambda: _notify(settings, environ),
        lambda: _locale(environ),
        lambda: _colour(environ),
    ]
    return [_carefully(look) for look in looks]


def _carefully(look: Callable[[], Check]) -> Check:
    try:
        return look()
    except Exception as error:  # a check that fails says so; the others go on
        name = getattr(look, "__name__", "check").strip("_<>")
        return Check(name, "warning", f"could not be checked: {error}")


def _output(*words: str) -> str:
    """What a program says, on one line; empty when it is missing, fails or hangs."""
    try:
        done = subprocess.run(
            words, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return " ".join(done.stdout.split()) if done.returncode == 0 else ""


def _python() -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    good = sys.version_info >= (3, 11)
    return Check(
        "python", "ok" if good else "missing", version, "" if good else "install Python 3.11 or newer"
    )


def _tmux(context: Context) -> Check:
    from cockpit.controller.engine import make_tmux

    try:
        return Check("tmux", "ok", make_tmux(context).version())
    except CockpitError as error:
        return Check(
            "tmux", "missing", str(error), "install tmux 3.2 or newer: apt install tmux, dnf install tmux"
        )


def _git() -> Check:
    found = _output("git", "--version").removeprefix("git version ")
    if found:
        return Check("git", "ok", found)
    return Check("git", "missing", "not installed", "install git: apt install git, dnf install git")


def _config(places: Places, environ: Mapping[str, str]) -> tuple[Settings, Check]:
    from cockpit.config.load import load_settings

    try:
        settings = load_settings(places, environ)
    except ConfigError as error:
        return Settings(), Check(
            "configuration", "missing", str(error), "mend it; 'cockpit config check' checks it"
        )
    if not os.path.exists(places.config_file):
        return settings, Check(
            "configuration", "ok", f"{places.config_file} is not there: defaults",
            "'cockpit projects add NAME PATH' or 'cockpit config init' makes it",
        )  # fmt: skip
    gone = [name for name, project in settings.projects.items() if not os.path.isdir(project.path)]
    if gone:
        return settings, Check(
            "configuration", "warning", f"{places.config_file}: folders are gone: {', '.join(gone)}",
            "bring them back, or 'cockpit projects remove NAME'",
        )  # fmt: skip
    return settings, Check("configuration", "ok", f"{places.config_file}, {len(settings.projects)} projects")


def _agent(one: AgentProgram) -> Check:
    name = f"agent {one.agent}"
    if not one.lacking:
        return Check(name, "ok", one.path)
    projects = f"{'project' if len(one.lacking) == 1 else 'projects'} {', '.join(one.lacking)}"
    return Check(name, "warning", f"'{one.program}' is not found; {projects} can't run it", one.advice)


def _state_folder(places: Places) -> Check:
    advice = "set COCKPIT_HOME to a folder of your own on a local disk"
    try:
        refuse_remote(places.home)
    except CockpitError as error:
        return Check("state folder", "missing", str(error), advice)
    there = places.home
    while not os.path.lexists(there) and there != "/":
        there = os.path.dirname(there)
    if not os.path.isdir(there) or not os.access(there, os.W_OK | os.X_OK):
        return Check("state folder", "missing", f"{places.home}: {there} can't be written", advice)
    return Check("state folder", "ok", f"{places.home}; sockets in {places.run}")


def _space(places: Places) -> Check:
    there = places.home
    while not os.path.isdir(there):
        there = os.path.dirname(there)
    free = shutil.disk_usage(there).free
    enough = free >= _SPACE
    return Check(
        "disk space",
        "ok" if enough else "warning",
        f"{free // 1024**2} MB free",
        "" if enough else "free some space",
    )


def _inotify() -> Check:
    limits = {}
    for name in ("max_user_watches", "max_user_instances"):
        text = read_text(f"/proc/sys/fs/inotify/{name}")
        if text is None:
            return Check("inotify", "ok", "this system has no such limits")
        limits[name] = int(text)
    found = f"{limits['max_user_watches']} watches, {limits['max_user_instances']} instances"
    if limits["max_user_watches"] >= _WATCHES and limits["max_user_instances"] >= _INSTANCES:
        return Check("inotify", "ok", found)
    advice = (
        f"sysctl fs.inotify.max_user_watches={_WATCHES * 8} fs.inotify.max_user_instances={_INSTANCES * 8}"
    )
    return Check("inotify", "warning", found, advice)


def _scheduler(places: Places) -> Check:
    if not os.path.exists(places.database):
        return Check("scheduler", "ok", "no queue yet", "open cockpit, or 'cockpit daemon start'")
    from cockpit.store.sqlite import SqliteStore

    try:
        store = SqliteStore(places.database)
    except CockpitError as error:
        return Check("scheduler", "missing", str(error))
    node = store.node()
    store.close()
    if node is not None and node.running():
        return Check("scheduler", "ok", f"runs on {node.host}, pid {node.process.pid}")
    return Check("scheduler", "warning", "none runs: jobs wait", "open cockpit, or 'cockpit daemon start'")


def _linger(environ: Mapping[str, str]) -> Check:
    """Does the system kill what a user leaves behind at logout (systemd: KillUserProcesses without linger)?"""
    if shutil.which("loginctl") is None:
        return Check("logout", "ok", "no systemd-logind: agents outlive a logout")
    if not _kills_user_processes():
        return Check("logout", "ok", "agents outlive a logout (KillUserProcesses is off)")
    user = environ.get("USER") or environ.get("LOGNAME") or str(os.getuid())
    if "Linger=yes" in _output("loginctl", "show-user", user, "--property=Linger"):
        return Check("logout", "ok", "agents outlive a logout (linger is on)")
    return Check(
        "logout", "warning", "the system ends your agents when you log out (KillUserProcesses)",
        f"loginctl enable-linger {user}",
    )  # fmt: skip


def _kills_user_processes() -> bool:
    """The last word of logind's configuration files; systemd's own default is `no`."""
    files = ["/etc/systemd/logind.conf"]
    for folder in ("/usr/lib", "/run", "/etc"):
        files += sorted(glob.glob(f"{folder}/systemd/logind.conf.d/*.conf"))
    kills = False
    for path in files:
        for line in (read_text(path) or "").splitlines():
            key, _, value = line.partition("=")
            if key.strip() == "KillUserProcesses":
                kills = value.strip().lower() in ("yes", "true", "1", "on")
    return kills


def _docker(settings: Settings) -> Check:
    command = settings.docker.command
    wanted = any(project.docker is not None for project in settings.projects.values())
    state: State = "warning" if wanted else "ok"
    if shutil.which(command) is None:
        return Check(
            "docker", state, "not installed (optional)", "for agents in containers: apt install docker.io"
        )
    version = _output(command, "version", "--format", "{{.Server.Version}}")
    if version:
        return Check("docker", "ok", version)
    return Check(
        "docker",
        state,
        f"{command} is there, its daemon does not answer (optional)",
        "start it, or join its group",
    )


def _notify(settings: Settings, environ: Mapping[str, str]) -> Check:
    """By which way would the desktop be told, from here?"""
    from cockpit.controller.notifications import passthrough_advice
    from cockpit.notify.ways import choose

    way = choose(settings.notify.desktop, environ)
    found = f"{way.name}: {way.why}"
    if settings.notify.command:
        found += f"; command {settings.notify.command[0]}"
    if way.name == "off" and settings.notify.desktop != "off":
        return Check("notifications", "warning", found, 'desktop = "auto" in [notify] takes what there is')
    advice = passthrough_advice(environ) if way.by_terminal else ""
    desktop = environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")
    if way.by_terminal and desktop and not environ.get("SSH_CONNECTION"):
        advice = advice or "for notifications of the desktop itself: apt install libnotify-bin"
    return Check("notifications", "ok", found, advice or "'cockpit notify test' shows whether they arrive")


def _locale(environ: Mapping[str, str]) -> Check:
    import locale

    encoding = locale.getencoding()
    named = environ.get("LC_ALL") or environ.get("LC_CTYPE") or environ.get("LANG") or "none set"
    if encoding.lower().replace("-", "") == "utf8":
        return Check("locale", "ok", f"{encoding} ({named})")
    return Check(
        "locale", "warning", f"{encoding} ({named}): boxes and bars will look wrong", "export LC_ALL=C.UTF-8"
    )


def _colour(environ: Mapping[str, str]) -> Check:
    term = environ.get("TERM", "")
    if environ.get("NO_COLOR"):
        return Check("colour", "ok", "off, as NO_COLOR asks")
    if term in ("", "dumb"):
        return Check(
            "colour",
            "warning",
            f"TERM is {term or 'not set'}: no full screen here",
            "export TERM=xterm-256color",
        )
    true = environ.get("COLORTERM") in ("truecolor", "24bit")
    advice = "" if true else "if the terminal has all colours: export COLORTERM=truecolor"
    return Check("colour", "ok", f"{term}{', all colours' if true else ''}", advice)
