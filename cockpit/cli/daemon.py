"""`cockpit daemon`: the scheduler without a screen."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from cockpit.base.errors import CockpitError, Conflict
from cockpit.base.times import SECOND, format_duration, rfc3339
from cockpit.cli.door import controller
from cockpit.cli.output import emit, say
from cockpit.config.places import find_places

if TYPE_CHECKING:
    from argparse import Namespace

    from cockpit.cli.parser import Parser
    from cockpit.controller.queue import QueueController


def build_daemon_run(parser: Parser) -> None:
    """Arguments of `cockpit daemon run`."""
    parser.add_argument(
        "--until-idle", action="store_true", help="end when nothing waits or runs (held jobs aside)"
    )
    parser.json()
    parser.examples(
        "  cockpit daemon run                in the foreground; beside a live scheduler it stands by\n"
        "  cockpit daemon run --until-idle   0, or 1 if a job failed for good in this run"
    )
    parser.set_defaults(run=run_run)


def build_daemon_start(parser: Parser) -> None:
    """Arguments of `cockpit daemon start`."""
    parser.dry_run()
    parser.json()
    parser.examples("  cockpit daemon start")
    parser.set_defaults(run=run_start)


def build_daemon_stop(parser: Parser) -> None:
    """Arguments of `cockpit daemon stop`."""
    parser.dry_run()
    parser.json()
    parser.examples("  cockpit daemon stop       running agents run on; the next scheduler adopts them")
    parser.set_defaults(run=run_stop)


def build_daemon_restart(parser: Parser) -> None:
    """Arguments of `cockpit daemon restart`."""
    parser.dry_run()
    parser.json()
    parser.examples("  cockpit daemon restart")
    parser.set_defaults(run=run_restart)


def build_daemon_status(parser: Parser) -> None:
    """Arguments of `cockpit daemon status`."""
    parser.json()
    parser.examples("  cockpit daemon status --json | jq .running")
    parser.set_defaults(run=run_status)


def build_daemon_logs(parser: Parser) -> None:
    """Arguments of `cockpit daemon logs`."""
    parser.add_argument("-f", "--follow", action="store_true", help="stay and print what comes")
    parser.add_argument("--lines", type=int, default=100, metavar="N", help="the last N lines (default: 100)")
    parser.json()
    parser.examples("  cockpit daemon logs -f")
    parser.set_defaults(run=run_logs)


def run_run(args: Namespace) -> int:
    """Be the scheduler, or stand by."""
    with controller(strict=True) as queue:
        code = queue.run_loop(until_idle=args.until_idle)
    if args.json:
        emit({"exit_code": code})
    return code


def run_start(args: Namespace) -> int:
    """Leave a scheduler behind; beside one that runs in a cockpit it stands by."""
    with controller(strict=True) as queue:
        from cockpit.controller.daemon import find_daemon, start_daemon

        if args.dry_run:
            daemon = find_daemon(queue.context, queue.store)
            what = f"runs already, pid {daemon.pid}" if daemon else "would be started"
            return _tell(args, _status(queue) | {"dry_run": True}, f"the daemon {what}")
        node = start_daemon(queue.context, queue.store)
        return _tell(args, _status(queue), f"the scheduler runs, pid {node.process.pid}")


def run_stop(args: Namespace) -> int:
    """End the daemon, also one that stands by; 0 where there is none."""
    with controller() as queue:
        from cockpit.controller.daemon import find_daemon, stop_daemon

        daemon, found = find_daemon(queue.context, queue.store), _status(queue)
        if daemon is None and found["running"]:
            raise Conflict(
                f"the scheduler is the cockpit with pid {found['pid']}, not a daemon; quit that one instead"
            )
        if daemon is None:
            return _tell(args, {"running": False, "stopped": None}, "no daemon runs")
        if args.dry_run:
            return _tell(args, found | {"dry_run": True}, f"the daemon, pid {daemon.pid}, would be stopped")
        stop_daemon(queue.context, queue.store)
        document = {"running": _status(queue)["running"], "stopped": daemon.pid}
        return _tell(args, document, f"the daemon, pid {daemon.pid}, has ended; agents go on")


def run_restart(args: Namespace) -> int:
    """Stop, then start."""
    with controller(strict=True) as queue:
        if args.dry_run:
            return _tell(args, _status(queue) | {"dry_run": True}, "the daemon would be restarted")
        from cockpit.controller.daemon import find_daemon, start_daemon, stop_daemon

        if find_daemon(queue.context, queue.store) is not None:
            stop_daemon(queue.context, queue.store)
        node = start_daemon(queue.context, queue.store)
        return _tell(args, _status(queue), f"the scheduler runs, pid {node.process.pid}")


def run_status(args: Namespace) -> int:
    """Who is the scheduler."""
    with controller() as queue:
        found = _status(queue)
        if found["running"]:
            node = queue.store.node()
            beat = format_duration((queue.context.clock.now() - node.beat_at) / SECOND) if node else "?"
            text = f"the scheduler runs on {found['host']}, pid {found['pid']}, last sign of life {beat} ago"
        else:
            text = "no scheduler runs; 'cockpit daemon start' starts one"
    return _tell(args, found, text)


def _status(queue: QueueController) -> dict[str, Any]:
    node = queue.store.node()
    if node is None or not node.running():
        return dict.fromkeys(("pid", "host", "kind", "since", "beat_at", "slots")) | {"running": False}
    return {
        "running": True,
        "pid": node.process.pid,
        "host": node.host,
        "kind": node.kind,
        "since": rfc3339(node.since),
        "beat_at": rfc3339(node.beat_at),
        "slots": node.slots,
    }


def _tell(args: Namespace, document: dict[str, Any], text: str) -> int:
    if args.json:
        emit(document)
    else:
        say(text)
    return 0


def run_logs(args: Namespace) -> int:
    """Cockpit's own log."""
    path = find_places(os.environ).log
    lines, offset = _last_lines(path, args.lines)
    if args.json and not args.follow:
        emit({"path": path, "lines": lines})
        return 0
    _print(args, lines)
    if args.follow:
        _follow(args, path, offset)
    return 0


def _last_lines(path: str, count: int) -> tuple[list[str], int]:
    try:
        with open(path, "rb") as file:
            data = file.read()
    except FileNotFoundError:
        return [], 0
    except OSError as error:
        raise CockpitError(f"{path} can't be read: {error.strerror}") from error
    return data.decode("utf-8", "replace").splitlines()[-count:] if count > 0 else [], len(data)


def _print(args: Namespace, lines: list[str]) -> None:
    for line in lines:
        if args.json:
            emit({"line": line})
        else:
            say(line)
    sys.stdout.flush()


def _follow(args: Namespace, path: str, offset: int) -> None:
    from watchfiles import watch

    for _ in watch(
        os.path.dirname(path), step=10, debounce=50, rust_timeout=1000, yield_on_timeout=True, recursive=False,
        raise_interrupt=True, watch_filter=None,
    ):  # fmt: skip
        if not os.path.exists(path):
            continue
        with open(path, "rb") as file:
            if os.fstat(file.fileno()).st_size < offset:
                offset = 0
            file.seek(offset)
            data = file.read()
        whole = data[: data.rfind(b"\n") + 1]
        offset += len(whole)
        _print(args, whole.decode("utf-8", "replace").splitlines())
