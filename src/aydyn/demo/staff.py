"""The people of the demonstration: makes their accounts and mandates where they are missing, and says who acts."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random  # noqa: TID251  # examples, drawn from a fixed seed

from aydyn.demo.accounts import ACCOUNTS, COMMISSION, ELSEWHERE, PASSWORD, VELAYAT, Account
from aydyn.people import actions, queries
from aydyn.people.models import Mandate, Office, Person


@dataclass(frozen=True)
class Desk:
    """Who does what in one office; in a small one, its head does everything."""

    head: Mandate
    registrar: Mandate
    publisher: Mandate
    officers: tuple[Mandate, ...]


class Staff:
    """Accounts and mandates; missing ones are made when they are first needed, at the moment the clock then says."""

    def __init__(self) -> None:
        self._offices: dict[str, Office] = {office.code: office for office in queries.offices()}
        self._desks: dict[str, Desk] = {}
        self._elsewhere: Person | None = None

    def office(self, code: str) -> Office:
        """An office of the pack."""
        return self._offices[code]

    def citizen(self) -> Person:
        """The citizen with an account."""
        return _person(next(account for account in ACCOUNTS if not account.role))

    def prepare(self) -> None:
        """Make every account that people are told of, with its mandate."""
        self.citizen()
        self.desk(COMMISSION)
        self.desk(VELAYAT)

    def desk(self, code: str) -> Desk:
        """Who acts for an office."""
        if code not in self._desks:
            self._desks[code] = self._commission() if code == COMMISSION else self._small(code)
        return self._desks[code]

    def _commission(self) -> Desk:
        office = self.office(COMMISSION)
        staff = [account for account in ACCOUNTS if account.office == COMMISSION]
        head = self._mandate(office, _person(staff[0]), "head", None)
        others = [self._mandate(office, _person(account), account.role, head) for account in staff[1:]]
        officers = tuple(mandate for mandate in others if mandate.role == "officer")
        roles = {mandate.role: mandate for mandate in others}
        return Desk(head, roles["registrar"], roles["publisher"], officers)

    def _small(self, code: str) -> Desk:
        office = self.office(code)
        account = next((account for account in ACCOUNTS if account.office == code), None)
        above = self.desk(office.parent.code).head if office.parent else None
        head = self._mandate(office, _person(account) if account else self._somebody(), "head", above)
        return Desk(head, head, head, (head,))

    def _somebody(self) -> Person:
        self._elsewhere = self._elsewhere or _person(ELSEWHERE)
        return self._elsewhere

    def _mandate(self, office: Office, person: Person, role: str, under: Mandate | None) -> Mandate:
        known = Mandate.objects.filter(office=office, person=person, role=role, ends=None).select_related(
            "office", "person"
        )
        if found := known.first():
            return found
        under = under or queries.colleagues(office, ("head",)).select_related("office").first()
        if under is None:
            return actions.establish(office=office, person=person)
        return actions.grant_mandate(under=under, office=office, person=person, role=role)

    def officer(self, code: str, chance: Random) -> Mandate:
        """One of the officers of an office."""
        return chance.choice(self.desk(code).officers)


def _person(account: Account) -> Person:
    found = Person.objects.filter(email=account.email).first()
    if found is not None:
        return found
    password = None if account is ELSEWHERE else PASSWORD
    return actions.create_person(email=account.email, name=account.name, language=account.language, password=password)[
        0
    ]
