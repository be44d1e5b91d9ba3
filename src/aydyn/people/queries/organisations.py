"""Reads of organisations, their representatives, and who asks to become one."""

from __future__ import annotations

from django.db.models import QuerySet

from aydyn.people.errors import NoSuchOrganisation, NoSuchRequest
from aydyn.people.models import Mandate, Organisation, Person, RepresentationRequest, RequestState
from aydyn.people.queries.mandates import valid_now


def representations_of(person: Person) -> QuerySet[Mandate]:
    """The mandates under which a person may act for organisations now, oldest first."""
    rows = Mandate.representatives.filter(valid_now(), person=person, organisation__confirmed__isnull=False)
    return rows.select_related("organisation", "person").order_by("pk")


def organisations_of(person: Person) -> list[Organisation]:
    """The organisations that a person may act for now, each once."""
    found = {mandate.organisation_id: mandate.organisation for mandate in representations_of(person)}
    return [organisation for organisation in found.values() if organisation is not None]


def representative_mandate(person: Person, organisation_public_id: str) -> Mandate:
    """The mandate under which a person acts for an organisation. Raises NoSuchOrganisation, whether there is one or not."""
    found = representations_of(person).filter(organisation__public_id=organisation_public_id).first()
    if found is None:
        raise NoSuchOrganisation
    return found


def hold_representative(mandate: Mandate) -> Mandate:
    """A representative's mandate, locked until the transaction ends. Raises NoSuchOrganisation if it has ended."""
    rows = representations_of(mandate.person).select_for_update(of=("self",), no_key=True)
    held = rows.filter(pk=mandate.pk).first()
    if held is None:
        raise NoSuchOrganisation
    return held


def representatives_of(organisation: Organisation) -> QuerySet[Mandate]:
    """All mandates of an organisation, ended ones too; valid ones first. For its representatives only."""
    rows = Mandate.representatives.filter(organisation=organisation)
    return rows.select_related("person", "organisation").order_by("ends", "pk")


def past_representations_of(person: Person) -> QuerySet[Mandate]:
    """Mandates of organisations that a person had and that have ended, newest first: their receipts stay hers."""
    rows = Mandate.representatives.filter(person=person, ends__isnull=False)
    return rows.select_related("organisation").order_by("-pk")


def requests_of(person: Person) -> QuerySet[RepresentationRequest]:
    """What a person asked to represent and did not get, or not yet; newest first."""
    rows = RepresentationRequest.objects.filter(person=person).exclude(state=RequestState.CONFIRMED)
    return rows.select_related("organisation", "asked", "decided").order_by("-pk")


def waiting_requests() -> QuerySet[RepresentationRequest]:
    """Requests that nobody has decided, oldest first; for the central office."""
    rows = RepresentationRequest.objects.filter(state=RequestState.WAITING)
    return rows.select_related("organisation", "person").order_by("pk")


def request_by_id(public_id: str) -> RepresentationRequest:
    """A request by its identifier. Raises NoSuchRequest."""
    rows = RepresentationRequest.objects.select_related("organisation", "person", "asked", "decided")
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise NoSuchRequest
    return found


def confirmed_organisation(register_number: str) -> Organisation | None:
    """The organisation that was confirmed under a number of the register."""
    return Organisation.objects.filter(register_number=register_number, confirmed__isnull=False).first()
