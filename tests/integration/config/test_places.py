"""Where things lie, and what may not be used for it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from cockpit.base.errors import Unavailable
from cockpit.config.places import Places, find_places, refuse_remote, run_folder
from tests.conftest import Home


def mode(path: str) -> int:
    return stat.S_IMODE(os.stat(path).st_mode)


def test_the_variables_name_home_and_configuration(home: Home) -> None:
    places = find_places(os.environ)
    assert places.home == str(home.state)
    assert places.config_file == str(home.config)
    assert places.run == str(home.run)
    assert places.profiles == str(home.config.parent / "profiles")
    assert places.tmux_socket == f"{home.run}/tmux.sock"


@pytest.mark.skipif(os.uname().sysname != "Linux", reason="XDG folders are Linux's")
def test_without_variables_the_platforms_folders_are_taken() -> None:
    places = find_places({"HOME": "/home/a", "XDG_STATE_HOME": "relative/is/ignored"})
    assert places.home == "/home/a/.local/state/cockpit"
    assert places.config_file == "/home/a/.config/cockpit/config.toml"
    assert find_places({"HOME": "/home/a", "XDG_STATE_HOME": "/s"}).home == "/s/cockpit"


def test_run_is_one_for_every_spelling_of_a_home_and_short(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = tmp_path / ("long" * 40)
    real.mkdir()
    (tmp_path / "link").symlink_to(real)
    before = run_folder(str(real))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    assert run_folder(str(tmp_path / "link")) == before == run_folder(f"{real}/../{real.name}")
    assert len(f"{before}/wake/1234567.abcdef") < 107


def test_make_makes_private_folders_and_names_run(home: Home) -> None:
    home.state.rmdir()
    places = find_places(os.environ)
    places.make()
    places.make()
    assert [
        mode(path) for path in (places.home, places.run, places.wake, places.attempts_run, places.tmp)
    ] == [0o700] * 5
    assert (home.state / "run").read_text() == places.run + "\n"


def test_make_closes_a_home_that_stood_open(home: Home) -> None:
    home.state.chmod(0o755)
    find_places(os.environ).make()
    assert mode(str(home.state)) == 0o700


def test_a_link_in_place_of_run_is_refused(home: Home, tmp_path: Path) -> None:
    home.run.symlink_to(tmp_path)
    try:
        with pytest.raises(Unavailable, match="is not a folder"):
            find_places(os.environ).make()
    finally:
        home.run.unlink()


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a folder away")
def test_somebody_elses_run_is_refused(home: Home) -> None:
    home.run.mkdir()
    os.chown(home.run, 12345, 12345)
    with pytest.raises(Unavailable, match="somebody else"):
        find_places(os.environ).make()


@pytest.mark.parametrize("shared", ["/", "/tmp"])
def test_a_folder_that_others_use_is_refused_untouched(shared: str) -> None:
    before = os.stat(shared).st_mode
    with pytest.raises(Unavailable, match="not for cockpit alone"):
        Places(shared, "/nowhere/config.toml", run_folder(shared)).make()
    assert os.stat(shared).st_mode == before


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "fuse.sshfs", "fuseblk"])
def test_network_and_fuse_are_refused(tmp_path: Path, kind: str) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"none / ext4 rw 0 0\nserver:/x /mnt/far\\040away {kind} rw 0 0\n")
    with pytest.raises(Unavailable, match=kind):
        refuse_remote("/mnt/far away/cockpit", str(mounts))
    refuse_remote("/mnt/far awayer/cockpit", str(mounts))


def test_what_is_mounted_last_lies_on_top(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text("a /data autofs rw 0 0\nb /data nfs rw 0 0\nc /data/local ext4 rw 0 0\n")
    refuse_remote("/data/local/x", str(mounts))
    with pytest.raises(Unavailable):
        refuse_remote("/data/x", str(mounts))
