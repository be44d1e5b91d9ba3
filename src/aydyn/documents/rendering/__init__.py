"""Official PDFs: PDF/A-3a (ISO 19005-3) and PDF/UA-1 (ISO 14289-1), drawn by Typst from a pack's template and data.

Same input, same bytes: time, fonts, words and template are given, nothing of the machine is read. Words are data
(`sys.inputs`) and never markup. The data is attached as JSON, exactly as it was given; what the page shows of it is
made drawable first (:mod:`~aydyn.documents.rendering.texts`). Takes some ten milliseconds a page: call it before the
transaction that issues.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import segno
from django.conf import settings
from pydantic import ValidationError

from aydyn.documents.bounds import MAX_ISSUED, MAX_WORDS
from aydyn.documents.errors import BadData
from aydyn.documents.rendering.shapes import SHAPES, CaseSummary, Certificate, Letter, PointerData, Row, Section
from aydyn.documents.rendering.texts import FONTS, all_drawable
from aydyn.kernel import packs

__all__ = ["CaseSummary", "Certificate", "Letter", "PointerData", "Row", "Section", "render"]


def render(
    template: str, language: str, data: Mapping[str, Any], created: date, *, pack: str | None = None
) -> bytes:  # fmt: skip
    """Draw a document. ``template``: a name in `SHAPES`; ``language``: one of the pack's; ``created``: its date.

    Raises BadData, which says what of the data does not fit, or that the template is broken.
    """
    name = pack or settings.AYDYN.pack
    if template not in SHAPES or language not in packs.load_pack(name).languages:
        raise BadData(f"there is no template “{template}” in the language “{language}”")
    given = _checked(template, data)
    attached = _json({"template": template, "language": language, "created": created.isoformat(), "data": given})
    if len(attached) > MAX_WORDS:
        raise BadData(f"the data has {len(attached)} characters; at most {MAX_WORDS} fit into a document")
    shown = all_drawable(given)
    pointer = given.get("pointer")
    shown |= {
        "title": shown["title"] or given["number"],
        "language": language,
        "created": created.isoformat(),
        "languages": list(packs.load_pack(name).languages),
        "qr": _qr(pointer["address"]) if pointer else "",
    }
    return _compile(_templates(name) / f"{template}.typ", {"data": _json(shown), "attached": attached}, created)


def _checked(template: str, data: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return SHAPES[template].model_validate(dict(data)).model_dump(mode="json")
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()[:5])
        raise BadData(f"the data does not fit the template “{template}”: {wrong}") from None


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _qr(address: str) -> str:
    drawing = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawing, kind="svg", xmldecl=False, scale=1, border=2)
    return drawing.getvalue().decode("ascii")


@cache
def _templates(pack: str) -> Path:
    return packs.pack_dir(pack) / "templates"


@cache
def _fonts() -> Any:
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


def _compile(template: Path, inputs: dict[str, str], created: date) -> bytes:
    import typst

    moment = datetime.combine(created, time(), UTC)
    try:
        pdf = typst.compile(
            str(template), root=str(template.parent), font_paths=_fonts(), ignore_system_fonts=True, sys_inputs=inputs,
            format="pdf", pdf_standards=["a-3a", "ua-1"], timestamp=int(moment.timestamp()),
        )  # fmt: skip
    except typst.TypstError as error:
        raise BadData(f"{template.name} cannot be drawn: {error.message}") from error
    if len(pdf) > MAX_ISSUED:
        raise BadData(f"{template.name} made no PDF within the limits")
    return pdf
