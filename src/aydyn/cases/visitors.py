"""Who is asking: account, chosen mandate, and the cases that this browser has filed or opened with their codes.

The opened cases stand in the browser's own signed cookie and nowhere else: the server keeps no list that would tie one
person's cases together, and a filing without an account needs no session.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from aydyn.cases import queries
from aydyn.cases.models import FilingDraft
from aydyn.people import queries as people
from aydyn.people.errors import NoMandate
from aydyn.people.models import Mandate, Person

OPENED = "opened-cases"
OPENED_SECONDS = 8 * 3600
CODE_COOKIE = "access-code-"
DRAFT_COOKIE = "draft-"
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
    return Visitor(person, mandate, opened_of(request))


def staff_of(request: HttpRequest) -> Mandate:
    """The mandate that the visitor acts under. Raises NoMandate."""
    if not isinstance(request.user, Person):
        raise NoMandate
    return people.mandate_for(request.user, request.session.get(CHOSEN))


def opened_of(request: HttpRequest) -> tuple[str, ...]:
    """Numbers of the cases that this browser may see."""
    text = request.get_signed_cookie(OPENED, default="", salt=OPENED, max_age=OPENED_SECONDS)
    return tuple(number for number in (text or "").split(",") if number)


def remember_opened(request: HttpRequest, response: HttpResponse, number: str) -> None:
    """Let this browser see a case until it is closed, because it filed it or knew its code."""
    numbers = [known for known in opened_of(request) if known != number]
    text = ",".join([*numbers, number][-MOST_OPENED:])
    response.set_signed_cookie(
        OPENED, text, salt=OPENED, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )


def forget_opened(request: HttpRequest, response: HttpResponse) -> None:
    """Take all opened cases, and access codes still shown, out of this browser."""
    for name in request.COOKIES:
        if name == OPENED or name.startswith((CODE_COOKIE, DRAFT_COOKIE)):
            response.delete_cookie(name, samesite="Lax")


def draft_secret_of(request: HttpRequest, code: str) -> str:
    """The secret of a draft that this browser holds; empty if none."""
    return request.get_signed_cookie(DRAFT_COOKIE + code, default="", salt=DRAFT_COOKIE) or ""


def open_draft_of(request: HttpRequest, code: str) -> tuple[FilingDraft | None, str]:
    """The form of a procedure that this browser has begun and not sent, with its secret; none of somebody else's account."""
    secret = draft_secret_of(request, code)
    draft = queries.draft_by_key(secret) if secret else None
    if draft is None or draft.procedure.code != code:
        return None, ""
    return (draft, secret) if is_draft_of(draft, request) else (None, "")


def is_draft_of(draft: FilingDraft, request: HttpRequest) -> bool:
    """Whether a draft is this visitor's: nobody goes on with one of another account, or under another's mandate."""
    owner = draft.mandate.person_id if draft.mandate is not None else draft.person_id
    return owner is None or owner == request.user.pk


def remember_draft(response: HttpResponse, code: str, secret: str) -> None:
    """Let this browser go on with a draft until it is closed."""
    response.set_signed_cookie(
        DRAFT_COOKIE + code,
        secret,
        salt=DRAFT_COOKIE,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def forget_draft(response: HttpResponse, code: str) -> None:
    """Take a draft out of this browser."""
    response.delete_cookie(DRAFT_COOKIE + code, samesite="Lax")
