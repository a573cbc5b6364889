"""Makes docs/images/cockpit.svg, README's picture: the cockpit over the demo's fleet, as it stands after some seconds.

Run it again when the screen has changed: `.venv/bin/python tools/screenshot.py`.
"""

from __future__ import annotations

import asyncio
import dataclasses
import re
from pathlib import Path

from cockpit.controller.live import Live
from cockpit.demo.fleet import UNHURRIED
from cockpit.demo.ground import ground
from cockpit.tui.app import CockpitApp

TARGET = Path(__file__).resolve().parents[1] / "docs" / "images" / "cockpit.svg"
SIZE = (132, 34)
# a picture fetches nothing; the reader's monospace font will do
_WEB_FONT = re.compile(r"@font-face\s*{[^}]*}\s*")
_WATCHED = 20.0  # seconds of the story that have passed in the picture


async def picture(live: Live) -> str:
    """The screen as SVG."""
    await live.start()
    try:
        app = CockpitApp(live)
        async with app.run_test(size=SIZE) as pilot:
            await pilot.pause()
            await pilot.press("tab", "g")
            await asyncio.sleep(_WATCHED)
            await pilot.press("g")
            await pilot.pause()
            return _WEB_FONT.sub("", app.export_screenshot(title="cockpit", simplify=True))
    finally:
        await live.stop()


def main() -> None:
    """Write the picture."""
    with ground(dataclasses.replace(UNHURRIED, pause=0.8)) as made:
        svg = asyncio.run(picture(Live(made.context)))
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(svg, encoding="utf-8")
    print(TARGET)


if __name__ == "__main__":
    main()
