"""Signing in: guessing is slowed where it comes from, and nobody can lock another out."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from tests.cases.test_one_request import office_with_staff
from tests.nodes import TestNode


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


def test_wrong_passwords_from_elsewhere_do_not_lock_an_officer_out(node: TestNode) -> None:
    officer = office_with_staff()["officer"].person
    robot = Client(REMOTE_ADDR="198.51.100.7")
    for _ in range(40):
        answer = robot.post("/en/account/login/", {"login": officer.email, "password": "wrong wrong"})
        assert answer.status_code < 500
        assert not answer.wsgi_request.user.is_authenticated
    right = {"login": officer.email, "password": "x" * 12}
    assert robot.post("/en/account/login/", right).status_code != 302  # slowed, even with the right one
    assert Client(REMOTE_ADDR="203.0.113.5").post("/en/account/login/", right).status_code == 302


def test_every_page_of_an_account_opens(node: TestNode) -> None:
    """Also those that ask for the password once more first, and the list when there is a passkey."""
    person = office_with_staff()["officer"].person
    client = Client()
    client.post("/en/account/login/", {"login": person.email, "password": "x" * 12})
    pages = ("email/", "password/change/", "reauthenticate/", "2fa/", "2fa/webauthn/", "2fa/webauthn/add/", "logout/")
    for passkeys in range(2):
        for page in pages:
            answer = client.get(f"/en/account/{page}", follow=True)
            assert answer.status_code == 200, page
        if not passkeys:
            data = {"name": "Phone", "credential": {}}
            Authenticator.objects.create(user=person, type=Authenticator.Type.WEBAUTHN, data=data)
    key = Authenticator.objects.get()
    for page in (f"2fa/webauthn/keys/{key.pk}/remove/", f"2fa/webauthn/keys/{key.pk}/edit/"):
        assert client.get(f"/en/account/{page}", follow=True).status_code == 200, page
