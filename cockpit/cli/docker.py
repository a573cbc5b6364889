"""`cockpit docker`: the containers that cockpit keeps, and the image that it makes them from."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from cockpit.cli.door import controller
from cockpit.cli.output import emit, say
from cockpit.cli.rows import table

if TYPE_CHECKING:
    from argparse import Namespace

    from cockpit.cli.parser import Parser
    from cockpit.docker.kept import Kept


def build_docker_ps(parser: Parser) -> None:
    """Arguments of `cockpit docker ps`."""
    parser.json()
    parser.examples(
        "  cockpit docker ps\n  cockpit docker ps --json | jq '.containers[] | select(.idle) | .name'"
    )
    parser.set_defaults(run=run_ps)


def build_docker_prune(parser: Parser) -> None:
    """Arguments of `cockpit docker prune`."""
    parser.dry_run()
    parser.json()
    parser.examples(
        "  cockpit docker prune --dry-run\n  cockpit docker prune     idle ones; their home volumes stay"
    )
    parser.set_defaults(run=run_prune)


def build_docker_build(parser: Parser) -> None:
    """Arguments of `cockpit docker build`."""
    parser.add_argument(
        "tag", nargs="?", default="cockpit-agent", metavar="TAG", help="name (default: cockpit-agent)"
    )
    parser.add_argument(
        "--build-arg",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="AGENTS=... installs them from npm",
    )
    parser.add_argument("--no-cache", action="store_true", help="use nothing that was built before")
    parser.json()
    agents = "@anthropic-ai/claude-code @openai/codex"
    parser.examples(f'  cockpit docker build\n  cockpit docker build --build-arg AGENTS="{agents}"')
    parser.set_defaults(run=run_build)


def run_ps(args: Namespace) -> int:
    """The containers of this home."""
    from cockpit.controller.containers import container_view, list_containers

    with controller() as queue:
        found = list_containers(queue.context)
    if args.json:
        emit({"containers": [container_view(one) for one in found]})
    elif not found:
        say("cockpit keeps no container")
    else:
        rows = [(one.name, one.project, one.user, one.image, _state(one)) for one in found]
        say("\n".join(table(("container", "project", "user", "image", "state"), rows)))
    return 0


def run_prune(args: Namespace) -> int:
    """Remove the idle ones."""
    from cockpit.controller.containers import container_view, prune_containers

    with controller(strict=True) as queue:
        gone = prune_containers(queue.context, queue.store, dry_run=args.dry_run)
    if args.json:
        emit({"removed": [container_view(one) for one in gone]} | ({"dry_run": True} if args.dry_run else {}))
    elif not gone:
        say("no container is idle")
    else:
        say(
            "\n".join(f"container {one.name} {'would be' if args.dry_run else 'was'} removed" for one in gone)
        )
    return 0


def run_build(args: Namespace) -> int:
    """Build the image; what the engine says goes to stderr."""
    from cockpit.base.errors import UsageError
    from cockpit.controller.containers import build_image

    for argument in args.build_arg:
        if "=" not in argument:
            raise UsageError(f"--build-arg {argument} has no value: write NAME=VALUE")
    with controller(strict=True) as queue:
        found = build_image(queue.context, args.tag, args.build_arg, fresh=args.no_cache, log=sys.stderr)
    if args.json:
        emit({"image": args.tag, "id": found})
    else:
        say(f"image {args.tag} is ready")
    return 0


def _state(one: Kept) -> str:
    if not one.running:
        return "stopped"
    if one.windows < 0:
        return "running, its tmux does not answer"
    return f"running, {one.windows} attempts" if one.windows else "idle"
