"""`{% load face %}`: form fields, error summary, status chips, pagination, dates and numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField, PasswordInput
from django.http import HttpRequest
from django.template import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from aydyn.face import fields, formats, pieces

register = template.Library()


@register.filter
def local_date(value: date | datetime | None) -> str:
    """Write a day in the reader's language."""
    return "" if value is None else formats.day(value)


@register.filter
def short_date(value: date | datetime | None) -> str:
    """Write a day shortly, for tables."""
    return "" if value is None else formats.day(value, "medium")


@register.filter
def local_datetime(value: date | datetime | None) -> str:
    """Write a day and time in the reader's language and the office's time zone."""
    return "" if value is None else formats.moment(value)


@register.filter
def local_number(value: float | str | None) -> str:
    """Write a number in the reader's language."""
    if value is None:
        return ""
    return formats.number(value) if isinstance(value, (int, float)) else str(value)


@register.filter
def machine_time(value: date | datetime | None) -> str:
    """Write a moment for `<time datetime>`."""
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    return "" if value is None else value.isoformat()


@register.simple_tag
def when(value: date | datetime | None, style: str = "long") -> SafeString | str:
    """Draw a `<time>`: `long` (day, and time where there is one), `date`, or `short` (for tables)."""
    if value is None:
        return ""
    words = {"short": short_date, "date": local_date}.get(style, local_datetime)(value)
    return format_html('<time datetime="{}">{}</time>', machine_time(value), words)


@register.simple_tag
def chip(word: str | pieces.Status, tone: str = "closed") -> SafeString:
    """Draw a status: word, shape and colour. Tones: waiting, work, done, overdue, closed."""
    status = word if isinstance(word, pieces.Status) else None
    return format_html(
        '<span class="ay-chip ay-chip--{}">{}</span>', status.tone if status else tone, status.word if status else word
    )


@register.inclusion_tag("face/fields/group.html")
def field(bound: BoundField, size: str = "m") -> dict[str, object]:
    """Draw one form field with label, hint, errors and control."""
    return {"field": fields.view_of(bound, size)}


@register.inclusion_tag("face/fields/all.html")
def form_fields(form: BaseForm, size: str = "s", *, quiet: bool = False) -> dict[str, object]:
    """Draw all fields of a form, hidden ones too; `quiet=True` (filters) does not say “(optional)”."""
    visible = [fields.view_of(bound, size, quiet=quiet) for bound in form.visible_fields()]
    return {"hidden": form.hidden_fields(), "fields": visible}


@register.inclusion_tag("face/components/error_summary.html")
def error_summary(*forms: BaseForm | str | None) -> dict[str, object]:
    """List every error of the forms at the top of the page, each linked to its field."""
    present = [form for form in forms if isinstance(form, BaseForm) and form.errors]
    general = [error for form in present for error in form.non_field_errors()]
    general += [error for form in present for bound in form.hidden_fields() for error in bound.errors]
    listed = [fields.view_of(bound) for form in present for bound in form.visible_fields() if bound.errors]
    kept = not any(isinstance(bound.field.widget, PasswordInput) for form in present for bound in form)
    return {"general": general, "listed": listed, "show": bool(general or listed), "kept": kept}


@register.inclusion_tag("face/components/bars.html")
def bars(rows: Sequence[pieces.Bar], caption: str) -> dict[str, object]:
    """Draw a table of figures with a bar beside each, as long as its share of the largest."""
    most = max((row.value for row in rows), default=0) or 1
    return {"caption": caption, "rows": [(row, f"{max(0.0, row.value) / most:.1%}") for row in rows]}


@register.inclusion_tag("face/components/pagination.html", takes_context=True)
def paginate(context: Context, page: Page[object], name: str = "page") -> dict[str, object]:
    """Draw links to the other pages of a list, keeping the rest of the query."""
    request = context.get("request")
    query = request.GET.copy() if isinstance(request, HttpRequest) else None

    def address(number: int) -> str:
        if query is None:
            return f"?{name}={number}"
        query[name] = str(number)
        return f"?{query.urlencode()}"

    shown = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    items = [(number, address(number) if isinstance(number, int) else "") for number in shown]
    before = address(page.previous_page_number()) if page.has_previous() else ""
    after = address(page.next_page_number()) if page.has_next() else ""
    return {"page": page, "items": items, "before": before, "after": after}
