"""Are the generated pages in step with the code? Part of `make check`; exits 1 and names each that is stale.

A generator is a script of this folder that takes `--check`; a new one is added to GENERATORS.
"""

from __future__ import annotations

import os
import subprocess
import sys

TOOLS = os.path.dirname(os.path.abspath(__file__))
GENERATORS = ("config_reference.py",)


def main() -> int:
    """Run every generator's check."""
    commands = [[sys.executable, os.path.join(TOOLS, name), "--check"] for name in GENERATORS]
    return max(subprocess.run(command, check=False).returncode for command in commands)


if __name__ == "__main__":
    sys.exit(main())
