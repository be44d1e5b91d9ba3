"""A transparency log in the formats of C2SP: pure, no network, no disk, no clock.

Read in this order: :mod:`canonical` (one value, one encoding), :mod:`merkle` (the tree), :mod:`tiles` (how it is
stored and proved), :mod:`checkpoints`, :mod:`keys`, :mod:`notes` (how it is signed), :mod:`policies` (whom to trust),
:mod:`proofs`, :mod:`entries`, :mod:`acts`, :mod:`receipts` (what is in it, and how anyone shows it).
"""

from __future__ import annotations
