"""Procedures and calendars as they were loaded: parsed once a process, from the very bytes that are on the record."""

from __future__ import annotations

from functools import cache

from django.utils.translation import get_language

from aydyn.cases.models import ProcedureVersion
from aydyn.casework import clocks, procedures, shapes
from aydyn.casework.clocks import WorkingCalendar
from aydyn.casework.procedures import Procedure
from aydyn.record.models import ServedFile


@cache
def parsed(version_id: int) -> Procedure:
    """A loaded version of a procedure."""
    row = ProcedureVersion.objects.select_related("file").get(pk=version_id)
    return procedures.load(bytes(row.file.data), row.file.code)


@cache
def _calendar(file_id: int) -> WorkingCalendar:
    row = ServedFile.objects.get(pk=file_id)
    return clocks.load_calendar(bytes(row.data), row.code)


def calendar() -> WorkingCalendar:
    """The calendar that was loaded last."""
    newest = ServedFile.objects.filter(kind="calendar").order_by("-pk").values_list("pk", flat=True)[0]
    return _calendar(newest)


def words(texts: shapes.Words | dict[str, str] | None) -> str:
    """A procedure's text in the reader's language, else in the first there is."""
    return shapes.wording(texts, get_language() or "tk").text if texts else ""
