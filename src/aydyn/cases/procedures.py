"""Procedures and calendars as they were loaded: parsed once a process, from the very bytes that are on the record."""

from __future__ import annotations

import time
from functools import cache
from typing import Any

from django.utils.translation import get_language

from aydyn.cases.models import ProcedureVersion
from aydyn.casework import clocks, procedures, shapes
from aydyn.casework.clocks import WorkingCalendar
from aydyn.casework.fields import Question
from aydyn.casework.procedures import Procedure
from aydyn.casework.procedures.words import CommonWords, load_words
from aydyn.record.models import ServedFile

CALENDAR_SECONDS = 2.0
_newest: list[Any] = [None, 0.0]
"""Id of the newest calendar, and when it was looked up."""


@cache
def parsed(version_id: int) -> Procedure:
    """A loaded version of a procedure."""
    row = ProcedureVersion.objects.select_related("file").get(pk=version_id)
    return procedures.load(bytes(row.file.data), row.file.code, common=common_words())


@cache
def common_words() -> CommonWords | None:
    """The pack's words for usual steps and states, as they were loaded last."""
    row = ServedFile.objects.filter(kind="words").order_by("-pk").first()
    return load_words(bytes(row.data), row.code) if row else None


def forget_parsed() -> None:
    """Read procedures and words anew, after some were loaded."""
    parsed.cache_clear()
    common_words.cache_clear()
    _newest[:] = [None, 0.0]


@cache
def _calendar(file_id: int) -> WorkingCalendar:
    row = ServedFile.objects.get(pk=file_id)
    return clocks.load_calendar(bytes(row.data), row.code)


def calendar() -> WorkingCalendar:
    """The calendar that was loaded last; another process takes up a new one within two seconds."""
    kept, since = _newest
    if kept is None or time.monotonic() - since > CALENDAR_SECONDS:
        kept = ServedFile.objects.filter(kind="calendar").order_by("-pk").values_list("pk", flat=True)[0]
        _newest[:] = [kept, time.monotonic()]
    return _calendar(kept)


def main_question(rules: Procedure) -> Question | None:
    """The question whose answer says what a case is about; its words become public with the answer."""
    if rules.titled_by is not None:
        return next(each for each in rules.questions if each.name == rules.titled_by)
    return next((each for each in rules.questions if each.kind == "longtext" and not each.private), None)


def words(texts: shapes.Words | dict[str, str] | None) -> str:
    """A procedure's text in the reader's language, else in the first there is."""
    return shapes.wording(texts, get_language() or "tk").text if texts else ""


def words_in(texts: shapes.Words | dict[str, str] | None, language: str) -> str:
    """A procedure's text in a given language, for letters and documents."""
    return shapes.wording(texts, language).text if texts else ""
