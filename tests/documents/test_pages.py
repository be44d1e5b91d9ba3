"""The page of a document, and how files are handed out."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory
from tests.cases.test_one_request import office_with_staff
from tests.documents.issuing import NUMBER, Issued, issue
from tests.nodes import TestNode

from aydyn.documents import actions, views
from aydyn.documents.bounds import FORM_EXTRA, MAX_FILE
from aydyn.documents.errors import NoSuchFile
from aydyn.people.models import Mandate

pytestmark = pytest.mark.urls("tests.documents.urls")


@pytest.fixture
def staff(node: TestNode) -> dict[str, Mandate]:
    return office_with_staff()


@pytest.fixture
def issued(staff: dict[str, Mandate]) -> Issued:
    return issue(staff["officer"])


def address(issued: Issued, code: str = "") -> str:
    return f"/en/document/{NUMBER}/{(code or issued.code).replace('-', '')}/"


def test_the_page_tells_of_a_document_before_and_after_it_has_its_place(
    node: TestNode, issued: Issued, client: Client
) -> None:
    page = client.get(address(issued)).content.decode()
    assert "is about to be on the record" in page
    node.sequence()
    answer = client.get(address(issued))
    page = answer.content.decode()
    assert f"The document {NUMBER} is on the record" in page
    assert "Central Commission for Holding Elections" in page
    assert "Refusal" in page
    assert re.search(r"/en/record/\d+/", page)
    assert "no-store" in answer["Cache-Control"]
    assert "<script" not in page.split("</head>")[1]


def test_a_cancelled_document_says_so_first(
    node: TestNode, staff: dict[str, Mandate], issued: Issued, client: Client
) -> None:
    actions.cancel(document=issued.document, mandate=staff["head"], ground="mistake")
    node.sequence()
    page = client.get(address(issued)).content.decode()
    assert f"The document {NUMBER} is cancelled" in page
    assert "it holds no more" in page
    assert len(set(re.findall(r"/en/record/\d+/", page))) == 2


def test_a_wrong_number_and_a_wrong_code_read_the_same(node: TestNode, issued: Issued, client: Client) -> None:
    pages = set[str]()
    for path in (address(issued, "0" * 16), address(issued).replace("000001", "000777")):
        answer = client.get(path)
        assert answer.status_code == 404
        page = re.sub(r"csrfmiddlewaretoken[^>]*|000777|000001", "", answer.content.decode())
        pages.add(
            page.replace(path, "").replace(path.replace("000777", "").replace("000001", ""), "").partition("<main")[2]
        )
    assert len(pages) == 1


def test_whoever_asks_too_often_waits(node: TestNode, issued: Issued, client: Client) -> None:
    for _ in range(views.TRIES):
        client.get(address(issued, "0" * 16))
    for answer in (client.get(address(issued)), client.post("/en/document/", {"number": NUMBER, "code": issued.code})):
        assert answer.status_code == 429
        assert b"Wait ten minutes" in answer.content


def test_number_and_code_typed_by_hand_lead_to_the_page(node: TestNode, issued: Issued, client: Client) -> None:
    assert client.get("/en/document/").status_code == 200
    typed = {"number": NUMBER.lower(), "code": issued.code.upper()}
    answer = client.post("/en/document/", typed)
    assert answer.status_code == 302
    assert client.get(answer["Location"]).status_code == 200
    for wrong in ({}, {"number": "\x00", "code": "\x00"}, {"number": NUMBER, "code": "x"}):
        assert client.post("/en/document/", wrong).status_code == 404


def test_a_file_is_compared_and_not_kept(
    node: TestNode, issued: Issued, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the file was written")

    monkeypatch.setattr("django.core.files.uploadhandler.TemporaryUploadedFile", refuse)
    monkeypatch.setattr("django.core.files.uploadhandler.InMemoryUploadedFile", refuse)
    same = client.post(address(issued), {"file": SimpleUploadedFile("a.pdf", issued.pdf)})
    assert b"this very document" in same.content
    large = client.post(address(issued), {"file": SimpleUploadedFile("a.pdf", issued.pdf + b"\n" * 3_000_000)})
    assert b"another one than was issued" in large.content
    for nothing in ({}, {"file": "words"}, {"file": SimpleUploadedFile("a.pdf", b"")}):
        answer = client.post(address(issued), nothing)
        assert answer.status_code == 422
        assert b"Choose the PDF first" in answer.content


def test_an_erased_document_compares_with_nothing(
    node: TestNode, staff: dict[str, Mandate], issued: Issued, client: Client
) -> None:
    actions.erase(issued.document, mandate=staff["head"], ground="court-order")
    page = client.get(address(issued)).content.decode()
    assert "erased by order of law" in page
    assert 'type="file"' not in page
    answer = client.post(address(issued), {"file": SimpleUploadedFile("a.pdf", b"")})
    assert answer.status_code == 422
    assert b"very document" not in client.post(address(issued), {"file": SimpleUploadedFile("a", issued.pdf)}).content


def test_the_form_wants_its_token_although_the_body_is_read_late(node: TestNode, issued: Issued) -> None:
    strict = Client(enforce_csrf_checks=True)
    file = SimpleUploadedFile("a.pdf", issued.pdf)
    assert strict.post(address(issued), {"file": file}).status_code == 403
    request = RequestFactory().get("/")
    token = get_token(request)
    strict.cookies["csrftoken"] = request.META["CSRF_COOKIE"]
    file.seek(0)
    assert b"this very document" in strict.post(address(issued), {"file": file, "csrfmiddlewaretoken": token}).content


def test_only_addresses_that_take_files_admit_long_bodies(node: TestNode, issued: Issued, client: Client) -> None:
    kind = "multipart/form-data; boundary=x"
    for path, length, status in (
        ("/en/follow/", 3_000_000, 413),
        (address(issued), MAX_FILE + FORM_EXTRA + 1, 413),
        (address(issued), 2**40, 413),
    ):
        assert client.generic("POST", path, b"", kind, CONTENT_LENGTH=str(length)).status_code == status, path


def test_a_file_is_handed_out_to_save_and_never_to_run(node: TestNode) -> None:
    request = RequestFactory().get("/")
    named = actions.keep_upload(upload=b"Salam", name='Ýüz "tutma".html')  # fmt: skip
    answer = views.download(request, named)
    assert b"".join(answer.streaming_content) == b"Salam"  # type: ignore[arg-type]
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''%C3%9D%C3%BCz%20_tutma_.txt"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Length"] == "5"
    answer.close()
    named.erased = True
    with pytest.raises(NoSuchFile):
        views.download(request, named)
