"""Writes to organisations: asking to represent one, confirming or refusing that, granting further mandates, ending them."""

from __future__ import annotations

import re

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from aydyn.kernel import clock
from aydyn.kernel.ids import public_id
from aydyn.people import notices, policies, queries
from aydyn.people.errors import AlreadyAsked, AlreadyDecided, BadOrganisation, MandateEnded, NoMandate, Unconfirmed
from aydyn.people.models import (
    Mandate,
    NoticeKind,
    Organisation,
    OrganisationKind,
    Person,
    RepresentationRequest,
    RequestState,
    Role,
)  # fmt: skip
from aydyn.people.texts import one_line
from aydyn.record import actions as record
from aydyn.record.models import Entry

MOST_WAITING = 5
LONGEST_REASON = 1000
_NAME_LENGTHS = range(2, 201)
_NUMBER = re.compile(r"[0-9A-Z][0-9A-Z/-]{3,29}")


def register_number(text: str) -> str:
    """A number of the register of legal persons in one form: capitals, no spaces. Raises BadOrganisation."""
    number = re.sub(r"\s+", "", one_line(text)).upper()
    if not _NUMBER.fullmatch(number):
        raise BadOrganisation
    return number


@transaction.atomic
def ask_to_represent(*, person: Person, name: str, number: str, kind: str) -> RepresentationRequest:
    """Ask to represent an organisation: an act of the person. Raises BadOrganisation, Unconfirmed or AlreadyAsked."""
    shown, number = one_line(name), register_number(number)
    if len(shown) not in _NAME_LENGTHS or kind not in OrganisationKind.values:
        raise BadOrganisation
    person = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if not queries.has_confirmed_address(person):
        raise Unconfirmed
    waiting = RepresentationRequest.objects.filter(person=person, state=RequestState.WAITING)
    known = queries.confirmed_organisation(number)
    represented = known is not None and queries.representations_of(person).filter(organisation=known).exists()
    if represented or waiting.filter(organisation__register_number=number).exists() or waiting.count() >= MOST_WAITING:
        raise AlreadyAsked
    organisation = known or Organisation.objects.create(name=shown, register_number=number, kind=kind)
    identifier = public_id()
    entry = record.enter(
        "representation.asked",
        by="person",
        public={"request": identifier, "organisation": organisation.public_id},
        parts={
            "asker": {"name": person.name, "email": person.email},
            "organisation": {"name": shown, "number": number, "kind": kind},
        },
    )
    return RepresentationRequest.objects.create(
        public_id=identifier, person=person, organisation=organisation, claimed_name=shown, asked=entry
    )


@transaction.atomic
def confirm_representation(*, under: Mandate, request: RepresentationRequest) -> Mandate:
    """Confirm a request, and with it the organisation if it is new. Raises NoMandate or AlreadyDecided."""
    row = _undecided(under, request)
    organisation = queries.confirmed_organisation(row.organisation.register_number)
    if organisation is None:
        organisation = row.organisation
        organisation.confirmed = clock.now()
        organisation.save(update_fields=["confirmed"])
    identifier = public_id()
    entry = record.enter(
        "representation.confirmed",
        by=under.by,
        mandate=under.public_id,
        public={"request": row.public_id, "organisation": organisation.public_id, "granted": identifier},
        cause=row.asked,
    )
    mandate = _mandate(organisation, row.person, identifier, entry)
    row.organisation = organisation  # somebody else may have been confirmed for the same number meanwhile
    _decide(row, RequestState.CONFIRMED, entry)
    return mandate


@transaction.atomic
def refuse_representation(*, under: Mandate, request: RepresentationRequest, reason: str) -> RepresentationRequest:
    """Refuse a request with a reason that the person reads. Raises NoMandate, AlreadyDecided or BadOrganisation."""
    words = reason.strip()[:LONGEST_REASON]
    if not words:
        raise BadOrganisation
    row = _undecided(under, request)
    entry = record.enter(
        "representation.refused",
        by=under.by,
        mandate=under.public_id,
        public={"request": row.public_id, "organisation": row.organisation.public_id},
        parts={"reason": words},
        cause=row.asked,
    )
    row.reason = words
    _decide(row, RequestState.REFUSED, entry)
    return row


def _undecided(under: Mandate, request: RepresentationRequest) -> RepresentationRequest:
    policies.require(policies.may_decide(queries.hold(under), request))
    row = RepresentationRequest.objects.select_for_update().get(pk=request.pk)
    if row.state != RequestState.WAITING:
        raise AlreadyDecided
    return row


def _decide(row: RepresentationRequest, state: RequestState, entry: Entry) -> None:
    row.state, row.decided = state, entry
    row.save(update_fields=["state", "decided", "organisation", "reason"])
    with translation.override(row.person.language):
        subject = _("Your request to represent an organisation was decided")
        text = _("Your request to represent an organisation was decided. The answer stands on your page.")
    notices.tell(
        person=row.person, kind=NoticeKind.NEWS, language=row.person.language, subject=subject, text=text,
        key=f"representation:{row.public_id}",
    )  # fmt: skip


@transaction.atomic
def grant_representative(*, under: Mandate, person: Person) -> Mandate:
    """Let another person represent the same organisation. Raises NoSuchOrganisation, Unconfirmed or AlreadyAsked."""
    organisation = queries.hold_representative(under).organisation
    assert organisation is not None
    if not queries.has_confirmed_address(person):
        raise Unconfirmed
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)  # one grant after the other
    if queries.representations_of(person).filter(organisation=organisation).exists():
        raise AlreadyAsked
    identifier = public_id()
    entry = record.enter(
        "representative.granted",
        by=under.by,
        mandate=under.public_id,
        public={"granted": identifier, "organisation": organisation.public_id},
        parts={"holder": {"name": person.name, "email": person.email}},
    )
    return _mandate(organisation, person, identifier, entry)


def _mandate(organisation: Organisation, person: Person, identifier: str, entry: Entry) -> Mandate:
    return Mandate.representatives.create(
        public_id=identifier, person=person, organisation=organisation, role=Role.REPRESENTATIVE,
        starts=clock.now(), granted=entry,
    )  # fmt: skip


@transaction.atomic
def end_representative(*, person: Person, mandate: Mandate) -> Mandate:
    """End one's own mandate for an organisation, the last one too, or a fellow representative's.

    Raises NoSuchOrganisation (who has no right learns nothing) or MandateEnded.
    """
    if mandate.organisation is None:
        raise NoMandate
    own = person.pk == mandate.person_id
    under = None if own else queries.representative_mandate(person, mandate.organisation.public_id)
    held = queries.hold_representative(under) if under else None
    policies.require(policies.may_end_representative(person, held, mandate))
    row = Mandate.representatives.select_for_update(of=("self",)).get(pk=mandate.pk)
    if row.ends is not None:
        raise MandateEnded
    row.ended = record.enter(
        "representative.ended",
        by="person",
        mandate=(held or row).public_id,
        public={"ended": row.public_id, "organisation": mandate.organisation.public_id},
        cause=row.granted,
    )
    row.ends = clock.now()
    row.save(update_fields=["ends", "ended"])
    return row
