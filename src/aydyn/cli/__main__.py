"""``python -m aydyn.cli``."""

from __future__ import annotations

from aydyn.cli import main

if __name__ == "__main__":
    main()
