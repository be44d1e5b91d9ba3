"""Who is asking: account, chosen mandate, and the cases that number and code have opened in this session."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from aydyn.people import queries as people
from aydyn.people.errors import NoMandate
from aydyn.people.models import Mandate, Person

OPENED = "opened_cases"
CHOSEN = people.CHOSEN
MOST_OPENED = 50


@dataclass(frozen=True)
class Visitor:
    """The capacity in which a request is made."""

    person: Person | None
    mandate: Mandate | None
    opened: tuple[str, ...]


def visitor_of(request: HttpRequest) -> Visitor:
    """Read the visitor from session and account; touches no session that has not begun."""
    person = request.user if isinstance(request.user, Person) else None
    mandate: Mandate | None = None
    if person is not None:
        try:
            mandate = people.mandate_for(person, request.session.get(CHOSEN))
        except NoMandate:
            mandate = None
    return Visitor(person, mandate, tuple(request.session.get(OPENED, ())))


def staff_of(request: HttpRequest) -> Mandate:
    """The mandate that the visitor acts under. Raises NoMandate."""
    if not isinstance(request.user, Person):
        raise NoMandate
    return people.mandate_for(request.user, request.session.get(CHOSEN))


def remember_opened(request: HttpRequest, number: str) -> None:
    """Let this session see a case from now on, because it filed it or knew its code."""
    opened = [known for known in request.session.get(OPENED, ()) if known != number]
    request.session[OPENED] = [*opened, number][-MOST_OPENED:]
