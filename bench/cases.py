"""``python -m bench.cases``: lists, pages, search and filing with a country's cases.

1,000,000 cases with 10,000,000 events in PostgreSQL and 100,000 in SQLite, loaded in bulk (`bench.caseload`). Pages are
asked of the node's own views in one process, so the times are those of the server side alone. Filing goes through the
action, by four processes at once, while the sequencer and two witnesses of a running node work beside them.

``--cases N`` and ``--sqlite N`` load fewer; ``--only pages|filing``.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from random import Random  # noqa: TID251  # drawn with a seed, so that two runs ask for the same
from typing import Any

from bench import databases
from bench.report import Report

ROUNDS = 150
WARMING = 5
P99_AIM_MS = 100.0
SEARCH_AIM_MS = 200.0
PEER = "Open Zaak lists 62,000 cases in 2–9 s (open-zaak#1574)"
FILING_SECONDS = 12
FILERS = 4
FILING_AIM = 200
FILINGS = {
    "with the commissions of the country": (),
    "all with one office, whose numbers follow each other": ("--one-office",),
}
AIMED = ("with the commissions of the country",)


def main() -> None:
    """Measure both databases and print the tables."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--cases", type=int, default=1_000_000)
    words.add_argument("--sqlite", type=int, default=100_000)
    words.add_argument("--only", choices=["pages", "filing"])
    words.add_argument("--inside", choices=["pages", "filer"], help=argparse.SUPPRESS)
    words.add_argument("--seconds", type=float, default=FILING_SECONDS, help=argparse.SUPPRESS)
    words.add_argument("--one-office", action="store_true", help=argparse.SUPPRESS)
    given = words.parse_args()
    if given.inside == "pages":
        print(json.dumps(measure_pages(given.cases)))
        return
    if given.inside == "filer":
        print(json.dumps(file_for(given.seconds, one_office=given.one_office)))
        return
    report = Report("cases")
    if given.only != "filing":
        with databases.private_postgres(as_advised=True) as database:
            _tell(report, f"PostgreSQL, {given.cases:,} cases", given.cases, database)
        if given.sqlite:
            _tell(report, f"SQLite, {given.sqlite:,} cases", given.sqlite, "sqlite")
    if given.only != "pages":
        with databases.private_postgres(as_advised=True) as database:
            _tell_filing(report, database)
    report.save()


def _tell(report: Report, section: str, cases: int, database: str) -> None:
    with tempfile.TemporaryDirectory(prefix="aydyn-bench-") as folder:
        out = databases.run_module(
            "bench.cases", "--inside", "pages", "--cases", str(cases), data=_prepared(Path(folder)), database=database
        )  # fmt: skip
    found = json.loads(out.splitlines()[-1])
    report.add(section, "loaded in bulk", seconds=found["load_seconds"], events=found["events"])
    folded, agree = found["refolded"]
    report.add(section, "re-folded from their events", cases=folded, agree=agree, aim="all agree", met=folded == agree)
    for row in found["pages"]:
        limit = SEARCH_AIM_MS if row["what"].startswith("search") else P99_AIM_MS
        report.add(
            section, row["what"], p50_ms=row["p50"], p99_ms=row["p99"], queries=row["queries"],
            aim=f"p99 ≤ {limit:.0f} ms", met=row["p99"] <= limit,
        )  # fmt: skip
    report.add(section, f"for comparison: {PEER}")


def _prepared(folder: Path) -> Path:
    from aydyn.node import establishing

    establishing.prepare_data(folder, port=databases.free_port(), demo=False)
    return folder


# ---------------------------------------------------------------------------------------------- pages


