"""What strangers send on purpose: odd bytes, huge bodies, headers that lie; and answers that hold when nothing else does."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DataError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory
from tests.cases.test_http import FORM, file_over_http
from tests.cases.test_one_request import office_with_staff
from tests.nodes import TestNode

from aydyn.kernel import limits
from aydyn.kernel.caching import same_for_strangers
from aydyn.portal.views import errors


def test_a_nul_character_is_no_fault_of_ours_on_any_database(node: TestNode, client: Client) -> None:
    staff = office_with_staff()
    client.force_login(staff["registrar"].person, "allauth.account.auth_backends.AuthenticationBackend")
    case = file_over_http(client)
    for path in (
        "desk/?q=%00",
        "desk/?view=%00&officer=%00",
        "register/?office=%00&q=%00",
        "cases/%00/",
        "follow/?number=%00",
    ):
        assert client.get(f"/en/{path}").status_code < 500, path
    posted: dict[str, dict[str, Any]] = {
        "file/information-request/form/question/": {**FORM, "office": "\x00", "question": "a\x00b"},
        "follow/": {"number": "\x00", "code": "\x00"},
        "desk/marked/": {"officer": "\x00", "case": [case.number, "\x00"]},
        "desk/mandate/": {"mandate": "\x00"},
        f"cases/{case.number}/steps/assign/": {"officer": "\x00"},
        f"cases/{case.number}/steps/transfer/": {"office": "\x00", "reason": "\x00"},
        "account/login/": {"login": "\x00@example.com", "password": "\x00"},
        "account/signup/": {"email": "\x00@example.com", "password1": "\x00" * 12},
    }
    for path, data in posted.items():
        assert client.post(f"/en/{path}", data).status_code < 500, path


def test_what_a_database_cannot_hold_is_the_senders_mistake(node: TestNode, client: Client, monkeypatch: Any) -> None:
    def refuse(*_: object) -> None:
        raise DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")

    monkeypatch.setattr("aydyn.portal.views.register.queries.register_page", refuse)
    assert client.get("/en/register/").status_code == 400


def test_a_body_larger_than_any_form_is_refused_before_it_is_read(node: TestNode, client: Client) -> None:
    class Unread:
        def read(self, *_: object) -> bytes:
            raise AssertionError("the body was read")

        readline = read

    for length in ("3000000", "99999999999999999999", "-1", "x"):
        answer = client.generic(
            "POST", "/en/follow/", b"", "multipart/form-data; boundary=x", CONTENT_LENGTH=length,
            **{"wsgi.input": Unread()},
        )  # fmt: skip
        assert answer.status_code == 413, length
        assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_the_page_of_a_busy_database_asks_it_nothing_and_signs_nobody_out(
    node: TestNode, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff = office_with_staff()
    client.force_login(staff["officer"].person, "allauth.account.auth_backends.AuthenticationBackend")

    def locked(*_: object, **__: object) -> None:
        raise OperationalError("database is locked")

    with monkeypatch.context() as patched:
        patched.setattr("aydyn.cases.views.desk.staff_of", locked)
        patched.setattr("aydyn.people.queries.active_mandates", locked)
        answer = client.get("/en/desk/")
        assert answer.status_code == 503
        assert answer["Retry-After"] == "10"
        assert not answer.cookies
    with monkeypatch.context() as patched:
        patched.setattr("django.contrib.sessions.backends.db.SessionStore.save", locked)
        client.raise_request_exception = False
        sent = client.post("/en/desk/mandate/", {"mandate": staff["officer"].public_id})
        assert sent.status_code == 503
        assert b"very busy" in sent.content
    assert client.get("/en/desk/").status_code == 200


def test_every_answer_forbids_what_it_does_not_need(node: TestNode, client: Client) -> None:
    for method in ("get", "post", "put", "options", "trace"):
        for path in ("/verify.html", "/healthz", "/ledger/nonsense", "/api/cases", "/en/", "/nonsense", "/en/follow/"):
            answer = getattr(client, method)(path)
            assert answer.status_code < 500, (method, path)
            assert "default-src 'none'" in answer["Content-Security-Policy"], (method, path)
            assert answer["X-Content-Type-Options"] == "nosniff", (method, path)


def test_static_files_are_no_pages() -> None:
    from django.conf import settings

    headers: dict[str, str] = {}
    settings.WHITENOISE_ADD_HEADERS_FUNCTION(headers, "verify.html", "/static/face/verify.html")
    assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_there_are_three_kinds_of_receipts_and_no_others(node: TestNode, client: Client) -> None:
    case = file_over_http(client)
    node.sequence()
    for kind, status in (("usual", 200), ("bare", 200), ("name", 200), ("x", 404), ("named", 404)):
        assert client.get(f"/en/cases/{case.number}/receipts/1/{kind}.tlog-proof").status_code == status, kind


@pytest.mark.parametrize(
    ("connects", "told", "counted"),
    [
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("127.0.0.1", "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("127.0.0.1", "<script>", ""),
        ("127.0.0.1", "", ""),
        ("2001:db8:1:2:aaaa::1", "", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::2", "", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "", "203.0.113.9"),
    ],
)
def test_a_proxy_is_believed_only_if_it_is_named(settings: Any, connects: str, told: str, counted: str) -> None:
    import dataclasses

    settings.AYDYN = dataclasses.replace(settings.AYDYN, trusted_proxies=["127.0.0.1", "10.0.0.2"])
    request = RequestFactory().get("/", REMOTE_ADDR=connects, HTTP_X_FORWARDED_FOR=told)
    assert limits.visitor(request) == counted


def test_a_page_with_a_token_of_one_visitor_is_never_kept_for_another(node: TestNode) -> None:
    drawn: list[str] = []

    @same_for_strangers
    def page(request: HttpRequest) -> HttpResponse:
        drawn.append(get_token(request))
        return HttpResponse(f'<input name="csrfmiddlewaretoken" value="{drawn[-1]}">')

    for secret in ("a" * 32, "b" * 32):
        request = RequestFactory().get("/en/")
        request.COOKIES["csrftoken"] = request.META["CSRF_COOKIE"] = secret
        page(request)
    assert len(drawn) == 2


def test_the_table_for_machines_survives_odd_filters(node: TestNode, client: Client) -> None:
    for path in ("table.csv?office=%00&q=%00", "feed.atom?office=%00&q=%00%01", "table.csv?q=" + "x" * 5000):
        answer = client.get(f"/en/register/{path}")
        assert answer.status_code == 200, path
        assert b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]


def test_a_fault_shows_a_page_even_without_a_database(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = errors.failed(RequestFactory().get("/en/"))
    assert answer.status_code == 500
