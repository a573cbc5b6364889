"""Where things lie: the state folder (home), the configuration, and RUN with its sockets.

RUN is short and in /tmp because a unix socket's path may have 107 bytes and a home can be longer. Its name is derived
from the home alone, so that every process of one home finds the same sockets whatever its TMPDIR says.

This is on the path of every quick command: only cheap imports here.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Mapping

from cockpit.base.errors import Unavailable
from cockpit.base.files import private_dir, read_text, write_atomic
from cockpit.base.records import dataclass

RUN_BASE = "/tmp"
"""Honours no variable: TMPDIR differs between a login, a daemon and a job of the same home."""

_REMOTE = ("nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "ncpfs", "afs", "webdav", "ceph", "lustre")


@dataclass(frozen=True, slots=True)
class Places:
    """The folders and files of one home. All are absolute paths; nothing needs to exist before `make`."""

    home: str
    config_file: str
    run: str

    @property
    def jobs(self) -> str:
        """One folder per job; the only tree that is watched."""
        return f"{self.home}/jobs"

    @property
    def database(self) -> str:
        """The durable queue (SQLite)."""
        return f"{self.home}/cockpit.db"

    @property
    def log(self) -> str:
        """Cockpit's own log."""
        return f"{self.home}/cockpit.log"

    @property
    def lock(self) -> str:
        """Whoever holds an flock on this file is the scheduler."""
        return f"{self.home}/scheduler.lock"

    @property
    def daemon_lock(self) -> str:
        """A daemon holds an flock on this file, whether it schedules or stands by; its pid is inside."""
        return f"{self.home}/daemon.lock"

    @property
    def bin(self) -> str:
        """Holds `cockpit` alone; put on an agent's PATH."""
        return f"{self.home}/bin"

    @property
    def cache(self) -> str:
        """What can be thrown away at any time."""
        return f"{self.home}/cache"

    @property
    def forms(self) -> str:
        """Drafts of the enqueue form, and what was used in it last."""
        return f"{self.home}/forms"

    @property
    def screen(self) -> str:
        """How the person has divided the main screen."""
        return f"{self.home}/screen.json"

    @property
    def tmux_conf(self) -> str:
        """The configuration of the home's own tmux server."""
        return f"{self.home}/tmux.conf"

    @property
    def tmux_socket(self) -> str:
        """The socket of the home's own tmux server."""
        return f"{self.run}/tmux.sock"

    @property
    def wake(self) -> str:
        """Sockets of the processes that want to be woken."""
        return f"{self.run}/wake"

    @property
    def attempts_run(self) -> str:
        """Short paths for what an attempt needs a socket for."""
        return f"{self.run}/a"

    @property
    def tmp(self) -> str:
        """Holds a TMPDIR per job."""
        return f"{self.run}/t"

    @property
    def config_folder(self) -> str:
        """The folder of the configuration file; relative project paths start here."""
        return os.path.dirname(self.config_file)

    @property
    def profiles(self) -> str:
        """The user's own agent profiles, NAME.toml."""
        return f"{self.config_folder}/profiles"

    @property
    def themes(self) -> str:
        """The user's own themes, NAME.toml."""
        return f"{self.config_folder}/themes"

    @property
    def templates(self) -> str:
        """The user's own prompt templates."""
        return f"{self.config_folder}/templates"

    def make(self) -> None:
        """Make home and RUN (0700) and write RUN's path into `<home>/run`. Doing it again changes nothing.

        Raises Unavailable when a folder is somebody else's, a link where none may be, on a network or FUSE file
        system, not writable, or one that is plainly not cockpit's (/, the user's own home, a shared /tmp).
        """
        _refuse_shared_folder(self.home)
        refuse_remote(self.home)
        private_dir(self.home)
        for folder in (self.run, self.wake, self.attempts_run, self.tmp):
            _make_private(folder)
        _tell_run(self.home, self.run)


def find_places(environ: Mapping[str, str]) -> Places:
    """The places that `environ` names ($COCKPIT_HOME, $COCKPIT_CONFIG), else the platform's. Touches nothing."""
    home = _absolute(environ.get("COCKPIT_HOME") or _platform_folder("state", environ))
    config = environ.get("COCKPIT_CONFIG") or os.path.join(_platform_folder("config", environ), "config.toml")
    return Places(home, _absolute(config), run_folder(home))


