"""Words for what is wrong with an answer, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from aydyn.casework.fields import Problem
from aydyn.kernel.errors import Message

ERASURE_GROUNDS = (
    ("court-order", _("A court ordered it")),
    ("law", _("A law requires it")),
    ("wish-of-the-person", _("The person whose data it is asked for it, as the law allows")),
)

REQUIRED = _("Answer this question.")

_WORDS: Mapping[str, Message] = {
    "required": REQUIRED,
    "wrong_shape": _("This answer came in a form that we cannot read. Type it again."),
    "control_characters": _(
        "Take out invisible control characters and characters that change the direction of writing; they often come from copying."
    ),
    "not_a_number": _("Write a whole number in digits."),
    "not_a_date": _("Write a date that exists, as day, month and year."),
    "not_a_choice": _("Choose one of the answers offered."),
    "bad_email": _("Write an e-mail address such as name@example.com."),
    "bad_phone": _("Write a telephone number with the country code, such as +993 12 34 56 78."),
    "not_a_region": _("Choose one of the regions offered."),
    "incomplete": _("Fill in every part of this answer."),
    "bad_reference": _("Write the number as it stands on the paper, such as CEC-2026-000123."),
    "unknown": _("The form has no such question; load the page again."),
}
_WITH_FIGURES: Mapping[str, Message] = {
    "too_long": _("Shorten this to at most %(max)s characters; it has %(length)s."),
    "too_small": _("This must be at least %(min)s."),
    "too_large": _("This must be at most %(max)s."),
    "too_early": _("Write a date not before %(earliest)s."),
    "too_late": _("Write a date not after %(latest)s."),
    "too_many": _("There are too many here; at most %(max)s."),
    "too_few": _("There are too few here; at least %(min)s."),
}


def say(problem: Problem) -> Message:
    """What to do about a refused answer, in words."""
    return say_rejected(problem.code, problem.figures)


def say_rejected(code: str, figures: Mapping[str, int | str]) -> Message:
    """Words for a code of the pure form engine."""
    words = _said(code, figures)
    if "row" in figures:
        return format_lazy("{}: {}", _("Row %(row)s") % dict(figures), words)
    return words


def _said(code: str, figures: Mapping[str, int | str]) -> Message:
    if code == "too_short":
        words = ngettext_lazy(
            "Write at least %(min)s character.", "Write at least %(min)s characters.", int(figures["min"])
        )
        return words % dict(figures)
    if code in _WITH_FIGURES:
        return _WITH_FIGURES[code] % dict(figures)
    return _WORDS.get(code, _("Correct this answer."))
