"""Real files, made here: harmless ones, and what somebody might send on purpose."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

from PIL import Image
from PIL.TiffImagePlugin import IFDRational

MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
OFFICE_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SECRET = b"Hidden words of the phone"


def photo(kind: str = "JPEG", size: tuple[int, int] = (60, 40), *, orientation: int = 6) -> bytes:
    """A picture whose left half is red, with EXIF (place, orientation, maker) and a comment."""
    picture = Image.new("RGB", size, "blue")
    picture.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = picture.getexif()
    exif[0x0112] = orientation
    exif[0x010F] = SECRET.decode()
    exif.get_ifd(0x8825).update({1: "N", 2: (IFDRational(37), IFDRational(57), IFDRational(0)), 3: "E"})
    made = io.BytesIO()
    more: dict[str, Any] = {"comment": SECRET, "quality": 95} if kind == "JPEG" else {}
    picture.save(made, kind, exif=exif, **more)
    return made.getvalue()


def png(size: tuple[int, int]) -> bytes:
    """A picture of one colour, which packs to almost nothing."""
    made = io.BytesIO()
    Image.new("1", size).save(made, "PNG")
    return made.getvalue()


def moving(kind: str) -> bytes:
    """A picture of two frames."""
    made = io.BytesIO()
    first, second = Image.new("RGB", (9, 9), "red"), Image.new("RGB", (9, 9), "blue")
    first.save(made, kind, save_all=True, append_images=[second])
    return made.getvalue()


def archive(parts: Mapping[str, bytes | str], *, method: int = zipfile.ZIP_DEFLATED, comment: bytes = b"") -> bytes:
    """A zip of these parts, in their order; ODF's `mimetype` is stored."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as written:
        for name, content in parts.items():
            written.writestr(name, content, zipfile.ZIP_STORED if name == "mimetype" else method)
        written.comment = comment
    return made.getvalue()


def docx_parts(body: str = "<w:p><w:r><w:t>Salam</w:t></w:r></w:p>", main: str = MAIN) -> dict[str, bytes | str]:
    """The parts of the smallest Word document."""
    part = "/xl/workbook.xml" if main == SHEET else "/word/document.xml"
    return {
        "[Content_Types].xml": f'<?xml version="1.0"?><Types xmlns="{TYPES}"><Override PartName="{part}" ContentType="{main}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{RELATIONS}"/>',
        part[1:]: f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>',
    }


def docx(body: str = "<w:p/>", **more: bytes | str) -> bytes:
    """A Word document with further parts (``word__x_bin`` → ``word/x.bin``)."""
    return archive(docx_parts(body) | {name.replace("__", "/").replace("_", "."): each for name, each in more.items()})


def relation(kind: str, target: str) -> str:
    """The part that lists what a Word document loads from elsewhere."""
    return (
        f'<Relationships xmlns="{RELATIONS}"><Relationship Id="a>b" TargetMode="External" '
        f'Type="{OFFICE_RELATIONS}/{kind}" Target="{target}"/></Relationships>'
    )


def odf(kind: str = "text", content: str = "", **more: bytes | str) -> bytes:
    """An OpenDocument file."""
    space = "urn:oasis:names:tc:opendocument:xmlns"
    parts: dict[str, bytes | str] = {
        "mimetype": f"application/vnd.oasis.opendocument.{kind}",
        "content.xml": f'<office:document-content xmlns:office="{space}:office:1.0" xmlns:script="{space}:script:1.0" '
        f'xmlns:xlink="http://www.w3.org/1999/xlink">{content}</office:document-content>',
        "META-INF/manifest.xml": f'<m:manifest xmlns:m="{space}:manifest:1.0"/>',
    }
    return archive(parts | {name.replace("__", "/"): each for name, each in more.items()})


def pdf(catalog: bytes = b"", *, objects: bytes = b"", head: bytes = b"%PDF-1.7\n", tail: bytes = b"") -> bytes:
    """A small PDF; what it lacks in a table of offsets, readers and our search alike do without."""
    return (
        head
        + b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R "
        + catalog
        + b">>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n"
        + objects
        + b"trailer\n<< /Root 1 0 R >>\nstartxref\n0\n%%EOF\n"
        + tail
    )


def object_stream(words: bytes, *, extra: bytes = b"/Filter /FlateDecode", data: bytes | None = None) -> bytes:
    """A stream of objects, as PDF 1.5 packs them."""
    packed = zlib.compress(b"7 0 " + words) if data is None else data
    return (
        b"9 0 obj\n<< /Type /ObjStm /N 1 /First 4 %s /Length %d >>\nstream\n%s\nendstream\nendobj\n"
        % (extra, len(packed), packed)
    )  # fmt: skip