def run_folder(home: str) -> str:
    """RUN of `home`: `/tmp/cockpit-<uid>-<12 hex>`, the same for every spelling of one folder."""
    return f"{RUN_BASE}/cockpit-{os.getuid()}-{sha256(os.path.realpath(home))[:12]}"


def refuse_remote(path: str, mounts: str = "/proc/self/mounts") -> None:
    """Raise Unavailable where `path` is (or would be) on NFS, SMB or FUSE: SQLite's WAL and flock can't be trusted."""
    kind = _file_system(os.path.realpath(path), mounts)
    if kind in _REMOTE or kind.startswith("fuse"):
        raise Unavailable(
            f"{path} is on a network or FUSE file system ({kind}), where locks can't be trusted; "
            "set COCKPIT_HOME to a folder on a local disk"
        )


def _absolute(path: str) -> str:
    return os.path.abspath(os.path.expanduser(path))


def _platform_folder(kind: str, environ: Mapping[str, str]) -> str:
    if sys.platform != "linux":
        import platformdirs  # costs as much as starting python: only where there is no rule as simple as XDG's

        found = platformdirs.user_state_dir if kind == "state" else platformdirs.user_config_dir
        return found("cockpit", appauthor=False)
    base = environ.get(f"XDG_{kind.upper()}_HOME", "").strip()
    if not os.path.isabs(base):  # the XDG specification: relative ones are to be ignored
        base = os.path.join(environ.get("HOME") or "~", ".local/state" if kind == "state" else ".config")
    return os.path.join(base, "cockpit")


def sha256(text: str) -> str:
    """Hexadecimal digest of `text`."""
    data = os.fsencode(text)
    for module in ("_sha2", "_sha256"):
        # the same without OpenSSL, whose loading costs a third of python's start
        try:
            return str(__import__(module).sha256(data).hexdigest())
        except ImportError:
            continue
    import hashlib

    return hashlib.sha256(data).hexdigest()


def _file_system(path: str, mounts: str) -> str:
    """The type of the file system that `path` lies on; empty where the system does not tell."""
    best, kind = -1, ""
    for line in (read_text(mounts) or "").splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = _unescape(fields[1])
        covers = path == point or path.startswith(point.rstrip("/") + "/")
        if covers and len(point) >= best:  # of two on one point the later one is on top
            best, kind = len(point), fields[2]
    return kind


def _unescape(point: str) -> str:
    """/proc/mounts writes space, tab, newline and backslash in octal (getmntent(3))."""
    if "\\" not in point:
        return point
    for code, char in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        point = point.replace(code, char)
    return point


def _refuse_shared_folder(home: str) -> None:
    """`make` sets 0700: done to / or /tmp by a root with a wrong variable, that would break the machine."""
    try:
        found = os.stat(home)
    except OSError:
        return
    if found.st_mode & stat.S_ISVTX or home in ("/", os.path.expanduser("~")):
        better = f"{home.rstrip('/')}/cockpit"
        raise Unavailable(
            f"{home} is not for cockpit alone; set COCKPIT_HOME to a folder that is, such as {better}"
        )


def _make_private(folder: str) -> None:
    try:
        os.mkdir(folder, 0o700)
        return
    except FileExistsError:
        pass
    except OSError as error:
        raise Unavailable(f"{folder} can't be made: {error.strerror}") from error
    found = os.lstat(folder)
    if not stat.S_ISDIR(found.st_mode):
        raise Unavailable(
            f"{folder} is not a folder (a link or a file stands there); remove it and try again"
        )
    if found.st_uid != os.getuid():
        raise Unavailable(
            f"{folder} belongs to somebody else (uid {found.st_uid}); have it removed and try again"
        )
    if stat.S_IMODE(found.st_mode) != 0o700:
        os.chmod(folder, 0o700)


def _tell_run(home: str, run: str) -> None:
    path = f"{home}/run"
    if read_text(path) == run + "\n":
        return
    try:
        write_atomic(path, run + "\n")
    except OSError as error:
        hint = "set COCKPIT_HOME to a folder you can write"
        raise Unavailable(f"{path} can't be written: {error.strerror}; {hint}") from error
