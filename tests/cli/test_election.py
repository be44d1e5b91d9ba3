"""``aydyn election`` and ``aydyn verify election``: every role from files, exit codes, secrets, reports."""

from __future__ import annotations

import json
import shutil
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.cli.conftest import Run
from tests.cli.elections import VOTES, Office

from aydyn import cli
from aydyn.cli.election import folders
from aydyn.evote.ed25519 import Ed25519
from aydyn.evote.groups import by_name
from aydyn.evote.messages import Keys


@pytest.fixture
def office(run: Run, tmp_path: Path) -> Office:
    """An open election."""
    made = Office(run, tmp_path)
    made.set_up()
    return made


def test_an_election_is_held_from_files_and_verified(office: Office, run: Run, tmp_path: Path) -> None:
    for name in VOTES:
        assert office.vote(name, f"{name}.ballot").exit_code == 0
    office.say("add", office.folder, tmp_path / "Merdan.ballot", tmp_path / "Jennet.ballot")
    office.vote("Jennet", "again", votes=[[0, 0, 1], *VOTES["Jennet"][1:]])
    office.say("add", office.folder, tmp_path / "again")
    office.count()
    result = run("verify", "election", office.archive, "--jobs", 1, "--json", "--report", tmp_path / "report.html")
    value = json.loads(result.stdout)
    assert (result.exit_code, value["verdict"], value["problems"]) == (0, "verified", [])
    assert [row["votes"] for row in value["result"][0]["rows"]] == [0, 1, 1]
    assert value["result"][1]["blank"] == 1
    assert value["result"][2]["count"]["method"] == "schulze"
    assert value["result"][4]["count"]["elected"] in ([0, 1], [1, 0])
    assert {step["stage"]: step["count"] for step in value["steps"]}["shuffles"] == 2
    assert value["facts"]["voted"] == 2
    assert value["facts"]["ballots"] == 3
    assert (tmp_path / "report.html").read_text("utf-8").count("<script") == 0


def test_secrets_are_readable_by_their_owner_alone_and_never_printed(office: Office, tmp_path: Path) -> None:
    secrets = [*(office.folder / "secrets").iterdir(), *tmp_path.glob("member*/*.key")]
    assert len(secrets) == 5
    assert {stat.S_IMODE(path.stat().st_mode) for path in secrets} == {0o600}
    result = office.vote("Merdan", "ballot")
    assert (tmp_path / "Merdan").read_text("ascii") not in result.output


def test_votes_may_be_typed_and_are_no_words_of_the_command(office: Office, tmp_path: Path) -> None:
    votes = json.dumps(VOTES["Merdan"])
    words = ["election", "vote", office.folder, "--credential", tmp_path / "Merdan", "--out", tmp_path / "ballot"]
    typed = CliRunner().invoke(cli.command, [*map(str, words), "--votes", "-"], input=f"{votes}\ncast\n")
    assert typed.exit_code == 0, typed.output
    assert votes not in typed.output
    office.say("add", office.folder, tmp_path / "ballot")
    assert office.run(*words, "--votes", votes).exit_code == 2
    nothing = CliRunner().invoke(cli.command, [*map(str, words), "--votes", "-", "--cast"], input="")
    assert nothing.exit_code == 2
    assert "the votes is not JSON" in nothing.output.replace("\n", " ")


