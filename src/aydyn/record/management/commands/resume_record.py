"""``aydyn manage resume_record``: let a halted record go on, once everything fits again."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from aydyn.record import checking, keys, sequencing
from aydyn.record.models import Head
from aydyn.record.tilestore import DirectoryStore


class Command(BaseCommand):
    """Checks the whole record and takes the halt away only if nothing is wrong with it."""

    help = "Check the whole record and, if everything fits, let it go on after a halt."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say why the record was halted, check, and resume or refuse."""
        sequencing.ensure_head()
        head = Head.objects.get(pk=1)
        if not head.halted:
            self.stdout.write("the record is not halted")
            return
        self.stdout.write(f"halted because: {head.halted}")
        trusted = keys.trusted_log_keys(settings.AYDYN.keys)
        found = list(checking.check(DirectoryStore(settings.AYDYN.tiles), trusted))[-1]
        if found.faults:
            raise CommandError("still wrong, so it stays halted:\n" + "\n".join(found.faults))
        Head.objects.filter(pk=1).update(halted="")
        self.stdout.write(f"{found.entries} entries and {found.checkpoints} checkpoints fit: the record goes on")
