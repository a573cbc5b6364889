"""`cockpit serve` as one call: token, socket, words for the person, server."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable

from cockpit.web.guard import Guard, is_loopback, new_token
from cockpit.web.server import Server, listen


def run_server(
    host: str, port: int, *, write: bool, tell: Callable[[str], None], warn: Callable[[str], None]
) -> int:
    """Serve until interrupted. Raises Unavailable where it can't listen."""
    guard = Guard(new_token(), host)
    listener = listen(host, port)
    argv = [sys.executable, "-P", "-m", "cockpit.web.served", *(["--write"] if write else [])]
    shown = f"[{host}]" if ":" in host else host
    url = f"http://{shown}:{listener.getsockname()[1]}/{guard.token}/"
    if not is_loopback(host):
        warn(
            f"{host} can be reached from other machines, without encryption: whoever has the address has the cockpit"
        )
    if write:
        warn("with --write whoever has the address can run commands as you")

    def ready() -> None:
        tell(url)
        tell(f"{'Looks and writes' if write else 'Only looks (--write lets it do things)'}. Ctrl+C ends it.")

    # aiohttp tells each request that is none with a traceback: whoever tries ports would fill the person's terminal.
    logging.getLogger("aiohttp.server").addFilter(_in_a_line)
    asyncio.run(Server(guard, argv).run(listener, ready))
    return 0


def _in_a_line(record: logging.LogRecord) -> bool:
    """Keeps a record, without its traceback and what was asked for: the token may be in it."""
    error = record.exc_info[1] if record.exc_info else None
    if error is not None:
        record.msg, record.args = "cockpit: warning: a request failed: %s", (type(error).__name__,)
        record.exc_info = record.exc_text = None
    return True
