"""Broken and mixed files by the thousand: each is taken or refused in words, and never a fault of ours."""

from __future__ import annotations

import io
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from tests.documents import samples

from aydyn.documents import sniffing
from aydyn.documents.errors import BadFile

# Pillow warns of broken EXIF, which is dropped anyway; a node goes on, and so does the test.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")

WHOLE = st.sampled_from(
    [
        samples.pdf(objects=samples.object_stream(b"<< /A 1 >>")),
        samples.photo(),
        samples.photo("PNG"),
        samples.photo("WEBP"),
        samples.docx(),
        samples.odf(),
        b"Salam, words",
    ]
)


def judge(data: bytes) -> str | None:
    with TemporaryDirectory() as folder:
        path, into = Path(folder) / "a", Path(folder) / "b"
        path.write_bytes(data)
        try:
            kind = sniffing.sniff(path)
            kept, kind = sniffing.clean(path, kind, into)
        except BadFile as refused:
            assert str(refused.message)
            assert str(refused.next_step)
            return None
        if kind.code in sniffing.PICTURES:
            Image.open(io.BytesIO(kept.read_bytes())).load()
        return kind.code


@given(WHOLE, st.data())
def test_a_file_that_was_changed_anywhere_is_taken_or_refused(whole: bytes, data: st.DataObject) -> None:
    changed = bytearray(whole)
    for _ in range(data.draw(st.integers(0, 8))):
        at = data.draw(st.integers(0, len(changed) - 1))
        changed[at] = data.draw(st.integers(0, 255))
    judge(bytes(changed[: data.draw(st.integers(0, len(changed)))]))


@given(WHOLE, WHOLE, st.binary(max_size=20))
def test_two_files_in_one_are_never_two_things(first: bytes, second: bytes, between: bytes) -> None:
    """A picture drops what hangs on it; a PDF may follow a PDF, as it does where changes were added."""
    kind = judge(first + between + second)
    assert kind in (None, "jpeg", "png", "webp", "text") or (kind == "pdf" and second.startswith(b"%PDF"))


@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    assert judge(data) in (None, "text")
