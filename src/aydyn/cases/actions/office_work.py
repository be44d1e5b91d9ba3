"""What an office writes for itself: notes on cases, answers begun, texts to begin answers with. None of it is an act."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from aydyn.cases import forms, policies, queries
from aydyn.cases.errors import BadForm, NotYourCase, OthersDraft
from aydyn.cases.models import AnswerDraft, AnswerTemplate, Case, Note, Seen
from aydyn.kernel import clock
from aydyn.people import queries as people
from aydyn.people.models import Mandate, Person

MOST_TEMPLATES = 200


@transaction.atomic
def write_note(*, case: Case, mandate: Mandate, text: str) -> Note:
    """Write an internal note on a case of one's office. Raises NotYourCase or BadForm."""
    if not policies.may_act(case, people.hold(mandate)):
        raise NotYourCase
    return Note.objects.create(
        case=case, mandate=mandate, at=clock.now(), text=forms.clean_words("note", text, forms.NOTE_LENGTH)
    )


def note_seen(*, case: Case, person: Person) -> None:
    """Remember that somebody has read the timeline of her case so far."""
    Seen.objects.update_or_create(case=case, person=person, defaults={"seq": case.events_count})


@transaction.atomic
def begin_answer(*, case: Case, mandate: Mandate, step: str, text: str) -> AnswerDraft:
    """Keep an answer that is not given yet. Raises NotYourCase, OthersDraft or BadForm."""
    locked = queries.lock(case)
    if not policies.may_act(locked, people.hold(mandate)):
        raise NotYourCase
    draft = AnswerDraft.objects.filter(case=locked).first() or AnswerDraft(case=locked, mandate=mandate)
    if draft.mandate_id != mandate.pk:
        raise OthersDraft
    draft.step, draft.at = step[:60], clock.now()
    draft.text = forms.clean_words("answer", text, forms.ANSWER_LENGTH)
    draft.save()
    return draft


@transaction.atomic
def discard_answer(*, case: Case, mandate: Mandate) -> None:
    """Throw away an answer that was begun: one's own, or as head anybody's in the office. Raises NotYourCase or OthersDraft."""
    locked = queries.lock(case)
    if not policies.may_act(locked, people.hold(mandate)):
        raise NotYourCase
    draft = AnswerDraft.objects.filter(case=locked).first()
    if draft is not None and draft.mandate_id != mandate.pk and mandate.role != "head":
        raise OthersDraft
    if draft is not None:
        draft.delete()


def save_template(*, mandate: Mandate, language: str, title: str, text: str) -> AnswerTemplate:
    """Keep a text to begin answers with, for everybody in the office; one of the same title is replaced. Raises BadForm."""
    name = forms.clean_words("title", title, 120)
    words = forms.clean_words("text", text, forms.ANSWER_LENGTH)
    with transaction.atomic():
        people.hold(mandate)
        office = AnswerTemplate.objects.filter(office=mandate.office)
        if office.count() >= MOST_TEMPLATES:
            raise BadForm({"title": forms.TOO_MANY_TEMPLATES})
        try:
            with transaction.atomic():
                return AnswerTemplate.objects.create(office=mandate.office, language=language, title=name, text=words)
        except IntegrityError:
            office.filter(language=language, title=name).update(text=words)
            return office.get(language=language, title=name)


def delete_template(*, mandate: Mandate, template_id: int) -> None:
    """Take away one of the office's texts. Raises NotYourCase if it is not one."""
    people.hold(mandate)
    if not AnswerTemplate.objects.filter(pk=template_id, office=mandate.office).delete()[0]:
        raise NotYourCase
