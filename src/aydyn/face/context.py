"""What every page needs to know about itself, from the request alone (a context processor)."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.translation import get_language_info


@dataclass(frozen=True)
class LanguageLink:
    """One way to read this page: the language's code, its own name, and the page's address in it."""

    code: str
    name: str
    url: str


def page(request: HttpRequest) -> dict[str, object]:
    """Return `language_links`: this page in every language of the node (for `TEMPLATES[…]["OPTIONS"]`)."""
    path = request.get_full_path()
    links = [
        LanguageLink(code, _own_name(code, str(name)), translate_url(path, code)) for code, name in settings.LANGUAGES
    ]
    return {"language_links": links}


def _own_name(code: str, name: str) -> str:
    """Return the language's name for itself, as its readers look for it."""
    own = {"tk": "Türkmençe", "ru": "Русский", "en": "English"}.get(code)
    if own is None:
        try:
            own = str(get_language_info(code)["name_local"]).capitalize()
        except KeyError:
            own = str(name)
    return own
