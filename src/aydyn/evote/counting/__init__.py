"""From decrypted votes to who is elected: sums, Schulze, Majority Judgment, single transferable vote.

The protocol proves which votes were cast; how they are counted is outside its cryptography (specification 3.1, "Non-homomorphic
questions"), so every method here states its rule and shows its steps. Candidates are numbers from 0 in the order of the
question. Values in, values out; equal candidates stay equal in a ranking, unless the method has a rule to part them.
"""

from __future__ import annotations

from aydyn.evote.counting.judgment import JudgmentCount, Middle, majority_judgment
from aydyn.evote.counting.schulze import SchulzeCount, schulze
from aydyn.evote.counting.stv import Round, StvCount, Verdict, stv
from aydyn.evote.counting.sums import Sums, approval, plurality

__all__ = [
    "JudgmentCount",
    "Middle",
    "Round",
    "SchulzeCount",
    "StvCount",
    "Sums",
    "Verdict",
    "approval",
    "majority_judgment",
    "plurality",
    "schulze",
    "stv",
]
