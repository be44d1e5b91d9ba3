"""Writes to offices and their mandates: loading, granting, ending; making accounts."""

from __future__ import annotations

import secrets

from django.db import transaction

from aydyn.kernel import clock, packs
from aydyn.kernel.errors import Conflict
from aydyn.kernel.ids import public_id
from aydyn.people import policies, queries
from aydyn.people.errors import MandateEnded, OwnMandate, Unconfirmed
from aydyn.people.models import OFFICE_ROLES, Mandate, Office, Person
from aydyn.record import actions as record


@transaction.atomic
def load_offices(*, pack: str) -> int:
    """Load a pack's offices: an act with the file's digest. Known offices take the new names; none is deleted."""
    file = packs.pack_file(pack, "offices.toml")
    record.load_file(kind="offices", code=f"{pack}.offices", data=file.data, media_type="application/toml")
    known = {office.code: office for office in Office.objects.all()}
    for row in packs.load_offices(pack):
        office = known.get(row.code) or Office(code=row.code)
        office.mark, office.kind, office.names = row.mark, row.kind, dict(row.name)
        office.parent = known[row.parent] if row.parent else None
        office.region, office.confirmed = row.region or "", row.confirmed
        office.save()
        known[row.code] = office
    return len(known)


@transaction.atomic
def establish(*, office: Office, person: Person) -> Mandate:
    """Grant the very first mandate of an office, to its head; by the node, and only while the office has none."""
    if Mandate.objects.filter(office=office).exists():
        raise Conflict("this office has been established already: its head grants further mandates")
    return _grant(office=office, person=person, role="head", by="node", under=None)


@transaction.atomic
def grant_mandate(*, under: Mandate, office: Office, person: Person, role: str) -> Mandate:
    """Grant a mandate under one's own. Raises NoMandate (also for a role that no office has) or Unconfirmed."""
    policies.require(role in OFFICE_ROLES and policies.may_grant(queries.hold(under), office))
    return _grant(office=office, person=person, role=role, by=under.by, under=under)


def _grant(*, office: Office, person: Person, role: str, by: str, under: Mandate | None) -> Mandate:
    if not queries.has_confirmed_address(person):
        raise Unconfirmed
    identifier = public_id()
    entry = record.enter(
        "mandate.granted",
        by=by,
        mandate=under.public_id if under else None,
        public={"granted": identifier, "office": office.code, "role": role},
        parts={"holder": {"name": person.name, "email": person.email}},
    )
    return Mandate.objects.create(
        public_id=identifier, person=person, office=office, role=role, starts=clock.now(), granted=entry
    )


@transaction.atomic
def end_mandate(*, under: Mandate, mandate: Mandate) -> Mandate:
    """End a mandate, from this moment on. Raises NoMandate, MandateEnded or OwnMandate."""
    policies.require(policies.may_grant(queries.hold(under), mandate.office))
    if mandate.pk == under.pk:
        raise OwnMandate
    row = Mandate.objects.select_for_update().get(pk=mandate.pk)
    if row.ends is not None:
        raise MandateEnded
    row.ended = record.enter(
        "mandate.ended",
        by=under.by,
        mandate=under.public_id,
        public={"ended": row.public_id, "office": row.office.code},
        cause=row.granted,
    )
    row.ends = clock.now()
    row.save(update_fields=["ends", "ended"])
    return row


def create_person(*, email: str, name: str, language: str, password: str | None = None) -> tuple[Person, str]:
    """Make an account with a confirmed address (staff by their head, demonstration accounts); returns the password."""
    from allauth.account.models import EmailAddress

    chosen = password or secrets.token_urlsafe(12)
    with transaction.atomic():
        person = Person.objects.create_user(email, chosen, name=name, language=language)
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person, chosen
