"""`cockpit serve`: who gets in over HTTP, and the cockpit in a real browser."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
from pathlib import Path

import aiohttp
import psutil
import pytest
from aiohttp import WSServerHandshakeError

from tests.browser import PATIENCE, chromium
from tests.e2e.conftest import Cockpit

pytestmark = [pytest.mark.slow]


class Served:
    """A running `cockpit serve`; `url` is what it printed first."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        assert process.stdout is not None
        self.url = process.stdout.readline().strip()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/[\w-]{32}/", self.url), self.url

    @property
    def base(self) -> str:
        return self.url.rsplit("/", 2)[0]

    @property
    def token(self) -> str:
        return self.url.split("/")[3]

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def end(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        """End it; its exit code and all it said."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, self.url + out + err


@pytest.fixture
def served(cockpit: Cockpit) -> Served:
    return Served(cockpit.start("serve", "--port", "0"))


@pytest.fixture
def writing(cockpit: Cockpit) -> Served:
    return Served(cockpit.start("serve", "--port", "0", "--write"))


async def test_without_the_token_nothing_is_told(served: Served) -> None:
    async with aiohttp.ClientSession() as client:

        async def status(path: str, **headers: str) -> int:
            async with client.get(served.base + path, headers=headers) as answer:
                text = await answer.text()
                assert served.token not in text.replace(served.url, "") or answer.status == 200
                return answer.status

        token = served.token
        assert await status(f"/{token}/") == 200
        assert await status(f"/{token}/static/js/textual.js") == 200
        for path in ("/", "/ws", "/static/js/textual.js", f"/{token[:-1]}/", f"/{token}x/", f"/x/{token}/"):
            assert await status(path) == 403, path
        assert await status(f"/{token}/static/..%2fserver.py") == 404
        assert await status(f"/{token}/", Host="evil.example") == 403


async def test_the_websocket_wants_token_host_and_origin(served: Served) -> None:
    async with aiohttp.ClientSession() as client:

        async def refused(path: str, **headers: str) -> int:
            with pytest.raises(WSServerHandshakeError) as caught:
                await client.ws_connect(served.base + path, headers=headers)
            return caught.value.status

        assert await refused("/ws", Origin=served.base) == 403
        assert await refused(f"/{served.token}/ws") == 403
        assert await refused(f"/{served.token}/ws", Origin="http://evil.example") == 403
        host = {"Host": "evil.example", "Origin": "http://evil.example"}
        assert await refused(f"/{served.token}/ws", **host) == 403
        assert not served.children()


@pytest.mark.parametrize("line", ["OPTIONS * HTTP/1.1", "GET ?x HTTP/1.1", "no HTTP at all"])
async def test_what_is_no_request_for_a_page_is_refused_in_a_line(served: Served, line: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(served.base.rpartition(":")[2]))
    writer.write(f"{line}\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
    assert (await reader.readline()).split()[1] in {b"400", b"403"}
    writer.close()
    _, said = served.end()
    assert "Traceback" not in said


async def test_the_page_keeps_to_itself(served: Served) -> None:
    async with aiohttp.ClientSession() as client, client.get(served.url) as answer:
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert "http" not in (await answer.text()).replace("location.href", "").replace('"http", "ws"', "")


@pytest.mark.tmux
async def test_in_a_browser_it_only_looks(served: Served, cockpit: Cockpit, tmp_path: Path) -> None:
    job = cockpit.enqueue("web", "sleep 300")
    async with chromium(tmp_path) as page:
        await page.open(served.url)
        await page.until_text(job)
        await page.until_text("no scheduler runs")  # the one in the browser does not become it
        await page.focus()
        await page.press("e")
        await page.until_text("only looks (read-only)")
        await page.press("K")
        await page.until(lambda text: text.count("only looks (read-only)") > 1, "kill is refused, too")
        assert all(url.startswith(served.url) for url in page.requested), page.requested
        said = [
            part
            for process in served.children()
            for part in (*process.cmdline(), *process.environ().values())
        ]
        assert said
        assert not any(
            served.token in part for part in [*said, *psutil.Process(served.process.pid).cmdline()]
        )
        new = cockpit.enqueue("api", "echo hello")
        await page.until_text(new)
        tabs = served.children()
        await page.call("Page.navigate", url="about:blank")
        psutil.wait_procs(tabs, PATIENCE)
        assert not served.children()
    assert cockpit.job(job)["state"] == "pending"
    code, said_by_server = served.end()
    assert code == 0
    assert said_by_server.count(served.token) == 1
    assert served.token not in Path(os.environ["COCKPIT_HOME"], "cockpit.log").read_text()


@pytest.mark.tmux
async def test_with_write_it_does_things(writing: Served, cockpit: Cockpit, tmp_path: Path) -> None:
    job = cockpit.enqueue("web", "sleep 300")
    async with chromium(tmp_path) as page:
        await page.open(writing.url)
        await page.until_text(job)
        await page.focus()
        await page.press("h")
        await page.until_text("held (press h)")
        tabs = writing.children()
        # no end in good order: the tab's process must not live on
        writing.process.send_signal(signal.SIGKILL)
        assert not psutil.wait_procs(tabs, PATIENCE)[1]
    assert "held" in str(cockpit.job(job)["waiting_for"])


def test_what_it_refuses(cockpit: Cockpit) -> None:
    cockpit("serve", "--port", "70000").refused(2, "--port 70000", "65535")
    cockpit("serve", "--host", "192.0.2.1", "--port", "0").refused(5, "192.0.2.1", "--port")


def test_beyond_loopback_it_warns(cockpit: Cockpit) -> None:
    process = cockpit.start("serve", "--host", "0.0.0.0", "--port", "0")
    assert process.stdout is not None
    assert process.stdout.readline().startswith("http://0.0.0.0:")
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=PATIENCE)
    assert "without encryption" in err
    assert process.returncode == 0
