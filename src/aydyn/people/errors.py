"""What can go wrong with people.

Refusal
├── NotAllowed ── NoMandate             who asks has no mandate for this
├── NotAllowed ── BadToken              a key for programs that is not good (any more); 401
├── NotAllowed ── TokenScope            a good key that may not do this
├── NotAllowed ── NoInbound             SMS that come in without the operator's secret
├── NotFound ──── NoSuchOrganisation    no such organisation for who asks: the same words whether it exists or not
├── NotFound ──── NoSuchRequest         no such request to represent one
├── NotFound ──── NoSuchAbsence         no such absence for who asks
├── NotFound ──── NoSuchToken           no such key of hers
├── NotFound ──── BadLink               an unsubscribe link that is not ours
├── Conflict ──── MandateEnded          the mandate has ended already
├── Conflict ──── Unconfirmed           nobody has shown yet that the account's address is hers
├── Conflict ──── OwnMandate            nobody ends the mandate that she acts under
├── Conflict ──── AlreadyAsked          she represents this organisation already, or has asked to
├── Conflict ──── AlreadyDecided        somebody was faster
├── Conflict ──── AwayAlready           another absence shares a day with this one
├── Conflict ──── SubstituteAway        whoever is to stand in is away herself
├── Conflict ──── BackAlready           the absence is over
├── Conflict ──── TooManyTokens         ten keys are enough
├── Conflict ──── SameTokenName         two keys with one name could not be told apart
├── Invalid ───── BadOrganisation       a name or register number that breaks a rule
├── Invalid ───── BadAbsence            days or a substitute that cannot be
├── Invalid ───── BadPhone              not a telephone number of this country
├── Invalid ───── BadPhoneCode          not the code that was sent
├── Invalid ───── BadTokenWish          a key without a name, a scope or an end
└── TooMany ───── TooManyAttempts       too often in a short time
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from aydyn.kernel.errors import Conflict, Invalid, Message, NotAllowed, NotFound, TooMany


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


class BadToken(NotAllowed):
    """A key that never was, has ended or has expired: the same words for all, so that nobody learns which keys exist."""

    code, status = "bad-token", 401

    def __init__(self) -> None:
        super().__init__(_("This key is not valid."), next_step=_("Make a new one on your page of keys for programs."))


class TokenScope(NotAllowed):
    """A good key that may not do this."""

    code = "token-scope"

    def __init__(self) -> None:
        super().__init__(
            _("This key may not do that."), next_step=_("Make one that may, on your page of keys for programs.")
        )


class NoInbound(NotAllowed):
    """An SMS handed in without the operator's secret."""

    code = "no-inbound"

    def __init__(self) -> None:
        super().__init__(_("This door is for the operator's SMS gateway only."))


class NoSuchOrganisation(NotFound):
    """No organisation that who asks may act for; says nothing about whether it exists."""

    code = "no-such-organisation"

    def __init__(self) -> None:
        super().__init__(
            _("There is no organisation here that you may act for."),
            next_step=_("Your page of organisations lists those that you represent."),
        )


class NoSuchRequest(NotFound):
    """No such request."""

    code = "no-such-request"

    def __init__(self) -> None:
        super().__init__(_("There is no such request."), next_step=_("The list shows all that wait."))


class NoSuchAbsence(NotFound):
    """No absence that who asks may end."""

    code = "no-such-absence"

    def __init__(self) -> None:
        super().__init__(_("There is no such absence."), next_step=_("The list shows all that you may end."))


class NoSuchToken(NotFound):
    """No key of hers."""

    code = "no-such-token"

    def __init__(self) -> None:
        super().__init__(_("There is no such key of yours."), next_step=_("The list shows all that you have."))


class BadLink(NotFound):
    """A link that we did not make, or that was cut off."""

    code = "bad-link"

    def __init__(self) -> None:
        super().__init__(
            _("This link is not complete."),
            next_step=_("Open it from the letter once more, or choose on your page of notices what you are told."),
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


class AlreadyAsked(Conflict):
    """She represents this organisation already, has asked to, or has asked for too many."""

    code = "already-asked"

    def __init__(self) -> None:
        super().__init__(
            _("You represent this organisation already, or have asked to, or wait for too many answers."),
            next_step=_("Look at your page of organisations; wait for the answer."),
        )


class AlreadyDecided(Conflict):
    """The request has been decided already."""

    code = "already-decided"

    def __init__(self) -> None:
        super().__init__(_("This request has been decided already."), next_step=_("Nothing was changed."))


class AwayAlready(Conflict):
    """Another absence of the same mandate shares a day with this one."""

    code = "away-already"

    def __init__(self) -> None:
        super().__init__(
            _("An absence in these days is stated already."), next_step=_("End that one first, or choose other days.")
        )


class SubstituteAway(Conflict):
    """Whoever is to stand in is away in these days."""

    code = "substitute-away"

    def __init__(self) -> None:
        super().__init__(
            _("Whoever is to stand in is away on some of these days."), next_step=_("Choose somebody else.")
        )


class BackAlready(Conflict):
    """The absence is over."""

    code = "back-already"

    def __init__(self) -> None:
        super().__init__(_("This absence is over already."), next_step=_("Nothing was changed."))


class TooManyTokens(Conflict):
    """Ten keys are enough."""

    code = "too-many-tokens"

    def __init__(self) -> None:
        super().__init__(_("You have ten keys already."), next_step=_("End one that you no longer use."))


class SameTokenName(Conflict):
    """A key of this name exists already (the form may have been sent twice)."""

    code = "same-token-name"

    def __init__(self) -> None:
        super().__init__(
            _("You have a key of this name already."), next_step=_("Choose another name, or end that key first.")
        )


class BadOrganisation(Invalid):
    """A name or number that breaks a rule."""

    code = "bad-organisation"

    def __init__(self) -> None:
        super().__init__(
            _("The name or the register number of the organisation is not complete."),
            next_step=_("Write both as they stand in the register of legal persons."),
        )


class BadAbsence(Invalid):
    """Days, or a substitute, that cannot be; the message says which."""

    code = "bad-absence"

    def __init__(self, message: Message) -> None:
        super().__init__(message, next_step=_("Correct it and send it again."))


class BadPhone(Invalid):
    """Not a telephone number of this country."""

    code = "bad-phone"

    def __init__(self) -> None:
        super().__init__(
            _("This is not a telephone number of this country."),
            next_step=_("Write it with the country's code, such as +993 65 123456."),
        )


class BadPhoneCode(Invalid):
    """Not the code that was sent, or it is too old."""

    code = "bad-phone-code"

    def __init__(self) -> None:
        super().__init__(
            _("This is not the code that was sent, or it is too old."), next_step=_("Ask for a new code and type that.")
        )


class BadTokenWish(Invalid):
    """A key without a name, without anything it may do, or without an end."""

    code = "bad-token-wish"

    def __init__(self) -> None:
        super().__init__(
            _("A key needs a name, at least one thing that it may do, and an end."), next_step=_("Fill in the form.")
        )


class TooManyAttempts(TooMany):
    """Too often in a short time."""

    code = "too-many-attempts"

    def __init__(self) -> None:
        super().__init__(_("This was tried too often in a short time."), next_step=_("Wait an hour and try again."))