def test_secret_keys_go_through_the_engine_for_secrets(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.vote("Merdan", "ballot")
    office.say("add", office.folder, tmp_path / "ballot")
    secrets = [Keys.of_seed(by_name("Ed25519"), office.member(i).read_text("ascii")).signing for i in (1, 2, 3)]
    private = next((office.folder / "secrets").glob("*.privkey")).read_text("ascii")
    secrets.append(int(json.loads(private)))
    power = Ed25519.power

    def watched(self: Ed25519, a: int, exponent: int) -> int:
        assert exponent not in secrets
        return power(self, a, exponent)

    monkeypatch.setattr(Ed25519, "power", watched)
    office.count()


def test_a_challenged_ballot_is_checked_and_never_taken(office: Office, tmp_path: Path) -> None:
    result = office.vote("Merdan", "challenge", "--challenge")
    code = result.output.splitlines()[0].rpartition(": ")[2]
    checked = office.say("challenge", office.folder, tmp_path / "challenge", "--code", code)
    assert "just these votes" in checked.output
    other = office.run("election", "challenge", office.folder, tmp_path / "challenge", "--code", "A" * 43)
    assert other.exit_code == 2
    assert "challenge-hash" in other.output
    assert json.loads((office.folder / "challenged.json").read_text("utf-8")) == [code]


def test_what_the_board_must_not_take_is_refused_and_changes_nothing(office: Office, tmp_path: Path) -> None:
    office.vote("Merdan", "one")
    office.vote("Jennet", "two")
    office.say("add", office.folder, tmp_path / "one")
    before = office.archive.read_bytes()
    again = office.run("election", "add", office.folder, tmp_path / "two", tmp_path / "one")
    assert again.exit_code == 2
    assert "ballot-twice" in again.output
    spoiled = tmp_path / "spoiled"
    spoiled.write_bytes((tmp_path / "two").read_bytes().replace(b'"response":"', b'"response":"1', 1))
    assert office.run("election", "add", office.folder, spoiled).exit_code == 2
    assert office.vote("Jennet", "three", votes=[[1, 1, 0], *VOTES["Jennet"][1:]]).exit_code == 2
    assert not (tmp_path / "three").exists()
    assert office.archive.read_bytes() == before


def test_an_interrupted_write_is_cut_off_and_nothing_is_lost(office: Office, tmp_path: Path) -> None:
    office.vote("Merdan", "one")
    office.vote("Jennet", "two")
    office.say("add", office.folder, tmp_path / "one")
    whole = office.archive.read_bytes()
    office.archive.write_bytes(whole + whole[-1024:-500])
    result = office.say("add", office.folder, tmp_path / "two")
    assert "interrupted" in result.output
    assert office.archive.read_bytes()[: len(whole)] == whole
    assert office.run("verify", "election", office.archive, "--jobs", 1).exit_code == 0


def test_nobody_decrypts_before_the_tally_or_with_another_key(office: Office, tmp_path: Path) -> None:
    office.vote("Merdan", "one")
    office.say("add", office.folder, tmp_path / "one")
    key = next((office.folder / "secrets").glob("*.privkey"))
    early = office.run("election", "decrypt", office.folder, "--owner", 1, "--key", key, "--jobs", 1)
    assert (early.exit_code, "no encrypted tally" in early.output) == (2, True)
    office.say("close", office.folder)
    assert office.run("election", "add", office.folder, tmp_path / "one").exit_code == 2
    office.say("tally", office.folder, "--jobs", 1)
    wrong = office.run("election", "decrypt", office.folder, "--owner", 1, "--key", office.member(1), "--jobs", 1)
    assert (wrong.exit_code, "not the key of trustee 1" in wrong.output) == (2, True)
    missing = office.run("election", "result", office.folder, "--jobs", 1)
    assert "decryption-missing" in missing.output


def test_nothing_that_one_member_publishes_keeps_another_from_her_share(office: Office, tmp_path: Path) -> None:
    office.vote("Merdan", "one")
    office.say("add", office.folder, tmp_path / "one")
    office.say("close", office.folder)
    office.say("tally", office.folder, "--jobs", 1)
    first = office.folder / "threshold" / "output-1.json"
    output = json.loads(first.read_text("utf-8"))
    sealed = json.loads(output["private_key"]) | {"alpha": f"{2**255 - 20:064x}"}  # of order two
    first.write_text(json.dumps(output | {"private_key": json.dumps(sealed)}), "utf-8")
    office.say("decrypt", office.folder, "--owner", 3, "--key", office.member(2), "--jobs", 1)


def test_a_state_file_checks_only_what_was_added(office: Office, run: Run, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    office.vote("Merdan", "one")
    office.vote("Jennet", "two")
    office.say("add", office.folder, tmp_path / "one")
    shutil.copy(office.archive, tmp_path / "old.bel")
    assert run("verify", "election", office.archive, "--jobs", 1, "--state", state).exit_code == 0
    office.say("add", office.folder, tmp_path / "two")
    result = run("verify", "election", office.archive, "--jobs", 1, "--state", state, "--json")
    assert json.loads(result.stdout)["skipped"] == 1
    back = run("verify", "election", tmp_path / "old.bel", "--jobs", 1, "--state", state)
    assert (back.exit_code, "archive-prefix" in back.output) == (1, True)
    forward = run("election", "verify-diff", tmp_path / "old.bel", office.archive, "--jobs", 1)
    assert forward.exit_code == 0
    assert run("election", "verify-diff", office.archive, tmp_path / "old.bel", "--jobs", 1).exit_code == 1


def test_a_refusal_names_event_ballot_rule_and_section(office: Office, run: Run, tmp_path: Path) -> None:
    office.vote("Merdan", "one")
    office.say("add", office.folder, tmp_path / "one")
    raw = office.archive.read_bytes()
    (tmp_path / "cut.bel").write_bytes(raw[:-100])
    result = run("verify", "election", tmp_path / "cut.bel", "--jobs", 1)
    assert result.exit_code == 1
    assert "REFUTED" in result.output
    assert "[archive-truncated, §14.1]" in result.output
    assert run("verify", "election", tmp_path / "none.bel").exit_code == 2


def test_a_simulation_comes_out_the_same_from_its_seed(run: Run, tmp_path: Path) -> None:
    for name in ("one", "two"):
        words = ("--voters", 3, "--revotes", 1, "--weights", "--trustees", "single:1,threshold:1/2", "--seed", "x")
        result = run("election", "simulate", *words, "--jobs", 1, "--out", tmp_path / name)
        assert result.exit_code == 0, result.output
    one, two = (next((tmp_path / name).glob("*.bel")) for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()
    value = json.loads(run("verify", "election", one, "--jobs", 1, "--json").stdout)
    expected = json.loads((tmp_path / "one" / "secrets" / "votes.json").read_text("utf-8"))["expected"]
    assert [[row["votes"] for row in question["rows"]] for question in value["result"]] == expected
    assert run("election", "simulate", "--voters", 3, "--out", tmp_path / "one").exit_code == 2


def test_inspect_shows_an_archive_in_words(office: Office, tmp_path: Path) -> None:
    office.vote("Merdan", "one")
    office.say("add", office.folder, tmp_path / "one")
    text = office.say("inspect", office.archive, "--all").output
    assert "Setup" in text
    assert "Halk maslahaty" in text
    assert "1 ballots" in text


@pytest.mark.parametrize("verb", ["credentials", "open", "close", "tally", "result"])
def test_a_verb_too_early_says_what_comes_first(run: Run, tmp_path: Path, verb: str) -> None:
    more = ("--count", 1) if verb == "credentials" else ()
    result = run("election", verb, tmp_path, *more)
    assert result.exit_code == 2
    assert "aydyn election" in result.output


def test_nothing_that_is_there_is_written_over(office: Office, tmp_path: Path) -> None:
    with pytest.raises(folders.Unchecked):
        folders.write_new(office.folder / "election.json", b"{}")
    assert office.run("election", "open", office.folder).exit_code == 2
