"""Plain text: UTF-8 throughout, no control characters, and nothing that a browser would take for a page."""

from __future__ import annotations

import codecs
import re
import zipfile
from collections.abc import Collection
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from aydyn.documents.errors import Unsafe, WrongType
from aydyn.documents.sniffing.kinds import allowed_words, page

CHUNK = 64 * 1024
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
MARKUP = re.compile(
    rb"<(?:!doctype|html|head|body|script|svg|iframe|object|embed|img|a\s|style|link|meta|form|\?xml|\?php|%)", re.IGNORECASE
)  # fmt: skip


def refuse_others(path: Path, accept: Collection[str]) -> None:
    """Raise WrongType unless the whole file is plain text."""
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    with path.open("rb") as file:
        if MARKUP.search(file.read(CHUNK)):
            raise page(accept)
        file.seek(0)
        try:
            while chunk := file.read(CHUNK):
                if _CONTROL.search(decoder.decode(chunk)):
                    raise WrongType(allowed_words(accept))
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            raise WrongType(allowed_words(accept)) from None


def check(path: Path) -> None:
    """Raise Unsafe if the text is something else besides."""
    if zipfile.is_zipfile(path):
        raise two_things()


def two_things() -> Unsafe:
    """The refusal of a file that is of two kinds at once."""
    return Unsafe(_("This file is built so that programs can read it as two different things."))
