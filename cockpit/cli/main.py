"""`cockpit COMMAND ...`: find the command's module, run it, and turn whatever goes wrong into one line and a number.

Only the module of the command that was asked for is imported, and only its parser is built: that, and few imports
here, is what keeps `cockpit enqueue` a small multiple of starting python.
"""

from __future__ import annotations

import sys

from cockpit.cli.commands import find_command

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code (see base/errors.py). Never raises, never prints a traceback."""
    words = list(sys.argv[1:] if argv is None else argv)
    _print_anything()
    try:
        code = _run(words)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _close_quietly()
        return INTERRUPTED
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except Exception as error:
        from cockpit.cli.failure import report

        return report(error)


def _run(words: list[str]) -> int:
    if not words or words == ["--low-bandwidth"]:
        from cockpit.cli.screen import run_screen

        return run_screen(low_bandwidth=bool(words))
    command = find_command(words[0])
    if command is None and words[0] == "help" and (command := find_command(" ".join(words[1:2]))):
        words = [command.name, "--help"]
    if command is None:
        from cockpit.cli.overview import overview

        return overview(words)
    from cockpit.cli.parser import run_command

    return run_command(command, words[1:])


def _print_anything() -> None:
    """What the terminal's encoding lacks becomes `?`, and a closed stdout swallows: neither is an error."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open("/dev/null", "w", encoding="utf-8"))  # noqa: SIM115  # open until the end
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")


def _close_quietly() -> None:
    """Whoever read our output is gone; python would complain once more at its end."""
    import os

    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, sys.stdout.fileno())
    os.close(devnull)
