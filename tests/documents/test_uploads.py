"""What is taken and what is refused, by files that are real."""

from __future__ import annotations

import io
import zipfile
import zlib
from hashlib import sha256
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from tests.documents import samples
from tests.nodes import TestNode

from aydyn.documents import actions, sniffing
from aydyn.documents.errors import BadFile, Damaged, Empty, NoRoom, TooLarge, Unsafe, WrongType
from aydyn.documents.models import File
from aydyn.documents.sniffing import plain
from aydyn.documents.storage import storage

pytestmark = pytest.mark.django_db


def keep(data: bytes, name: str = "a.bin", **more: object) -> File:
    return actions.keep_upload(upload=SimpleUploadedFile(name, data, "text/html"), **more)  # type: ignore[arg-type]


def kept_bytes(file: File) -> bytes:
    with storage().open(file.key) as stream:
        return stream.read()


def leftovers() -> list[Path]:
    return [path for path in Path(settings.AYDYN.files).rglob("*") if path.is_file()]


# ---------------------------------------------------------------------------------------------- what is taken


@pytest.mark.parametrize(
    ("data", "name", "kind", "called"),
    [
        (samples.pdf(), "a.exe", "pdf", "a.pdf"),
        (samples.docx(), "hat.pdf", "docx", "hat.docx"),
        (samples.archive(samples.docx_parts(main=samples.SHEET)), "t.zip", "xlsx", "t.xlsx"),
        (samples.odf(), "t", "odt", "t.odt"),
        (samples.odf("spreadsheet"), "t.ods", "ods", "t.ods"),
        ("Salam, Ýagşy! Привет\r\n".encode(), "x.html", "text", "x.txt"),
        (samples.photo(), "IMG.JPEG", "jpeg", "IMG.jpg"),
        (samples.photo("PNG"), "p.jpg", "png", "p.png"),
        (samples.photo("WEBP"), "p.webp", "jpeg", "p.jpg"),
    ],
)
def test_a_type_is_told_from_the_bytes_and_from_nothing_else(
    node: TestNode, data: bytes, name: str, kind: str, called: str
) -> None:
    file = keep(data, name)
    assert (file.kind, file.name) == (kind, called)
    assert file.media_type == sniffing.KINDS[kind].media_type
    assert file.expires is not None
    kept = kept_bytes(file)
    assert (file.size, file.sha256) == (len(kept), sha256(kept).hexdigest())
    assert leftovers() == [Path(settings.AYDYN.files) / "kept" / file.key[:2] / file.key]
    assert leftovers()[0].stat().st_mode & 0o777 == 0o600
    if kind not in sniffing.PICTURES:
        assert kept == data


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_loses_its_hidden_data_and_keeps_its_orientation(node: TestNode, kind: str) -> None:
    data = samples.photo(kind)
    assert samples.SECRET in data
    kept = kept_bytes(keep(data + b"PK\x05\x06 hidden behind the last pixel"))
    assert samples.SECRET not in kept
    assert b"Exif" not in kept
    assert b"EXIF" not in kept
    assert b"hidden" not in kept
    with Image.open(io.BytesIO(kept)) as picture:
        assert picture.size == (40, 60)
        assert not picture.getexif()
        red, blue = picture.convert("RGB").getpixel((20, 5)), picture.convert("RGB").getpixel((20, 55))
    assert isinstance(red, tuple)
    assert isinstance(blue, tuple)
    assert red[0] > 200 > 60 > red[2]
    assert blue[2] > 200 > 60 > blue[0]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_pictures_of_every_mode_are_drawn_anew(node: TestNode, mode: str) -> None:
    made = io.BytesIO()
    Image.new(mode, (5, 4)).save(made, "JPEG" if mode == "CMYK" else "PNG")
    assert keep(made.getvalue()).kind == ("jpeg" if mode == "CMYK" else "png")


def test_a_transparent_webp_stays_transparent(node: TestNode) -> None:
    made = io.BytesIO()
    Image.new("RGBA", (5, 4), (255, 0, 0, 0)).save(made, "WEBP", lossless=True)
    file = keep(made.getvalue(), "a.webp")
    assert (file.kind, file.name) == ("png", "a.png")
    with Image.open(io.BytesIO(kept_bytes(file))) as picture:
        assert picture.mode == "RGBA"


# ---------------------------------------------------------------------------------------------- what is refused

