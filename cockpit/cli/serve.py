"""`cockpit serve`: the cockpit in a browser."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from cockpit.cli.output import say

if TYPE_CHECKING:
    from argparse import Namespace

    from cockpit.cli.parser import Parser


def build_serve(parser: Parser) -> None:
    """Arguments of `cockpit serve`."""
    parser.add_argument(
        "--port", type=int, default=8000, metavar="N", help="default: 8000; 0 takes a free one"
    )
    parser.add_argument(
        "--host", default="127.0.0.1", metavar="H", help="address to listen on (default: 127.0.0.1)"
    )
    parser.add_argument("--write", action="store_true", help="let the browser do things, not only look")
    parser.examples(
        "  cockpit serve\n  cockpit serve --port 0 --write\n"
        "  ssh -L 8000:127.0.0.1:8000 box cockpit serve     # then open the printed address here"
    )
    parser.set_defaults(run=run)


def run(args: Namespace) -> int:
    """Print the address, serve until ctrl+c."""
    from cockpit.base.errors import UsageError

    if not 0 <= args.port <= 65535:
        raise UsageError(f"--port {args.port} is no port; 0 to 65535")
    from cockpit.web.main import run_server

    return run_server(args.host, args.port, write=args.write, tell=_tell, warn=_warn)


def _tell(text: str) -> None:
    say(text)
    sys.stdout.flush()


def _warn(text: str) -> None:
    print(f"cockpit: warning: {text}", file=sys.stderr, flush=True)
