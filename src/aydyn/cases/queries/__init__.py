"""Every read of cases with a name, scoped to who asks."""

from __future__ import annotations

from aydyn.cases.queries.cases import (
    View,
    by_code,
    by_number,
    documents_of,
    events_of,
    known_cases,
    lock,
    looks_at,
    notes_of,
    of_person,
    open_events,
    until_the_hour,
    values_of_filing,
    view_of,
)
from aydyn.cases.queries.drafts import (
    draft_by_code,
    draft_by_key,
    draft_files,
    draft_hash,
    drafts_of,
    office_of_draft,
)
from aydyn.cases.queries.procedures import (
    addressed_offices,
    by_life_event,
    catalogue,
    current_procedure,
    current_procedures,
    default_office,
    is_addressed,
    life_events,
    offices_of_catalogue,
    procedure_by_id,
    procedure_or_404,
    region_codes,
)
from aydyn.cases.queries.register import (
    Figures,
    RegisterFilter,
    events_of_all,
    figures,
    offices_with_cases,
    public_cases_after,
    register,
    similar,
)
from aydyn.cases.queries.texts import fold_text
from aydyn.cases.queries.worklist import (
    Load,
    WorklistFilter,
    load_of_office,
    neighbours,
    templates_for,
    worklist,
    worklist_counts,
)

PAGE = 25

__all__ = [
    "PAGE", "Figures", "Load", "RegisterFilter", "View", "WorklistFilter", "addressed_offices", "by_code", "by_life_event",
    "by_number", "catalogue", "current_procedure", "current_procedures", "default_office", "documents_of", "draft_by_code",
    "draft_by_key", "draft_files", "draft_hash", "drafts_of", "events_of", "events_of_all", "figures", "fold_text",
    "is_addressed", "known_cases", "life_events", "load_of_office", "lock", "looks_at", "neighbours", "notes_of", "of_person",
    "office_of_draft", "offices_of_catalogue", "offices_with_cases", "open_events", "procedure_by_id", "procedure_or_404",
    "public_cases_after", "region_codes", "register", "similar", "templates_for", "until_the_hour", "values_of_filing",
    "view_of", "worklist", "worklist_counts",
]  # fmt: skip
