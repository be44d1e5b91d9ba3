"""Controls that Django has not: an answer of several parts, a table of rows, and files that were already sent."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.datastructures import MultiValueDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

MOST_ROWS = 50


@dataclass(frozen=True)
class Part:
    """One part of an answer, or one column of a table: its name in the form, label, kind of input, and choices if any."""

    name: str
    label: str
    optional: bool = False
    kind: str = "text"
    choices: Sequence[tuple[str, str]] = ()
    width: str = ""
    autocomplete: str = "off"


class Parts(forms.Widget):
    """Several inputs that make one answer: ``name.part`` in the form, a dict of texts as value."""

    use_fieldset = True

    def __init__(self, parts: Sequence[Part], *, inline: bool = False) -> None:
        super().__init__()
        self.parts = tuple(parts)
        self.inline = inline

    def value_from_datadict(
        self, data: Mapping[str, Any], _files: MultiValueDict[str, Any], name: str
    ) -> dict[str, str]:
        """Read the parts from a submitted form; a client may also hand in the whole dict under the name."""
        whole = data.get(name)
        if isinstance(whole, Mapping):
            return {part.name: str(whole.get(part.name, "")) for part in self.parts}
        return {part.name: str(data.get(f"{name}.{part.name}", "")) for part in self.parts}

    def cells(self, name: str, value: Any, id_: str) -> list[dict[str, Any]]:
        """What the template draws: each part with its name, id and what was typed."""
        given = value if isinstance(value, Mapping) else {}
        return [
            {
                "part": part,
                "name": f"{name}.{part.name}",
                "id": id_ if at == 0 else f"{id_}.{part.name}",
                "value": given.get(part.name, ""),
            }
            for at, part in enumerate(self.parts)
        ]


class Rows(forms.Widget):
    """A table of rows: ``name.0.column`` in the form, a list of dicts as value. Empty rows are offered to be filled in."""

    use_fieldset = True

    def __init__(self, columns: Sequence[Part], *, most: int, offered: int = 3) -> None:
        super().__init__()
        self.columns = tuple(columns)
        self.most = min(most, MOST_ROWS)
        self.offered = offered

    def value_from_datadict(
        self, data: Mapping[str, Any], _files: MultiValueDict[str, Any], name: str
    ) -> list[dict[str, str]]:
        """Read the rows that were sent, in order; rows that are wholly empty fall away."""
        whole = data.get(name)
        if isinstance(whole, list):
            given = [row for row in whole if isinstance(row, Mapping)]
            return [{part.name: str(row.get(part.name, "")) for part in self.columns} for row in given[: self.most + 1]]
        numbers = {
            int(found[1]) for key in data if (found := re.fullmatch(rf"{re.escape(name)}\.(\d{{1,3}})\.\w+", key))
        }
        rows = [
            {part.name: str(data.get(f"{name}.{number}.{part.name}", "")) for part in self.columns}
            for number in sorted(numbers)[: self.most + 1]
        ]
        return [row for row in rows if any(cell.strip() for cell in row.values())]

    def rows(self, name: str, value: Any, id_: str) -> list[list[dict[str, Any]]]:
        """What the template draws: the rows given, then some empty ones."""
        given = [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []
        count = min(max(self.offered, len(given) + 1), self.most)
        return [
            [
                {
                    "part": part,
                    "name": f"{name}.{at}.{part.name}",
                    "id": id_ if at == 0 and place == 0 else f"{id_}.{at}.{part.name}",
                    "value": given[at].get(part.name, "") if at < len(given) else "",
                }
                for place, part in enumerate(self.columns)
            ]
            for at in range(max(count, len(given)))
        ]


class LongSelect(forms.Select):
    """A select of many choices, drawn in one go: Django draws each option through a template of its own."""

    def render(self, name: str, value: Any, attrs: Mapping[str, Any] | None = None, renderer: Any = None) -> SafeString:  # noqa: ARG002
        """Draw it."""
        chosen = {str(each) for each in (value if isinstance(value, list | tuple) else [value])}
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((code, mark_safe(" selected") if str(code) in chosen else "", label) for code, label in self.choices),
        )
        return format_html('<select name="{}"{}>{}</select>', name, flatatt({**self.attrs, **(attrs or {})}), options)


class LongSelectMultiple(LongSelect, forms.SelectMultiple):
    """The same for several choices."""


class KeptFiles(forms.FileInput):
    """Files that were sent already, each with a button to take it out, and an input for more; the value is none of its own."""

    needs_multipart_form = True
    allow_multiple_selected = True
    use_fieldset = True

    def __init__(self, kept: Sequence[Any], *, most: int, by_itself: bool = True) -> None:
        super().__init__(attrs={"multiple": most > 1})
        self.kept = tuple(kept)
        self.most = most
        self.by_itself = by_itself
        """Whether files can be sent on their own, before the rest of the form."""
