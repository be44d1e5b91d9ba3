"""A form's field as its template needs it: which markup, which ids describe it, which errors stand at it."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.forms import BoundField
from django.utils.safestring import SafeString

from aydyn.face import widgets

_TEMPLATES: tuple[tuple[type[forms.Widget], str], ...] = (
    (widgets.Parts, "parts"),
    (widgets.Rows, "rows"),
    (widgets.KeptFiles, "files"),
    (forms.CheckboxSelectMultiple, "choices"),
    (forms.RadioSelect, "choices"),
    (forms.CheckboxInput, "checkbox"),
    (forms.SelectMultiple, "select"),
    (forms.Select, "select"),
    (forms.Textarea, "textarea"),
    (forms.TextInput, "input"),
)
_CLASSES = {
    "input": "govuk-input",
    "textarea": "govuk-textarea",
    "select": "govuk-select",
    "checkbox": "govuk-checkboxes__input",
}


@dataclass(frozen=True)
class FieldView:
    """A bound field with everything its template shows."""

    bound: BoundField
    kind: str
    described_by: str
    size: str = "m"
    quiet: bool = False

    @property
    def template(self) -> str:
        """Return the template that draws this kind of field."""
        return f"face/fields/{self.kind}.html"

    @property
    def id(self) -> str:
        """Return the id of the control (of the first one in a group), which error links point at."""
        return self.bound.id_for_label or self.bound.auto_id

    @property
    def group_id(self) -> str:
        """Return the id that ids of hint, error and count are made from."""
        return self.bound.auto_id or self.bound.html_name

    @property
    def limit(self) -> int | None:
        """Return the most characters allowed in a long text, for the counter."""
        limit = getattr(self.bound.field, "max_length", None)
        return limit if isinstance(limit, int) and self.kind == "textarea" else None

    @property
    def cells(self) -> list[dict[str, object]]:
        """Return the inputs of an answer that has several parts."""
        widget = self.bound.field.widget
        return (
            widget.cells(self.bound.html_name, self.bound.value(), self.group_id)
            if isinstance(widget, widgets.Parts)
            else []
        )

    @property
    def rows(self) -> list[list[dict[str, object]]]:
        """Return the inputs of a table, row by row."""
        widget = self.bound.field.widget
        return (
            widget.rows(self.bound.html_name, self.bound.value(), self.group_id)
            if isinstance(widget, widgets.Rows)
            else []
        )

    @property
    def is_radio(self) -> bool:
        """Tell single choice from several."""
        widget = self.bound.field.widget  # several choices descend from one choice in Django
        return isinstance(widget, forms.RadioSelect) and not isinstance(widget, forms.CheckboxSelectMultiple)

    @property
    def control(self) -> SafeString:
        """Draw the control itself with our classes and its descriptions."""
        attrs: dict[str, str | bool] = {"class": self._classes(), "aria-describedby": self.described_by or False}
        if self.bound.errors:
            attrs["aria-invalid"] = "true"
        if self.limit is not None:
            attrs |= {"data-count": str(self.limit), "maxlength": False}
        if self.kind == "textarea":
            attrs.setdefault("rows", str(self.bound.field.widget.attrs.get("rows", 8)))
            attrs["dir"] = "auto"
        return self.bound.as_widget(attrs=attrs)

    def _classes(self) -> str:
        own = self.bound.field.widget.attrs.get("class", "")
        names = [_CLASSES.get(self.kind, ""), own]
        if self.bound.errors and self.kind in ("input", "textarea", "select"):
            names.append(f"{_CLASSES[self.kind]}--error")
        return " ".join(name for name in names if name)


def view_of(bound: BoundField, size: str = "m", *, quiet: bool = False) -> FieldView:
    """Work out how a bound field is drawn; `size` is its label's (s, m, l or xl), `quiet` leaves out “(optional)”."""
    widget = bound.field.widget
    kind = next((name for cls, name in _TEMPLATES if isinstance(widget, cls)), "input")
    base = bound.auto_id or bound.html_name
    ids = [f"{base}-hint"] if bound.help_text else []
    ids += [f"{base}-error"] if bound.errors else []
    if kind == "textarea" and getattr(bound.field, "max_length", None):
        ids.append(f"{base}-count")
    return FieldView(bound, kind, " ".join(ids), size, quiet)
