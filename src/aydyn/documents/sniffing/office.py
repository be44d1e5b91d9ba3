"""Office documents: OOXML (ECMA-376) and OpenDocument (ISO 26300), both archives of XML.

Refused: macros, embedded objects and programs, links that load something when the document is opened, dynamic data
exchange, passwords, document types in XML. What is left shows and computes, and reaches for nothing.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat

from django.utils.translation import gettext_lazy as _

from aydyn.documents.bounds import MAX_ELEMENTS, MAX_XML
from aydyn.documents.errors import Damaged, Unsafe
from aydyn.documents.sniffing import archives
from aydyn.documents.sniffing.kinds import KINDS, archive
from aydyn.documents.sniffing.plain import two_things

_MAIN = {
    "docx": f"{KINDS['docx'].media_type}.main+xml",
    "xlsx": f"{KINDS['xlsx'].media_type}.main+xml",
}
_OPEN_DOCUMENT = {KINDS[code].media_type: code for code in ("odt", "ods")}
_BAD_NAMES = re.compile(
    r"vbaproject|vbadata|macrosheet|dialogsheet|activex|embeddings/|externallinks/|customui|attachedtoolbars|^basic/|^scripts/|^dialogs/"
    r"|\.(?:exe|dll|com|scr|bat|cmd|js|vbs|ps1|hta|html?|svg|jar|lnk|swf|class|sh|py)$",
    re.IGNORECASE,
)
_BAD_BEGINNINGS = (b"\xd0\xcf\x11\xe0", b"MZ", b"\x7fELF", b"PK\x03\x04", b"#!", b"\xca\xfe\xba\xbe", b"{\\rt")
_HYPERLINK = "/hyperlink"
_DDE = re.compile(r"\bdde(?:auto)?\b", re.IGNORECASE)
_SCRIPT_SPACE = "urn:oasis:names:tc:opendocument:xmlns:script:1.0"
_SCRIPT_LINK = re.compile(r"\s*(?:vnd\.sun\.star\.|macro:|javascript:|service:|slot:)", re.IGNORECASE)
_BETWEEN = "\x1f"
_OUTSIDE = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:|[/\\]|\.\.[/\\])", re.IGNORECASE)
_CLICKED = re.compile(rf"{_BETWEEN}(?:a|area-[a-z]+|template)$")
"""Elements of OpenDocument whose address is followed by a click, or is only told; what any other names is loaded."""
_CONNECTIONS = tuple(f"{_BETWEEN}{name}" for name in ("dbPr", "webPr", "olapPr"))

Element = Callable[[str, Mapping[str, str]], None]
Field = Callable[[str], None]


def kind_of(path: Path, accept: Collection[str]) -> str:
    """Code of the office document that an archive is. Raises WrongType if it is another archive, Unsafe or Damaged."""
    try:
        with zipfile.ZipFile(path) as found, path.open("rb") as file:
            names = {each.filename: each for each in found.infolist()}
            if "[Content_Types].xml" in names:
                return _open_xml(_first_bytes(file, names["[Content_Types].xml"]), accept)
            if "mimetype" in names:
                declared = _first_bytes(file, names["mimetype"]).decode("ascii", "replace")
                if declared in _OPEN_DOCUMENT:
                    return _OPEN_DOCUMENT[declared]
    except (zipfile.BadZipFile, RuntimeError, ValueError, OSError):
        raise Damaged from None
    raise archive(accept)


def _first_bytes(file: BinaryIO, entry: zipfile.ZipInfo) -> bytes:
    if entry.file_size > 1024 * 1024:
        raise archives.bomb()
    return b"".join(archives.unpack(file, entry))


def _open_xml(declared: bytes, accept: Collection[str]) -> str:
    seen: set[str] = set()
    _read_xml(declared, lambda _name, given: seen.add(given.get("ContentType", "").lower()))
    if any("macroenabled" in each or "vbaproject" in each for each in seen):
        raise macros()
    for code, main in _MAIN.items():
        if main in seen:
            return code
    raise archive(accept)


def check(path: Path, code: str) -> None:
    """Raise Unsafe or Damaged unless every part of the document only shows."""
    if not archives.ends_as_archive(path):
        raise two_things()
    try:
        with zipfile.ZipFile(path) as found, path.open("rb") as file:
            parts = archives.entries(found, file)
            if code in ("odt", "ods") and (parts[0].filename != "mimetype" or parts[0].compress_type):
                raise two_things()
            left = MAX_ELEMENTS
            for part in parts:
                left -= _check_part(file, part, left)
    except (zipfile.BadZipFile, RuntimeError, ValueError, OSError):
        raise Damaged from None


def _check_part(file: BinaryIO, part: zipfile.ZipInfo, most: int) -> int:
    """Judge one part; returns how many elements it had."""
    if _BAD_NAMES.search(part.filename):
        raise macros()
    pieces = archives.unpack(file, part)
    if part.filename.lower().endswith((".xml", ".rels", ".rdf")):
        if part.file_size > MAX_XML:
            raise archives.bomb()
        judge = _judge_relation if part.filename.lower().endswith(".rels") else _judge_element
        data = b"".join(pieces)
        return _read_xml(data, judge, _judge_field, most) if data.strip() else 0
    first = next(pieces, b"")
    if first.startswith(_BAD_BEGINNINGS):
        raise macros()
    for _rest in pieces:
        pass  # unpacked to the end, so that its size is known to be true
    return 0


class _Reader:
    """Elements of an XML text, without document types; words of fields are put together where they are split."""

    def __init__(self, element: Element, field: Field | None, most: int) -> None:
        self.element, self.field, self.most = element, field, most
        self.count = 0
        self.inside = False
        self.words: list[str] = []

    def start(self, name: str, given: dict[str, str]) -> None:
        """An element begins."""
        self.count += 1
        if self.count > self.most:
            raise archives.bomb()
        self.inside = name.endswith((f"{_BETWEEN}instrText", f"{_BETWEEN}ddeLink"))
        self.element(name, given)

    def text(self, words: str) -> None:
        """Characters; of interest only inside fields."""
        if self.inside:
            self.words.append(words)

    def done(self) -> None:
        """The text has ended."""
        if self.field and self.words:
            self.field("".join(self.words))


def _read_xml(data: bytes, element: Element, field: Field | None = None, most: int = MAX_ELEMENTS) -> int:
    """Read an XML text to its end; returns how many elements it has."""
    parser = expat.ParserCreate(namespace_separator=_BETWEEN)
    reader = _Reader(element, field, most)
    parser.StartElementHandler = reader.start
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = _no_doctype
    try:
        parser.Parse(data, True)
    except expat.ExpatError:
        raise Damaged from None
    reader.done()
    return reader.count


def _no_doctype(*_declared: object) -> None:
    raise two_things()


def _judge_relation(_name: str, given: Mapping[str, str]) -> None:
    if given.get("TargetMode", "").lower() == "external" and not given.get("Type", "").endswith(_HYPERLINK):
        raise links()


def _judge_element(name: str, given: Mapping[str, str]) -> None:
    if name.startswith(_SCRIPT_SPACE):
        raise macros()
    for key, value in given.items():
        if key.endswith("href") and _SCRIPT_LINK.match(value):
            raise macros()
        if key.endswith(f"xlink{_BETWEEN}href") and _OUTSIDE.match(value) and not _CLICKED.search(name):
            raise links()
        if key.endswith("instr"):
            _judge_field(value)
    if name.endswith((f"{_BETWEEN}encryption-data", f"{_BETWEEN}EncryptedData")):
        raise archives.locked()
    if name.endswith(
        (*_CONNECTIONS, f"{_BETWEEN}dde-source", f"{_BETWEEN}dde-link", f"{_BETWEEN}ddeLink", f"{_BETWEEN}oleObject")
    ):
        raise links()


def _judge_field(words: str) -> None:
    if _DDE.search(words):
        raise links()


def macros() -> Unsafe:
    """The refusal of a document with macros or objects in it."""
    return Unsafe(_("This document has macros, programs or other files in it."), _("Save it as a PDF, and send that."))


def links() -> Unsafe:
    """The refusal of a document that reaches for something when it is opened."""
    return Unsafe(
        _("This document loads something from elsewhere when it is opened."), _("Save it as a PDF, and send that.")
    )
