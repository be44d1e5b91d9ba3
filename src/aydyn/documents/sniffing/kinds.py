"""The kinds of files that are taken, and words for those that are not."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from aydyn.documents.errors import WrongType
from aydyn.kernel.errors import Message


@dataclass(frozen=True)
class Kind:
    """A kind of file: its code, media type, the extension that it is kept under, and its name for people."""

    code: str
    media_type: str
    extension: str
    words: Message


_OPEN_XML = "application/vnd.openxmlformats-officedocument"
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument"

KINDS: Mapping[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind("pdf", "application/pdf", ".pdf", _("PDF")),
        Kind("jpeg", "image/jpeg", ".jpg", _("JPEG photo")),
        Kind("png", "image/png", ".png", _("PNG picture")),
        Kind("webp", "image/webp", ".webp", _("WebP picture")),
        Kind("docx", f"{_OPEN_XML}.wordprocessingml.document", ".docx", _("Word document (DOCX)")),
        Kind("xlsx", f"{_OPEN_XML}.spreadsheetml.sheet", ".xlsx", _("Excel table (XLSX)")),
        Kind("odt", f"{_OPEN_DOCUMENT}.text", ".odt", _("OpenDocument text (ODT)")),
        Kind("ods", f"{_OPEN_DOCUMENT}.spreadsheet", ".ods", _("OpenDocument table (ODS)")),
        Kind("text", "text/plain", ".txt", _("plain text (UTF-8)")),
    )
}
ALL = frozenset(KINDS)
PICTURES = frozenset({"jpeg", "png", "webp"})
OFFICE = frozenset({"docx", "xlsx", "odt", "ods"})


def allowed_words(accept: Collection[str]) -> list[Message]:
    """The names of the kinds in ``accept``, in the table's order."""
    return [kind.words for code, kind in KINDS.items() if code in accept]


_ISO_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"}
_HEIC = _(
    "This photo is in the format HEIC or AVIF, which cannot be freed of its hidden data here. "
    "Set your phone's camera to “Most compatible”, or share the photo as JPEG."
)
_OLD_OFFICE = _("Documents of old office programs (DOC, XLS, PPT) can hold macros. Save it as DOCX, XLSX or PDF.")
_RTF = _("RTF documents can hold other files. Save it as DOCX, ODT or PDF.")
_PROGRAM = _("This file is a program. Programs are never taken.")
_PAGE = _("Web pages, scripts and SVG drawings are never taken. Save what they show as a PDF.")
_ARCHIVE = _("Archives are not taken: nobody could see what is in them. Choose the files one by one.")
_PICTURE = _("Pictures of this format are not taken. Save it as JPEG or PNG.")

_REFUSED: tuple[tuple[bytes, Message], ...] = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OLD_OFFICE),
    (b"{\\rt", _RTF),
    (b"MZ", _PROGRAM),
    (b"\x7fELF", _PROGRAM),
    (b"\xca\xfe\xba\xbe", _PROGRAM),
    (b"\xfe\xed\xfa", _PROGRAM),
    (b"\xce\xfa\xed\xfe", _PROGRAM),
    (b"\xcf\xfa\xed\xfe", _PROGRAM),
    (b"dex\n", _PROGRAM),
    (b"\x00asm", _PROGRAM),
    (b"L\x00\x00\x00\x01\x14\x02\x00", _PROGRAM),
    (b"#!", _PROGRAM),
    (b"Rar!", _ARCHIVE),
    (b"7z\xbc\xaf", _ARCHIVE),
    (b"\x1f\x8b", _ARCHIVE),
    (b"BZh", _ARCHIVE),
    (b"\xfd7zXZ", _ARCHIVE),
    (b"\x28\xb5\x2f\xfd", _ARCHIVE),
    (b"MSCF", _ARCHIVE),
    (b"GIF8", _PICTURE),
    (b"BM", _PICTURE),
    (b"II*\x00", _PICTURE),
    (b"MM\x00*", _PICTURE),
    (b"\x00\x00\x00\x0cjP", _PICTURE),
    (b"\xff\x0a", _PICTURE),
    (b"8BPS", _PICTURE),
)


def refuse_known(head: bytes, accept: Collection[str]) -> None:
    """Raise WrongType, saying what it is, if a file begins as one of the kinds that are never taken."""
    if head[4:8] == b"ftyp" and head[8:12] in _ISO_BRANDS:
        raise WrongType(allowed_words(accept), _HEIC)
    for signature, words in _REFUSED:
        # Two letters begin many a text; a program or bitmap has binary data right behind them.
        if head.startswith(signature) and (len(signature) > 2 or signature == b"#!" or b"\x00" in head[:64]):
            raise WrongType(allowed_words(accept), words)


def page(accept: Collection[str]) -> WrongType:
    """The refusal of a web page, script or drawing."""
    return WrongType(allowed_words(accept), _PAGE)


def archive(accept: Collection[str]) -> WrongType:
    """The refusal of an archive that is no office document."""
    return WrongType(allowed_words(accept), _ARCHIVE)
