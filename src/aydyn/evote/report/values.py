"""The report as data: the JSON of ``aydyn verify election --json`` and the source of the page (docs/spec/election-verification.md)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aydyn.evote import wire
from aydyn.evote.counting import majority_judgment, schulze, stv
from aydyn.evote.errors import EvoteError, UnsupportedError
from aydyn.evote.questions import Homomorphic, Lists, NonHomomorphic, Question, parse_question
from aydyn.evote.verify.verdicts import Outcome, Stage, Verdict

REPORT_VERSION = 1
MOST_STEPS = 30_000_000
"""Counting takes up to n³ steps for n answers: so many for all questions together, some seconds."""
RECOUNT = "the decrypted votes stand in the archive, verified, for another program to count"
NOT_PROVED = ("device", "credentials", "one-archive", "privacy", "coercion")
"""What no archive proves, after "decryption" where this one does not prove even that; the words for each stand in `aydyn.evote.report.words`."""


def report_of(verdict: Verdict, file: str) -> dict[str, Any]:
    """The whole report as one JSON value."""
    value = verdict.to_value()
    del value["checked"], value["result"]
    return {
        "version": REPORT_VERSION,
        "file": file,
        **value,
        "steps": _steps(verdict),
        "result": _results(verdict),
        "proved": _proved(verdict),
        "not_proved": _not_proved(verdict),
    }


def _steps(verdict: Verdict) -> list[dict[str, Any]]:
    """Each stage: how it ended, and how many things of it were checked."""
    bad = {problem.stage: "unchecked" if problem.unsupported else "refuted" for problem in verdict.problems}
    steps: list[dict[str, Any]] = []
    for number, stage in enumerate(Stage, 1):
        count = verdict.done.get(stage)
        status = bad.get(stage) or (
            "verified" if count is not None else "absent" if not verdict.problems else "not-reached"
        )
        steps.append({"number": number, "stage": stage.value, "status": status, "count": count or 0})
    return steps


def _proved(verdict: Verdict) -> list[str]:
    if verdict.outcome is not Outcome.VERIFIED:
        return []
    proved = ["chain", "ballots"]
    if Stage.TALLY in verdict.done:
        proved.append("tally")
    if Stage.RESULT in verdict.done and not verdict.unbound:
        proved.append("result")
    return proved


def _not_proved(verdict: Verdict) -> list[str]:
    return [*(["decryption"] if verdict.unbound else []), *NOT_PROVED]


def _results(verdict: Verdict) -> list[dict[str, Any]] | None:
    if verdict.result is None or verdict.outcome is not Outcome.VERIFIED:
        return None
    questions = [parse_question(one) for one in verdict.facts["questions"]]
    results: list[dict[str, Any]] = []
    left = MOST_STEPS
    for question, own in zip(questions, verdict.result, strict=True):
        left -= question.width**3 if isinstance(question, NonHomomorphic) else 0
        results.append(_result(question, own, countable=left >= 0))
    return results


def _result(question: Question, own: Any, *, countable: bool) -> dict[str, Any]:
    if isinstance(question, Homomorphic):
        numbers = [wire.weight(one, "a number") for one in own]
        rows = [
            {"name": name, "votes": votes}
            for name, votes in zip(question.answers, numbers[question.blank :], strict=True)
        ]
        value: dict[str, Any] = {"kind": "choice", "question": question.question, "rows": rows}
        return value | {"blank": numbers[0]} if question.blank else value
    if isinstance(question, Lists):
        lists = [
            {
                "name": names[0],
                "votes": wire.weight(row[0], "a number"),
                "rows": [
                    {"name": name, "votes": wire.weight(one, "a number")}
                    for name, one in zip(names[1:], row[1:], strict=True)
                ],
            }
            for names, row in zip(question.lists, own, strict=True)
        ]
        return {"kind": "lists", "question": question.question, "rows": lists}
    return _counted(question, own, countable=countable)


def _counted(question: NonHomomorphic, votes: Sequence[Sequence[int]], *, countable: bool = True) -> dict[str, Any]:
    """A non-homomorphic question, counted as its ``extra`` announces, where that is a rule known here."""
    value: dict[str, Any] = {
        "kind": "ranking" if question.method in ("Schulze", "STV") else "numbers",
        "question": question.question,
        "names": list(question.answers),
        "method": question.method,
        "ballots": len(votes),
    }
    try:
        if not countable and question.method is not None:
            raise UnsupportedError("count-size", "the questions have too many answers for it", section="§15")
        count = _count(question, [list(vote) for vote in votes])
    except EvoteError as error:
        return value | {"uncounted": f"{error.words}; {RECOUNT}"}
    return value if count is None else value | {"count": count}


def _count(question: NonHomomorphic, votes: list[list[int]]) -> dict[str, Any] | None:
    extra, width = question.extra or {}, question.width
    blank = extra.get("blank") is True
    if question.method == "Schulze":
        return schulze(votes, width, blank=blank).to_value()
    if question.method == "MajorityJudgment":
        grades = wire.items(extra.get("grades"), "the grades")
        return majority_judgment(votes, width, len(grades), blank=blank).to_value() | {"grade_names": grades}
    if question.method == "STV":
        return stv(votes, width, wire.whole(extra.get("seats"), "the seats", below=1000), blank=blank).to_value()
    return None
