"""Both ways with Debian's ``belenios-tool`` (2.0): it accepts what we make, ballot by ballot, and we accept what it makes.

Version 2.0 knows the two finite-field groups, homomorphic and non-homomorphic questions. Where the machine's system has no such package
these tests are skipped; not in CI, where `.ci/run` installs it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest
from tests.evote.forging import Forged
from tests.evote.workshop import QUESTIONS, Bench, Scene, simulated, verify, zeros

from aydyn.evote import wire
from aydyn.evote.casting import cast
from aydyn.evote.simulation import expected_result
from aydyn.evote.verify.verdicts import Outcome

TOOL = shutil.which("belenios-tool") or ""

SCENES = (
    Scene("BELENIOS-2048", "HB", "single:2"),
    Scene("BELENIOS-2048", "HB", "single:1", weights=True),
    Scene("RFC-3526-2048", "HB", "single:1", voters=2, revotes=0),
    Scene("RFC-3526-2048", "RB", "single:2", voters=2, shuffles=2),
)
ENVIRONMENT = {"BELENIOS_USE_URANDOM": "1", "PATH": os.environ.get("PATH", "")}


@pytest.fixture(autouse=True)
def the_tool() -> None:
    """Skip on a person's machine; in CI nothing is ever skipped."""
    if not TOOL and os.environ.get("CI"):
        pytest.fail("belenios-tool is not installed")
    if not TOOL:
        pytest.skip("belenios-tool is not installed")


class Desk:
    """A directory in which the tool works."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, *words: str, given: str = "") -> str:
        done = self.try_(*words, given=given)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def try_(self, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [TOOL, *words],
            check=False,
            cwd=self.folder,
            input=given,
            capture_output=True,
            text=True,
            env=ENVIRONMENT,
            timeout=60,
        )

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)

    def add(self, kind: str, given: str = "") -> None:
        self.run("archive", "add-event", f"--type={kind}", given=given)

    def archive(self) -> bytes:
        return next(self.folder.glob("*.bel")).read_bytes()


def accepts(raw: bytes, uuid: str) -> bool:
    """Whether the tool accepts an archive."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, f"{uuid}.bel").write_bytes(raw)
        done = Desk(Path(folder)).try_("election", "verify")
        assert done.returncode or "all checks passed" in done.stderr
        return done.returncode == 0


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


# --- it accepts what we make


@pytest.mark.parametrize("scene", SCENES, ids=str)
def test_the_tool_accepts_what_we_make_at_every_stage(scene: Scene) -> None:
    bench = Bench(scene)
    whole = list(bench.events)
    for length in (1, bench.place("EndBallots"), bench.place("PartialDecryption"), len(whole)):
        bench.events = whole[:length]
        assert accepts(bench.bytes(), bench.election.uuid)


@pytest.mark.parametrize("scene", SCENES, ids=str)
def test_the_tool_accepts_each_of_our_ballots_and_not_an_altered_one(scene: Scene) -> None:
    bench = Bench(scene)
    setup, ballots = bench.events[0], bench.ballots
    for place, raw in enumerate(ballots):
        bench.events = [setup, Forged("Ballot", [raw])]
        assert accepts(bench.bytes(), bench.election.uuid)
        value = json.loads(raw)
        value["signature"]["proof"]["response"] = str(place)
        bench.events = [setup, Forged("Ballot", [wire.dump(value).encode()])]
        assert not accepts(bench.bytes(), bench.election.uuid)


@pytest.mark.parametrize("scene", SCENES, ids=str)
def test_the_tool_counts_our_ballots_to_our_tally(scene: Scene, desk: Desk) -> None:
    bench = Bench(scene)
    ours = [one.decode() for one in bench.at("EncryptedTally").data]
    bench.events = bench.events[: bench.place("EncryptedTally")]
    desk.folder.joinpath(f"{bench.election.uuid}.bel").write_bytes(bench.bytes())
    assert desk.run("election", "compute-encrypted-tally").splitlines() == ours


