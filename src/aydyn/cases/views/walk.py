"""The way through a procedure's form: which pages apply, what comes before and after, what is still wrong on one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aydyn.cases import forms, queries
from aydyn.cases.actions.filing import described
from aydyn.cases.errors import BadForm
from aydyn.casework.fields import Question, applies, clean_all
from aydyn.casework.fields.questions import Group
from aydyn.casework.procedures import Procedure
from aydyn.documents.models import File

YOU, CHECK, ONLY = "about-you", "check", "questions"


@dataclass(frozen=True)
class Page:
    """One page: its place in the address, its group of questions, the questions themselves."""

    slug: str
    group: Group | None
    questions: tuple[Question, ...]

    @property
    def prefix(self) -> str:
        """What the names of its fields begin with."""
        return forms.ASKER_PREFIX if self.slug == YOU else ""


class Walk:
    """The pages of a form for the answers given so far; a page on which no question applies is passed over."""

    def __init__(self, rules: Procedure, typed: Mapping[str, Any]) -> None:
        self.rules = rules
        self.pages = [
            Page(group.code if group else ONLY, group, questions)
            for group, questions in rules.pages()
            if _any_applies(rules, questions, typed)
        ]
        if rules.asker:
            self.pages.append(Page(YOU, None, rules.asker))

    @property
    def first(self) -> str:
        """The slug of the first page."""
        return self.pages[0].slug

    def page(self, slug: str) -> Page | None:
        """A page by its slug; None if there is none for these answers."""
        return next((page for page in self.pages if page.slug == slug), None)

    def after(self, page: Page) -> str:
        """The slug that comes next; after the last page the answers are checked."""
        at = self._place(page)
        return self.pages[at + 1].slug if at + 1 < len(self.pages) else CHECK

    def before(self, page: Page) -> str | None:
        """The slug that comes before; None on the first page."""
        at = self._place(page)
        return self.pages[at - 1].slug if at else None

    def progress(self, page: Page) -> tuple[int, int]:
        """Which page this is, and how many there are with the last check."""
        return self._place(page) + 1, len(self.pages) + 1

    def slug_of(self, question: Question) -> str:
        """On which page a question stands."""
        return next((page.slug for page in self.pages if question in page.questions), self.first)

    def problems_of(self, page: Page, typed: Mapping[str, Any], files: Mapping[str, Sequence[File]]) -> dict[str, Any]:
        """What is wrong with the answers of one page, given all others; empty if it is filled in well."""
        if page.slug == YOU:
            found = clean_all(page.questions, typed.get("asker", {}), regions=queries.region_codes())
        else:
            kept = {name: [described(file) for file in uploads] for name, uploads in files.items()}
            known = {question.name for question in self.rules.questions}
            given = {name: value for name, value in typed.get("answers", {}).items() if name in known}
            found = clean_all(self.rules.questions, {**given, **kept}, regions=queries.region_codes())
        here = {question.name for question in page.questions}
        problems = {problem.field: forms.say(problem) for problem in found.problems if problem.field in here}
        if page.slug == self.first and typed.get("office"):
            problems |= self._office_problem(typed["office"])
        return problems

    def _office_problem(self, code: str) -> dict[str, Any]:
        known = {office.code for office in queries.addressed_offices(self.rules)}
        return {} if code in known else BadForm({"office": forms.NOT_THIS_OFFICE}).problems

    def _place(self, page: Page) -> int:
        return [each.slug for each in self.pages].index(page.slug)


def _any_applies(rules: Procedure, questions: Sequence[Question], typed: Mapping[str, Any]) -> bool:
    """Whether any question of a page applies; one that depends on another of the same page counts as asked."""
    here = {question.name for question in questions}
    earlier = [question for question in rules.questions if question.name not in here]
    values = clean_all(
        earlier,
        {name: typed.get(name) for name in {each.name for each in earlier} if name in typed},
        regions=queries.region_codes(),
    ).values
    return any(applies(question, values) or bool(set(question.when or {}) & here) for question in questions)
