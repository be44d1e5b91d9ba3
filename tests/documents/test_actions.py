"""Binding, issuing, cancelling, erasing, sweeping: what stands in the tables, on the disk and on the record."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from tests.cases.test_one_request import office_with_staff
from tests.documents import samples
from tests.documents.issuing import NUMBER, Issued, issue
from tests.nodes import TestNode

from aydyn.documents import actions, queries, storage
from aydyn.documents.errors import (
    BadData,
    NoSuchDocument,
    NoSuchFile,
    NotFree,
    NotInForce,
    NotYourDocument,
    NumberTaken,
    OutsideTransaction,
    TooManyFiles,
)
from aydyn.documents.models import Document, File
from aydyn.kernel import clock
from aydyn.people.models import Mandate
from aydyn.record import queries as record

CAPTURE = Any


@pytest.fixture
def staff(node: TestNode) -> dict[str, Mandate]:
    return office_with_staff()


@pytest.fixture
def issued(staff: dict[str, Mandate]) -> Issued:
    return issue(staff["officer"])


def upload(words: str = "words") -> File:
    return actions.keep_upload(upload=words.encode(), name="a.txt")


def bind(*files: File) -> Document:
    with transaction.atomic():
        return actions.bind(files=files, kind="attachment", metadata={"a": 1})


def on_disk() -> set[str]:
    return {path.name for path in Path(settings.AYDYN.files).rglob("*") if path.is_file()}


def test_an_upload_binds_once_and_never_expires_then(node: TestNode) -> None:
    file = upload()
    document = bind(file)
    file.refresh_from_db()
    assert file.version is not None
    assert (file.version.document, file.version.seq, file.expires) == (document, 1, None)
    assert queries.files_of([document]) == {document.pk: [file]}
    assert queries.file_of(document, file.public_id) == file
    for again in ([file], [file, file], [upload(), file]):
        with pytest.raises(NotFree):
            bind(*again)
    with pytest.raises(NotFree):
        actions.discard_upload(file=file)
    with pytest.raises(NoSuchFile):
        queries.upload_by_id(file.public_id)


def test_binding_has_limits_and_wants_a_transaction(node: TestNode, monkeypatch: pytest.MonkeyPatch) -> None:
    many = [upload(str(n)) for n in range(11)]
    for wrong in ([], many):
        with pytest.raises(TooManyFiles):
            bind(*wrong)
    monkeypatch.setattr("aydyn.documents.actions.uploads.MAX_TOTAL", 1)
    with pytest.raises(TooManyFiles):
        bind(*many[:2])


@pytest.mark.django_db(transaction=True)
def test_nothing_is_bound_or_issued_outside_a_transaction() -> None:
    for action in (actions.bind, actions.keep_issued):
        with pytest.raises(OutsideTransaction):
            action(  # type: ignore[operator]
                **dict.fromkeys(
                    ("files", "kind")
                    if action is actions.bind
                    else ("kind", "office", "number", "title", "language", "pdf", "data", "code", "mandate")
                )
            )


def test_what_nobody_sends_is_deleted_after_a_week_and_nothing_else(
    node: TestNode, django_capture_on_commit_callbacks: CAPTURE
) -> None:
    bound, waiting = upload("bound"), upload("waiting")
    bind(bound)
    assert actions.sweep_uploads() == 0
    with clock.simulate(clock.now() + timedelta(days=8)):
        with pytest.raises(NotFree):
            bind(waiting)
        with django_capture_on_commit_callbacks(execute=True):
            assert actions.sweep_uploads() == 1
    assert set(File.objects.values_list("pk", flat=True)) == {bound.pk}
    assert on_disk() == {bound.key}


def test_what_a_killed_process_left_is_deleted_after_a_day(node: TestNode) -> None:
    kept = upload()
    store = storage.storage()
    begun, orphan = store.scratch(), store.put(store.scratch())
    fresh = store.put(store.scratch())
    two_days = clock.now().timestamp() - 2 * 86_400
    for path in Path(settings.AYDYN.files).rglob("*"):
        if path.name in (begun.name, orphan, kept.key):
            os.utime(path, (two_days, two_days))
    assert actions.sweep_uploads(shards=storage.SHARDS) == 2
    assert on_disk() == {kept.key, fresh}


def test_in_a_day_of_minutes_every_shard_comes_once() -> None:
    from aydyn.documents.actions import erasing

    moment = clock.now()
    seen: set[int] = set()
    for minute in range(storage.SHARDS):
        with clock.simulate(moment + timedelta(minutes=minute)):
            seen.update(shard % storage.SHARDS for shard in erasing._due(1))
    assert len(seen) == storage.SHARDS


def test_an_upload_taken_out_again_is_gone(node: TestNode, django_capture_on_commit_callbacks: CAPTURE) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        actions.discard_upload(file=upload())
    assert on_disk() == set()


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "a" * 31, "A" * 32, "/" * 32])
def test_a_key_is_no_path(node: TestNode, key: str) -> None:
    with pytest.raises(NoSuchFile):
        storage.storage().open(key)


def test_an_issued_document_is_on_the_record_and_its_digest_is_salted(
    node: TestNode, staff: dict[str, Mandate], issued: Issued
) -> None:
    entry = issued.document.issued
    assert entry is not None
    act = record.parsed(entry)
    assert (act.act, act.by, act.mandate) == ("document.issued", "office:tm.cec", staff["officer"].public_id)
    assert act.public == {"number": NUMBER, "kind": "refusal", "office": "tm.cec"}
    file = queries.official_file(issued.document)
    assert file.sha256.encode() not in bytes(entry.data)
    assert record.values_of(entry) == {"file": f"sha256:{file.sha256}"}
    assert queries.is_whole(file)
    assert file.name == "CEC-2026-000001-D1.pdf"
    assert issued.document.finished
    code = bytes(issued.document.code_hash or b"")
    assert len(code) == 32
    assert issued.code.replace("-", "").encode() not in code


def test_a_number_is_given_once_and_only_by_the_office(
    node: TestNode, staff: dict[str, Mandate], issued: Issued
) -> None:
    with pytest.raises(NumberTaken):
        issue(staff["officer"])
    with pytest.raises(NotYourDocument):
        issue(staff["publisher"], number="CEC-2026-000009/D1")
    other = office_with_staff("tm.justice")
    given: dict[str, Any] = {
        "kind": "answer", "number": "X-1", "title": {}, "language": "en", "pdf": issued.pdf, "data": {},
        "code": issued.code, "mandate": other["officer"],
    }  # fmt: skip
    for wrong, error in (
        ({"office": staff["head"].office}, NotYourDocument),
        ({"office": other["head"].office, "pdf": b"<html>"}, BadData),
        ({"office": other["head"].office, "code": "abc"}, BadData),
    ):
        with pytest.raises(error), transaction.atomic():
            actions.keep_issued(**{**given, **wrong})
    assert Document.objects.count() == 1


def test_number_and_code_open_it_and_neither_alone(node: TestNode, staff: dict[str, Mandate], issued: Issued) -> None:
    for number, code in ((NUMBER, issued.code), (NUMBER.lower(), issued.code.upper().replace("-", " "))):
        assert queries.by_code(number, code) == issued.document
    other = issue(staff["head"], number="CEC-2026-000002/D1")
    refused = set[str]()
    for number, code in (
        (NUMBER, other.code),
        ("CEC-1", issued.code),
        (NUMBER, ""),
        ("\x00", "\x00"),
        (NUMBER, "x" * 99),
    ):
        with pytest.raises(NoSuchDocument) as error:
            queries.by_code(number, code)
        refused.add(str(error.value))
    assert len(refused) == 1


def test_a_cancelled_document_stays_and_says_so(node: TestNode, staff: dict[str, Mandate], issued: Issued) -> None:
    with pytest.raises(NotYourDocument):
        actions.cancel(document=issued.document, mandate=staff["registrar"], ground="mistake")
    done = actions.cancel(document=issued.document, mandate=staff["head"], ground="mistake", reason="Wrong name")
    assert done.cancelled is not None
    act = record.parsed(done.cancelled)
    assert (act.act, act.public) == ("document.cancelled", {"number": NUMBER, "ground": "mistake"})
    assert issued.document.issued is not None
    assert act.cause == bytes(issued.document.issued.hash).hex()
    assert b"Wrong name" not in bytes(done.cancelled.data)
    with pytest.raises(NotInForce):
        actions.cancel(document=issued.document, mandate=staff["head"], ground="mistake")
    with pytest.raises(NotYourDocument):  # what people sent belongs to no office, and is nothing to cancel
        actions.cancel(document=bind(upload()), mandate=staff["head"], ground="mistake")


def test_erasing_takes_bytes_names_words_and_digests_and_each_is_an_act(
    node: TestNode, staff: dict[str, Mandate], issued: Issued, django_capture_on_commit_callbacks: CAPTURE
) -> None:
    sent, other = bind(upload("same")), bind(upload("same"))
    left = queries.files_of([other])[other.pk][0]
    with pytest.raises(NotYourDocument):
        actions.erase(issued.document)
    with pytest.raises(NotYourDocument):
        actions.erase(issued.document, mandate=staff["officer"], ground="court-order")
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.erase(sent) == []
        erased = actions.erase(issued.document, mandate=staff["head"], ground="court-order")
        assert actions.erase(issued.document, mandate=staff["head"], ground="court-order") == []
    assert [record.parsed(entry).act for entry in erased] == ["content.erased"]
    assert on_disk() == {left.key}
    assert queries.is_whole(left)
    for file in File.objects.exclude(pk=left.pk):
        assert (file.name, file.sha256, file.size, file.erased) == ("", "", 0, True)
        assert file.version is not None
        assert file.version.metadata is None
    row = Document.objects.get(pk=issued.document.pk)
    assert (row.title, row.number, row.erased) == ({}, NUMBER, True)
    assert row.issued is not None
    assert record.values_of(row.issued) == {}
    with pytest.raises(NoSuchFile):
        queries.official_file(row)


def test_our_own_pdf_comes_back_as_an_attachment_and_no_other_with_files_in_it(
    node: TestNode, staff: dict[str, Mandate], issued: Issued
) -> None:
    from aydyn.documents.errors import Unsafe

    assert actions.keep_upload(upload=issued.pdf, name="answer.pdf").kind == "pdf"
    with pytest.raises(Unsafe):
        actions.keep_upload(upload=issued.pdf + b"\n", name="answer.pdf")
    assert actions.keep_upload(upload=samples.pdf(), name="answer.pdf").kind == "pdf"
