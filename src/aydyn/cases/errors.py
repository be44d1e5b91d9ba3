"""What can go wrong with cases.

Refusal
├── NotFound ── NoSuchCase          no such case, or not for who asks: the same words, since existence must not leak
├── NotAllowed ─ NotYourCase        an act on a case by somebody without a right to it
├── Conflict ── StepRefused         the procedure has no such step now
├── Conflict ── AlreadySent         this very form was sent some time ago, or by somebody else
├── Invalid ─── BadForm             answers that break a rule of the form: one problem a field
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
