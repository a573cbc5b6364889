"""A real Chromium without a window, driven over its DevTools: open a page, press keys, read what its terminal shows.

A small client of its own: the packages for this bring a browser and a node along, and four methods are all it takes.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

PATIENCE = 60.0  # seconds; machines that run tests are shared
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
# The page keeps its terminal to itself; textual.js sets this member once it has made one.
_HOOK = """Object.defineProperty(Object.prototype, "fitAddon", {set(addon) {
  window.seen = this.terminal;
  Object.defineProperty(this, "fitAddon", {value: addon, writable: true});
}, configurable: true});"""
_TEXT = """window.seen ? Array.from({length: seen.rows}, (_, y) =>
  seen.buffer.active.getLine(seen.buffer.active.baseY + y).translateToString(true)).join("\\n") : "" """


@functools.cache
def find_chromium() -> str:
    """Its path; skips the test where there is none."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("no Chromium (Debian: apt-get install chromium-headless-shell)")
    return found


class Page:
    """One tab."""

    def __init__(self, session: aiohttp.ClientSession, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._session = session
        self._socket = socket
        self._number = 0
        self.requested: list[str] = []

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        """One DevTools method; its result."""
        self._number += 1
        await self._socket.send_json({"id": self._number, "method": method, "params": params})
        async with asyncio.timeout(PATIENCE):
            while True:
                message = json.loads(await self._socket.receive_str())
                if message.get("method") == "Network.requestWillBeSent":
                    self.requested.append(message["params"]["request"]["url"])
                if message.get("id") == self._number:
                    assert "error" not in message, message
                    return dict(message["result"])

    async def open(self, url: str) -> None:
        """Go to an address."""
        for domain in ("Page", "Runtime", "Network"):
            await self.call(f"{domain}.enable")
        await self.call("Page.addScriptToEvaluateOnNewDocument", source=_HOOK)
        await self.call("Page.navigate", url=url)

    async def evaluate(self, expression: str) -> Any:
        """The value of some JavaScript."""
        result = await self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    async def screen(self) -> str:
        """What the terminal in the page shows."""
        return str(await self.evaluate(_TEXT))

    async def until(self, holds: Callable[[str], object], what: str) -> str:
        """Until the terminal shows it; all that it shows then."""
        text = ""
        try:
            async with asyncio.timeout(PATIENCE):
                while not holds(text := await self.screen()):  # noqa: ASYNC110  # the page tells nobody
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise AssertionError(f"never: {what}\n{text}") from None
        return text

    async def until_text(self, wanted: str) -> str:
        """Until `wanted` stands in the terminal."""
        return await self.until(lambda text: wanted in text, wanted)

    async def press(self, key: str) -> None:
        """A key that writes a character, as a keyboard sends it."""
        for kind in ("keyDown", "keyUp"):
            text = {"text": key} if kind == "keyDown" else {}
            await self.call("Input.dispatchKeyEvent", type=kind, key=key, **text)

    async def focus(self) -> None:
        """Where a click into the terminal would put the focus."""
        await self.evaluate("seen.focus()")

    async def picture(self, path: Path) -> None:
        """A PNG of the page."""
        import base64

        data = (await self.call("Page.captureScreenshot"))["data"]
        await asyncio.to_thread(path.write_bytes, base64.b64decode(data))


@asynccontextmanager
async def chromium(folder: Path, size: tuple[int, int] = (1200, 800)) -> AsyncIterator[Page]:
    """A browser of its own, with one empty page."""
    argv = [find_chromium(), "--headless", "--remote-debugging-port=0", f"--user-data-dir={folder / 'browser'}",
            "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-dev-shm-usage", "--no-first-run",
            "--hide-scrollbars", f"--window-size={size[0]},{size[1]}", "about:blank"]  # fmt: skip
    if os.getuid() == 0:
        argv.insert(1, "--no-sandbox")  # it refuses to run as root otherwise
    environ = {"HOME": str(folder), "PATH": os.environ["PATH"]}
    browser = subprocess.Popen(  # noqa: ASYNC220  # it starts once
        argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environ
    )
    try:
        port = await _port(folder / "browser" / "DevToolsActivePort")
        async with aiohttp.ClientSession() as session:
            async with session.get(f"http://127.0.0.1:{port}/json/list") as answer:
                pages = [page for page in await answer.json() if page["type"] == "page"]
            async with session.ws_connect(pages[0]["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                yield Page(session, socket)
                with contextlib.suppress(Exception):
                    await socket.send_json({"id": 0, "method": "Browser.close"})
    finally:
        browser.terminate()
        await asyncio.to_thread(browser.wait, PATIENCE)


async def _port(path: Path) -> int:
    async with asyncio.timeout(PATIENCE):
        while True:
            with contextlib.suppress(FileNotFoundError, IndexError, ValueError):
                return int(path.read_text().splitlines()[0])
            await asyncio.sleep(0.05)
