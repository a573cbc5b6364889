"""The watch over folders: whatever is written is told, also while folders come and go."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from cockpit.jobdir import watch
from cockpit.jobdir.watch import FolderWatcher


class Heard:
    """What the watcher told: per folder the names; `look` is set at each word."""

    def __init__(self) -> None:
        self.names: dict[str, set[str]] = {}
        self.whole: dict[str, int] = {}
        self.changed = asyncio.Event()

    def __call__(self, folder: str, names: set[str]) -> None:
        self.names.setdefault(folder, set()).update(names)
        self.whole[folder] = self.whole.get(folder, 0) + (not names)
        self.changed.set()

    async def until(self, folder: Path, name: str | None = None) -> None:
        """Heard of `name` in `folder`; without a name: the watch over it is armed."""
        async with asyncio.timeout(10):
            while not (self.whole.get(str(folder)) if name is None else name in self.seen(folder)):
                self.changed.clear()
                await self.changed.wait()

    def seen(self, folder: Path) -> set[str]:
        return self.names.get(str(folder), set())


@contextlib.asynccontextmanager
async def watching(*folders: Path) -> AsyncIterator[tuple[FolderWatcher, Heard]]:
    watcher, heard = FolderWatcher(), Heard()
    for folder in folders:
        folder.mkdir()
        watcher.add(str(folder), heard)
    task = asyncio.create_task(watcher.run())
    try:
        yield watcher, heard
    finally:
        task.cancel()
        await asyncio.wait([task], timeout=10)
        assert task.done(), "it ends when it is cancelled"


async def test_a_change_is_told_by_name(tmp_path: Path) -> None:
    async with watching(tmp_path / "a", tmp_path / "b") as (_, heard):
        await heard.until(tmp_path / "a")
        (tmp_path / "a" / "progress.md").write_text("1%")
        await heard.until(tmp_path / "a", "progress.md")
        assert heard.seen(tmp_path / "b") == set()


async def test_each_folder_is_told_whole_when_it_is_armed(tmp_path: Path) -> None:
    """What was written before the watch stood is not missed."""
    (tmp_path / "late").mkdir()
    async with watching(tmp_path / "a") as (watcher, heard):
        await heard.until(tmp_path / "a")
        watcher.add(str(tmp_path / "late"), heard)
        await heard.until(tmp_path / "late")
        assert heard.whole[str(tmp_path / "a")] == 2


async def test_nothing_is_missed_while_folders_come_and_go(tmp_path: Path) -> None:
    """A file is written at every turn; each name is told, or a whole look comes after it."""
    (tmp_path / "other").mkdir()
    missed: set[str] = set()

    def whole(folder: str, names: set[str]) -> None:
        if folder == str(tmp_path / "a"):
            there = {each.name for each in (tmp_path / "a").iterdir()}
            missed.difference_update(names or there)

    async with watching(tmp_path / "a") as (watcher, heard):
        await heard.until(tmp_path / "a")
        watcher.add(str(tmp_path / "a"), whole)
        for number in range(12):
            change = watcher.add if number % 2 == 0 else watcher.remove
            change(str(tmp_path / "other"), heard)
            missed.add(f"f{number}")
            (tmp_path / "a" / f"f{number}").touch()
            await asyncio.sleep(0)
        async with asyncio.timeout(10):
            while missed:
                heard.changed.clear()
                await heard.changed.wait()


async def test_who_was_removed_hears_no_more(tmp_path: Path) -> None:
    async with watching(tmp_path / "a", tmp_path / "b") as (watcher, heard):
        await heard.until(tmp_path / "b")
        watcher.remove(str(tmp_path / "a"), heard)
        watcher.remove(str(tmp_path / "a"), heard)
        heard.whole.clear()
        await heard.until(tmp_path / "b")
        (tmp_path / "a" / "x").touch()
        (tmp_path / "b" / "y").touch()
        await heard.until(tmp_path / "b", "y")
        assert heard.seen(tmp_path / "a") == set()


async def test_a_folder_that_vanishes_takes_nobody_along(tmp_path: Path) -> None:
    async with watching(tmp_path / "a", tmp_path / "b") as (watcher, heard):
        await heard.until(tmp_path / "b")
        shutil.rmtree(tmp_path / "a")
        (tmp_path / "c").mkdir()
        watcher.add(str(tmp_path / "c"), heard)
        await heard.until(tmp_path / "c")
        (tmp_path / "b" / "y").touch()
        await heard.until(tmp_path / "b", "y")


async def test_a_watch_that_could_not_be_armed_is_armed_again(tmp_path: Path) -> None:
    """As when a folder vanishes between the look at it and the watch."""
    async with watching(tmp_path / "a") as (watcher, heard):
        await heard.until(tmp_path / "a")
        arm, gone = watcher._watch, [str(tmp_path / "gone")]
        watcher._watch = lambda folders: arm([*folders, *gone])  # type: ignore[method-assign]
        (tmp_path / "b").mkdir()
        watcher.add(str(tmp_path / "b"), heard)
        await heard.until(tmp_path / "b")
        gone.clear()
        (tmp_path / "b" / "late").touch()
        heard.whole.clear()
        await heard.until(tmp_path / "b")
        (tmp_path / "b" / "later").touch()
        await heard.until(tmp_path / "b", "later")


async def test_whoever_is_cancelled_between_two_watches_leaves_none_behind(tmp_path: Path) -> None:
    async with watching(tmp_path / "a") as (watcher, heard):
        await heard.until(tmp_path / "a")
        (tmp_path / "b").mkdir()
        watcher.add(str(tmp_path / "b"), heard)
        await asyncio.sleep(0)
        await asyncio.sleep(0)  # the next watch stands, and the one before is about to end
        threads = _threads()
        assert len(threads) == 2
    for each in threads:
        each.join(5)  # it says that it has let go right before it is gone
        assert not each.is_alive()


async def test_no_inotify_instance_is_told_once_and_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """watchfiles tells it by an error of its own, which is a RuntimeError; other programs may use them all up."""
    tries: list[object] = []

    class NoneLeft:
        def __init__(self, *words: object) -> None:
            tries.append(words)
            raise RuntimeError("Error creating recommended watcher: Too many open files")

    with monkeypatch.context() as patched:
        patched.setattr("watchfiles._rust_notify.RustNotify", NoneLeft)
        patched.setattr(watch, "_AGAIN", 0.01)
        async with watching(tmp_path / "a") as (_, heard), asyncio.timeout(10):
            while len(tries) < 3:
                heard.changed.clear()
                await heard.changed.wait()
            patched.undo()
            while not _threads():
                heard.changed.clear()
                await heard.changed.wait()
            (tmp_path / "a" / "x").touch()
            await heard.until(tmp_path / "a", "x")
    assert len(caplog.records) == 1


def _threads() -> list[threading.Thread]:
    return [each for each in threading.enumerate() if each.name == "folders"]
