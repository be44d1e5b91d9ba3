"""Every journey in every language and width: ``python -m bench.journeys``. The suite rotates them; this walks the whole grid."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Run the journeys over the grid; returns pytest's exit code."""
    command = [sys.executable, "-m", "pytest", "tests/journeys", "-q", "-p", "no:cacheprovider", *sys.argv[1:]]
    environment = {**os.environ, "AYDYN_GRID": "whole", "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
