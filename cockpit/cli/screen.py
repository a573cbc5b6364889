"""`cockpit` without a command: the cockpit itself."""

from __future__ import annotations

import gc
import os
import sys

from cockpit.base.clock import Clock
from cockpit.base.errors import UsageError
from cockpit.config.load import load_settings
from cockpit.config.places import find_places
from cockpit.controller.context import Context


def run_screen(*, low_bandwidth: bool = False) -> int:
    """Open the cockpit. Raises UsageError without a terminal."""
    if low_bandwidth:
        # as the setting: it holds when the file is read again, too
        os.environ["COCKPIT_UI__LOW_BANDWIDTH"] = "true"
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("the cockpit needs a terminal; 'cockpit status' and 'cockpit --help' do without one")
    places = find_places(os.environ)
    places.make()
    context = Context(places, load_settings(places, os.environ), Clock())
    gc.disable()  # until the first picture: what is imported stays
    from cockpit.controller.daemon import log_to_file
    from cockpit.tui.app import run

    log_to_file(context)  # it may be the scheduler, and its words must not be lost below the screen

    return int(run(context))
