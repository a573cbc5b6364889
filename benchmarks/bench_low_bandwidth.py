"""What a minute costs on a slow link: bytes written to the terminal, `cockpit --low-bandwidth` beside `cockpit`.

The same script for both: agents print 5 lines a second, one of them is on screen; a job is enqueued every two seconds,
a key is pressed every second. Jobs, keys and lines come at the same moments.
"""

from __future__ import annotations

import argparse
import time

from report import Limit, report
from tui_home import TuiHome, tui_home


def minute(home: TuiHome, words: list[str], seconds: float, lines: str) -> tuple[int, float]:
    """Bytes, and CPU seconds of the cockpit."""
    program = home.open(*words)
    try:
        program.until(lambda text: "10 running" in text, 120)
        program.rest(3)
        before, busy = program.written, sum(program.process.cpu_times()[:2])
        begun = time.perf_counter()
        with open(lines, "a", encoding="utf-8") as file:
            for tick in range(int(seconds * 5)):
                file.write(
                    f"line {tick} of the output of an agent that has a lot to say about {tick * 7919}\n"
                )
                file.flush()
                if tick % 10 == 0:
                    home.add(1, "fix the thing")
                if tick % 5 == 0:
                    program.press("jk"[tick // 5 % 2])
                program.rest(begun + (tick + 1) / 5 - time.perf_counter())
        return program.written - before, sum(program.process.cpu_times()[:2]) - busy
    finally:
        program.end()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    found = {}
    for name, words in (("cockpit", []), ("cockpit --low-bandwidth", ["--low-bandwidth"])):
        with tui_home(users=10, slots=10) as home:
            lines = f"{home.folder}/lines"
            open(lines, "w", encoding="utf-8").close()
            home.add(10, f"exec tail -n1 -f {lines}")
            home.add(200, "fix the thing")
            found[name] = minute(home, words, args.seconds, lines)
    rows = [
        (name, f"{size:,}", f"{size / args.seconds:,.0f}", f"{busy:.1f} s")
        for name, (size, busy) in found.items()
    ]
    usual, sparing = (size for size, _ in found.values())
    limits = [Limit("bytes, --low-bandwidth / usual", sparing / usual, 0.5)]
    title = f"{args.seconds:.0f} s of a busy screen on a slow link"
    report(title, ("what", "bytes", "bytes a second", "CPU"), rows, limits, as_json=args.json)


if __name__ == "__main__":
    main()
