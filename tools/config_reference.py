"""Makes docs/configuration.md from the settings' own documentation.

python tools/config_reference.py            writes it
python tools/config_reference.py --check    exits 1 when it is stale
"""

from __future__ import annotations

import os
import sys

from generated_page import main

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from cockpit.config.describe import Described, describe, sections, whole
from cockpit.config.settings import Settings
from cockpit.domain.profile import Answers, Profile, Rule, Startup
from cockpit.domain.project import Container, Project

HEAD = """\
# Configuration

<!-- Made by tools/config_reference.py from cockpit/config/settings.py: change that, then run it. -->

One TOML file: `$COCKPIT_CONFIG`, else `cockpit/config.toml` in the platform's configuration folder (`~/.config` on
Linux). Without a file everything has its default. `cockpit config init` writes it with comments, `cockpit config check`
tells every mistake with file, line and key, `cockpit config path` says where it is. A saved change is taken up while
cockpit runs; a bad one is told, and the old settings stay.

State lies in `$COCKPIT_HOME`, else `cockpit` in the platform's state folder (`~/.local/state` on Linux); it must be on
a local disk. Sockets lie in `/tmp/cockpit-<uid>-<digits>`, which `<state>/run` names.

**Durations** are seconds (`90`) or text (`"90s"`, `"10m"`, `"2h"`, `"1d"`).

**Variables.** Every key can be set by `COCKPIT_SECTION__KEY`, at any depth: `COCKPIT_SCHEDULER__SLOTS=8`,
`COCKPIT_PROJECTS__WEB__PATH=/src/web`. The value is read as TOML where it is TOML, else as text. Variables win over the
file; names of projects and agents are matched whatever their case, `_` standing for `-` too.

**Secrets.** `env` in the file is readable where the file and the cache of the settings (mode 0600) are; a secret
belongs into cockpit's own environment, and its name into `env_from`.
"""

AGENTS = """\
## `[agents.NAME]`

How one kind of agent is run and read. The packaged profile of that name, `profiles/NAME.toml` beside the configuration
file and this section are merged in this order: tables are joined, lists and values replaced. Placeholders in
`command`: `{prompt_file}`, `{prompt}`, `{job_id}`, `{workdir}`.

"""


def reference() -> str:
    """The whole page."""
    parts = [HEAD]
    parts += [_section(f"[{name}]", table) for name, table in sections(Settings)]
    parts += [_section("[projects.NAME]", Project), _section("[projects.NAME.docker]", Container)]
    parts.append(AGENTS + f"{whole(Profile)}\n\n{_rows(Profile)}")
    for title, table in (("[agents.NAME.answers]", Answers), ("[[agents.NAME.startup]]", Startup)):
        parts.append(_section(title, table))
    parts.append(_section("[[agents.NAME.rules]]", Rule))
    return "\n".join(parts)


def _section(title: str, table: type) -> str:
    return f"## `{title}`\n\n{whole(table)}\n\n{_rows(table)}"


def _rows(table: type) -> str:
    named_by_section = table in (Project, Profile)
    rows = [_row(key) for key in describe(table) if not (named_by_section and key.name == "name")]
    return "| key | takes | default | |\n|---|---|---|---|\n" + "".join(rows)


def _row(key: Described) -> str:
    default = f"`{key.default}`" if key.default else "must be given"
    cells = (f"`{key.name}`", key.takes, default, key.says)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


if __name__ == "__main__":
    sys.exit(main("docs/configuration.md", reference, sys.argv[1:]))
