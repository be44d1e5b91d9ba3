"""Follows a node from outside and keeps the evidence: ``aydyn monitor``.

:mod:`state` remembers what was seen, :mod:`following` checks every new checkpoint with its entries, :mod:`site`
compares what the site shows with what was recorded, :mod:`findings` keeps the evidence.
"""

from __future__ import annotations

from aydyn.observer.monitor.findings import Report
from aydyn.observer.monitor.rounds import Monitor

__all__ = ["Monitor", "Report"]
