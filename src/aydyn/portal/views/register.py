"""The public register: every case that the law lets all see, with search and filters in the address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from aydyn.cases import pieces, queries
from aydyn.cases.queries import RegisterFilter
from aydyn.kernel.caching import same_for_strangers

STATES = (
    ("", _("All")),
    ("waiting", _("Waiting for an answer")),
    ("overdue", _("Overdue")),
    ("answered", _("Answered")),
    ("refused", _("Refused")),
    ("withdrawn", _("Withdrawn")),
)
SORTS = (("newest", _("Newest first")), ("oldest", _("Oldest first")), ("due", _("Due or overdue longest")))


class FilterForm(forms.Form):
    """The filters of the register."""

    q = forms.CharField(label=_("Words"), required=False, max_length=100)
    office = forms.ChoiceField(label=_("Office"), required=False)
    state = forms.ChoiceField(label=_("State"), choices=STATES, required=False)
    sort = forms.ChoiceField(label=_("Order"), choices=SORTS, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(office.code, office.name) for office in queries.offices_with_cases()]
        office = self.fields["office"]
        assert isinstance(office, forms.ChoiceField)
        office.choices = [("", _("All")), *names]


def wanted_of(request: HttpRequest) -> RegisterFilter:
    """What is asked for in the address; the page, the table and the feed read it alike."""
    return RegisterFilter(
        words=request.GET.get("q", "")[:100].replace("\x00", ""),
        office=request.GET.get("office", "")[:64].replace("\x00", ""),
        state=request.GET.get("state", "")[:20],
        sort=request.GET.get("sort", "newest")[:10],
    )


@require_safe
@same_for_strangers
def register(request: HttpRequest) -> HttpResponse:
    """Search and list; words are looked for only in what has been published."""
    wanted = wanted_of(request)
    page = Paginator(queries.register(wanted), queries.PAGE).get_page(request.GET.get("page"))
    context = {
        "form": FilterForm(request.GET or None),
        "page": page,
        "lines": [pieces.line(case, public=True) for case in page.object_list],
        "total": page.paginator.count,
        "wanted": wanted,
        "query": request.GET.urlencode(),
        "clear_url": reverse("portal:register") if request.GET else "",
        "section": "register",
    }
    return render(request, "portal/register.html", context)
