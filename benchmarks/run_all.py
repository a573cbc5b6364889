"""Run every benchmark and print its table; `--write` puts them into docs/benchmarks.md.

Each script measures its rival or limit in the same run: the ratios count, the milliseconds are this machine's.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
SCRIPTS = {
    "bench_cli_enqueue.py": [],
    "bench_start.py": ["--idle", "60"],
    "bench_enqueue_api.py": [],
    "bench_claim.py": [],
    "bench_capture.py": [],
    "bench_screen.py": [],
    "bench_container.py": [],
    "bench_tmux_cli.py": [],
    "bench_states.py": [],
    "bench_many_agents.py": [],
    "bench_tui_start.py": [],
    "bench_tui_keys.py": [],
    "bench_tui_memory.py": [],
    "bench_low_bandwidth.py": [],
    "bench_idle.py": [],
}
HEAD = """# Benchmarks

Made by `make bench` (`benchmarks/run_all.py --write`). Every table compares within one run on one machine; the
ratios are what counts. This run: {cores} cores, Python {python}.

"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    parser.add_argument("only", nargs="*", help="names of scripts; all unless told")
    args = parser.parse_args()
    text, failed = "", []
    for name in args.only or SCRIPTS:
        command = [sys.executable, os.path.join(HERE, name), *SCRIPTS.get(name, [])]
        done = subprocess.run(command, cwd=HERE, stdout=subprocess.PIPE, text=True, check=False)
        print(done.stdout, flush=True)
        failed += [name] if done.returncode else []
        text += f"`python benchmarks/{' '.join([name, *SCRIPTS.get(name, [])])}`\n\n{done.stdout.strip()}\n\n"
    if args.write and not args.only and not failed:
        with open(os.path.join(HERE, "..", "docs", "benchmarks.md"), "w", encoding="utf-8") as file:
            file.write(
                HEAD.format(cores=os.cpu_count(), python=platform.python_version()) + text.rstrip() + "\n"
            )
    for name in failed:
        print(f"{name} failed", file=sys.stderr)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
