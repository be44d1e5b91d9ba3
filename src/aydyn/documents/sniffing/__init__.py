"""Tells what a file is from its bytes alone, and refuses what could do something by itself.

Neither name nor header is asked. A file must be of one kind from its first byte to its last: what two programs could
read as two different things (a picture that is an archive, a PDF that is a web page) is refused or drawn anew.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from aydyn.documents.errors import Empty, WrongType
from aydyn.documents.sniffing import office, pdfs, pictures, plain
from aydyn.documents.sniffing.kinds import ALL, KINDS, OFFICE, PICTURES, Kind, allowed_words, refuse_known

__all__ = ["ALL", "KINDS", "OFFICE", "PICTURES", "Kind", "clean", "sniff"]

HEAD = 4096


def sniff(path: Path, accept: Collection[str] = ALL) -> Kind:
    """What kind of file this is. Raises Empty, WrongType or Unsafe; nothing but the type is judged."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head:
        raise Empty
    kind = _by_signature(path, head, accept)
    if kind.code not in accept:
        raise WrongType(allowed_words(accept))
    return kind


def clean(path: Path, kind: Kind, into: Path) -> tuple[Path, Kind]:
    """Check a file of a known kind to its end; returns the file to keep, and what it is now.

    That is ``into`` where it was drawn anew, else ``path``. Raises Unsafe or Damaged.
    """
    if kind.code in PICTURES:
        return into, KINDS[pictures.redraw(path, kind.code, into)]
    if kind.code in OFFICE:
        office.check(path, kind.code)
    elif kind.code == "pdf":
        pdfs.check(path)
    else:
        plain.check(path)
    return path, kind


def _by_signature(path: Path, head: bytes, accept: Collection[str]) -> Kind:
    if head.startswith(b"%PDF-"):
        return KINDS["pdf"]
    if head.startswith(b"\xff\xd8\xff"):
        return KINDS["jpeg"]
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return KINDS["png"]
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return KINDS["webp"]
    if head.startswith(b"PK"):
        return KINDS[office.kind_of(path, accept)]
    refuse_known(head, accept)
    plain.refuse_others(path, accept)
    return KINDS["text"]
