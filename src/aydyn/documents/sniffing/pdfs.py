"""PDF (ISO 32000): refused when it has scripts, starts programs, holds files or forms that send, or is locked.

The bytes are searched flat, as they stand, not along the structure that the file claims to have: whatever structure a
reader follows, the words for an action stand somewhere, in the open or in a compressed object stream. Names are
compared with their ``#xx`` escapes resolved. What a flat search cannot see (an object stream under another filter than
plain Flate) is refused as odd; no usual program writes one. See docs/decisions/0040.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from aydyn.documents.bounds import MAX_PDF_ESCAPES, MAX_PDF_INFLATED, MAX_PDF_OBJECTS, MAX_PDF_STREAMS
from aydyn.documents.errors import Damaged, Unsafe
from aydyn.documents.sniffing.plain import MARKUP, two_things

_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_REGULAR = rb"[^\x00\t\n\f\r ()<>\[\]{}/%]*"
_ESCAPED_NAME = re.compile(rb"/" + _REGULAR + rb"#[0-9A-Fa-f]{2}" + _REGULAR)
_ACTIVE = re.compile(
    rb"/(?:JavaScript|Launch|SubmitForm|ImportData|GoToE|GoToR|RichMedia|Rendition|OnInstantiate|XFA)(?![A-Za-z0-9])"
)
_FILES = re.compile(rb"/(?:EmbeddedFiles?|FileAttachment)(?![A-Za-z0-9])|/EF\s*(?:<<|\d+\s+\d+\s+R)")
_LOCKED = re.compile(rb"/Encrypt\s*(?:<<|\d+\s+\d+\s+R)")
_STREAM = re.compile(rb"(?<!end)stream[ \t]*(?:\r\n|\n|\r)")
_OBJECTS = re.compile(rb"/ObjStm(?![A-Za-z0-9])|/First\s")
_ODD_FILTER = re.compile(
    rb"/(?:LZWDecode|ASCII85Decode|A85|ASCIIHexDecode|AHx|RunLengthDecode|Crypt|Predictor|DecodeParms)"
)
_BEGINS_AS_OBJECTS = re.compile(rb"[0-9%]")
_WHITE = b"\x00\t\n\x0c\r "
_WINDOW = 4096
_PIECE = 64 * 1024
_TAIL = 1024


def check(path: Path) -> None:
    """Raise Unsafe or Damaged unless the PDF is one that only shows."""
    data = path.read_bytes()
    end = data.rfind(b"%%EOF")
    if end < 0 or len(data) - end > _TAIL:
        raise Damaged
    if data[end + 5 :].strip(_WHITE) or zipfile.is_zipfile(path) or MARKUP.search(data[:_TAIL]):
        raise two_things()
    whole = _resolved(data)
    if _LOCKED.search(whole):
        raise Unsafe(_("This PDF is locked with a password or rights."), _("Save a copy that is not locked."))
    _judge(whole)
    for objects in _object_streams(data):
        _judge(_resolved(objects))


def _resolved(data: bytes) -> bytes:
    """The bytes with the escapes in names resolved. Raises Unsafe if there are more than any program writes."""
    left = MAX_PDF_ESCAPES

    def resolve(name: re.Match[bytes]) -> bytes:
        nonlocal left
        left -= 1
        if left < 0:
            raise odd()
        return _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), name[0])

    return _ESCAPED_NAME.sub(resolve, data)


def _judge(data: bytes) -> None:
    if _ACTIVE.search(data):
        raise Unsafe(_("This PDF has scripts or actions in it, or a form that sends what is typed."))
    if _FILES.search(data):
        raise Unsafe(_("This PDF has other files inside."), _("Send those files one by one, and the PDF without them."))


def _object_streams(data: bytes) -> Iterator[bytes]:
    """What is in compressed streams that begin as streams of objects do. Raises Unsafe if it cannot be told."""
    left, room = MAX_PDF_INFLATED, MAX_PDF_OBJECTS
    for count, found in enumerate(_STREAM.finditer(data)):
        window = data[max(0, found.start() - _WINDOW) : found.start()]
        own = _resolved(window[max(window.rfind(b"endobj"), window.rfind(b"endstream"), 0) :])
        if _OBJECTS.search(own) and _ODD_FILTER.search(own):
            raise odd()
        inflated, spent = _inflate(data, found.end(), left)
        left -= spent
        room -= len(inflated)
        if left <= 0 or room <= 0 or count >= MAX_PDF_STREAMS:
            raise odd()
        if inflated:
            yield inflated


def _inflate(data: bytes, start: int, most: int) -> tuple[bytes, int]:
    """What a Flate stream holds, if it begins with numbers as objects do, and how much was unpacked to know."""
    inflater, spent, kept = zlib.decompressobj(), 0, bytearray()
    feed = data[start : start + _PIECE]
    at = start + len(feed)
    try:
        while feed and spent < most:
            piece = inflater.decompress(feed, _PIECE)
            spent += len(piece)
            kept += piece if kept else piece.lstrip(_WHITE)
            if kept and not _BEGINS_AS_OBJECTS.match(kept):
                return b"", spent  # a picture, a font, drawing
            if len(kept) > MAX_PDF_OBJECTS:
                raise odd()
            if inflater.eof:
                break
            feed = inflater.unconsumed_tail
            if not feed:
                feed = data[at : at + _PIECE]
                at += len(feed)
    except zlib.error:
        pass  # what came before the fault is judged all the same: readers are lenient
    return bytes(kept), spent


def odd() -> Unsafe:
    """The refusal of a PDF whose objects cannot be seen."""
    return Unsafe(_("This PDF is built in an unusual way, so that nobody can tell what is in it."))
