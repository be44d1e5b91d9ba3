"""Verifies what a node published: a receipt, a whole log. Pure: files and fetched bytes are handed in.

:mod:`receipts` judges one receipt, :mod:`rules` holds what the entries of a log must keep to among each other,
:mod:`logs` reads a whole log, :mod:`pages` compares what a site shows with what was recorded.
"""

from __future__ import annotations
