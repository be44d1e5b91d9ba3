"""What can go wrong with the record.

Refusal
├── Conflict ── OutsideTransaction   an act was to be entered without a transaction around it (a fault of ours)
├── Invalid ─── BadAct               the act, its public fields or its parts break a rule (a fault of ours)
├── Unavailable ─ Halted             the log stands still until an operator has looked
└── NotFound ── NoReceipt            there is no such entry, or nothing of it can be shown
RecordError                          the sequencer's own: it stops and says why
└── LostLease                        another sequencer has taken over
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from aydyn.kernel.errors import AydynError, Conflict, Invalid, NotFound, Unavailable


class OutsideTransaction(Conflict):
    """``enter`` was called outside a transaction: an act without its rows could be the result."""

    code = "outside-transaction"


class BadAct(Invalid):
    """The act breaks its own declaration."""

    code = "bad-act"


class Halted(Unavailable):
    """The record stands still: writing on could fork the public log."""

    code = "record-halted"

    def __init__(self) -> None:
        super().__init__(
            _("The public record of this office has been stopped by its own safeguards, so nothing can be sent now."),
            next_step=_("Please keep your text and try again later. Nothing that was recorded before is lost."),
        )


class NoReceipt(NotFound):
    """There is no receipt to give."""

    code = "no-receipt"


class RecordError(AydynError):
    """The sequencer cannot go on; the message says what an operator should do."""


class LostLease(RecordError):
    """Another sequencer holds the lease; this one must not sign."""