def measure_pages(cases: int) -> dict[str, Any]:
    """Load the cases into the node of this process's environment and time its pages."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from aydyn.cases import actions, procedures, queries
    from aydyn.node import establishing
    from bench import caseload

    call_command("migrate", verbosity=0, interactive=False)
    establishing.ensure_log_keys()
    establishing.load_rules()
    staff = _staff()
    row = queries.procedure_or_404("information-request")
    rules, calendar = procedures.parsed(row.pk), procedures.calendar()
    dues: dict[Any, Any] = {}

    def due_of(day: Any) -> Any:
        if day not in dues:
            dues[day] = calendar.deadline(day, rules.clock.answer_within).due
        return dues[day]

    offices = [(mandate.office_id, mandate.office.mark) for mandate in staff.values()]
    load = caseload.Load(cases, offices, row.pk, {mandate.office_id: mandate.pk for mandate in staff.values()})
    _empty_record(connection)
    started = time.perf_counter()
    caseload.write(connection, caseload.pieces(load, due_of))
    taken = time.perf_counter() - started
    print(f"loaded in {taken:.0f} s", file=sys.stderr, flush=True)
    if connection.vendor != "postgresql":
        _index_sqlite()
    actions.refresh_figures()  # as the worker does every few minutes
    return {
        "load_seconds": taken, "events": cases * caseload.EVENTS, "refolded": caseload.refold(2000),
        "pages": [_time(what, make) for what, make in _pages(staff, cases).items()],
    }  # fmt: skip


def _empty_record(connection: Any) -> None:
    """The entries of the set-up make room for those of the bench, which are numbered from one."""
    with connection.cursor() as cursor:
        for table in ("record_position", "record_pending"):
            cursor.execute(f'DELETE FROM "{table}"')
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            cursor.execute("UPDATE record_entry SET id = id + 100000000")
            cursor.execute("UPDATE record_servedfile SET entry_id = entry_id + 100000000")
            cursor.execute("UPDATE people_mandate SET granted_id = granted_id + 100000000")
            cursor.execute("UPDATE record_content SET entry_id = entry_id + 100000000")
            cursor.execute("SET session_replication_role = DEFAULT")
        else:
            cursor.execute("PRAGMA foreign_keys = OFF")
            for table, column in (
                ("record_entry", "id"),
                ("record_servedfile", "entry_id"),
                ("people_mandate", "granted_id"),
                ("record_content", "entry_id"),
            ):
                cursor.execute(f"UPDATE {table} SET {column} = {column} + 100000000")


def _staff() -> dict[str, Any]:
    """A head for every office that can be asked, the node's own first."""
    from aydyn.people import actions as people
    from aydyn.people import queries as offices

    kinds = sorted(offices.offices(), key=lambda office: office.code != "tm.cec")
    made = {}
    for office in kinds[:40]:
        person, _ = people.create_person(email=f"head@{office.code}.example", name="Head", language="tk")
        made[office.code] = people.establish(office=office, person=person)
    return made


def _index_sqlite() -> None:
    from django.db import connection, transaction

    from aydyn.cases import searching
    from aydyn.cases.models import PublicText

    with transaction.atomic():
        for text in PublicText.objects.select_related("case").iterator(chunk_size=5000):
            searching.write(
                connection, text.case_id, text.case.language, f"{text.case.number} {text.question} {text.answer}"
            )


