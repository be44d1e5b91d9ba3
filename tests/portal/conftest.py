"""What tests of the portal share: no figure of another test, and cases that are published."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.cache import cache
from tests.cases.test_one_request import ANSWER, file, office_with_staff
from tests.nodes import TestNode

from aydyn.cases import actions
from aydyn.cases.actions import StepData
from aydyn.cases.models import Case
from aydyn.people.models import Mandate

Publish = Callable[..., Case]


@pytest.fixture(autouse=True)
def no_kept_figures() -> None:
    """Figures are kept for a minute; no test sees those of another."""
    cache.clear()


@pytest.fixture
def staff(node: TestNode) -> dict[str, Mandate]:
    return office_with_staff()


@pytest.fixture
def publish(staff: dict[str, Mandate]) -> Publish:
    """File a case, answer it, and publish these words."""

    def published(question: str, answer: str = ANSWER, language: str = "en") -> Case:
        case = file(language=language).case
        actions.take_step(case=case, step="assign", mandate=staff["registrar"], data=StepData(officer=staff["officer"]))
        actions.take_step(case=case, step="answer", mandate=staff["officer"], data=StepData(answer=ANSWER))
        words = StepData(public_question=question, public_answer=answer)
        actions.take_step(case=case, step="publish", mandate=staff["publisher"], data=words)
        return Case.objects.get(pk=case.pk)

    return published
