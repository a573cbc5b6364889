"""`cockpit enqueue` as a whole process against `python -c pass`, in one run, turn by turn."""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from report import Limit, report

CONFIG = '[projects.bench]\npath = "."\n'


def milliseconds(argv: list[str], environ: dict[str, str]) -> float:
    """One whole process."""
    begin = time.perf_counter()
    subprocess.run(argv, env=environ, check=True, stdout=subprocess.DEVNULL)
    return (time.perf_counter() - begin) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="cockpit-bench-")
    try:
        run(folder, args)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run(folder: str, args: argparse.Namespace) -> None:
    environ = os.environ | {"COCKPIT_HOME": f"{folder}/home", "COCKPIT_CONFIG": f"{folder}/config.toml"}
    with open(f"{folder}/config.toml", "w", encoding="utf-8") as file:
        file.write(CONFIG)
    cockpit = os.path.join(os.path.dirname(sys.executable), "cockpit")
    ways = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "cockpit enqueue": [cockpit, "enqueue", "bench", "Fix the login button"],
    }
    time.sleep(0.1)  # the settings cache does not trust a file that was saved a moment ago
    for _ in range(3):
        for argv in ways.values():
            milliseconds(argv, environ)
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(args.rounds):
        for name, argv in ways.items():
            times[name].append(milliseconds(argv, environ))
    with open(f"{folder}/home/run", encoding="utf-8") as told:
        shutil.rmtree(told.read().strip(), ignore_errors=True)
    medians = {name: statistics.median(values) for name, values in times.items()}
    rows = [(name, f"{medians[name]:.1f} ms", f"{max(values):.1f} ms") for name, values in times.items()]
    ratio = medians["cockpit enqueue"] / medians["python -c pass"]
    limit = Limit("cockpit enqueue / python -c pass", ratio, 6)
    report("enqueue from a shell", ("whole process", "median", "worst"), rows, [limit], as_json=args.json)


if __name__ == "__main__":
    main()