def test_the_tool_comes_to_our_result(desk: Desk) -> None:
    made, _ = simulated(SCENES[0])
    bench = Bench(SCENES[0])
    bench.events = bench.events[:-1]
    desk.folder.joinpath(f"{made.election.uuid}.bel").write_bytes(bench.bytes())
    assert json.loads(desk.run("election", "compute-result"))["result"] == expected_result(made)


# --- we accept what it makes


def set_up(desk: Desk, group: str, kinds: str, voters: list[str], trustees: int) -> list[str]:
    """An election by the tool alone, until the first ballot; the private credentials."""
    uuid = desk.run("setup", "generate-token").strip()
    for_group = ("--group", group)
    desk.write("voters.txt", "".join(f"{voter}\n" for voter in voters))
    desk.run("setup", "generate-credentials", "--uuid", uuid, *for_group, "--file", "voters.txt")
    next(desk.folder.glob("*.pubcreds")).rename(desk.folder / "public_creds.json")
    private = next(desk.folder.glob("*.privcreds")).read_text().splitlines()
    for _ in range(trustees):
        desk.run("setup", "generate-trustee-key", *for_group)
    keys = sorted(desk.folder.glob("*.pubkey"))
    desk.write("public_keys.jsons", "".join(path.read_text() for path in keys))
    desk.run("setup", "make-trustees")
    asked = [QUESTIONS[kind] | ({"extra": {"method": "Schulze"}} if kind == "R" else {}) for kind in kinds]
    desk.write("template.json", wire.dump(template(asked)))
    desk.run("setup", "make-election", "--uuid", uuid, *for_group, "--template", "template.json")
    desk.run("archive", "init")
    return [line.split()[-1] for line in private]


def template(questions: list[dict[str, Any]]) -> dict[str, Any]:
    people = {"administrator": "A", "credential_authority": "C"}
    return {"description": "Made by the tool", "name": "Saýlaw", "questions": questions, **people}


def vote(desk: Desk, credential: str, choices: list[Any]) -> None:
    desk.write("credential", credential)
    desk.write("choices", json.dumps(choices))
    ballot = desk.run("election", "generate-ballot", "--privcred", "credential", "--ballot", "choices")
    desk.add("Ballot", ballot)


def finish(desk: Desk, shuffles: int = 0) -> None:
    desk.add("EndBallots")
    desk.add("EncryptedTally", desk.run("election", "compute-encrypted-tally"))
    for owner in range(1, shuffles + 1):
        desk.add("Shuffle", desk.run("election", "shuffle", f"--trustee-id={owner}"))
    if shuffles:
        desk.add("EndShuffles")
    for owner, key in enumerate(sorted(desk.folder.glob("*.privkey")), 1):
        desk.add("PartialDecryption", desk.run("election", "decrypt", "--privkey", key.name, f"--trustee-id={owner}"))
    desk.add("Result", desk.run("election", "compute-result"))


def test_we_accept_an_election_that_the_tool_made(desk: Desk) -> None:
    first, second, third = set_up(desk, "BELENIOS-2048", "HB", ["a@x,a", "b@x,b", "c@x,c"], 2)
    vote(desk, first, [[1, 0, 0], [1, 0, 0]])
    vote(desk, second, [[1, 1, 0], [0, 1, 0]])
    assert verify(desk.archive()).outcome is Outcome.VERIFIED
    vote(desk, first, [[0, 0, 1], [0, 0, 1]])
    vote(desk, third, [[0, 1, 1], [0, 1, 0]])
    finish(desk)
    verdict = verify(desk.archive())
    assert verdict.outcome is Outcome.VERIFIED, verdict.problems
    assert [note.code for note in verdict.notes] == ["decryption-unbound"]
    assert verdict.result == [[1, 2, 2], [0, 2, 1]]


def test_we_accept_weights_of_the_tool(desk: Desk) -> None:
    light, heavy = set_up(desk, "BELENIOS-2048", "H", ["a@x,a,2", "b@x,b,3000000000"], 1)
    vote(desk, light, [[1, 0, 0]])
    vote(desk, heavy, [[0, 1, 1]])
    finish(desk)
    verdict = verify(desk.archive())
    assert verdict.outcome is Outcome.VERIFIED, verdict.problems
    assert verdict.result == [[2, "3000000000", "3000000000"]]


