"""Loading a pack's calendar, common words and procedures: each an act with its digest."""

from __future__ import annotations

from django.db import transaction

from aydyn.cases import procedures
from aydyn.cases.errors import BadForm
from aydyn.cases.models import ProcedureVersion
from aydyn.casework import procedures as pure
from aydyn.casework import shapes
from aydyn.casework.clocks import load_calendar
from aydyn.casework.procedures import Procedure
from aydyn.casework.procedures.words import CommonWords, load_words
from aydyn.kernel import packs
from aydyn.record import actions as record


@transaction.atomic
def load_procedures(*, pack: str) -> list[ProcedureVersion]:
    """Load a pack's calendar, words and procedures. A changed file under an old version is refused (BadForm)."""
    calendar = packs.pack_file(pack, "calendar.toml")
    record.load_file(kind="calendar", code=f"{pack}.calendar", data=calendar.data, media_type="application/toml")
    # Feasts by the moon are estimates until they are decreed: a newer library may know better, and says so openly.
    source = load_calendar(calendar.data, calendar.name).version
    record.load_file(
        kind="calendar-source", code=f"{pack}.holidays", data=f"{source}\n".encode(), media_type="text/plain"
    )
    common = _load_words(pack)
    read = [(file, pure.load(file.data, file.name, common=common)) for file in packs.procedure_files(pack)]
    _check_appeals([procedure for _, procedure in read])
    loaded = [_load_procedure(file, procedure) for file, procedure in read]
    procedures.forget_parsed()
    return loaded


def _load_words(pack: str) -> CommonWords | None:
    file = packs.optional_file(pack, "words.toml")
    if file is None:
        return None
    common = load_words(file.data, file.name)
    record.load_file(kind="words", code=f"{pack}.words", data=file.data, media_type="application/toml")
    return common


def _check_appeals(loaded: list[Procedure]) -> None:
    """An appeal is filed with a reason alone, so the procedure it goes to must not ask for more."""
    known = {procedure.code: procedure for procedure in loaded}
    for procedure in loaded:
        code = procedure.appeal.procedure if procedure.appeal else None
        if code is None:
            continue
        target = known.get(code)
        if target is None:
            raise BadForm({f"{procedure.code}, appeal.procedure": f"there is no procedure {code}"})
        title = procedures.main_question(target)
        more = [each.name for each in target.questions if each.required and not each.when and each != title]
        if more:
            raise BadForm(
                {f"{code}, field.{more[0]}.required": "an appeal brings only its reason: do not require this"}
            )


def _load_procedure(file: packs.PackFile, procedure: Procedure) -> ProcedureVersion:
    known = (
        ProcedureVersion.objects.filter(code=procedure.code, version=procedure.version).select_related("file").first()
    )
    if known is not None:
        if known.file.digest != shapes.digest(file.data):
            raise BadForm({file.name: f"version {procedure.version} was loaded with other bytes: raise its version"})
        return known
    served = record.load_file(
        kind="procedure", code=procedure.code, data=file.data, media_type="application/toml", version=procedure.version
    )
    return ProcedureVersion.objects.create(code=procedure.code, version=procedure.version, file=served)
