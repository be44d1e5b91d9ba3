"""The roots of every room's tree of errors.

AydynError
├── ConfigurationError     the node is set up wrongly: said once, at start
└── Refusal                an act that is not done; code, HTTP status, message, what to do next
    ├── NotAllowed         403
    ├── NotFound           404 (also where existence must not leak)
    ├── Conflict           409 somebody was faster, or the state does not allow it
    ├── Invalid            422 what was handed in breaks a rule
    ├── TooMany            429 over a limit
    └── Unavailable        503 the node cannot do it now; nothing is lost
"""

from __future__ import annotations

from typing import Any

Message = Any  # a text, or one that is translated when it is shown


class AydynError(Exception):
    """Base of everything the rooms raise on purpose."""


class ConfigurationError(AydynError):
    """The node's settings do not work together."""


class Refusal(AydynError):
    """Something was not done. ``message`` says what and why, ``next_step`` what to do; both are shown to people."""

    code = "refused"
    status = 400

    def __init__(self, message: Message, *, next_step: Message = "", code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step
        if code:
            self.code = code

    def __str__(self) -> str:
        return str(self.message)


class NotAllowed(Refusal):
    """Who asks may not do this."""

    code, status = "not-allowed", 403


class NotFound(Refusal):
    """There is nothing here that who asks may see."""

    code, status = "not-found", 404


class Conflict(Refusal):
    """The state of the thing does not allow this, or somebody else was faster."""

    code, status = "conflict", 409


class Invalid(Refusal):
    """What was handed in breaks a rule."""

    code, status = "invalid", 422


class TooMany(Refusal):
    """Over a limit of how often this may be done."""

    code, status = "too-many", 429


class Unavailable(Refusal):
    """The node cannot do this now; nothing that was handed in is lost."""

    code, status = "unavailable", 503
