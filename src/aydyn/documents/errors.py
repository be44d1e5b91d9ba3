"""What can go wrong with documents.

Refusal
├── NotFound ── NoSuchFile          no such file, or not any more
├── NotFound ── NoSuchDocument      number and code open no document: the same words whichever is wrong
├── NotAllowed ─ NotYourDocument    a mandate that may not issue, cancel or erase this document
├── Conflict ── NotFree             an upload that is bound already, has expired, or stands twice in the list
├── Conflict ── NumberTaken         there is a document of this number
├── Conflict ── NotInForce          the document is cancelled already, or was never issued
├── Conflict ── OutsideTransaction  called without a transaction around it (a fault of ours)
├── Invalid ─── BadFile             a file that is not taken; says what would be
│               ├── Empty, TooLarge, WrongType, Unsafe, Damaged
├── Invalid ─── TooManyFiles        more files, or more bytes together, than one document may have
├── Invalid ─── BadData             what a template was given breaks its shape (a fault of ours)
├── TooMany ─── TooManyTries        too many documents asked for
└── Unavailable ─ NoRoom            the disk is nearly full
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from aydyn.documents.bounds import MAX_FILES, MAX_TOTAL, MB
from aydyn.kernel.errors import Conflict, Invalid, Message, NotAllowed, NotFound, TooMany, Unavailable


class NoSuchFile(NotFound):
    """No such file, or nothing of it is kept any more."""

    code = "no-such-file"

    def __init__(self) -> None:
        super().__init__(
            _("This file is not here any more."), next_step=_("If you were about to send it, choose it once more.")
        )


class NoSuchDocument(NotFound):
    """Number and code open no document; says nothing about which of them is wrong."""

    code = "no-such-document"

    def __init__(self) -> None:
        super().__init__(
            _("This number and code belong to no document of this site."),
            next_step=_(
                "Compare both with the paper, letter by letter. If they stand there so, this site did not issue it."
            ),
        )


class NotYourDocument(NotAllowed):
    """A mandate that has no right to this."""

    code = "not-your-document"

    def __init__(self) -> None:
        super().__init__(
            _("Your mandate does not allow this with documents of that office."),
            next_step=_("Check which mandate is chosen."),
        )


class NotFree(Conflict):
    """An upload that cannot be bound."""

    code = "file-not-free"

    def __init__(self) -> None:
        super().__init__(
            _("One of these files was sent already, or was kept for too long without being sent."),
            next_step=_("Choose the file once more. Nothing was sent yet."),
        )


class NumberTaken(Conflict):
    """There is a document of this number already."""

    code = "number-taken"

    def __init__(self) -> None:
        super().__init__(
            _("There is a document with this number already."), next_step=_("Look at it first. Nothing was issued.")
        )


class NotInForce(Conflict):
    """A document that cannot be cancelled (any more)."""

    code = "not-in-force"

    def __init__(self) -> None:
        super().__init__(
            _("This document is cancelled already, or was never issued."), next_step=_("Nothing was changed.")
        )


class OutsideTransaction(Conflict):
    """Files were to be bound or issued without a transaction around it: half of an act could be the result."""

    code = "outside-transaction"


class BadFile(Invalid):
    """A file that is not taken."""

    code = "bad-file"


class Empty(BadFile):
    """Nothing in it."""

    code = "file-empty"

    def __init__(self) -> None:
        super().__init__(_("This file is empty."), next_step=_("Choose another one."))


class TooLarge(BadFile):
    """Longer than is taken."""

    code, status = "file-too-large", 413

    def __init__(self, most: int) -> None:
        super().__init__(
            format_lazy(_("This file is larger than {most} MB."), most=_whole(most)),
            next_step=_("Send a part of it, or a photo of lower quality."),
        )


class WrongType(BadFile):
    """A type that is not taken here."""

    code = "file-type"

    def __init__(self, allowed: Iterable[Message], message: Message = "") -> None:
        super().__init__(
            message or _("Files of this type are not taken here."),
            next_step=format_lazy(_("You can send: {types}."), types=_listed(allowed)),
        )


class Unsafe(BadFile):
    """A file that could do something by itself, or is built so that nobody can tell."""

    code = "file-unsafe"

    def __init__(self, message: Message, next_step: Message = "") -> None:
        super().__init__(
            message, next_step=next_step or _("Save it as a PDF without active content, or send a photo of each page.")
        )


class Damaged(BadFile):
    """A file that cannot be read as what it begins as."""

    code = "file-damaged"

    def __init__(self) -> None:
        super().__init__(
            _("This file is damaged: it cannot be read to its end."),
            next_step=_("Open it on your device, save it anew, and choose it again."),
        )


class TooManyFiles(Invalid):
    """More than one document may have."""

    code = "too-many-files"

    def __init__(self) -> None:
        super().__init__(
            format_lazy(
                _("At most {count} files of together {most} MB can be sent at once."),
                count=MAX_FILES,
                most=_whole(MAX_TOTAL),
            ),
            next_step=_("Take some of them out."),
        )


class BadData(Invalid):
    """What a template was given does not fit it; a fault of the caller."""

    code = "bad-data"


class TooManyTries(TooMany):
    """Too many documents were asked for from one place."""

    code = "too-many-tries"

    def __init__(self) -> None:
        super().__init__(
            _("Too many documents were asked for in a short time."), next_step=_("Wait ten minutes and try again.")
        )


class NoRoom(Unavailable):
    """The disk is nearly full; what is on the record matters more."""

    code = "no-room"

    def __init__(self) -> None:
        super().__init__(
            _("Files cannot be taken just now."),
            next_step=_("Send your text without them, or try again later. The operator has been told."),
        )


def _whole(size: int) -> str:
    return f"{size / MB:g}"


def _listed(words: Iterable[Message]) -> Message:
    """Words put together only when they are shown, so that they are in the reader's language."""
    kept = list(words)
    return format_lazy(", ".join(["{}"] * len(kept)), *kept)
