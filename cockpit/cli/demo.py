"""`cockpit demo`: a fleet of scripted agents to try cockpit out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import Namespace

    from cockpit.cli.parser import Parser


def build_demo(parser: Parser) -> None:
    """Arguments of `cockpit demo`."""
    parser.add_argument(
        "--headless", action="store_true", help="without a screen: run the fleet, print what happened"
    )
    parser.json()
    parser.examples("  cockpit demo\n  cockpit demo --headless")
    parser.set_defaults(run=run)


def run(args: Namespace) -> int:
    """Hand over to the demo, which has a home of its own."""
    from cockpit.demo.main import run_demo

    return int(run_demo(args))
