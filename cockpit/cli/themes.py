"""`cockpit themes`: which there are, and what is wrong with the person's own."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cockpit.base.errors import ConfigError, NotFound
from cockpit.cli.output import clean, emit, paint, say
from cockpit.config.places import find_places

if TYPE_CHECKING:
    from argparse import Namespace

    from cockpit.cli.parser import Parser


def build_themes_list(parser: Parser) -> None:
    """Arguments of `cockpit themes list`."""
    parser.json()
    parser.examples("  cockpit themes list       'T' in the cockpit tries them on")
    parser.set_defaults(run=run_list)


def build_themes_check(parser: Parser) -> None:
    """Arguments of `cockpit themes check`."""
    parser.add_argument("file", nargs="?", metavar="FILE", help="a theme file; without it all of your own")
    parser.json()
    parser.examples(
        "  cockpit themes check\n  cockpit themes check night.toml && mv night.toml ~/.config/cockpit/themes"
    )
    parser.set_defaults(run=run_check)


def run_list(args: Namespace) -> int:
    """Those that can be used, cockpit's and the person's own."""
    from cockpit.tui.theme import load_themes, shipped_folder

    mine = find_places(os.environ).themes
    themes = load_themes(shipped_folder(), mine)
    rows = [(name, themes.usable[name]) for name in themes.names()]
    if args.json:
        emit(
            {
                "themes": [
                    {
                        "name": name,
                        "dark": found.theme.dark,
                        "ansi": found.theme.ansi,
                        "own": os.path.dirname(found.path) == mine,
                        "about": found.about,
                        "path": found.path,
                    }
                    for name, found in rows
                ],
                "problems": list(themes.problems),
            }
        )
        return 0
    width = max(len(name) for name, _ in rows)
    for name, found in rows:
        kind = "terminal" if found.theme.ansi else "dark" if found.theme.dark else "light"
        say(f"{paint(f'{name:<{width}}', 'bold')}  {kind:<8}  {clean(found.about)}")
    for problem in themes.problems:
        say(paint(problem, "yellow"))
    say(f'in use by: theme = "NAME" in [ui]; your own go into {mine}')
    return 0


def run_check(args: Namespace) -> int:
    """Every mistake with file, line and key; 2 when there is one."""
    from cockpit.tui.theme import names_in
    from cockpit.tui.theme_file import read_theme

    mine = find_places(os.environ).themes
    files = [args.file] if args.file else [os.path.join(mine, f"{name}.toml") for name in names_in(mine)]
    if args.file and not os.path.isfile(args.file):
        raise NotFound(f"{args.file} is no file")
    found: list[ConfigError] = []
    for file in files:
        try:
            read_theme(os.path.abspath(file))
        except ConfigError as error:
            found.append(error)
    mistakes = [mistake for error in found for mistake in error.mistakes]
    if mistakes:
        refused = ConfigError(str(mistakes[0]), tuple(mistakes))
        refused.problems = [str(mistake) for mistake in mistakes]  # type: ignore[attr-defined]  # failure.py tells each
        raise refused
    if args.json:
        emit({"ok": True, "files": files})
    else:
        say(
            f"{len(files)} {'file is' if len(files) == 1 else 'files are'} in order"
            if files
            else f"no themes in {mine}"
        )
    return 0
