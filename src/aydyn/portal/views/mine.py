"""“My page”: what is asked of me, what is new, all my cases, forms not sent yet, and all receipts in one file."""

from __future__ import annotations

import io
import zipfile

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from aydyn.cases import pieces, procedures
from aydyn.cases import queries as cases
from aydyn.cases.views.receipts import own_receipts
from aydyn.people import queries as people
from aydyn.people.models import Person

MOST_IN_A_ZIP = 500
"""Cases whose receipts go into one download; the newest ones."""


@never_cache
@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """All of one person's matters, what is asked of her first."""
    person: Person = request.user  # type: ignore[assignment]  # login_required
    page = Paginator(cases.of_person(person), cases.PAGE).get_page(request.GET.get("page"))
    rows = cases.mine_of(person, page.object_list)
    context = {
        "page": page,
        "asked": [pieces.line(case, public=False) for case in cases.asked_of(person)[:20]],
        "lines": [pieces.my_line(each) for each in rows],
        "drafts": [
            (draft, procedures.words(procedures.parsed(draft.procedure_id).title)) for draft in cases.drafts_of(person)
        ],
        "mandates": list(people.mandates_of(person)),
        "organisations": people.organisations_of(person),
        "section": "mine",
    }
    return render(request, "portal/mine.html", context)


@never_cache
@login_required
@require_safe
def all_receipts(request: HttpRequest) -> HttpResponse:
    """Every receipt of every case of one's own that can be given now, in one file; a folder for each case."""
    person: Person = request.user  # type: ignore[assignment]  # login_required
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for case in cases.of_person(person)[:MOST_IN_A_ZIP]:
            for name, receipt in own_receipts(case):
                archive.writestr(f"{case.number}/{name}", receipt)
    response = HttpResponse(data.getvalue(), content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="receipts.zip"'
    return response
