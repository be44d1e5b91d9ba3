"""Measurements: one command each (`.venv/bin/python -m bench.ledger`), a table on screen and JSON in bench/results."""

import sys
from pathlib import Path

# The package is not installed in a checkout: `./aydyn` says where it is, and so do these commands.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))
