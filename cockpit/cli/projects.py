"""`cockpit projects`: list them, add one, remove one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cockpit.cli.output import clean, emit, say
from cockpit.cli.rows import table
from cockpit.config.places import find_places

if TYPE_CHECKING:
    from argparse import Namespace

    from cockpit.cli.parser import Parser


def build_projects_list(parser: Parser) -> None:
    """Arguments of `cockpit projects list`."""
    parser.json()
    parser.examples("  cockpit projects")
    parser.set_defaults(run=run_list)


def build_projects_add(parser: Parser) -> None:
    """Arguments of `cockpit projects add`."""
    parser.add_argument("name", metavar="NAME", help="the project's name")
    parser.add_argument("path", nargs="?", default=".", metavar="PATH", help="its folder (default: this one)")
    parser.add_argument("--user", default="", metavar="U", help="whose work it is")
    parser.add_argument("--agent", default="", metavar="A", help="who works on it")
    parser.dry_run()
    parser.json()
    parser.examples("  cockpit projects add web ~/src/web --user alice --agent claude")
    parser.set_defaults(run=run_add)


def build_projects_remove(parser: Parser) -> None:
    """Arguments of `cockpit projects remove`."""
    parser.add_argument("name", metavar="NAME", help="the project's name; its folder is not touched")
    parser.dry_run()
    parser.json()
    parser.examples("  cockpit projects remove web")
    parser.set_defaults(run=run_remove)


def run_list(args: Namespace) -> int:
    """The configured projects."""
    from cockpit.config.load import load_settings

    projects = load_settings(find_places(os.environ), os.environ).projects
    found = [
        {"name": project.name, "path": project.path, "user": project.user, "agent": project.agent,
         "exists": os.path.isdir(project.path)}
        for _, project in sorted(projects.items())
    ]  # fmt: skip
    if args.json:
        emit({"projects": found})
    elif not found:
        say("no projects; 'cockpit projects add NAME PATH' adds one")
    else:
        rows = [
            (
                str(one["name"]),
                str(one["user"]),
                str(one["agent"]),
                f"{one['path']}{'' if one['exists'] else '  (gone)'}",
            )
            for one in found
        ]
        say("\n".join(table(("project", "user", "agent", "path"), rows)))
    return 0


def run_add(args: Namespace) -> int:
    """Write the project's section into the configuration file."""
    from cockpit.config.edit import add_project

    places = find_places(os.environ)
    project = add_project(
        places, os.environ, args.name, args.path, user=args.user, agent=args.agent, dry_run=args.dry_run
    )  # fmt: skip
    _wake(args)
    return _tell(args, project.name, "added", path=project.path, user=project.user, agent=project.agent)


def run_remove(args: Namespace) -> int:
    """Take the project's section out of the configuration file."""
    from cockpit.config.edit import remove_project

    remove_project(find_places(os.environ), os.environ, args.name, dry_run=args.dry_run)
    _wake(args)
    return _tell(args, args.name, "removed")


def _wake(args: Namespace) -> None:
    """Let the running cockpits look at once."""
    if not args.dry_run:
        from cockpit.base.wakeup import wake_all

        wake_all(find_places(os.environ).wake)


def _tell(args: Namespace, name: str, what: str, **facts: str) -> int:
    if args.json:
        emit({"name": name, what: not args.dry_run, **facts} | ({"dry_run": True} if args.dry_run else {}))
    else:
        more = (
            f" ({clean(facts['path'])}, user {clean(facts['user'])}, agent {facts['agent']})" if facts else ""
        )
        say(f"project {clean(name)} {'would be' if args.dry_run else 'was'} {what}{more}")
    return 0
