"""Keys for programs: shown once, kept as a digest, good for what they are good for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from tests.nodes import TestNode

from aydyn.kernel import clock
from aydyn.people import actions, queries
from aydyn.people.errors import BadToken, BadTokenWish, NoSuchToken, SameTokenName, TokenScope, TooManyTokens
from aydyn.people.models import ApiToken, Person

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def maral(node: TestNode) -> Person:
    return actions.create_person(email="maral@example.com", name="Maral", language="en")[0]


def make(person: Person, name: str = "program", scopes: tuple[str, ...] = ("file",)) -> tuple[ApiToken, str]:
    return actions.make_token(person=person, name=name, scopes=scopes, days=30)


def test_a_key_opens_what_it_may_and_is_kept_nowhere(maral: Person) -> None:
    token, raw = make(maral)
    assert raw.startswith(f"{token.prefix}")
    assert len(raw) == len("aydyn_") + 43
    assert raw not in str(ApiToken.objects.values().get())
    assert queries.token_holder(raw, "file") == (maral, token)
    with pytest.raises(TokenScope):
        queries.token_holder(raw, "follow")
    actions.use_token(raw, "file")
    assert ApiToken.objects.get().last_used_on == clock.today()


def test_keys_that_are_not_good_are_refused_in_the_same_words(maral: Person) -> None:
    token, raw = make(maral)
    said = set[str]()
    wrong = [
        "",
        "x",
        "aydyn_",
        f"{raw[:-1]}{'a' if raw[-1] != 'a' else 'b'}",
        f"{raw}x",
        raw.upper(),
        "aydyn_ý" * 5,
        raw * 9,
    ]
    for other in wrong:
        with pytest.raises(BadToken) as refused:
            queries.token_holder(other, "file")
        said.add(str(refused.value))
    with clock.simulate(token.expires + timedelta(seconds=1)), pytest.raises(BadToken):
        queries.token_holder(raw, "file")
    Person.objects.filter(pk=maral.pk).update(is_active=False)
    with pytest.raises(BadToken):
        queries.token_holder(raw, "file")
    Person.objects.filter(pk=maral.pk).update(is_active=True)
    actions.end_token(person=maral, number=token.pk)
    with pytest.raises(BadToken) as refused:
        queries.token_holder(raw, "follow")
    said.add(str(refused.value))
    assert len(said) == 1
    assert refused.value.status == 401


def test_ten_keys_are_enough_and_two_have_not_one_name(maral: Person) -> None:
    first, _raw = make(maral, "0")
    with pytest.raises(SameTokenName):
        make(maral, " 0 ")
    for number in range(1, 10):
        make(maral, str(number))
    with pytest.raises(TooManyTokens):
        make(maral, "ten")
    actions.end_token(person=maral, number=first.pk)
    make(maral, "0")


def test_what_is_no_wish(maral: Person) -> None:
    for change in ({"name": " "}, {"name": "x" * 61}, {"scopes": ()}, {"scopes": ("file", "admin")}, {"days": 10_000}):
        with pytest.raises(BadTokenWish):
            actions.make_token(**{"person": maral, "name": "n", "scopes": ("file",), "days": 30, **change})  # type: ignore[arg-type]


def test_the_page_shows_a_key_once_and_nobody_ends_anothers(maral: Person) -> None:
    client, stranger = Client(), Client()
    client.force_login(maral, backend=BACKEND)
    other, _ = actions.create_person(email="other@example.com", name="", language="en")
    stranger.force_login(other, backend=BACKEND)
    form = {"name": "books", "scopes": ["file", "follow"], "days": "90"}
    assert "You have no keys" in client.get("/en/my/keys/").content.decode()
    answer = client.post("/en/my/keys/", form)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    token = ApiToken.objects.get()
    shown = answer.content.decode()
    raw = shown[shown.index(token.prefix) :].split("<")[0]
    assert queries.token_holder(raw, "follow")[0] == maral
    assert raw not in client.get("/en/my/keys/").content.decode()
    assert client.post("/en/my/keys/", form).status_code == 422
    for wrong in ({"name": ""}, {"scopes": []}, {"scopes": ["admin"]}, {"days": "1"}, {"days": "x"}):
        assert client.post("/en/my/keys/", {**form, **wrong}).status_code == 422, wrong
    end = f"/en/my/keys/{token.pk}/end/"
    assert stranger.post(end).status_code == 404
    assert stranger.post(f"/en/my/keys/{'9' * 30}/end/").status_code == 404
    assert Client().post(end).status_code == 302
    assert client.post(end).status_code == 302
    assert client.post(end).status_code == 404
    with pytest.raises(NoSuchToken):
        actions.end_token(person=maral, number=token.pk)
