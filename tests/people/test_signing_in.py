"""Signing in: guessing is slowed where it comes from, and nobody can lock another out."""

from __future__ import annotations

import pytest
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
