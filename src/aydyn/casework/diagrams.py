"""Draws a procedure's state machine as one SVG: its states from first to last, and under each what can be done there.

No layout engine: states stand in the order of the file, and each step that leads elsewhere has a lane of its own to the
right of them, so that no two lines lie on each other and the drawing is the same every time.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from aydyn.casework.procedures import Procedure, State, Step
from aydyn.casework.shapes import wording

WIDTH, HEAD, ROW, GAP, MARGIN, LANE = 460, 34, 24, 26, 16, 14
_FONT = "font-family='system-ui, sans-serif'"


def draw(procedure: Procedure, language: str) -> str:
    """The diagram as a complete SVG document with its texts in ``language`` (else in the first there is)."""
    tops, height = _tops(procedure)
    rows = [(state, step) for state in procedure.states for step in _steps_from(procedure, state)]
    moving = [(state, step) for state, step in rows if step.to not in (None, state.code)]
    width = MARGIN * 2 + WIDTH + LANE * (len(moving) + 2)
    title = escape(wording(procedure.title, language).text)
    pieces = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' role='img' aria-label='{_quoted(title)}'>",
        f"<title>{title} ({procedure.code} {procedure.version})</title>",
        (
            "<defs><marker id='tip' viewBox='0 0 8 8' refX='7' refY='4' markerWidth='7' markerHeight='7' orient='auto'>"
            "<path d='M0 0L8 4L0 8z' fill='#0f4c55'/></marker></defs>"
        ),
        "<rect width='100%' height='100%' fill='#fffefb'/>",
    ]
    for state in procedure.states:
        pieces += _box(procedure, state, tops[state.code], language)
    for lane, (state, step) in enumerate(moving):
        pieces.append(_line(procedure, state, step, tops, lane))
    return "\n".join([*pieces, "</svg>", ""])


def _steps_from(procedure: Procedure, state: State) -> Sequence[Step]:
    return [step for step in procedure.steps if state.code in step.origin]


def _tops(procedure: Procedure) -> tuple[dict[str, int], int]:
    """Where each state's box begins, and the height of it all."""
    tops: dict[str, int] = {}
    at = MARGIN
    for state in procedure.states:
        tops[state.code] = at
        at += HEAD + ROW * len(_steps_from(procedure, state)) + GAP
    return tops, at - GAP + MARGIN


def _box(procedure: Procedure, state: State, top: int, language: str) -> list[str]:
    steps = _steps_from(procedure, state)
    height = HEAD + ROW * len(steps)
    ink = "#0f4c55" if state.open else "#5c574d"
    label = escape(wording(state.label, language).text)
    pieces = [
        f"<rect x='{MARGIN}' y='{top}' width='{WIDTH}' height='{height}' rx='3' fill='#fff' stroke='{ink}'/>",
        f"<rect x='{MARGIN}' y='{top}' width='{WIDTH}' height='{HEAD}' rx='3' fill='{ink}'/>",
        f"<text x='{MARGIN + 12}' y='{top + 22}' {_FONT} font-size='15' font-weight='700' fill='#fff'>{label}</text>",
    ]
    for place, step in enumerate(steps):
        base = top + HEAD + ROW * place + 17
        name = escape(wording(step.label, language).text)
        who = escape(", ".join(step.by))
        pieces.append(f"<text x='{MARGIN + 12}' y='{base}' {_FONT} font-size='13' fill='#1c1b18'>{name}</text>")
        pieces.append(
            f"<text x='{MARGIN + WIDTH - 12}' y='{base}' text-anchor='end' {_FONT} font-size='11' fill='#5c574d'>{who}</text>"
        )
    return pieces


def _line(procedure: Procedure, state: State, step: Step, tops: dict[str, int], lane: int) -> str:
    """From the step's row to the head of the state it leads to, down or up a lane of its own."""
    place = list(_steps_from(procedure, state)).index(step)
    start = tops[state.code] + HEAD + ROW * place + ROW // 2
    end = tops[step.to or state.code] + 8 + (lane * 5) % (HEAD - 14)
    right, far = MARGIN + WIDTH, MARGIN + WIDTH + LANE * (lane + 1)
    return (
        f"<path d='M{right} {start}H{far}V{end}H{right + 3}' fill='none' stroke='#0f4c55' stroke-width='1.4' "
        "marker-end='url(#tip)'/>"
    )


def _quoted(text: str) -> str:
    return text.replace("'", "&#39;")
