"""Status by SMS: number and access code in, one line about the case out."""

from __future__ import annotations

import re

from django.utils import translation
from django.utils.translation import gettext as _

from aydyn.cases import pieces, queries
from aydyn.cases.errors import BadCode
from aydyn.face import formats

_MESSAGE = re.compile(
    r"\s*(?P<number>[A-Za-z0-9][A-Za-z0-9 –-]{3,40}?[0-9]{4,9})[\s,;:]+(?P<code>[0-9][0-9 -]{14,30})\s*"
)


def status_by_sms(_phone: str, text: str) -> str:
    """The reply to “NUMBER CODE”. Raises BadCode for anything else; the telephone is not looked at and not kept."""
    found = _MESSAGE.fullmatch(text)
    if found is None:
        raise BadCode
    case = queries.by_code(found["number"], found["code"])
    with translation.override(case.language):
        state = pieces.status_chip(case).word
        if case.due is not None:
            return _("%(number)s: %(state)s. Answer due %(day)s.") % {
                "number": case.number, "state": state, "day": formats.day(case.due, "short"),
            }  # fmt: skip
        return _("%(number)s: %(state)s.") % {"number": case.number, "state": state}
