"""The monitor against a fake node: an honest one, and every kind of evidence."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from tests.observer.fakesite import Site, case_value, serve_site
from tests.observer.tinylog import (
    FILE,
    MANDATE,
    NOON,
    OFFICE,
    ORIGIN,
    TinyLog,
    answer_case,
    both_kinds,
    file_case,
    number,
    sample,
    witnesses,
)

from aydyn.audit.verdicts import State
from aydyn.ledger.notes import SignedNote
from aydyn.ledger.policies import Named, Policy
from aydyn.observer.monitor import Monitor, Report
from aydyn.observer.reading import open_ledger

POLICY = sample(0).policy(witnesses(), 2)


class Watched:
    """A fake node and a monitor that looks at it."""

    def __init__(self, site: Site, folder: Path) -> None:
        self.site = site
        self.folder = folder
        self.now = NOON + 60
        self.log = sample(3)
        self.meanwhile: Callable[[], None] = lambda: None
        self.publish()

    def publish(self, log: TinyLog | None = None, *, size: int | None = None, at: int | None = None) -> None:
        """Publish the log (or another) with its cases."""
        chosen = log or self.log
        chosen.publish(self.site.folder, size=size, at=at or self.now, witnesses=both_kinds())
        numbers = {json.loads(data)["public"].get("number") for data in chosen.entries} - {None}
        self.site.cases.update({one: case_value(chosen, int(one[-6:])) for one in numbers})

    def look(self, *, policies: list[Policy] | None = None, everything: bool = True, recheck: bool = False) -> Report:
        """One round by a fresh monitor on the same state."""
        monitor = Monitor(
            open_ledger(self.site.address),
            policies or [POLICY],
            self.folder,
            address=self.site.address,
            clock=lambda: self.now,
            sleep=lambda _: self.meanwhile(),
        )
        try:
            return monitor.look(everything=everything, recheck=recheck)
        finally:
            monitor.close()

    def codes(self, **options: Any) -> list[str]:
        """Codes of the evidence of one round; each is kept in a file."""
        report = self.look(**options)
        assert all(file and json.loads(file.read_text("utf-8"))["code"] == one.code for one, file in report.evidence)
        return [one.code for one, _ in report.evidence]

    def rewrite(self, path: str, change: Callable[[bytes], bytes]) -> None:
        """Change a served file."""
        file = self.site.folder / path
        file.write_bytes(change(file.read_bytes()))


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    with serve_site(tmp_path / "site") as site:
        yield Watched(site, tmp_path / "state")


def test_an_honest_node_is_verified_round_after_round(watched: Watched) -> None:
    report = watched.look()
    assert (report.state, report.size, report.new_entries, report.cases_compared) == (State.VERIFIED, 13, 13, 3)
    for serial in range(4, 100):
        filed = file_case(watched.log, serial)
        answer_case(watched.log, serial, filed, act="case.published", at="2026-11-25T12:00:30Z")
        if serial % 24 == 0:
            watched.publish()
            report = watched.look(everything=False)
            assert (report.evidence, report.notices, report.unread) == ([], [], [])
    assert report.new_entries == 48
    assert watched.look(recheck=True).state is State.VERIFIED
    assert not (watched.folder / "evidence").exists()


def test_both_policies_must_hold(watched: Watched) -> None:
    pq = watched.log.policy({}, 0, post_quantum=True)
    assert watched.look(policies=[POLICY, pq]).state is State.VERIFIED
    assert watched.look(policies=[sample(0, "other.example").policy({}, 0)]).state is State.UNCHECKED


def test_a_replaced_key_is_evidence(watched: Watched) -> None:
    watched.look()
    watched.publish(TinyLog(ORIGIN, 66, watched.log.entries, watched.log.contents))
    assert watched.codes() == ["signature"]


def test_another_log_in_its_place_is_evidence(watched: Watched) -> None:
    watched.look()
    watched.publish(sample(3, "node.example/other"))
    assert watched.codes() == ["origin"]


def test_a_rollback_is_evidence_with_both_notes(watched: Watched) -> None:
    watched.look()
    watched.publish(size=10)
    report = watched.look()
    [(finding, file)] = report.evidence
    assert finding.code == "rollback"
    assert file is not None
    shows = json.loads(file.read_text("utf-8"))["shows"]
    for text in (shows["before"], shows["now"]):
        SignedNote.parse(text.encode()).verify([each.verifier for each in watched.log.keys])


def fork_of(log: TinyLog, *, longer: bool) -> TinyLog:
    other = sample(3)
    other.entries[12] = other.entries[12].replace(b"11:00:00", b"11:00:01")
    if longer:
        file_case(other, 4)
    assert other.entries[:12] == log.entries[:12]
    return other


@pytest.mark.parametrize("longer", [False, True])
def test_a_fork_is_evidence_and_the_old_head_stays(watched: Watched, longer: bool) -> None:
    watched.look()
    watched.publish(fork_of(watched.log, longer=longer))
    assert watched.codes() == (["entry-changed"] if longer else ["fork"])
    watched.publish()
    assert watched.look().state is State.VERIFIED


def test_a_fork_behind_unchanged_files_is_evidence(watched: Watched) -> None:
    watched.look()
    other = fork_of(watched.log, longer=True)
    file_case(watched.log, 4)
    watched.publish()
    (watched.site.folder / "checkpoint").write_bytes(other.note(witnesses=both_kinds(), at=watched.now).to_bytes())
    assert watched.codes() == ["fork"]


def test_entries_that_are_not_those_signed_are_evidence(watched: Watched) -> None:
    watched.look()
    file_case(watched.log, 4)
    watched.publish()
    watched.rewrite("tile/entries/000.p/14", lambda data: data.replace(b"CEC-2026-000004", b"CEC-2026-000005"))
    assert set(watched.codes()) >= {"tree"}


def test_a_stale_checkpoint_is_evidence_after_an_hour(watched: Watched) -> None:
    watched.look()
    watched.now += 3600
    assert watched.codes() == []
    watched.now += 1
    assert watched.codes() == ["stale"]


def test_a_changed_old_entry_is_found_by_rechecking(watched: Watched) -> None:
    watched.look()
    watched.rewrite("tile/entries/000.p/13", lambda data: data.replace(b"2026-11-25", b"2026-11-24", 1))
    assert watched.codes() == []
    assert set(watched.codes(recheck=True)) == {"tile", "entry-changed"}


def test_a_changed_old_partial_tile_is_found_by_rechecking(watched: Watched) -> None:
    watched.look()
    file_case(watched.log, 4)
    watched.publish()
    assert watched.codes() == []
    watched.rewrite("tile/0/000.p/13", lambda data: data[:-1] + b"\0")
    assert watched.codes(recheck=True) == ["tile"]


def test_a_changed_new_tile_is_evidence(watched: Watched) -> None:
    watched.rewrite("tile/0/000.p/13", lambda data: data[:-1] + b"\0")
    assert watched.codes() == ["tile"]


def test_a_broken_rule_is_evidence_with_the_entry(watched: Watched) -> None:
    watched.look()
    position = answer_case(watched.log, 1, 4, mandate="mandate0009", by=f"office:{OFFICE}")
    watched.publish()
    report = watched.look()
    [(finding, _)] = report.evidence
    assert (finding.code, finding.position) == ("mandate-unknown", position)
    assert "mandate0009" in finding.shows["entry"]


@pytest.mark.parametrize(("origin", "told"), [(ORIGIN, ["recorded-late"]), ("node.example/demo", [])])
def test_an_act_dated_before_a_witness_saw_the_log_without_it_is_told(
    watched: Watched, origin: str, told: list[str]
) -> None:
    watched.log = sample(3, origin)
    policies = [watched.log.policy(witnesses(), 2)]
    watched.publish(at=NOON)
    assert watched.look(policies=policies).notices == []
    answer_case(watched.log, 1, 4, at="2026-11-25T11:58:59Z")
    answer_case(watched.log, 1, 4, at="2026-11-25T11:59:00Z")
    watched.publish()
    report = watched.look(policies=policies)
    assert (report.evidence, [one.code for one in report.notices]) == ([], told)
    assert not told or "recorded late: 1, the first at position 13" in report.notices[0].words


def test_rules_go_on_over_rounds(watched: Watched) -> None:
    watched.look()
    answer_case(watched.log, 1, 4, at="2026-11-25T10:00:00Z")
    watched.publish()
    assert watched.codes() == ["time-backwards"]


def test_another_table_of_acts_or_procedure_file_is_evidence(watched: Watched) -> None:
    watched.look()
    watched.rewrite("acts", lambda data: data.replace(b'"about":""', b'"about":"x"', 1))
    watched.rewrite(f"files/{FILE.removeprefix('sha256:')}", lambda data: data + b"# changed\n")
    assert watched.codes() == ["acts-differ", "file-differs"]


def test_a_text_changed_on_the_page_is_evidence(watched: Watched) -> None:
    watched.look()
    watched.site.cases[number(2)]["events"][2]["parts"]["text"]["value"] = "2,605"
    report = watched.look()
    [(finding, _)] = report.evidence
    assert (finding.code, finding.position) == ("text-differs", 9)
    assert finding.shows["shown"]["number"] == number(2)
    assert "case.published" in finding.shows["entry"]


def test_an_event_missing_on_the_page_is_evidence(watched: Watched) -> None:
    del watched.site.cases[number(3)]["events"][1]
    assert watched.codes() == ["event-missing"]


@pytest.mark.parametrize("claimed", ["\ud800", "", None, 7, "x" * 5000, "../admin"])
def test_a_case_whose_number_could_be_none_is_evidence(watched: Watched, claimed: Any) -> None:
    watched.site.cases["Z"] = {"number": claimed, "events": []}
    assert watched.codes() == ["page-format"]


def test_an_invented_case_is_evidence(watched: Watched) -> None:
    made_up = json.loads(json.dumps(watched.site.cases[number(1)]).replace(number(1), number(9)))
    watched.site.cases[number(9)] = made_up
    assert set(watched.codes()) == {"event-invented"}


def test_a_published_case_that_vanishes_is_evidence(watched: Watched) -> None:
    watched.look()
    del watched.site.cases[number(1)]
    assert watched.codes() == ["case-gone"]


def test_a_case_that_was_never_shown_is_a_notice(watched: Watched) -> None:
    file_case(watched.log, 4)
    watched.publish()
    del watched.site.cases[number(4)]
    report = watched.look()
    assert (report.state, report.cases_not_shown) == (State.VERIFIED, 1)
    assert [one.code for one in report.notices] == ["not-shown"]


def test_a_changed_old_page_is_found_by_the_rotating_check(watched: Watched) -> None:
    watched.look()
    watched.site.cases[number(3)]["events"][2]["parts"]["text"]["value"] = "2,605"
    found = [watched.codes(everything=False) for _ in range(2)]
    assert found == [[], ["text-differs"]]


def test_content_erased_by_an_act_is_no_evidence(watched: Watched) -> None:
    watched.look()
    public = {"entry": watched.log.leaf(6), "ground": "court-order"}
    watched.log.add("content.erased", "2026-11-25T11:30:00Z", f"office:{OFFICE}", public, mandate=MANDATE)
    watched.log.contents[6] = {}
    watched.publish()
    assert watched.codes() == []


def with_witness(watched: Watched, address: str) -> list[Policy]:
    named = {name: Named(one.verifier, address) for name, one in witnesses().items()}
    return [Policy(POLICY.logs, named, POLICY.groups, POLICY.quorum)]


def serve_note(watched: Watched, log: TinyLog, *, size: int | None = None) -> list[Policy]:
    """Let the fake site answer as a witness too; gives a policy that names its address."""
    folder = watched.site.folder.parent / sha256(log.origin.encode()).hexdigest()
    folder.mkdir()
    (folder / "checkpoint").write_bytes(log.note(size, witnesses=both_kinds(), at=watched.now).to_bytes())
    return with_witness(watched, watched.site.address)


@pytest.mark.parametrize("size", [1, 8, 13])
def test_a_witness_that_saw_the_same_history_agrees(watched: Watched, size: int) -> None:
    assert watched.codes(policies=serve_note(watched, watched.log, size=size)) == []


def test_a_witness_that_saw_another_history_is_evidence_at_first_sight(watched: Watched) -> None:
    assert watched.codes(policies=serve_note(watched, fork_of(watched.log, longer=False))) == ["fork"]


def test_a_witness_that_has_long_seen_more_is_evidence_at_first_sight(watched: Watched) -> None:
    watched.publish(size=10)
    policies = serve_note(watched, watched.log)
    assert watched.codes(policies=policies) == []
    watched.now += 301
    assert "rollback" in watched.codes(policies=policies)


def test_a_witness_that_does_not_answer_is_a_notice(watched: Watched) -> None:
    report = watched.look(policies=with_witness(watched, "http://127.0.0.1:9"))
    assert (report.state, [one.code for one in report.notices]) == (State.VERIFIED, ["witness-silent"])


def test_a_text_that_is_hidden_is_evidence_when_it_stays_so(watched: Watched) -> None:
    watched.look()
    watched.site.cases[number(1)]["events"][2].update(parts={}, commitments={})
    assert watched.codes() == ["text-hidden"]
    assert watched.codes(everything=False) == ["text-hidden"]


def test_a_text_whose_erasure_is_published_a_moment_later_is_no_evidence(watched: Watched) -> None:
    watched.look()
    watched.site.cases[number(1)]["events"][2].update(parts={}, commitments={})

    def erase() -> None:
        public = {"entry": watched.log.leaf(6), "ground": "court-order"}
        watched.log.add("content.erased", "2026-11-25T11:30:00Z", f"office:{OFFICE}", public, mandate=MANDATE)
        watched.log.contents[6] = {}
        watched.publish()

    watched.meanwhile = erase
    report = watched.look()
    assert (report.evidence, report.new_entries) == ([], 1)


def test_files_that_cannot_be_read_are_no_evidence(watched: Watched) -> None:
    shutil.rmtree(watched.site.folder / "tile")
    report = watched.look()
    assert (report.state, report.evidence) == (State.UNCHECKED, [])
    assert report.unread
    watched.publish()
    assert watched.look().state is State.VERIFIED


def test_an_api_that_does_not_answer_is_no_evidence(watched: Watched) -> None:
    watched.site.cases = [1, 2]  # type: ignore[assignment]  # a node whose API fails
    report = watched.look()
    assert (report.state, report.evidence) == (State.UNCHECKED, [])


def test_the_same_evidence_is_kept_once(watched: Watched) -> None:
    watched.site.cases[number(2)]["events"][2]["parts"]["text"]["value"] = "2,605"
    watched.look()
    watched.look()
    assert len(list((watched.folder / "evidence").iterdir())) == 1
