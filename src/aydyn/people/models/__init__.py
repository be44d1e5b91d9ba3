"""Tables of people. A mandate is never deleted: it ends, and both moments are acts on the record."""

from __future__ import annotations

from aydyn.people.models.absences import Absence
from aydyn.people.models.mandates import OFFICE_ROLES, Mandate, Office, Role
from aydyn.people.models.notices import Channel, MutedAddress, Notice, NoticeKind, NoticeState, PhoneCode
from aydyn.people.models.organisations import Organisation, OrganisationKind, RepresentationRequest, RequestState
from aydyn.people.models.persons import Person, PersonManager
from aydyn.people.models.tokens import ApiToken, Scope

__all__ = [
    "OFFICE_ROLES",
    "Absence",
    "ApiToken",
    "Channel",
    "Mandate",
    "MutedAddress",
    "Notice",
    "NoticeKind",
    "NoticeState",
    "Office",
    "Organisation",
    "OrganisationKind",
    "Person",
    "PersonManager",
    "PhoneCode",
    "RepresentationRequest",
    "RequestState",
    "Role",
    "Scope",
]
