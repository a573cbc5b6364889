"""`cockpit agents explain` and `cockpit agents test`: why a screen means what cockpit says it means."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from cockpit.base.errors import NotFound, UsageError
from cockpit.cli.capture import evidence
from cockpit.cli.door import controller
from cockpit.cli.output import clean, emit, printable, say
from cockpit.cli.rows import table
from cockpit.domain.screen import RULE_WORDS, Screen

if TYPE_CHECKING:
    from argparse import Namespace

    from cockpit.agents.detect import Detection
    from cockpit.cli.parser import Parser
    from cockpit.controller.panes import Look
    from cockpit.controller.queue import QueueController
    from cockpit.domain.job import Job
    from cockpit.domain.profile import Profile


def build_agents_explain(parser: Parser) -> None:
    """Arguments of `cockpit agents explain`."""
    parser.add_argument("job", metavar="JOB", help="any part of a running job's id that fits no other")
    parser.json()
    parser.examples(
        "  cockpit agents explain a2f5      the screen, the rule that fired, and those that nearly did"
    )
    parser.set_defaults(run=run_explain)


def build_agents_test(parser: Parser) -> None:
    """Arguments of `cockpit agents test`."""
    parser.add_argument("profile", metavar="PROFILE", help="the agent whose rules are tried")
    parser.add_argument(
        "screen",
        metavar="SCREEN",
        help="a saved screen: plain text, or JSON as 'cockpit capture --json' prints it",
    )
    parser.add_argument("--title", default=None, metavar="T", help="the pane's title")
    parser.json()
    parser.examples(
        "  cockpit capture a2f5 --json > asked.json; cockpit agents test claude asked.json\n"
        "  cockpit agents test claude screen.txt --title '✳ Claude Code'"
    )
    parser.set_defaults(run=run_test)


def run_explain(args: Namespace) -> int:
    """Look at the pane now."""
    with controller() as queue:
        job = queue.jobs.find(args.job)
        look = asyncio.run(_look(queue, job))
        document = {"job_id": job.id} | _document(look.profile, look.detection)
        document |= {"since": evidence(queue, job, look)["since"], "title": look.screen.title}
        document |= {"cursor": list(look.screen.cursor), "text": look.screen.text}
    _tell(args, document)
    return 0


def run_test(args: Namespace) -> int:
    """Try a saved screen."""
    from cockpit.agents.detect import explain
    from cockpit.controller.requests import find_profile

    with controller(strict=True) as queue:
        profile = find_profile(args.profile, queue.context)
    screen = read_screen(args.screen, args.title)
    text = "\n".join(screen.lines).rstrip()
    document = _document(profile, explain(profile, screen))
    _tell(
        args, document | {"title": screen.title, "cursor": [screen.cursor_x, screen.cursor_y], "text": text}
    )
    return 0


async def _look(queue: QueueController, job: Job) -> Look:
    from cockpit.controller.panecommands import open_panes

    async with open_panes(queue.context, queue.store) as panes:
        return await panes.look(job)


def read_screen(path: str, title: str | None = None) -> Screen:
    """A saved screen. Raises NotFound, UsageError.

    JSON has `text` (one string, or a list of lines) and may have `title`, `cursor` (column, row), `columns`, `rows`,
    `dead`. In plain text the cursor stands behind the last word.
    """
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            content = file.read()
    except OSError as error:
        raise NotFound(f"{path}: {error.strerror}") from None
    if path.endswith(".json"):
        return _from_json(path, content, title)
    return _screen(content.splitlines(), title or "", None, {})


def _from_json(path: str, content: str, title: str | None) -> Screen:
    try:
        raw = json.loads(content)
        lines = (
            raw["text"].splitlines() if isinstance(raw["text"], str) else [str(line) for line in raw["text"]]
        )
        cursor = raw.get("cursor")
        place = (int(cursor[0]), int(cursor[1])) if cursor else None
        return _screen(lines, str(raw.get("title") or "") if title is None else title, place, raw)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise UsageError(
            f"{path} is no saved screen ({type(error).__name__}: {error}): it needs 'text', and may"
            " have 'title' and 'cursor' (column, row)"
        ) from None


def _screen(lines: list[str], title: str, cursor: tuple[int, int] | None, raw: dict[str, Any]) -> Screen:
    last = max((number for number, line in enumerate(lines) if line.strip()), default=0)
    column, row = cursor or (len(lines[last]) if lines else 0, last)
    height = max(int(raw.get("rows") or 0), len(lines), row + 1)
    width = max(int(raw.get("columns") or 80), *(len(line) for line in lines), 1)
    full = (*lines, *[""] * (height - len(lines)))
    return Screen(full, title, column, row, width, height, dead=bool(raw.get("dead")))


def _document(profile: Profile, found: Detection) -> dict[str, Any]:
    return {
        "agent": profile.name,
        "state": found.state.value,
        "rule": found.rule,
        "line": found.line,
        "nearly": [
            {"rule": near.rule, "state": near.state.value, "line": near.line, "why": near.why}
            for near in found.nearly
        ],
    }


def _tell(args: Namespace, document: dict[str, Any]) -> None:
    if args.json:
        emit(document)
        return
    rule = document["rule"]
    why = RULE_WORDS.get(rule, f"rule {rule}") if rule else "no rule fired"
    lines = [
        f"{document['state']}: {why}" + (f', on "{clean(document["line"])}"' if document["line"] else "")
    ]
    if document.get("since"):
        lines.append(f"since {document['since']}")
    if document["nearly"]:
        cells = [(n["rule"], n["state"], n["why"], n["line"]) for n in document["nearly"]]
        lines += ["", *table(("nearly", "state", "why not", "line"), cells, (0, 0, 50, 60))]
    lines += [
        "",
        f"title: {clean(document['title'])}",
        f"cursor: column {document['cursor'][0]}, row {document['cursor'][1]}",
    ]
    lines += [f"  | {printable(line)}".rstrip() for line in document["text"].splitlines()]
    say("\n".join(lines))
