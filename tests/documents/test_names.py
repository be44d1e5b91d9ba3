"""Names of files, whatever somebody calls them."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aydyn.documents.bounds import MAX_NAME, MAX_NAME_BYTES
from aydyn.documents.names import clean_name

EXTENSIONS = st.sampled_from([".pdf", ".jpg", ".docx", ".txt"])


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("Ýüz tutma.pdf", "Ýüz tutma.pdf"),
        ("C:\\Users\\Aýna\\Desktop\\hat.docx", "hat.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("hat.pdf.exe", "hat.pdf"),
        ("hat.exe", "hat.pdf"),
        ("surat\u202egpj.exe", "suratgpj.pdf"),
        ("a\u2066b\u200bc\x00d\r\ne.pdf", "abcde.pdf"),
        ("  ..hat.. .pdf", "hat.pdf"),
        ("plan v1.2.pdf", "plan v1.2.pdf"),
        ("con.pdf", "_con.pdf"),
        ('a<b>:"|?*.pdf', "a_b______.pdf"),
        ("Й.pdf", "Й.pdf"),
        ("", "file.pdf"),
        (".htaccess", "htaccess.pdf"),
        ("\u202e", "file.pdf"),
    ],
)
def test_a_name_is_made_harmless(raw: str, kept: str) -> None:
    assert clean_name(raw, ".pdf") == kept


@given(st.text(max_size=400), EXTENSIONS)
@example("a" * 145 + ".exe.b", ".jpg")
@example("COM1.x" * 40, ".pdf")
@example("../" * 5000 + "x", ".pdf")
def test_every_name_is_short_plain_and_has_its_extension_once(raw: str, extension: str) -> None:
    name = clean_name(raw, extension)
    assert name.endswith(extension)
    assert 1 + len(extension) <= len(name) <= MAX_NAME
    assert len(name.encode()) <= MAX_NAME_BYTES
    assert name == unicodedata.normalize("NFC", name)
    assert not any(unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") for letter in name)
    assert not set(name) & set('/\\<>:"|?*')
    assert not name.startswith((".", " "))
    assert name == clean_name(name, extension)


@given(st.text(max_size=50), st.sampled_from(["exe", "html", "svg", "js", "docm", "lnk"]), EXTENSIONS)
def test_no_extension_that_does_something_is_left_before_ours(stem: str, bad: str, extension: str) -> None:
    kept = clean_name(f"{stem}.{bad}", extension).removesuffix(extension)
    assert not kept.lower().endswith(f".{bad}")
