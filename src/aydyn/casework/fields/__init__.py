"""The questions of a procedure, and what counts as an answer to each kind."""

from __future__ import annotations

from aydyn.casework.fields.cleaning import (
    Answers,
    ErrorCode,
    Problem,
    Raw,
    Rejected,
    Row,
    Value,
    applies,
    clean,
    clean_all,
    clean_text,
)
from aydyn.casework.fields.questions import COMPOUND, Choice, Column, Group, Question

__all__ = [
    "COMPOUND", "Answers", "Choice", "Column", "ErrorCode", "Group", "Problem", "Question", "Raw", "Rejected", "Row", "Value",
    "applies", "clean", "clean_all", "clean_text",
]  # fmt: skip