def test_we_accept_rankings_that_the_tool_shuffled(desk: Desk) -> None:
    first, second = set_up(desk, "RFC-3526-2048", "RH", ["a@x,a", "b@x,b"], 2)
    vote(desk, first, [[1, 2, 3], [1, 0, 0]])
    vote(desk, second, [[3, 1, 2], [1, 1, 0]])
    finish(desk, shuffles=2)
    verdict = verify(desk.archive())
    assert verdict.outcome is Outcome.VERIFIED, verdict.problems
    assert verdict.result is not None
    assert sorted(verdict.result[0]) == [[1, 2, 3], [3, 1, 2]]
    assert verdict.result[1] == [2, 1, 0]


# --- and both refuse the same


NUMBERS = {
    "plain": lambda n: f"{n}",
    "zeros": lambda n: f"00{n}",
    "more zeros than digits fit": lambda n: f"{'0' * 5000}{n}",
    "plus": lambda n: f"+{n}",
    "minus plus": lambda n: f"-+{n}",
    "hexadecimal": lambda n: f"0x{n:x}",
    "HEXADECIMAL": lambda n: f"0X{n:X}",
    "octal": lambda n: f"0o{n:o}",
    "binary": lambda n: f"0b{n:b}",
    "underscores": lambda n: f"{n}"[:3] + "__" + f"{n}"[3:] + "_",
    "underscore first": lambda n: f"_{n}",
    "underscore after 0x": lambda n: f"0x_{n:x}",
    "space": lambda n: f" {n}",
    "line": lambda n: f"{n}\\n",
    "two signs": lambda n: f"+-{n}",
    "zero before 0x": lambda n: f"00x{n:x}",
    "wrong digit": lambda n: f"0b{n:b}2",
    "letters": lambda n: f"{n}a",
    "minus": lambda n: f"-{n}",
    "other digits": lambda n: f"{n}".translate({48 + i: 0x660 + i for i in range(10)}),
}
ZEROS = ("", "-", "+", "-0", "+0", "-+", "0x", "0X", "0b", "-0x0", "0_", "_", "+-0", "0x+0", "- 0")
FIELDS = {
    "null": "null", "number": "1", "many digits": "9" * 5000, "broken number": "1.5", "tiny": "1e-07", "not a number": "NaN",
    "infinite": "-Infinity", "nan": "nan", "leading zero": "07", "plus": "+1", "empty": '""', "tab": '"\\t"', "del": '"\\u007f"',
    "raw del": '"\x7f"', "escaped slash": '"\\/"', "escaped letter": '"\\u00fd"', "letter": '"ý"', "half": '"\\ud83d"',
    "deep": "[" * 3000 + "]" * 3000, "deep objects": '{"a":' * 3000 + "1" + "}" * 3000, "tuple": "(1,[2])", "variant": '<"A":[]>',
    "bare variant": '<"A">', "space": "[1, 2]", "comma": "[1,]", "comment": "/**/1", "twice": '{"a":1,"a":2}', "open": "[",
    "tuple of none": "()", "mixed": "[1)", "bare name": "{a:1}",
}  # fmt: skip


@pytest.fixture(scope="module")
def open_box() -> tuple[Bench, int, str, str]:
    """An election that has just begun, a voter, usual answers of hers, and answers without randomness."""
    bench = Bench(Scene("BELENIOS-2048", "H", "single:1", voters=2, revotes=0))
    voter = bench.voter_of(bench.ballots[0])
    with zeros():
        raw = cast(bench.election, bench.engine, bench.publics[voter], bench.privates[voter], bench.valid_votes())
    usual, neutral = (wire.dump(json.loads(one)["answers"]) for one in (bench.ballots[0], raw))
    bench.events = bench.events[:1]
    return bench, voter, usual, neutral


