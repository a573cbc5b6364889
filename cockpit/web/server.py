"""The web server of `cockpit serve`: one page, its files, and a websocket for each tab; nothing without the token.

Everything lies below /TOKEN/, so that whatever the page asks for carries the token, and no other server on this machine
ever sees it (a cookie goes to every port). The page takes nothing from elsewhere and tells nobody where it came from.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import socket
from collections.abc import Callable, Sequence
from importlib.resources import files
from string import Template

from aiohttp import web
from aiohttp.typedefs import Handler

from cockpit.base.errors import Unavailable
from cockpit.web.guard import Guard
from cockpit.web.session import Session

MOST = 8  # tabs at once: each is a process
_STATIC = frozenset(
    (
        "js/textual.js",
        "css/xterm.css",
        "fonts/RobotoMono-VariableFont_wght.ttf",
        "fonts/RobotoMono-Italic-VariableFont_wght.ttf",
    )
)
_POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; font-src 'self' data:;"
    " img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Server:
    """`argv` is the cockpit that each tab gets; `run` serves until SIGINT or SIGTERM."""

    def __init__(self, guard: Guard, argv: Sequence[str]) -> None:
        self._guard = guard
        self._argv = argv
        self._tabs: set[web.WebSocketResponse] = set()
        self._page = Template(files("cockpit.web").joinpath("page.html").read_text("utf-8"))

    async def run(self, listener: socket.socket, ready: Callable[[], None]) -> None:
        """Serve on this socket; `ready` is called once it answers."""
        over = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, over.set)
        # a log would have the token in it
        runner = web.AppRunner(self.app(), access_log=None, shutdown_timeout=5)
        await runner.setup()
        try:
            await web.SockSite(runner, listener).start()
            ready()
            await over.wait()
        finally:
            for tab in list(self._tabs):
                await tab.close()
            await runner.cleanup()

    def app(self) -> web.Application:
        """What is served."""
        app = web.Application(middlewares=[self._admit])
        app.router.add_get("/{token}/", self._index)
        app.router.add_get("/{token}/ws", self._tab)
        app.router.add_get("/{token}/static/{path:.+}", self._file)
        return app

    @web.middleware
    async def _admit(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Host and token first, whatever is asked for: a stranger does not even learn what exists."""
        if not self._guard.takes_host(request.headers.get("Host", "")):
            return _refused("asked by a name that is not this machine's")
        if not self._guard.knows(request.path[1:].partition("/")[0]):  # no path at all: OPTIONS *
            return _refused("the address has to be the whole one that 'cockpit serve' printed")
        response = await handler(request)
        if not response.prepared:
            response.headers.update(_HEADERS)
        return response

    async def _index(self, request: web.Request) -> web.Response:
        nonce = secrets.token_urlsafe(12)
        size = request.query.get("fontsize", "")
        text = self._page.substitute(nonce=nonce, size=size if size.isdecimal() and len(size) < 3 else "16")
        policy = {"Content-Security-Policy": _POLICY.format(nonce=nonce)}
        return web.Response(text=text, content_type="text/html", headers=policy)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        if path not in _STATIC:
            return web.Response(status=404, text="no such file\n")
        return web.FileResponse(os.fspath(files("textual_serve").joinpath("static", path)))  # type: ignore[call-overload, unused-ignore]

    async def _tab(self, request: web.Request) -> web.StreamResponse:
        if not self._guard.takes_origin(request.headers.get("Origin", ""), request.headers.get("Host", "")):
            return _refused("opened by a page from elsewhere")
        if len(self._tabs) >= MOST:
            return web.Response(status=503, text=f"{MOST} tabs are open; close one\n")
        tab = web.WebSocketResponse(heartbeat=15)
        await tab.prepare(request)
        self._tabs.add(tab)
        try:
            await Session(self._argv, tab).run(*(_number(request, name) for name in ("width", "height")))
        finally:
            self._tabs.discard(tab)
            await tab.close()
        return tab


def _number(request: web.Request, name: str) -> int:
    text = request.query.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 6 else {"width": 80, "height": 24}[name]


def _refused(why: str) -> web.Response:
    return web.Response(status=403, text=f"403: {why}\n", headers=_HEADERS)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises Unavailable."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
        except OSError:
            listener.close()
            raise
    except OSError as error:
        raise Unavailable(
            f"{host} port {port} can't be listened on: {error.strerror}; name another one with --port (0: any)"
        ) from error
    return listener
