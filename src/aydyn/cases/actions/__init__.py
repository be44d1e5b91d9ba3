"""Every write to cases: loading procedures, filing, each step of a timeline, what time does, notes and drafts, erasure."""

from __future__ import annotations

from aydyn.cases.actions.drafts import (
    attach,
    detach,
    discard_draft,
    file_draft,
    give_code,
    open_draft,
    reopen_draft,
    save_answers,
    sweep_drafts,
)
from aydyn.cases.actions.erasure import erase_case
from aydyn.cases.actions.fees import begin_payment, confirm_payment
from aydyn.cases.actions.figures import count_held, refresh_figures
from aydyn.cases.actions.filing import Filed, check_answers, file_case, filed_with
from aydyn.cases.actions.loading import load_procedures
from aydyn.cases.actions.office_work import (
    begin_answer,
    delete_template,
    discard_answer,
    note_seen,
    save_template,
    write_note,
)
from aydyn.cases.actions.steps import take_asker_step, take_step, withdraw_case
from aydyn.cases.actions.time import follow_calendar, note_overdue, take_due_steps
from aydyn.cases.forms import StepData

__all__ = [
    "Filed", "StepData", "attach", "begin_answer", "begin_payment", "check_answers", "confirm_payment", "count_held", "delete_template", "detach", "discard_answer",
    "discard_draft", "erase_case", "file_case", "file_draft", "filed_with", "follow_calendar", "give_code", "load_procedures", "note_overdue", "note_seen", "open_draft",
    "refresh_figures", "reopen_draft", "save_answers", "save_template", "sweep_drafts", "take_asker_step", "take_due_steps", "take_step",
    "withdraw_case", "write_note",
]  # fmt: skip
