"""How many forms may be begun from one place: each is kept for thirty days, and a robot would fill the disk with them."""

from __future__ import annotations

from django.http import HttpRequest

from aydyn.kernel.limits import limits, visitor
from aydyn.people.errors import TooManyAttempts

BEGUN_PER_HOUR, HOUR = 600, 3600
"""Far more than people behind one address begin, and less than harms."""


def count_draft(request: HttpRequest) -> None:
    """Count a form that is begun. Raises TooManyAttempts."""
    if not limits.allow("draft", visitor(request), times=BEGUN_PER_HOUR, seconds=HOUR):
        raise TooManyAttempts
