"""An issued document, as cases makes one: pointer, PDF, then one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from tests.documents.test_rendering import LETTER

from aydyn.documents import actions, rendering
from aydyn.documents.models import Document
from aydyn.people.models import Mandate

NUMBER = "CEC-2026-000001/D1"


@dataclass(frozen=True)
class Issued:
    document: Document
    pdf: bytes
    code: str


def issue(mandate: Mandate, *, number: str = NUMBER) -> Issued:
    """Issue a letter."""
    pointer = actions.new_pointer(number, "en")
    data = LETTER | {"number": number, "pointer": {"address": pointer.address, "code": pointer.code}}
    pdf = rendering.render("letter", "en", data, date(2026, 11, 25))
    with transaction.atomic():
        document = actions.keep_issued(
            kind="refusal", office=mandate.office, number=number, title={"en": "Answer"}, language="en", pdf=pdf,
            data=data, code=pointer.code, mandate=mandate,
        )  # fmt: skip
    return Issued(document, pdf, pointer.code)
