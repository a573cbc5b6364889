"""`cockpit notify`: try every way in which people are notified."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cockpit.cli.output import clean, emit, paint, say
from cockpit.config.places import find_places

if TYPE_CHECKING:
    from argparse import Namespace

    from cockpit.cli.parser import Parser


def build_notify_test(parser: Parser) -> None:
    """Arguments of `cockpit notify test`."""
    parser.dry_run()
    parser.json()
    parser.examples("  cockpit notify test       sends one of each: what you see or hear works here")
    parser.set_defaults(run=run_test)


def run_test(args: Namespace) -> int:
    """One of each; 1 when a way that is configured could not be used."""
    from cockpit.config.load import load_settings
    from cockpit.controller.notifications import try_all

    notify = load_settings(find_places(os.environ), os.environ).notify
    trials = try_all(notify, os.environ, dry_run=args.dry_run)
    failed = not args.dry_run and any(trial.used and not trial.sent for trial in trials)
    if args.json:
        ways = [
            {"way": trial.way, "sent": trial.sent, "used": trial.used, "told": trial.told} for trial in trials
        ]
        emit({"events": list(notify.events), "ways": ways} | ({"dry_run": True} if args.dry_run else {}))
        return int(failed)
    for trial in trials:
        mark = paint(f"{'sent' if trial.sent else 'not sent':<9}", "green" if trial.sent else "dim")
        say(f"{mark} {trial.way:<12}{'in use  ' if trial.used else '        '}{clean(trial.told)}")
    say(f"told are: {', '.join(notify.events) or 'no events'} ([notify].events)")
    return int(failed)
