"""What can go wrong with cases.

Refusal
├── NotFound ── NoSuchCase          no such case, or not for who asks: the same words, since existence must not leak
├── NotFound ── NoSuchProcedure     nothing of this kind can be filed here
├── NotFound ── NoSuchPayment       no payment of this reference and sum
├── Conflict ── NothingOwed         there is no fee to pay
├── NotFound ── NoSuchDraft         no such draft, or its time is over, or not for who asks
├── NotAllowed ─ NotYourCase        an act on a case by somebody without a right to it
├── NotAllowed ─ NotOpenToYou       a procedure is not open to who wants to file under it
├── Conflict ── StepRefused         the procedure has no such step now
├── Conflict ── OthersDraft         somebody else in the office has begun an answer
├── Conflict ── AlreadySent         this very form was sent some time ago, or by somebody else
├── Invalid ─── BadForm             answers that break a rule of the form: one problem a field
├── Invalid ─── AnswersTooLong      all answers of a draft together are too long
├── Invalid ─── TooManyDraftFiles   a draft has as many files as it can have
├── Invalid ─── BadCode             number and access code do not open a case
└── TooMany ─── TooManyTries        too many codes tried
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from aydyn.kernel.errors import Conflict, Invalid, Message, NotAllowed, NotFound, TooMany


class NoSuchCase(NotFound):
    """No such case for who asks."""

    code = "no-such-case"

    def __init__(self) -> None:
        super().__init__(
            _("There is no case here that you can open."),
            next_step=_(
                "Check the number. A case that is not public opens with its number and access code, or with the account it was filed from."
            ),
        )


class NotYourCase(NotAllowed):
    """Who asks has no right to act on this case."""

    code = "not-your-case"

    def __init__(self) -> None:
        super().__init__(
            _("This case is not with your office, or your mandate does not allow this."),
            next_step=_("Check which mandate is chosen."),
        )


class NotOpenToYou(NotAllowed):
    """The procedure is not open to who wants to file under it, such as a private person where organisations apply."""

    code = "not-open-to-you"

    def __init__(self) -> None:
        super().__init__(
            _("This can only be filed by those to whom the procedure is open."),
            next_step=_(
                "For an organisation: ask for a confirmed mandate as its representative, choose it, and file again. Your answers are kept."
            ),
        )


class OthersDraft(Conflict):
    """Somebody else in the office has begun an answer to this case."""

    code = "others-draft"

    def __init__(self) -> None:
        super().__init__(
            _("A colleague has begun an answer to this case and not finished it."),
            next_step=_(
                "Let the colleague finish, or let the head of the office throw the draft away. Your text is kept below."
            ),
        )


class StepRefused(Conflict):
    """The procedure does not allow this step now."""

    code = "step-refused"

    def __init__(self) -> None:
        super().__init__(
            _("This cannot be done with the case as it stands now; somebody may have been faster."),
            next_step=_("Look at the case again. Nothing was changed, and your text is kept below."),
        )


class AlreadySent(Conflict):
    """This very form was filed before, and too long ago (or from another account) to open the case once more."""

    code = "already-sent"

    def __init__(self) -> None:
        super().__init__(
            _("This form has been sent already, and was filed once."),
            next_step=_("Open the case with its number and access code, or with your account."),
        )


class BadForm(Invalid):
    """Answers that break a rule of the form; ``problems`` is field → what to do."""

    code = "bad-form"

    def __init__(self, problems: Mapping[str, Message]) -> None:
        super().__init__(_("Some answers need your attention."), next_step=_("Correct them and send again."))
        self.problems = dict(problems)


class BadCode(Invalid):
    """Number and code do not belong together; says nothing about which of them is wrong."""

    code = "bad-code"

    def __init__(self) -> None:
        super().__init__(
            _("This number and access code do not open a case."),
            next_step=_("Check both on your receipt: the code has 16 digits in four groups."),
        )


class TooManyTries(TooMany):
    """Too many codes were tried from here; nobody can lock others out of a case by trying codes for it."""

    code = "too-many-tries"

    def __init__(self) -> None:
        super().__init__(
            _("Too many access codes were tried in a short time."),
            next_step=_("Wait ten minutes and try again. The case is safe, and no code was changed."),
        )


class NoSuchDraft(NotFound):
    """No such draft, or it has expired, or it was sent; the same words for all."""

    code = "no-such-draft"

    def __init__(self) -> None:
        super().__init__(
            _("There are no saved answers here that you can open."),
            next_step=_(
                "Saved answers are kept for 30 days. If you have sent them, open the case with its number and access code."
            ),
        )


class AnswersTooLong(Invalid):
    """All answers of one draft together are longer than anything a form asks for."""

    code = "answers-too-long"

    def __init__(self) -> None:
        super().__init__(
            _("Your answers are too long together."),
            next_step=_("Shorten the last one. What you saved before is kept."),
        )


class TooManyDraftFiles(Invalid):
    """No more files can be attached."""

    code = "too-many-files"

    def __init__(self) -> None:
        super().__init__(
            _("No more files can be attached here: at most 10, and 50 MB together."),
            next_step=_("Take one out, or send the rest later: you can add to your case after it is filed."),
        )


class NoSuchProcedure(NotFound):
    """Nothing of this kind can be filed here."""

    code = "no-such-procedure"

    def __init__(self) -> None:
        super().__init__(
            _("Nothing of this kind can be sent here."), next_step=_("Look through everything that can be sent.")
        )


class NoSuchPayment(NotFound):
    """No payment of this reference and sum."""

    code = "no-such-payment"

    def __init__(self) -> None:
        super().__init__(_("There is no such payment."), next_step=_("Open your case and begin the payment there."))


class NothingOwed(Conflict):
    """Nothing is owed in this case."""

    code = "nothing-owed"

    def __init__(self) -> None:
        super().__init__(
            _("There is nothing to pay in this case."),
            next_step=_("Open the case: it may have been paid already. Money paid twice is paid back by the office."),
        )