def _pages(staff: dict[str, Any], cases: int) -> dict[str, Callable[[Random], tuple[Any, str]]]:
    """What is asked for: a name, and a way to draw a client and an address."""
    from django.test import Client

    from aydyn.cases.models import Case
    from bench.caseload import VOCABULARY

    stranger, officer = Client(SERVER_NAME="localhost"), Client(SERVER_NAME="localhost")
    mandate = staff["tm.cec"]
    officer.force_login(mandate.person, "allauth.account.auth_backends.AuthenticationBackend")
    codes = list(staff)
    numbers = list(Case.objects.filter(pk__in=range(1, cases, max(cases // 500, 1))).values_list("number", flat=True))
    mine = list(Case.objects.filter(office=mandate.office, open=True).values_list("number", flat=True)[:300])
    return {
        "worklist, due first": lambda chance: (officer, f"/en/desk/?at={chance.random()}"),
        "worklist, overdue": lambda chance: (officer, f"/en/desk/?view=late&at={chance.random()}"),
        "case page of an officer": lambda chance: (officer, f"/en/cases/{chance.choice(mine)}/"),
        "register, newest": lambda chance: (stranger, f"/en/register/?at={chance.random()}"),
        "register of an office": lambda chance: (stranger, f"/en/register/?office={chance.choice(codes)}&at={chance.random()}"),
        "register, waiting longest": lambda chance: (stranger, f"/en/register/?sort=waiting&at={chance.random()}"),
        "register, answered this year": lambda chance: (stranger, f"/en/register/?state=answered&year=2026&at={chance.random()}"),
        "case page": lambda chance: (stranger, f"/en/cases/{chance.choice(numbers)}/?at={chance.random()}"),
        "search, a common word": lambda chance: (stranger, f"/en/register/?q={chance.choice(VOCABULARY[:50])}&at={chance.random()}"),
        "search, a rare word": lambda chance: (stranger, f"/en/register/?q={chance.choice(VOCABULARY[9000:])}&at={chance.random()}"),
        "search, two words": lambda chance: (
            stranger, f"/en/register/?q={'+'.join(chance.sample(VOCABULARY[:3000], 2))}&at={chance.random()}"
        ),
        "search, a word in one office": lambda chance: (
            stranger, f"/en/register/?q={chance.choice(VOCABULARY[:300])}&office={chance.choice(codes)}&at={chance.random()}"
        ),
        "search, nothing fits": lambda chance: (stranger, f"/en/register/?q=zebra{chance.randrange(10**6)}"),
        "home": lambda chance: (stranger, f"/en/?at={chance.random()}"),
    }  # fmt: skip


def _time(what: str, make: Callable[[Random], tuple[Any, str]]) -> dict[str, Any]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    chance = Random(5)
    times, counts = list[float](), set[int]()
    for at in range(ROUNDS + WARMING):
        client, path = make(chance)
        with CaptureQueriesContext(connection) if at < WARMING else nullcontext() as captured:
            started = time.perf_counter()
            answer = client.get(path)
            taken = time.perf_counter() - started
        assert answer.status_code == 200, (path, answer.status_code)
        if captured is None:
            times.append(taken)
        elif at:  # the first ones fill caches of templates and statements, and their queries are counted
            counts.add(len(captured))
    times.sort()
    row = {
        "what": what,
        "p50": 1000 * times[len(times) // 2],
        "p99": 1000 * times[int(len(times) * 0.99)],
        "queries": max(counts),
    }
    print(
        f"  {what}: p50 {row['p50']:.0f} ms, p99 {row['p99']:.0f} ms, {row['queries']} queries",
        file=sys.stderr,
        flush=True,
    )
    return row


# ---------------------------------------------------------------------------------------------- filing


def _tell_filing(report: Report, database: str) -> None:
    with tempfile.TemporaryDirectory(prefix="aydyn-bench-") as name:
        folder, port = Path(name), databases.free_port()
        environment = databases.environment(folder, database)
        command = [sys.executable, "-m", "aydyn.cli", "up", "--port", str(port), "--data", name, "--no-demo"]
        node = subprocess.Popen(command, env=environment, cwd=databases.ROOT, stdout=subprocess.PIPE, text=True)
        try:
            assert node.stdout is not None
            if not any("is running" in line for line in node.stdout):
                raise SystemExit("the node did not start")
            found = {what: _let_file(environment, *more) for what, more in FILINGS.items()}
        finally:
            node.send_signal(signal.SIGTERM)
            node.wait(30)
    section = "Filing through the action, PostgreSQL, the whole node beside it"
    for what, one in found.items():
        rate = sum(each["filed"] / each["seconds"] for each in one)
        aim = {"aim": f"≥ {FILING_AIM}/s", "met": rate >= FILING_AIM} if what in AIMED else {}
        report.add(section, f"{FILERS} processes, {what}", a_second=rate, **aim)
        waits = sorted(wait for each in one for wait in each["waits"])
        p99 = waits[int(len(waits) * 0.99)]
        report.add(
            section, f"from filing to a receipt, {what}", p50_s=waits[len(waits) // 2], p99_s=p99, aim="≤ 2 s", met=p99 <= 2
        )  # fmt: skip


def _let_file(environment: dict[str, str], *more: str) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "bench.cases", "--inside", "filer", "--seconds", str(FILING_SECONDS), *more]
    filers = [
        subprocess.Popen(command, env=environment, cwd=databases.ROOT, stdout=subprocess.PIPE, text=True)
        for _ in range(FILERS)
    ]
    return [json.loads(filer.communicate()[0].splitlines()[-1]) for filer in filers]


def file_for(seconds: float, *, one_office: bool) -> dict[str, Any]:
    """File cases for some seconds, with all commissions or all with one; every fiftieth is followed until its receipt can be given."""
    import django

    django.setup()
    import threading

    from aydyn.cases import actions, queries
    from aydyn.people import queries as people

    row = queries.procedure_or_404("information-request")
    offices = [each for each in people.offices() if each.code.startswith("tm.cec")][: 1 if one_office else None]
    answers = {"question": "Which polling stations can be reached with a wheelchair?", "scope": "national"}
    waits: list[float] = []
    threads: list[threading.Thread] = []
    count, started = 0, time.perf_counter()
    while time.perf_counter() - started < seconds:
        office = offices[(count * 7 + os.getpid()) % len(offices)]
        filed = actions.file_case(procedure=row, office=office, answers=answers, asker={}, language="en")
        count += 1
        if count % 50 == 0:
            threads.append(threading.Thread(target=_follow, args=(filed.case.pk, time.perf_counter(), waits)))
            threads[-1].start()
    taken = time.perf_counter() - started
    for thread in threads:
        thread.join()
    return {"filed": count, "seconds": taken, "waits": waits, "process": os.getpid()}


def _follow(case_id: int, since: float, waits: list[float]) -> None:
    from django.db import connection

    from aydyn.cases.models import CaseEvent
    from aydyn.record import queries as record
    from aydyn.record.errors import NoReceipt

    entry = CaseEvent.objects.select_related("entry").get(case_id=case_id, seq=1).entry
    while time.perf_counter() - since < 30:
        try:
            record.receipt_for(entry)
            break
        except NoReceipt:
            time.sleep(0.05)
    waits.append(time.perf_counter() - since)
    connection.close()


if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    main()
