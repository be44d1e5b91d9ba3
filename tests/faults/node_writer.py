"""A process: files cases and enters bursts of acts as fast as it can, and says what was acknowledged.

A line is written only after the action has returned, as a person sees the page only then: the leaf hash of the entry,
and the number of the case if it is one.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import Any

import django

from aydyn.observer.lifeline import die_with_parent

QUESTION = "Which polling stations can be reached with a wheelchair?"
BURST = 20


def main() -> None:
    """Write until killed; ``argv``: the file of acknowledgements, the pause between acts in seconds."""
    die_with_parent()
    django.setup()
    from django.db import DatabaseError, connection

    out = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    pause = float(sys.argv[2])
    turns: list[Callable[[], str]] = [_file, _file, _file, _burst]
    count = 0
    while True:
        try:
            os.write(out, turns[count % len(turns)]().encode())
        except (DatabaseError, OSError):
            # Not acknowledged: a person would see an error and send the form again.
            connection.close()
            time.sleep(0.05)
        count += 1
        time.sleep(pause)


def _file() -> str:
    from aydyn.cases import actions, queries
    from aydyn.people import queries as people

    procedure, office = queries.current_procedure("information-request"), people.office_by_code("tm.cec")
    assert procedure is not None
    assert office is not None
    filed = actions.file_case(
        procedure=procedure, office=office, answers={"question": QUESTION, "scope": "national"}, asker={}, language="en"
    )
    entry = filed.case.events.select_related("entry").get().entry
    return f"{bytes(entry.hash).hex()} {filed.case.number}\n"


def _burst() -> str:
    from django.db import transaction

    from aydyn.record import actions

    public: dict[str, Any] = {"kind": "code", "code": "burst", "file": "sha256:" + "0" * 64}
    acts = [actions.NewAct("file.loaded", "node", public, {"place": place}) for place in range(BURST)]
    with transaction.atomic():
        entries = actions.enter_many(acts)
    return "".join(f"{bytes(entry.hash).hex()} -\n" for entry in entries)


if __name__ == "__main__":
    main()
