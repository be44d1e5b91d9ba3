"""A process: makes the tables and the first acts of the node in AYDYN_DATA."""

from __future__ import annotations

import django

if __name__ == "__main__":
    django.setup()
    from aydyn.node import establishing

    establishing.establish()
