"""The report as lines for a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from aydyn.evote.report.words import WORDS

_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def shown(text: str, *, keep: str = "") -> str:
    """A text of anybody's, such as a name, so that a terminal shows it and obeys nothing in it.

    Control characters, ends of lines, halves of letters and the marks that turn the direction of writing are told as JSON may
    escape them, ``\\u001b``; but not those to `keep`.
    """
    return _UNSEEN.sub(lambda found: found[0] if found[0] in keep else f"\\u{ord(found[0]):04x}", text)


def lines(report: dict[str, Any]) -> Iterator[str]:
    """The report, line by line, in English; a line has no control characters, whatever stands in the archive."""
    return map(shown, _lines(report))


def _lines(report: dict[str, Any]) -> Iterator[str]:
    words = WORDS["en"]
    facts = report["facts"]
    yield f"{report['file']}: {report['verdict'].upper() if report['verdict'] == 'refuted' else words[report['verdict']].lower()}"
    if report["verdict"] == "verified" and report["result"] is None:
        yield f"  {words['partial']}"
    if facts:
        yield f"  {facts['name']}, {facts['group']}, {facts['voted']:,} of {facts['credentials']:,} credentials voted"
    for step in report["steps"]:
        if step["status"] not in ("absent", "not-reached"):
            yield f"  {step['number']}. {words['step-' + step['stage']]}: {step['count']:,} {words['status-' + step['status']]}"
    if report["skipped"]:
        yield f"  {words['skipped'].format(report['skipped'])}"
    for problem in report["problems"]:
        yield f"  {describe(problem, words)}"
    if report["problem_count"] > len(report["problems"]):
        yield f"  {words['more'].format(report['problem_count'])}"
    for note in report["notes"]:
        yield f"  note: {noted(note, words)}"
    yield from _result(report, words)
    if report["verdict"] == "verified":
        yield f"  fingerprint of the election: {facts['fingerprints']['election']}"
        yield f"  last event: {facts['fingerprints']['last event']}"
        yield f"  {words['not-proved']}:"
        for code in report["not_proved"]:
            yield f"    - {words['not-' + code]}"


def describe(problem: dict[str, Any], words: dict[str, str]) -> str:
    """One problem: where, what, which rule."""
    where = [words["event"].format(problem["event"])] if "event" in problem else []
    where += [words["ballot"].format(problem["ballot"])] if "ballot" in problem else []
    section = f", {problem['section']}" if problem["section"] else ""
    place = f"{', '.join(where)}: " if where else ""
    return f"{place}{problem['words']} [{problem['rule']}{section}]"


def noted(note: dict[str, Any], words: dict[str, str]) -> str:
    """One note, in the language of the words where it is among them."""
    sentence = words.get(f"note-{note['code']}")
    return note["words"] if sentence is None else sentence.format(note.get("who", ""))


def _result(report: dict[str, Any], words: dict[str, str]) -> Iterator[str]:
    for i, question in enumerate(report["result"] or (), 1):
        yield f"  {words['result']} {i}: {question['question']}"
        yield from _rows(question, 4)
        if "blank" in question:
            yield f"    {question['blank']:>10,}  ({words['blank'].lower()})"
        if "names" in question:
            yield from _counted(question, words)


def _rows(holder: dict[str, Any], indent: int) -> Iterator[str]:
    rows: list[dict[str, Any]] = holder.get("rows") or []
    for row in rows:
        yield f"{' ' * indent}{row['votes']:>{14 - indent},}  {row['name']}"
        yield from _rows(row, indent + 2)


def _counted(question: dict[str, Any], words: dict[str, str]) -> Iterator[str]:
    count = question.get("count")
    if count is None:
        key, what = (
            ("uncounted", question["uncounted"]) if "uncounted" in question else ("numbers", question["ballots"])
        )
        yield f"    {words[key].format(what)}"
    elif "elected" in count:
        yield f"    {words['elected']}: {', '.join(question['names'][one] for one in count['elected'])}"
    else:
        for place, group in enumerate(count["ranking"], 1):
            yield f"    {place}. {', '.join(question['names'][one] for one in group)}"
