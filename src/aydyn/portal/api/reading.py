"""How bodies are read: JSON strictly, and no text that a database or a page could not hold."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from django.http import HttpRequest
from ninja.parser import Parser

from aydyn.portal.api.problems import BadText, Malformed, WrongMedia

JSON = "application/json"
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")
DEEPEST = 16
"""No answer is nested so deeply: a table of rows in a form needs five."""


class StrictJson(Parser):
    """Reads a JSON body of exactly that media type; a name that stands twice in one object is no JSON for us."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body. Raises WrongMedia, Malformed or BadText."""
        if request.content_type != JSON:
            raise WrongMedia(JSON)
        try:
            value = json.loads(
                request.body.decode(), parse_constant=_no_number, object_pairs_hook=_each_name_once
            )  # fmt: skip
        except (ValueError, RecursionError):
            raise Malformed from None
        check_texts(value)
        return value


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def check_texts(value: Any) -> None:
    """Raise BadText for NUL characters, halves of surrogate pairs, and what is nested too deeply."""
    waiting = [(value, 0)]
    while waiting:
        each, depth = waiting.pop()
        if depth > DEEPEST:
            raise BadText
        if isinstance(each, str):
            if not is_text(each):
                raise BadText
        elif isinstance(each, dict):
            waiting += [(part, depth + 1) for pair in each.items() for part in pair]
        elif isinstance(each, list):
            waiting += [(part, depth + 1) for part in each]


def is_text(text: str) -> bool:
    """Whether every database and every page can hold a text."""
    return _NO_TEXT.search(text) is None