def both(open_box: tuple[Bench, int, str, str], answers: str) -> tuple[bool, bool]:
    """Whether the tool accepts a ballot of these answers, and whether we do."""
    bench, voter, _, _ = open_box
    setup = bench.events[0]
    bench.events = [setup, Forged("Ballot", [bench.sign(voter, answers)])]
    raw = bench.bytes()
    bench.events = [setup]
    return accepts(raw, bench.election.uuid), verify(raw).outcome is Outcome.VERIFIED


@pytest.mark.parametrize("name", NUMBERS)
def test_both_read_the_same_spellings_of_numbers(name: str, open_box: tuple[Bench, int, str, str]) -> None:
    usual = open_box[2]
    response = json.loads(usual)[0]["overall_proof"][0]["response"]
    alpha = json.loads(usual)[0]["choices"][0]["alpha"]
    for number in (response, alpha):
        theirs, ours = both(open_box, usual.replace(f'"{number}"', f'"{NUMBERS[name](int(number))}"', 1))
        assert theirs == ours


@pytest.mark.parametrize("spelling", ZEROS)
def test_both_read_the_same_spellings_of_zero(spelling: str, open_box: tuple[Bench, int, str, str]) -> None:
    theirs, ours = both(open_box, open_box[3].replace('"response":"0"', f'"response":"{spelling}"'))
    assert theirs == ours


@pytest.mark.parametrize("name", FIELDS)
def test_both_skip_the_same_unknown_fields(name: str, open_box: tuple[Bench, int, str, str]) -> None:
    theirs, ours = both(open_box, open_box[2].replace('{"choices":', f'{{"note":{FIELDS[name]},"choices":', 1))
    assert theirs == ours


@pytest.mark.parametrize(("field", "value"), [("blank_proof", "null"), ("blank_proof", "[]"), ("choices", "null")])
def test_both_take_the_same_known_fields(field: str, value: str, open_box: tuple[Bench, int, str, str]) -> None:
    theirs, ours = both(open_box, f'{open_box[2][:-2]},"{field}":{value}}}]')
    assert theirs == ours


def test_a_key_generation_of_the_tools_older_kind_is_named_as_not_checkable(desk: Desk) -> None:
    raw = threshold_archive(desk)
    verdict = verify(raw)
    assert verdict.outcome is Outcome.UNCHECKED
    assert [problem.rule for problem in verdict.problems] == ["threshold-version"]


def threshold_archive(desk: Desk) -> bytes:
    """An election of the tool with two of three trustees, just opened."""
    group = ("--group", "BELENIOS-2048")
    uuid = desk.run("setup", "generate-token").strip()
    desk.run("setup", "generate-credentials", "--uuid", uuid, *group, "--count", "2")
    next(desk.folder.glob("*.pubcreds")).rename(desk.folder / "public_creds.json")
    step = ("setup", "generate-trustee-key-threshold", *group, "--certs", "certs.jsons", "--step")
    for _ in range(3):
        desk.run("setup", "generate-trustee-key-threshold", *group, "--step", "1")
    desk.write("certs.jsons", "".join(path.read_text() for path in sorted(desk.folder.glob("*.cert"))))
    desk.run(*step, "2")
    keys = sorted(desk.folder.glob("*.key"))
    made = [desk.run(*step, "3", "--key", key.name, "--threshold", "2") for key in keys]
    desk.write("polynomials.jsons", "".join(made))
    desk.run(*step, "4", "--polynomials", "polynomials.jsons")
    inputs = [key.with_suffix(".vinput").read_text() for key in keys]
    outputs = [desk.run(*step, "5", "--key", key.name, given=own) for key, own in zip(keys, inputs, strict=True)]
    desk.write("threshold.json", desk.run(*step, "6", "--polynomials", "polynomials.jsons", given="".join(outputs)))
    desk.write("public_keys.jsons", "")
    desk.run("setup", "make-trustees")
    desk.write("template.json", wire.dump(template([QUESTIONS["H"]])))
    desk.run("setup", "make-election", "--uuid", uuid, *group, "--template", "template.json")
    desk.run("archive", "init")
    return desk.archive()
