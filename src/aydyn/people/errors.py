"""What can go wrong with people.

Refusal
├── NotAllowed ── NoMandate        who asks has no mandate for this
├── Conflict ──── MandateEnded     the mandate has ended already
├── Conflict ──── Unconfirmed      nobody has shown yet that the account's address is hers
└── Conflict ──── OwnMandate       nobody ends the mandate that she acts under
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from aydyn.kernel.errors import Conflict, NotAllowed


class NoMandate(NotAllowed):
    """Who asks has no mandate that allows this."""

    code = "no-mandate"

    def __init__(self) -> None:
        super().__init__(
            _("You have no mandate that allows this."),
            next_step=_(
                "The head of the office can grant one. If you have several mandates, check which one is chosen."
            ),
        )


class MandateEnded(Conflict):
    """The mandate has ended already."""

    code = "mandate-ended"

    def __init__(self) -> None:
        super().__init__(_("This mandate has ended already."), next_step=_("Nothing was changed."))


class Unconfirmed(Conflict):
    """The account's e-mail address was never confirmed: anybody could have made it."""

    code = "unconfirmed"

    def __init__(self) -> None:
        super().__init__(
            _("The e-mail address of this account has not been confirmed yet, so it may belong to somebody else."),
            next_step=_("Ask the person to open the link in the letter that came at sign-up, then grant the mandate."),
        )


class OwnMandate(Conflict):
    """The mandate under which somebody acts cannot be ended by herself: the office could be left without a head."""

    code = "own-mandate"

    def __init__(self) -> None:
        super().__init__(_("You cannot end the mandate that you act under."), next_step=_("Nothing was changed."))
