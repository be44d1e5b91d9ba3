"""The components draw what they are given, escaped, with the ids that labels and errors need."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from aydyn.face import fields, formats
from aydyn.face.pieces import Bar, CaseLine, ReceiptCard, Seal, Status, TimelineEvent

SEALED = datetime(2026, 11, 21, 9, 31, tzinfo=UTC)


def draw(source: str, **context: object) -> str:
    with translation.override("en"):
        return Template("{% load face %}" + source).render(Context(context))


class Question(forms.Form):
    question = forms.CharField(label="What?", help_text="In any language", widget=forms.Textarea, max_length=40)
    scope = forms.ChoiceField(label="Where?", choices=[("all", "All"), ("one", "One")], widget=forms.RadioSelect)
    ways = forms.MultipleChoiceField(
        label="How?", required=False, choices=[("p", "Paper")], widget=forms.CheckboxSelectMultiple
    )
    agreed = forms.BooleanField(label="Agreed")


def test_a_field_is_tied_to_its_label_hint_errors_and_count() -> None:
    drawn = draw("{% form_fields form %}", form=Question({"question": "x" * 41}))
    assert '<label class="govuk-label govuk-label--s" for="id_question">' in drawn
    assert 'aria-describedby="id_question-hint id_question-error id_question-count"' in drawn
    assert 'aria-invalid="true"' in drawn
    assert 'data-count="40"' in drawn
    assert "maxlength" not in drawn  # a browser would cut what is pasted without a word


def test_choices_are_radios_or_checkboxes_and_the_first_bears_the_id_that_errors_link_to() -> None:
    form = Question({"question": "x"})
    drawn = draw("{% error_summary form %}{% form_fields form %}", form=form)
    assert 'href="#id_scope"' in drawn
    assert '<input class="govuk-radios__input" id="id_scope" name="scope" type="radio" value="all">' in drawn
    assert 'type="checkbox" value="p"' in drawn
    assert not fields.view_of(form["ways"]).is_radio


def test_the_summary_promises_to_keep_only_what_is_kept() -> None:
    class SignIn(forms.Form):
        password = forms.CharField(widget=forms.PasswordInput)

    assert "is kept" in draw("{% error_summary form %}", form=Question({}))
    assert "is kept" not in draw("{% error_summary form %}", form=SignIn({}))
    assert draw("{% error_summary form %}", form=Question()).strip() == ""


def test_a_typed_title_stays_text() -> None:
    line = CaseLine("CEC-2026-1", "/c/1", "<script>alert(1)</script>", status=Status("Overdue", "overdue"))
    drawn = draw('{% include "face/components/case_list.html" %}', lines=[line])
    assert "<script>" not in drawn
    assert '<span class="ay-chip ay-chip--overdue">Overdue</span>' in drawn


@pytest.mark.parametrize(
    ("card", "state", "asks_again"),
    [
        (ReceiptCard("N-1", "Filed", refresh="/r"), "waiting", True),
        (ReceiptCard("N-1", "Filed", position=7, seals=(Seal("one"),), needed=1, refresh="/r"), "recorded", True),
        (ReceiptCard("N-1", "Filed", position=7, seals=(Seal("one", SEALED),), needed=1, final=True), "final", False),
    ],
)
def test_a_receipt_asks_for_news_until_it_is_final(card: ReceiptCard, state: str, asks_again: bool) -> None:
    drawn = draw('{% include "face/components/receipt.html" %}', receipt=card)
    assert card.state == state
    assert ('data-refresh="/r"' in drawn) is asks_again
    assert drawn.count("ay-seal--set") == card.cosigned


def test_an_event_that_is_to_come_has_no_date() -> None:
    events = [TimelineEvent(date(2026, 11, 21), "Filed", kind="person"), TimelineEvent(None, "Appeal", kind="next")]
    drawn = draw('{% include "face/components/timeline.html" %}', events=events)
    assert '<time datetime="2026-11-21">21 November 2026</time>' in drawn
    assert "ay-event--next" in drawn


def test_bars_show_the_numbers_too() -> None:
    drawn = draw('{% bars rows "Days" %}', rows=[Bar("Ahal", 10), Bar("Mary", 40, "overdue"), Bar("Lebap", 0)])
    assert 'width="25.0%"' in drawn
    assert '<td class="ay-number">40</td>' in drawn
    assert draw('{% bars rows "Days" %}', rows=[]).count("<tr") == 0


def test_other_pages_keep_the_query() -> None:
    request = RequestFactory().get("/register?q=bus&page=2")
    page = Paginator(list(range(100)), 10).page(2)
    drawn = draw("{% paginate page %}", request=request, page=page)
    assert 'href="?q=bus&amp;page=3"' in drawn
    assert 'aria-current="page"' in drawn


@pytest.mark.parametrize(
    ("code", "words"), [("en", "21 November 2026"), ("ru", "21 ноября 2026\u202fг."), ("tk", "21 noýabr 2026")]
)
def test_dates_are_written_as_readers_write_them(code: str, words: str) -> None:
    with translation.override(code):
        assert formats.day(date(2026, 11, 21)) == words
        assert formats.number(4711).replace("\u00a0", " ") in {"4,711", "4 711"}
