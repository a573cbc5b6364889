"""The cockpit behind one browser tab: `python -m cockpit.web.served [--write]`, started by the server.

It never schedules: a tab is closed, and a page that is not read from stops its process, as people please. It gets no
token: its arguments and its environment can be seen by others.
"""

from __future__ import annotations

import logging
import os
import sys

from cockpit.base.clock import Clock
from cockpit.config.load import load_settings
from cockpit.config.places import find_places
from cockpit.controller.context import Context


def main(argv: list[str]) -> int:
    """Open the cockpit over the pipes that the server has made."""
    from cockpit.controller.daemon import log_to_file
    from cockpit.tui.app import run

    places = find_places(os.environ)
    places.make()
    context = Context(places, load_settings(places, os.environ), Clock())
    log_to_file(context)
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    return int(run(context, read_only="--write" not in argv, schedules=False))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
