"""A procedure: one kind of case, defined by one TOML file that a lawyer can read.

`load` reads it strictly and checks that its parts fit each other: steps lead from and to states that exist, every state
can be reached, an open state can be left, a condition looks at an earlier question. A loaded version never changes; its
`digest` goes on the record.
"""

from __future__ import annotations

from aydyn.casework.procedures.checks import load
from aydyn.casework.procedures.model import (
    Clock,
    DocumentKind,
    Fee,
    LegalBasis,
    Procedure,
    Result,
    ResultKind,
    Role,
    State,
    Step,
)
from aydyn.casework.shapes import digest

__all__ = [
    "Clock", "DocumentKind", "Fee", "LegalBasis", "Procedure", "Result", "ResultKind", "Role", "State", "Step", "digest",
    "load",
]  # fmt: skip
