"""``aydyn manage establish OFFICE EMAIL``: the very first mandate of an office, to its head."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from aydyn.kernel.errors import Refusal
from aydyn.people import actions, queries
from aydyn.people.models import Person


class Command(BaseCommand):
    """Grant the first mandate of an office; it goes on the record as an act of the node."""

    help = "Make somebody the head of an office that has no mandates yet. Prints a password if the account is new."

    def add_arguments(self, parser: CommandParser) -> None:
        """Office, address, name."""
        parser.add_argument("office", help="code of the office, such as tm.cec")
        parser.add_argument("email")
        parser.add_argument("--name", default="")
        parser.add_argument("--language", default="tk")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the account if needed and grant the mandate, or nothing at all."""
        office = queries.office_by_code(options["office"])
        if office is None:
            raise CommandError(f"there is no office {options['office']} in the pack")
        try:
            with transaction.atomic():
                person, password = self._person(options)
                mandate = actions.establish(office=office, person=person)
        except Refusal as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(f"mandate {mandate.public_id}: head of {office.code}")
        if password:
            self.stdout.write(f"password: {password}  (change it at the first sign-in)")

    def _person(self, options: dict[str, Any]) -> tuple[Person, str]:
        known = Person.objects.filter(email__iexact=options["email"]).first()
        if known is not None:
            return known, ""
        return actions.create_person(email=options["email"], name=options["name"], language=options["language"])
