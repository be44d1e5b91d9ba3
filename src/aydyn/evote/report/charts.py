"""Results as bars and tables, numbers always beside the picture."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from html import escape
from typing import Any

from aydyn.evote.counting.amounts import rounded

LONGEST_FRACTION = 9
"""Letters of a fraction that is shown as it is."""


def number(value: int) -> str:
    """A number with thin gaps between thousands."""
    return f"{value:,}".replace(",", "\u202f")


def bars(question: dict[str, Any], words: dict[str, str]) -> str:
    """One bar for each answer, longest first as the question orders them, with votes and share."""
    rows = list(question["rows"])
    if "blank" in question:
        rows.append({"name": words["blank"], "votes": question["blank"]})
    total = sum(row["votes"] for row in rows)
    said = escape(words["in-all"].format(number(total)))
    return "".join(_bar(row, max(total, 1), words) for row in rows) + f"<p class=soft>{said}</p>"


def named(text: str) -> str:
    """A name of anybody's as HTML; whatever direction it is written in, what stands beside it on the line keeps its place."""
    return f"<bdi>{escape(text)}</bdi>"


def _bar(row: dict[str, Any], total: int, words: dict[str, str], kind: str = "row") -> str:
    share = 100 * row["votes"] / total
    said = words["percent"].format(f"{share:.1f}".replace(".", words["point"]))
    inner_total = max(sum(one["votes"] for one in row.get("rows", ())), 1)
    inner = "".join(_bar(one, inner_total, words, "row inner") for one in row.get("rows", ()))
    return (
        f'<div class="{kind}"><p>{named(row["name"])}<b>{number(row["votes"])} · {said}</b></p>'
        f'<div class=track><div class=bar style="width:{share:.2f}%"></div></div></div>{inner}'
    )


def counted(question: dict[str, Any], words: dict[str, str]) -> str:
    """A question that is decrypted ballot by ballot: its ranking and how it came about."""
    count, names = question.get("count"), question["names"]
    if count is None:
        key, what = (
            ("uncounted", question["uncounted"]) if "uncounted" in question else ("numbers", question["ballots"])
        )
        return f"<p>{escape(words[key].format(what))}</p>"
    if "elected" in count:
        return "".join(_rounds(count, names, words))
    ranking = "".join(f"<li>{', '.join(named(names[one]) for one in group)}</li>" for group in count["ranking"])
    detail = _matrix(count, names, words) if "matrix" in count else _grades(count, names, words)
    return f"<ol>{ranking}</ol>{_left_over(count, words)}{detail}"


def _left_over(count: dict[str, Any], words: dict[str, str]) -> str:
    parts = [f"{words['blank']}: {count['blank']}"] if count.get("blank") is not None else []
    parts += [f"{words['invalid']}: {len(count['invalid'])}"] if count.get("invalid") else []
    return f"<p>{escape('; '.join(parts))}</p>" if parts else ""


def _matrix(count: dict[str, Any], names: list[str], words: dict[str, str]) -> str:
    head = "".join(f"<th scope=col class=number>{named(name)}" for name in names)
    rows = "".join(
        f"<tr><th scope=row>{named(name)}"
        + "".join(f"<td class=number>{'' if i == j else value}" for j, value in enumerate(row))
        for i, (name, row) in enumerate(zip(names, count["matrix"], strict=True))
    )
    return f"<p class=soft>{escape(words['preferred'])}</p><div class=scroll><table><thead><tr><td>{head}</thead><tbody>{rows}</tbody></table></div>"


def _grades(count: dict[str, Any], names: list[str], words: dict[str, str]) -> str:
    grades = [str(one) for one in count["grade_names"]]
    head = "".join(f"<th scope=col class=number>{named(grade)}" for grade in grades)
    rows = "".join(
        f"<tr><th scope=row>{named(name)}"
        + "".join(f"<td class=number>{value}" for value in row)
        + f"<td>{named(_grade(grades, middle))}"
        for name, row, middle in zip(names, count["distribution"], count["grades"], strict=True)
    )
    last = escape(words["grade"])
    return (
        f"<div class=scroll><table><thead><tr><td>{head}<th scope=col>{last}</thead><tbody>{rows}</tbody></table></div>"
    )


def _grade(grades: list[str], middle: int | None) -> str:
    return grades[middle - 1] if middle is not None and 1 <= middle <= len(grades) else ""


def _votes(text: str, words: dict[str, str]) -> str:
    """A number of votes for people: a fraction that is long to read is rounded."""
    if len(text) <= LONGEST_FRACTION:
        return text
    return rounded(Fraction(text.lstrip("≈")), 3).replace(".", words["point"])


def _rounds(count: dict[str, Any], names: list[str], words: dict[str, str]) -> Iterator[str]:
    elected: list[int] = count["elected"]
    yield f"<p><b>{escape(words['elected'])}: {', '.join([named(names[one]) for one in elected])}</b>. "
    yield f"{escape(words['quota'])}: {count['quota']}</p>{_left_over(count, words)}"
    for i, one in enumerate(count["rounds"], 1):
        standings: list[tuple[int, str]] = one["standings"]
        standing = "; ".join([f"{named(names[who])} {escape(_votes(votes, words))}" for who, votes in standings])
        candidates: list[int] = one["candidates"]
        outcome = ", ".join([named(names[who]) for who in candidates])
        yield f"<p>{escape(words['round'].format(i))}: {standing} → {escape(one['verdict'])}: {outcome}</p>"
