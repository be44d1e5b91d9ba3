"""What can go wrong in case work.

CaseworkError
├── DataError            a procedure's or calendar's file is not as it must be: file, key, problem, remedy
├── StepError            a step that the procedure does not allow here; names those that it does
├── CalendarError        a deadline cannot be reckoned
└── NumberError          a text that is no case number
"""

from __future__ import annotations


class CaseworkError(Exception):
    """The root of this room's errors."""


class DataError(CaseworkError):
    """A data file is refused. It says which file, which key, what is wrong and what would be right."""

    def __init__(self, file: str, key: str, problem: str, remedy: str) -> None:
        """Keep the four facts apart, so that a page can show them in its own words."""
        self.file = file
        self.key = key
        self.problem = problem
        self.remedy = remedy
        where = f"{file}, {key}" if key else file
        super().__init__(f"{where}: {problem}; {remedy}")


class StepError(CaseworkError):
    """A step was refused; `allowed` names the steps that the procedure has from this state for this role."""

    def __init__(self, step: str, state: str, role: str, allowed: tuple[str, ...], problem: str = "") -> None:
        """Name the refused step and what would have been allowed instead."""
        self.step = step
        self.state = state
        self.role = role
        self.allowed = allowed
        choice = ", ".join(allowed) if allowed else "nothing"
        why = problem or "the procedure has no such step there"
        super().__init__(f"{role} cannot do “{step}” in state “{state}”: {why}; allowed: {choice}")


class CalendarError(CaseworkError):
    """A deadline cannot be reckoned from what was given."""


class NumberError(CaseworkError):
    """A text is not a case number, or a pattern cannot make one."""
