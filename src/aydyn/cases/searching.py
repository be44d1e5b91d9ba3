"""Full text of what is published: one index on PostgreSQL (tsvector with GIN), one on SQLite (FTS5), the same questions to both.

Invariant: what stands in the index is what stands in :class:`PublicText`, and nothing else ever did; on PostgreSQL its office stands
beside it, so that a search in one office looks into no other's texts. Words that somebody types are never syntax: a text is cut into
letters and digits first, and every word of it is quoted.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from itertools import combinations
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import RawSQL

from aydyn.cases.models import Case, PublicText
from aydyn.cases.queries.texts import fold_text

MOST_WORDS = 8
"""How many words of a search count; the rest are left out."""

LONGEST_WORD = 40
SHORTEST_PREFIX = 3
"""From how many letters on a word also finds longer ones: Turkmen adds its endings, and has no stemmer."""

CANDIDATES = 200
RARE_WORDS = 5
FEW = 0.02
"""Up to which share of all texts a word counts as rare."""

COMMON = "cases.searching.common"
SHORTEST_RARE = 5
STEMMED = {"ru": "russian", "en": "english"}
"""Languages that PostgreSQL can cut to stems; both are asked for, whatever the language of who searches."""

OFFICE_OF_CASE = (
    "array_to_tsvector(ARRAY[(SELECT 'office:' || office_id FROM cases_case WHERE id = cases_publictext.case_id)])"
)
"""What a text's row adds to its words on PostgreSQL; no word that is typed has a colon."""

_WORD = re.compile(r"[^\W_]+")
_FORGETS = (3, 42)
"""From this SQLite on a deleted text leaves no trace in the index by itself."""


def words_of(text: str) -> list[str]:
    """The words of a text as the index holds them: folded, each once, in their order."""
    return list(dict.fromkeys(word[:LONGEST_WORD] for word in _WORD.findall(fold_text(text))))


# ---------------------------------------------------------------------------------------------- keeping the index


def index(text: PublicText) -> None:
    """Put a public text into the index, instead of what was there of its case; in the caller's transaction."""
    case = text.case
    write(connection, case.pk, case.language, f"{case.number} {text.question} {text.answer}")


def remove(case: Case) -> None:
    """Take a case out of the index, without a trace of its words."""
    if connection.vendor == "postgresql":
        return  # the index is a column of the text's own row, which goes with it
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cases_search WHERE rowid = %s", [case.pk])
        if sqlite3.sqlite_version_info < _FORGETS:
            cursor.execute("INSERT INTO cases_search(cases_search) VALUES ('optimize')")


def move(case: Case) -> None:
    """Note in the index that the case is another office's now."""
    if connection.vendor == "postgresql":  # elsewhere the index does not know whose a case is
        for text in PublicText.objects.filter(case=case).select_related("case"):
            index(text)


def create(database: BaseDatabaseWrapper) -> None:
    """Make the index (a migration calls this)."""
    with database.cursor() as cursor:
        if database.vendor == "postgresql":
            cursor.execute("ALTER TABLE cases_publictext ADD COLUMN search tsvector")
            cursor.execute("CREATE INDEX cases_search ON cases_publictext USING gin (search)")
            return
        cursor.execute(
            "CREATE VIRTUAL TABLE cases_search USING fts5(words, tokenize = 'unicode61 remove_diacritics 2', prefix = '3')"
        )
        if sqlite3.sqlite_version_info >= _FORGETS:
            cursor.execute("INSERT INTO cases_search(cases_search, rank) VALUES ('secure-delete', 1)")


def drop(database: BaseDatabaseWrapper) -> None:
    """Take the index away (a migration undone)."""
    with database.cursor() as cursor:
        if database.vendor == "postgresql":
            cursor.execute("ALTER TABLE cases_publictext DROP COLUMN search")
        else:
            cursor.execute("DROP TABLE cases_search")


def write(database: BaseDatabaseWrapper, case_id: int, language: str, text: str) -> None:
    """Write one case's words into the index."""
    words = words_of(text)
    with database.cursor() as cursor:
        if database.vendor == "postgresql":
            plain = " ".join(dict.fromkeys(word[:LONGEST_WORD] for word in _WORD.findall(text.casefold())))
            cursor.execute(
                "UPDATE cases_publictext SET search = array_to_tsvector(%s::text[])"  # noqa: S608  # constants only
                f" || strip(to_tsvector(%s::regconfig, %s)) || {OFFICE_OF_CASE} WHERE case_id = %s",
                [words, STEMMED.get(language, "simple"), plain, case_id],
            )
            return
        cursor.execute("DELETE FROM cases_search WHERE rowid = %s", [case_id])
        cursor.execute("INSERT INTO cases_search(rowid, words) VALUES (%s, %s)", [case_id, " ".join(words)])


# ---------------------------------------------------------------------------------------------- asking it


def few(words: str, offices: Collection[int] = ()) -> bool:
    """Whether all texts with these words are better looked up first, rather than met on the way through a list."""
    if connection.vendor != "postgresql":
        return True  # SQLite goes about it so anyhow
    tokens = words_of(words)[:MOST_WORDS]
    return bool(tokens) and _share(tokens, offices) <= FEW


