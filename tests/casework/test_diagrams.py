"""The drawing of a procedure: every state and step is in it, and it is the same every time."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

from aydyn.casework import diagrams, procedures
from aydyn.kernel import packs

FILE = packs.PackFile(
    "information-request-1.toml", (Path(__file__).parent / "data/information-request-1.toml").read_bytes()
)
PROCEDURE = procedures.load(FILE.data, FILE.name)
SVG = "{http://www.w3.org/2000/svg}"


def test_every_state_and_every_step_is_drawn_in_every_language() -> None:
    for language in ("tk", "ru", "en"):
        drawn = diagrams.draw(PROCEDURE, language)
        texts = [element.text for element in ET.fromstring(drawn).iter(f"{SVG}text")]  # our own drawing
        for state in PROCEDURE.states:
            assert state.label[language] in texts
        for step in PROCEDURE.steps:
            if step.origin:
                assert texts.count(step.label[language]) >= len(step.origin)


def test_every_step_that_leads_elsewhere_has_its_own_lane() -> None:
    root = ET.fromstring(diagrams.draw(PROCEDURE, "en"))  # our own drawing
    lines = [element.get("d", "") for element in root.iter(f"{SVG}path") if element.get("marker-end")]
    moving = sum(origin != step.to for step in PROCEDURE.steps if step.to for origin in step.origin)
    assert len(lines) == moving
    lanes = [line.split("H")[1].split("V")[0] for line in lines]
    assert len(set(lanes)) == len(lanes)


def test_it_is_the_same_every_time_and_escapes_what_it_is_given() -> None:
    assert diagrams.draw(PROCEDURE, "ru") == diagrams.draw(PROCEDURE, "ru")
    title = PROCEDURE.title | {"en": "A <b> & 'c'"}
    odd = PROCEDURE.model_copy(update={"title": title})
    ET.fromstring(diagrams.draw(odd, "en"))  # our own drawing
