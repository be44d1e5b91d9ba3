"""What is deleted: uploads that nobody sent, orphans of killed processes, and what the law orders to erase."""

from __future__ import annotations

from functools import partial

from django.db import transaction

from aydyn.documents import policies, storage
from aydyn.documents.bounds import ORPHAN_AFTER
from aydyn.documents.models import Document, File, Version
from aydyn.kernel import clock
from aydyn.people import queries as people
from aydyn.people.models import Mandate
from aydyn.record import actions as record
from aydyn.record.models import Entry

MOST_AT_ONCE = 500


@transaction.atomic
def erase(document: Document, *, mandate: Mandate | None = None, ground: str = "") -> list[Entry]:
    """Erase bytes, names, titles, data and digests of a document by order of law; its rows and entries stay.

    Of an issued document what its entries commit to is erased too, under a head's ``mandate`` and on a ``ground``: each
    such erasure is an act; those are returned. Erasing twice does nothing more. Raises NotYourDocument, also where an
    issued document is to be erased without a mandate: its digest would stay, and prove what it said.
    """
    row = Document.objects.select_for_update().get(pk=document.pk)
    files = list(File.objects.filter(version__document=row, erased=False))
    File.objects.filter(pk__in=[file.pk for file in files]).update(erased=True, name="", sha256="", size=0)
    Version.objects.filter(document=row).update(metadata=None)
    Document.objects.filter(pk=row.pk).update(title={}, erased=True)
    # The bytes go when this is certain; a process killed in between leaves them to the sweep.
    keys = [file.key for file in files]
    transaction.on_commit(lambda: _delete(keys))
    committed = [pk for pk in (row.issued_id, row.cancelled_id) if pk is not None]
    entries = list(Entry.objects.filter(pk__in=committed, content__isnull=False).order_by("pk"))
    if not entries:
        return []
    policies.require(mandate is not None and policies.may_erase(people.hold(mandate)))
    assert mandate is not None
    return [
        record.erase_content(entry=entry, office=mandate.office.code, mandate=mandate.public_id, ground=ground)
        for entry in entries
    ]


def _delete(keys: list[str]) -> None:
    store = storage.storage()
    for key in keys:
        store.delete(key)


def sweep_uploads(*, shards: int = 1) -> int:
    """Delete uploads that were not bound in time, and what killed processes left behind; returns how many.

    Orphans are looked for in ``shards`` sub-directories at a time, the next ones every minute, so that a full store is
    gone through once in a day and no call takes long.
    """
    return _sweep_expired() + _sweep_leftovers() + sum(_sweep_shard(shard) for shard in _due(shards))


def _sweep_expired() -> int:
    count = 0
    rows = File.objects.filter(version=None, expires__lte=clock.now()).order_by("expires")
    for pk in list(rows.values_list("pk", flat=True)[:MOST_AT_ONCE]):
        with transaction.atomic():
            row = File.objects.select_for_update().filter(pk=pk, version=None).first()
            if row is None:
                continue  # bound in the last moment
            row.delete()
            transaction.on_commit(partial(storage.storage().delete, row.key))
            count += 1
    return count


def _sweep_leftovers() -> int:
    count = 0
    for path, written in storage.storage().leftovers():
        if clock.now() - written > ORPHAN_AFTER:
            path.unlink(missing_ok=True)
            count += 1
    return count


def _due(shards: int) -> range:
    minute = int(clock.now().timestamp() // 60)
    return range(minute * shards, minute * shards + min(shards, storage.SHARDS))


def _sweep_shard(shard: int) -> int:
    store = storage.storage()
    old = [key for key, written in store.keys(shard) if clock.now() - written > ORPHAN_AFTER]
    owned: set[str] = set()
    for at in range(0, len(old), MOST_AT_ONCE):
        found = File.objects.filter(key__in=old[at : at + MOST_AT_ONCE], erased=False)
        owned.update(found.values_list("key", flat=True))
    for key in old:
        if key not in owned:
            store.delete(key)
    return len(old) - len(owned)
