"""`cockpit doctor`: what is missing on this machine, and how to get it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cockpit.base.errors import Unavailable
from cockpit.cli.output import clean, emit, paint, say
from cockpit.config.places import find_places

if TYPE_CHECKING:
    from argparse import Namespace

    from cockpit.cli.parser import Parser

_SIGNS = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "missing": ("✗", "red")}


def build_doctor(parser: Parser) -> None:
    """Arguments of `cockpit doctor`."""
    parser.json()
    parser.examples("  cockpit doctor\n  cockpit doctor --json | jq '.checks[] | select(.state != \"ok\")'")
    parser.set_defaults(run=run)


def run(args: Namespace) -> int:
    """All checks; 5 when something is missing that cockpit can't do without."""
    from cockpit.controller.doctor import examine

    checks = examine(find_places(os.environ), os.environ)
    missing = [check.name for check in checks if check.state == "missing"]
    if args.json:
        document = [
            {"name": check.name, "state": check.state, "found": check.found, "advice": check.advice or None}
            for check in checks
        ]
        emit({"ok": not missing, "checks": document})
        return Unavailable.exit_code if missing else 0
    for check in checks:
        sign, colour = _SIGNS[check.state]
        say(f"{paint(f'{sign} {check.state:<8}', colour)} {check.name:<14} {clean(check.found)}")
        if check.advice:
            say(f"{'':<26}{check.advice}")
    if missing:
        raise Unavailable(f"missing: {', '.join(missing)}")
    return 0
