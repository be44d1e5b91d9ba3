"""Every limit of files and documents, in one place; the tests and docs/developer/documents.md name them from here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])

MB = 1024 * 1024

# Files.
MAX_FILE = 20 * MB
MAX_FILES = 10
MAX_TOTAL = 50 * MB
MAX_NAME = 150
MAX_NAME_BYTES = 240  # file systems of the people who save it count bytes
KEPT_UNBOUND = timedelta(days=7)
ORPHAN_AFTER = timedelta(days=1)
MIN_FREE = 1024 * MB  # an upload never fills the disk that the record needs

# Pictures.
MAX_PIXELS = 50_000_000  # four bytes each while it is drawn, twice that while it is turned; one at a time
MAX_SIDE = 20_000

# Office documents, which are archives.
MAX_ENTRIES = 2_000
MAX_EXPANDED = 120 * MB
MAX_XML = 48 * MB
MAX_ELEMENTS = 3_000_000  # of XML, in all parts together: some seconds of work
MAX_RATIO = 250
RATIO_FROM = 1 * MB  # small entries may shrink as they like

# PDFs.
MAX_PDF_INFLATED = 512 * MB
MAX_PDF_OBJECTS = 64 * MB
MAX_PDF_STREAMS = 50_000
MAX_PDF_ESCAPES = 50_000

# Official documents.
MAX_WORDS = 200_000
MAX_ISSUED = 20 * MB

# What a form with files brings beside them: the other answers, and the boundaries between.
FORM_EXTRA = 2 * MB
MAX_UPLOAD_BODY = MAX_TOTAL + FORM_EXTRA


def admits(most: int) -> Callable[[View], View]:
    """Let a view's request bodies be as long as ``most`` bytes (node/middleware.py refuses longer ones unread).

    Put it outermost: decorators below it would hide what it says.
    """

    def mark(view: View) -> View:
        view.longest_body = most  # type: ignore[attr-defined]  # a mark that the middleware reads
        return view

    return mark
