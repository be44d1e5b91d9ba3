"""Copies of the register that outlive a hiding, and what strangers can make this site say in letters and tables."""

from __future__ import annotations

import pytest
from django.core import mail
from django.test import Client
from tests.nodes import TestNode
from tests.portal.conftest import Publish
from tests.portal.test_open_data import read_parquet

from aydyn.cases import actions as cases
from aydyn.cases.actions import StepData
from aydyn.people.models import Mandate, Notice
from aydyn.portal import actions, filters, opendata, queries


def titles(client: Client) -> str:
    """What the nightly file has of titles."""
    answer = client.get("/en/register/data/cases.parquet")
    rows = read_parquet(b"".join(answer.streaming_content))[1]  # type: ignore[attr-defined]  # it streams
    return " ".join(str(row["title"]) for row in rows)


def test_a_text_that_was_hidden_is_in_no_file_that_was_made_before(
    publish: Publish, staff: dict[str, Mandate], client: Client
) -> None:
    case = publish("Ogulgerek asks about ramps")
    actions.make_open_data()
    assert "Ogulgerek" in titles(client)
    cases.take_step(case=case, step="hide", mandate=staff["publisher"], data=StepData(ground="personal-data"))
    assert queries.made_file() is None
    assert "Ogulgerek" not in titles(client)
    assert actions.make_open_data() is not None, "and a new one follows at once"
    made = queries.made_file()
    assert made is not None
    assert "Ogulgerek" not in titles(client)


def test_a_search_puts_no_lines_of_its_own_into_a_letter(node: TestNode) -> None:
    wanted = filters.wanted_from({"q": "ramps\r\n\r\nYour account is closed:\u202e\nhttp://evil.example"})
    assert "\n" not in wanted.words
    assert "\u202e" not in wanted.words
    actions.ask_for_alert(address="victim@example.com", wanted=wanted, language="en", visitor="v")
    assert "\nYour account" not in Notice.objects.get().text
    assert not mail.outbox


@pytest.mark.parametrize("cell", ["＝1+1", "＠SUM(1)", "\u3000=1", "\u200b=1", "\u202f+1"])
def test_no_cell_is_a_formula_in_wide_letters_or_behind_wide_blanks(cell: str) -> None:
    assert opendata.harmless(cell).startswith("'")


@pytest.mark.parametrize("cell", ["", "plain", "a = b", "1-1", "ýagşy"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert opendata.harmless(cell) == cell
