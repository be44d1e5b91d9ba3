"""Every read of cases with a name, scoped to who asks."""

from __future__ import annotations

from aydyn.cases.queries.cases import (
    Mine,
    View,
    asked_of,
    by_code,
    by_number,
    documents_of,
    events_of,
    known_cases,
    lock,
    look_proofs,
    looks_at,
    mine_of,
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
from aydyn.cases.queries.figures import Figures, count_figures, count_league, figures, held_days, league
from aydyn.cases.queries.moderation import (
    GroundCount,
    all_moderation,
    count_moderated,
    moderation_by_ground,
    moderation_page,
)
from aydyn.cases.queries.offices import (
    KindFigures,
    LeagueRow,
    OfficeFigures,
    median_of,
    office_figures,
    office_of_code,
    overdue_of,
    years_of_register,
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
    COUNTED,
    STATES,
    RegisterFilter,
    RegisterPage,
    events_of_all,
    last_known,
    newest_after,
    newest_events,
    office_and_below,
    offices_with_cases,
    open_to_all,
    public_cases_after,
    register,
    register_in_pieces,
    register_page,
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
    "COUNTED", "PAGE", "STATES", "Figures", "GroundCount", "KindFigures", "LeagueRow", "Load", "Mine",
    "OfficeFigures", "RegisterFilter", "RegisterPage", "View", "WorklistFilter", "addressed_offices",
    "all_moderation", "asked_of", "by_code", "by_life_event", "by_number", "catalogue", "count_figures",
    "count_league", "count_moderated", "current_procedure", "current_procedures", "default_office", "documents_of", "draft_by_code",
    "draft_by_key", "draft_files", "draft_hash", "drafts_of", "events_of", "events_of_all", "figures", "fold_text",
    "held_days", "is_addressed", "known_cases", "last_known", "league", "life_events", "load_of_office", "lock",
    "look_proofs", "looks_at", "median_of", "mine_of", "moderation_by_ground", "moderation_page", "neighbours", "newest_after",
    "newest_events", "notes_of", "of_person", "office_and_below", "office_figures", "office_of_code",
    "office_of_draft", "offices_of_catalogue", "offices_with_cases", "open_events", "open_to_all", "overdue_of",
    "procedure_by_id", "procedure_or_404", "public_cases_after", "region_codes", "register", "register_in_pieces",
    "register_page", "similar", "templates_for", "until_the_hour", "values_of_filing", "view_of", "worklist",
    "worklist_counts", "years_of_register",
]  # fmt: skip
