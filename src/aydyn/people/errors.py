"""What can go wrong with people.

Refusal
├── NotAllowed ── NoMandate        who asks has no mandate for this
└── Conflict ──── MandateEnded     the mandate has ended already
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