def matching(words: str, offices: Collection[int] = ()) -> RawSQL | None:
    """The ids of cases whose public text has all these words, for ``pk__in``; None if there is no word to look for.

    With offices, at least those that belong to one of them.
    """
    tokens = words_of(words)[:MOST_WORDS]
    if not tokens:
        return None
    if connection.vendor != "postgresql":
        question = " ".join(_fts(token) for token in tokens)
        return RawSQL("SELECT rowid FROM cases_search WHERE cases_search MATCH %s", [question])
    terms, given = _terms(tokens, _unfolded(words))
    if offices:
        terms, given = f"{terms} && %s::tsquery", [*given, " | ".join(_of_office(pk) for pk in offices)]
    select = f"SELECT case_id FROM cases_publictext WHERE search @@ ({terms})"  # noqa: S608  # typed words are parameters
    # The database guesses that a word which it does not know is in every hundredth text, and then reads a million cases
    # in the order of the list to find none. So it is told: few texts are looked up first, many are met on the way.
    if few(words, offices):
        select = f"SELECT unnest(ARRAY({select}))"
    return RawSQL(select, given)  # noqa: S611  # see above


def _unfolded(words: str) -> dict[str, str]:
    """Word as the index holds it → as it was typed: stems are cut from letters with their marks (й is not и)."""
    return {fold_text(word)[:LONGEST_WORD]: word[:LONGEST_WORD] for word in _WORD.findall(words.casefold())}


def _terms(tokens: Sequence[str], typed: dict[str, str]) -> tuple[str, list[str]]:
    """All words, each as the beginning of a word or as a stem of either language."""
    one = "(%s::tsquery || plainto_tsquery('russian', %s) || plainto_tsquery('english', %s))"
    given: list[str] = []
    for token in tokens:
        word = typed.get(token, token)
        given += [_lexeme(token, prefix=len(token) >= SHORTEST_PREFIX), word, word]
    return " && ".join([one] * len(tokens)), given


def _of_office(pk: int) -> str:
    return f"'office:{pk}'"


def _lexeme(token: str, *, prefix: bool = False) -> str:
    return f"'{token}':*" if prefix else f"'{token}'"  # a token is letters and digits: nothing in it ends the quotes


def _fts(token: str) -> str:
    return f'"{token}"*' if len(token) >= SHORTEST_PREFIX else f'"{token}"'


def alike(text: str) -> list[int]:
    """Ids of published cases that share at least two of a text's rarer words, those with most of them first."""
    tokens = [word for word in words_of(text)[:400] if len(word) >= SHORTEST_RARE and not word.isdigit()]
    if len(tokens) < 2:
        return []
    return _alike_in_postgres(tokens) if connection.vendor == "postgresql" else _alike_in_sqlite(tokens)


def _alike_in_postgres(tokens: Sequence[str]) -> list[int]:
    rare = _rarest(tokens)
    pairs = " | ".join(f"({_lexeme(one)} & {_lexeme(other)})" for one, other in combinations(rare, 2))
    shared = " + ".join(["(search @@ %s::tsquery)::int"] * len(rare))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT case_id, {shared} AS shared FROM (SELECT case_id, search FROM cases_publictext"  # noqa: S608  # placeholders only
            " WHERE search @@ %s::tsquery ORDER BY case_id DESC LIMIT %s) newest ORDER BY shared DESC, case_id DESC",
            [*(_lexeme(token) for token in rare), pairs, CANDIDATES],
        )
        return [int(row[0]) for row in cursor.fetchall()]


def _rarest(tokens: Sequence[str]) -> list[str]:
    """The words that fewest texts have, by what the database knows of common ones; among equals the longest."""
    common = _common_words()
    return sorted(tokens, key=lambda token: (common.get(token, 0.0), -len(token)))[:RARE_WORDS]


def _share(tokens: Sequence[str], offices: Collection[int]) -> float:
    """About which share of all texts is of these offices and has all these words, each with what it may be the beginning of.

    Words that are together in a text more often than by chance are the rule: of the second rarest, the root counts.
    """
    common = _common_words()

    def share(token: str) -> float:
        if len(token) < SHORTEST_PREFIX:
            return common.get(token, 0.0)
        return sum(part for word, part in common.items() if word.startswith(token))

    rarest, *others = sorted(share(token) for token in tokens)
    alone = rarest * (others[0] ** 0.5 if others else 1)
    return alone * (sum(common.get(f"office:{pk}", 0.0) for pk in offices) if offices else 1)


def _common_words() -> dict[str, float]:
    """Word → share of texts that have it, for the most common ones, as the database's statistics know; kept ten minutes."""
    known = cache.get(COMMON)
    if known is None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT most_common_elems::text::text[], most_common_elem_freqs FROM pg_stats"
                " WHERE schemaname = current_schema() AND tablename = 'cases_publictext' AND attname = 'search'"
            )
            row = cursor.fetchone()
        known = dict(zip(row[0], row[1], strict=False)) if row and row[0] else {}
        cache.set(COMMON, known, 600)
    return dict(known)


def _alike_in_sqlite(tokens: Sequence[str]) -> list[int]:
    asked = sorted(tokens, key=len, reverse=True)[: 2 * MOST_WORDS]
    question = " OR ".join(f'"{token}"' for token in asked)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rowid, words FROM cases_search WHERE cases_search MATCH %s ORDER BY rank LIMIT %s",
            [question, CANDIDATES],
        )
        found: Iterable[tuple[Any, ...]] = cursor.fetchall()
    wanted = set(asked)
    return [int(pk) for pk, words in found if len(wanted & set(str(words).split())) >= 2]
