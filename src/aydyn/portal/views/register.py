"""The public register: every case that the law lets all see, with search and filters in the address."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from aydyn.cases import pieces, queries
from aydyn.kernel.caching import same_for_strangers
from aydyn.portal.filters import NAMES, FilterForm, chips, query_of, wanted_of


@require_safe
@same_for_strangers
def register(request: HttpRequest) -> HttpResponse:
    """Search and list; words are looked for only in what has been published."""
    wanted = wanted_of(request)
    after = request.GET.get("after", "")[:40]
    page = queries.register_page(wanted, after, queries.PAGE)
    query = query_of(wanted)
    asked = any(request.GET.get(name) for name in NAMES)
    context = {
        "form": FilterForm({**request.GET.dict(), "sort": wanted.order} if asked else {"sort": "newest"}),
        "lines": [pieces.line(case, public=True) for case in page.cases],
        "page": page,
        "after": after,
        "next_url": f"{query}{'&' if query else '?'}after={page.next}" if page.next else "",
        "first_url": f"{reverse('portal:register')}{query}",
        "chips": chips(wanted),
        "wanted": wanted,
        "query": query,
        "clear_url": reverse("portal:register") if asked else "",
        "section": "register",
    }
    return render(request, "portal/register.html", context)