SCRIPT = b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >> "
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
DDE = "<w:r><w:instrText> DDE</w:instrText></w:r><w:r><w:instrText>AUTO c:\\cmd</w:instrText></w:r>"  # fmt: skip
REFUSED: dict[str, tuple[bytes, type[BadFile]]] = {
    "nothing": (b"", Empty),
    "program": (b"MZ\x90\x00" + b"\x00" * 60, WrongType),
    "linux program": (b"\x7fELF\x02\x01", WrongType),
    "script": (b"#!/bin/sh\nrm -rf /\n", WrongType),
    "page": (b"  <!DOCTYPE html><script>alert(1)</script>", WrongType),
    "page after words": (b"Dear office,\n" * 20 + b"<ScRiPt src=x>", WrongType),
    "drawing": (SVG, WrongType),
    "drawing with a head": (b'<?xml version="1.0"?>' + SVG, WrongType),
    "binary": (bytes(range(256)), WrongType),
    "latin text": ("Ä".encode("latin-1") * 9, WrongType),
    "text with NUL": (b"a\x00b", WrongType),
    "old word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 64, WrongType),
    "rich text": (rb"{\rtf1 \objdata 01}", WrongType),
    "heic": (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", WrongType),
    "gif": (b"GIF89a;", WrongType),
    "archive": (samples.archive({"a.txt": "a"}), WrongType),
    "program of java": (samples.archive({"META-INF/MANIFEST.MF": "Main-Class: a"}), WrongType),
    "presentation": (samples.archive({"[Content_Types].xml": "<Types/>"}), WrongType),
    "no archive": (b"PK\x03\x04 and so on", Damaged),
    # PDF
    "pdf with a script": (samples.pdf(SCRIPT), Unsafe),
    "pdf with a hidden script": (samples.pdf(SCRIPT.replace(b"/JavaScript", b"/J#61vaScrip#74")), Unsafe),
    "pdf with a packed script": (samples.pdf(objects=samples.object_stream(SCRIPT)), Unsafe),
    "pdf with a script behind blanks": (
        samples.pdf(objects=samples.object_stream(b"", data=zlib.compress(b"\x00" * 99_999 + b"7 0 " + SCRIPT))),
        Unsafe,
    ),
    "pdf with oddly packed objects": (samples.pdf(objects=samples.object_stream(b"", extra=b"/Filter /LZWDecode")), Unsafe),
    "pdf that starts a program": (samples.pdf(b"/OpenAction << /S /Launch /F (cmd.exe) >>"), Unsafe),
    "pdf with a file": (samples.pdf(b"/Names << /EmbeddedFiles 5 0 R >>"), Unsafe),
    "pdf with a form that sends": (samples.pdf(b"/AA << /O << /S /SubmitForm /F (http://a) >> >>"), Unsafe),
    "pdf with xfa": (samples.pdf(b"/AcroForm << /XFA 7 0 R >>"), Unsafe),
    "pdf that is locked": (samples.pdf(b"/Encrypt 9 0 R"), Unsafe),
    "pdf and page": (samples.pdf(head=b"%PDF-1.7\n%<html><script>alert(1)</script>\n"), Unsafe),
    "pdf and archive": (samples.pdf(tail=samples.archive({"a.class": "x"})), Unsafe),
    "pdf and short archive": (samples.pdf(tail=b"PK\x05\x06" + b"\x00" * 18), Unsafe),
    "pdf cut off": (samples.pdf()[:-20], Damaged),
    # Office
    "macros": (samples.docx(word__vbaProject_bin=b"\xd0\xcf\x11\xe0"), Unsafe),
    "macros by type": (
        samples.archive(samples.docx_parts(main="application/vnd.ms-word.document.macroEnabled.main+xml")),
        Unsafe,
    ),
    "macros under another name": (samples.docx(word__a_dat=b"\xd0\xcf\x11\xe0\xa1\xb1"), Unsafe),
    "macros of old excel": (samples.docx(xl__macrosheets__sheet1_xml="<a/>"), Unsafe),
    "macros of opendocument": (samples.odf(Basic__Standard__Module1="<a/>"), Unsafe),
    "events of opendocument": (samples.odf(content='<script:event-listener script:event-name="dom:load"/>'), Unsafe),
    "link to a macro": (samples.odf(content='<a xlink:href="vnd.sun.star.script:a.b"/>'), Unsafe),
    "program inside": (samples.docx(word__media__image1_png=b"MZ\x90\x00"), Unsafe),
    "document inside": (samples.docx(word__embeddings__a_xlsx=samples.docx()), Unsafe),
    "template from elsewhere": (
        samples.docx(word___rels__settings_xml_rels=samples.relation("attachedTemplate", "http://a/b.dotm")),
        Unsafe,
    ),
    "data exchange": (samples.docx(DDE), Unsafe),
    "entities": (samples.docx(word__styles_xml='<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), Unsafe),
    "broken xml": (samples.docx(word__styles_xml="<a>"), Damaged),
    "way out": (samples.archive(samples.docx_parts() | {"../../x.xml": "<a/>"}), Unsafe),
    "words behind": (samples.docx() + b"<html>", Unsafe),
    "comment": (samples.archive(samples.docx_parts(), comment=b"<script>"), Unsafe),
    "bomb": (samples.docx(word__media__a_emf=b"\x00" * 60_000_000), Unsafe),
    "many parts": (samples.archive(samples.docx_parts() | {f"word/{n}.xml": "<a/>" for n in range(2001)}), Unsafe),
    # Pictures
    "too many pixels": (samples.png((9000, 9000)), Unsafe),
    "far too many pixels": (samples.png((19_000, 19_000)), Unsafe),
    "moving png": (samples.moving("PNG"), Unsafe),
    "moving webp": (samples.moving("WEBP"), Unsafe),
    "half a photo": (samples.photo(size=(300, 200))[:900], Damaged),
    "photo in name only": (b"\xff\xd8\xff\xe0 no photo", Damaged),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_could_do_something_is_refused_in_words_and_nothing_is_kept(node: TestNode, what: str) -> None:
    data, error = REFUSED[what]
    with pytest.raises(error) as refused:
        keep(data, "harmless.pdf")
    assert str(refused.value.message)
    assert str(refused.value.next_step)
    assert refused.value.status in (413, 422)
    assert leftovers() == []
    assert not File.objects.exists()


def test_a_link_that_a_reader_clicks_is_no_danger(node: TestNode) -> None:
    linked = samples.docx(word___rels__document_xml_rels=samples.relation("hyperlink", "https://example.com"))
    assert keep(linked).kind == "docx"
    assert keep(samples.pdf(b"/OpenAction [3 0 R /Fit] /URI << /Base (https://a) >>")).kind == "pdf"


def test_a_refusal_names_what_is_taken_here(node: TestNode) -> None:
    with pytest.raises(WrongType) as refused:
        keep(samples.pdf(), accept={"jpeg", "png"})
    assert str(refused.value.next_step) == "You can send: JPEG photo, PNG picture."


def test_a_lying_archive_is_found_out(node: TestNode) -> None:
    """An entry that says one size and unpacks to another, and two directories that say two names."""
    honest = samples.docx(word__media__a_emf=b"\x00" * 900_000)
    with zipfile.ZipFile(io.BytesIO(honest)) as archive:
        entry = archive.getinfo("word/media/a.emf")
    size = entry.file_size.to_bytes(4, "little")
    with pytest.raises(BadFile):
        keep(honest.replace(size, (1000).to_bytes(4, "little")))
    with pytest.raises(BadFile):
        keep(honest.replace(b"word/media/a.emf", b"word/media/b.emf", 1))


def test_a_file_is_cut_off_at_its_limit_while_it_comes(node: TestNode) -> None:
    with pytest.raises(TooLarge) as refused:
        keep(samples.pdf() + b" " * 2000, longest=1000)
    assert refused.value.status == 413
    assert leftovers() == []


def test_a_full_disk_takes_no_file(node: TestNode, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aydyn.documents.actions.keeping.MIN_FREE", 2**62)
    with pytest.raises(NoRoom):
        keep(samples.pdf())


def test_a_text_that_is_also_an_archive_is_neither(tmp_path: Path) -> None:
    both = tmp_path / "both"
    both.write_bytes(b"words " + samples.archive({"a": "b"}))
    with pytest.raises(Unsafe):
        plain.check(both)


def test_bytes_may_be_given_as_they_are(node: TestNode) -> None:
    assert actions.keep_upload(upload=samples.pdf(), name="x").name == "x.pdf"
