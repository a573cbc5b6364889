"""Makes docs/keys.md from the registry of actions.

python tools/keys_reference.py            writes it
python tools/keys_reference.py --check    exits 1 when it is stale
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

from generated_page import main

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from cockpit.tui.actions.action import EVERYWHERE, Action, Scope
from cockpit.tui.actions.keymap import keys_of
from cockpit.tui.actions.registry import ACTIONS
from cockpit.tui.own_keys import with_keys

HEAD = """\
# Keys

<!-- Made by tools/keys_reference.py from cockpit/tui/actions/: change those, then run it. -->

`?` shows the keys of the screen in front, and why some do nothing right now; `ctrl+p` finds every action by name; the
last line names those that do something now, and takes clicks. A right click, or `M`, opens the menu of a job.

A number before a key repeats it (`5j`, `2+`) or names a row (`12G`). `space` marks jobs, and the next action means all
that are marked. `U` takes back what can be taken back; only what can't be asks before.

Own keys stand in the configuration by the action's id, and are taken up when it is saved; unknown ids and keys that
would mean two things are told on screen:

```toml
[ui.keys]
kill = "X"
help = "f1,ctrl+h"
```

`ctrl+]` leaves an agent that one types to; every other key goes to the agent then. Keys of forms stand on the forms.

"""

SCREENS = {
    "main": "The main screen",
    "history": "History",
    "grid": "Grid",
    "log": "Log",
    "dashboard": "Dashboard",
}
SCOPES = {
    Scope.LIST: "In lists",
    Scope.TEXT: "In texts",
    Scope.SCREEN: "In an agent's screen",
}


def reference() -> str:
    """The whole page."""
    free = [action for action in ACTIONS if action.scope is Scope.MAIN]
    wide = [action for action in free if len(action.screens) >= len(EVERYWHERE) - 1]
    parts = [HEAD, _section("On every screen", wide)]
    for name, title in SCREENS.items():
        own = [action for action in free if name in action.screens and action not in wide]
        parts.append(_section(title, own))
    for scope, title in SCOPES.items():
        parts.append(_section(title, [action for action in ACTIONS if action.scope is scope]))
    return "\n".join(part for part in parts if part)


def _section(title: str, actions: Iterable[Action]) -> str:
    rows = [_row(action) for action in actions]
    return f"## {title}\n\n| keys | action | id | |\n|---|---|---|---|\n" + "".join(rows) if rows else ""


def _row(action: Action) -> str:
    keys = " ".join(f"`{key}`" for key in keys_of(action))
    cells = (keys, action.title, f"`{action.id}`", with_keys(action.help))
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


if __name__ == "__main__":
    sys.exit(main("docs/keys.md", reference, sys.argv[1:]))
