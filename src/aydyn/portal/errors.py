"""What can go wrong in the portal.

Refusal
├── NotFound ── NoSuchAlert      a link of an alert that is no more, or never was
├── NotFound ── NoSuchOffice     no office of this code
├── Invalid ─── BadAlert         an address that is none
├── Conflict ── TooManyAlerts    ten alerts are enough
└── TooMany ─── TooManyAsked     alerts asked for too often in a short time
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from aydyn.kernel.errors import Conflict, Invalid, NotFound, TooMany


class NoSuchAlert(NotFound):
    """An alert that was stopped already, or whose link was cut off."""

    code = "no-such-alert"

    def __init__(self) -> None:
        super().__init__(
            _("There is no such alert any more."),
            next_step=_(
                "It may have been stopped already, or not confirmed within two days. You can ask for a new one in the register."
            ),
        )


class NoSuchOffice(NotFound):
    """No office of this code."""

    code = "no-such-office"

    def __init__(self) -> None:
        super().__init__(_("There is no such office."), next_step=_("The list of offices shows all that there are."))


class BadAlert(Invalid):
    """An address that no letter can go to."""

    code = "bad-alert"

    def __init__(self) -> None:
        super().__init__(
            _("This is not an e-mail address."), next_step=_("Write it in full, such as name@example.com.")
        )


class TooManyAlerts(Conflict):
    """An account has ten alerts already."""

    code = "too-many-alerts"

    def __init__(self) -> None:
        super().__init__(_("You have ten alerts already."), next_step=_("Stop one of them first."))


class TooManyAsked(TooMany):
    """Too many alerts asked for from one place in an hour."""

    code = "too-many-asked"

    def __init__(self) -> None:
        super().__init__(
            _("Many alerts were asked for from here in a short time."), next_step=_("Wait an hour and try again.")
        )
