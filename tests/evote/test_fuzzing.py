"""Archives changed at random, with all hashes made again: no verdict says VERIFIED for another election, and nothing escapes the check.

Examples are drawn from fixed seeds, so that every run is the same and takes the same time.
"""

from __future__ import annotations

import io
import json
import re
import time
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.evote.forging import Forged, pieces
from tests.evote.manipulations.table import LISTS, RANKED, SHARED
from tests.evote.samples import ALL
from tests.evote.workshop import Bench, Scene, verify

from aydyn.evote import wire
from aydyn.evote.archive import read_entries
from aydyn.evote.ballots import parse_ballot
from aydyn.evote.credentials import parse_public_list
from aydyn.evote.elections import Election
from aydyn.evote.errors import ArchiveError
from aydyn.evote.questions import parse_question
from aydyn.evote.report.pages import LANGUAGES, render
from aydyn.evote.report.texts import lines
from aydyn.evote.report.values import report_of
from aydyn.evote.trustees import owners, parse_trustees
from aydyn.evote.verify.verdicts import Outcome, Verdict

SCENES = (
    Scene(kinds="HB", trustees="single:1", voters=2, revotes=1, weights=True),
    LISTS,
    RANKED,
    SHARED,
    Scene("BELENIOS-2048", "H", "single:1", voters=1, revotes=0),
)
scenes = st.sampled_from(SCENES)
few = settings(derandomize=True, database=None, deadline=None, max_examples=60)
many = settings(few, max_examples=200)


def meaning(raw: bytes) -> Any:
    """What an archive with a result says: the election, who holds its key, who may vote, what each voter's last ballot holds, the result."""
    entries = list(read_entries(io.BytesIO(raw)))
    election = Election.parse(entries[0].data[0])
    group, ballots = election.group, dict[int, Any]()
    for entry in entries:
        if entry.event.type.value == "Ballot":
            ballot = parse_ballot(election, entry.data[0])
            ballots[ballot.credential] = [answer.ciphertexts() for answer in ballot.answers]
    keys = [one.key for one in owners(parse_trustees(group, entries[0].data[1]))]
    result = wire.load(entries[-1].data[0], "the result")["result"]
    return election.raw, keys, parse_public_list(group, entries[0].data[2]), ballots, result


@cache
def genuine(scene: Scene) -> Any:
    return meaning(Bench(scene).raw)


def judged(raw: bytes) -> Verdict:
    """The verdict, once it was told in every form there is."""
    verdict = verify(raw)
    report = report_of(verdict, "some.bel")
    json.dumps(report, ensure_ascii=False).encode()
    "\n".join(lines(report)).encode()
    for language in LANGUAGES[-1:]:
        render(report, language).encode()
    return verdict


def check_harmless(scene: Scene, raw: bytes) -> bool:
    """Whether it is verified; if it is, it has no result or says what the genuine archive says."""
    verdict = judged(raw)
    if verdict.outcome is not Outcome.VERIFIED:
        assert verdict.problems
        return False
    if verdict.result is not None:
        assert meaning(raw) == genuine(scene)
    else:
        assert verdict.facts["last"] != "Result"
    return True


# --- bytes


@few
@given(
    st.sampled_from([*(one.archive for one in ALL.values()), *(Bench(scene).raw for scene in SCENES[:2])]), st.data()
)
def test_changed_bytes_are_never_verified(raw: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(raw) - 1))
    length = data.draw(st.sampled_from([0, 1, 1, 2, 512, 1024]))
    more = data.draw(st.binary(max_size=3) | st.just(bytes(512)))
    changed = raw[:place] + more + raw[place + length :]
    if changed != raw and not raw.startswith(changed):
        verdict = judged(changed)
        assert verdict.outcome is not Outcome.VERIFIED
        assert verdict.problems[0].rule.split("-")[0] in ("archive", "event", "data")


@few
@given(scenes, st.data())
def test_records_out_of_place_are_never_verified(scene: Scene, data: st.DataObject) -> None:
    raw = Bench(scene).raw
    own = pieces(raw)
    i, j = (data.draw(st.integers(0, len(own) - 1)) for _ in range(2))
    other = list(own)
    act = data.draw(st.sampled_from(["swap", "double", "drop", "move"]))
    if act == "swap":
        other[i], other[j] = other[j], other[i]
    elif act == "double":
        other.insert(j, own[i])
    elif act == "drop":
        del other[i]
    else:
        other.insert(j, other.pop(i))
    changed = b"".join(other)
    if not raw.startswith(changed):
        assert judged(changed).outcome is not Outcome.VERIFIED


# --- events, the chain made again


@few
@given(scenes, st.data())
def test_events_in_any_order_are_never_another_election(scene: Scene, data: st.DataObject) -> None:
    bench = Bench(scene)
    for _ in range(data.draw(st.integers(1, 3))):
        i, j = (data.draw(st.integers(0, len(bench.events) - 1)) for _ in range(2))
        act = data.draw(st.sampled_from(["swap", "double", "drop", "rename"]))
        if act == "swap":
            bench.events[i], bench.events[j] = bench.events[j], bench.events[i]
        elif act == "double":
            bench.events.insert(j, bench.events[i])
        elif act == "drop" and len(bench.events) > 1:
            del bench.events[i]
        else:
            bench.events[i] = Forged(bench.events[j].kind, bench.events[i].data)
    check_harmless(scene, bench.bytes())


# --- JSON, all hashes made again

TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|-?[0-9][0-9.eE+-]*|true|false|null|[\[\]{}:,]')
ODD = (
    "NaN", "-Infinity", "1e400", "-0", "1.0", "-1", "9" * 5000, "1" + "0" * 400, "null", "true", "[]", "{}", '""', '"x"', '"0"', '"00"', '"-0"',
    '"0x1"', f'"{"9" * 5000}"', '"\\ud800"', '"\\udc00\\ud800"', '"\\u0000"', '"\x7f"', '" "', "(1,2)", '<"A">', "[" * 2000 + "]" * 2000,
    '{"a":' * 2000 + "1" + "}" * 2000, "[" * 3000, ",", ":", "]", "}", '"', "\\", " ", "\ufeff", "1_0", "٣", f'"{"0" * 64}"', f'"{"f" * 64}"', '"A"',
)  # fmt: skip


def changed_json(draw: Callable[[st.SearchStrategy[Any]], Any], text: str) -> str:
    """JSON with something odd in it, or with its pieces in other places."""
    tokens = TOKEN.findall(text)
    i, j = (draw(st.integers(0, len(tokens) - 1)) for _ in range(2))
    act = draw(
        st.sampled_from(["odd", "odd", "insert", "drop", "swap", "copy", "number", "number", "field", "twice", "spell"])
    )
    if act in ("field", "twice"):
        places = [n for n, token in enumerate(tokens) if token == "{" and tokens[n + 1] != "}"]
        place = draw(st.sampled_from(places)) if places else 0
        name = tokens[place + 1] if act == "twice" else '"note"'
        tokens[place] = "{" + f"{name}:{draw(st.sampled_from(ODD[:28]))}," if places else tokens[place]
    elif act in ("number", "spell"):
        places = [n for n, token in enumerate(tokens) if token.strip('"').isascii() and token.strip('"').isdigit()]
        place = draw(st.sampled_from(places)) if places else 0
        tokens[place] = _respelled(tokens[place], draw(st.sampled_from([-1, 1, 2**252])) if act == "number" else 0)
    elif act == "swap":
        tokens[i], tokens[j] = tokens[j], tokens[i]
    elif act == "copy":
        tokens[i] = tokens[j]
    elif act == "drop":
        del tokens[i]
    else:
        tokens[i] = draw(st.sampled_from(ODD)) + (tokens[i] if act == "insert" else "")
    return "".join(tokens)


def _respelled(token: str, by: int) -> str:
    text = token.strip('"')
    if not text.isdigit():
        return token
    return token.replace(text, str(int(text) + by) if by else f"00{text}")


def _put(bench: Bench, place: int, part: int, raw: bytes) -> None:
    """Replace data of an event, and make the hashes again that name it."""
    event = bench.events[place]
    old, event.data[part] = event.data[part], raw
    if part < len(event.data) - 1:
        event.data[-1] = event.data[-1].replace(wire.hex_digest(old).encode(), wire.hex_digest(raw).encode())


@many
@given(scenes, st.data())
def test_json_changed_anywhere_is_never_another_election(scene: Scene, data: st.DataObject) -> None:
    bench = Bench(scene)
    place = data.draw(st.sampled_from([n for n, event in enumerate(bench.events) if event.data]))
    part = data.draw(st.integers(0, len(bench.events[place].data) - 1))
    text = changed_json(data.draw, bench.events[place].data[part].decode())
    _put(bench, place, part, text.encode())
    check_harmless(scene, bench.bytes())


@many
@given(scenes, st.data())
def test_answers_changed_anywhere_and_signed_by_their_voter_are_never_another_vote(
    scene: Scene, data: st.DataObject
) -> None:
    bench = Bench(scene)
    place = data.draw(st.sampled_from([n for n, event in enumerate(bench.events) if event.kind == "Ballot"]))
    raw = bench.events[place].data[0]
    answers = raw.decode().partition(',"answers":')[2].partition(',"signature":')[0]
    bench.events[place].data = [bench.sign(bench.voter_of(raw), changed_json(data.draw, answers))]
    check_harmless(scene, bench.bytes())


def test_changes_that_mean_nothing_are_among_those_and_pass() -> None:
    """The rule above would hold for a check that refuses everything."""
    for scene in SCENES:
        bench = Bench(scene)
        _put(bench, 0, 1, bench.events[0].data[1].replace(b'"pok"', b'"note":[{}],"pok"'))
        answers = bench.ballots[-1].decode().partition(',"answers":')[2].partition(',"signature":')[0]
        last = bench.place("Ballot", len(bench.ballots) - 1)
        respelled = re.sub(r'"response":"', '"response":"00', answers)
        bench.events[last].data = [bench.sign(bench.voter_of(bench.ballots[-1]), respelled)]
        assert check_harmless(scene, bench.bytes()) is True


# --- time

HOSTILE: dict[str, Callable[[int], str]] = {
    "deep lists": lambda n: "[" * (n // 2) + "]" * (n // 2),
    "deep objects": lambda n: '{"a":' * (n // 6) + "1" + "}" * (n // 6),
    "open lists": lambda n: "[" * n,
    "a long number": lambda n: "9" * n,
    "a long number in a string": lambda n: f'"{"9" * n}"',
    "zeros": lambda n: f'"{"0" * n}1"',
    "underscores": lambda n: f'"0x{"1_" * n}"',
    "a long string": lambda n: f'"{"x" * n}"',
    "backslashes": lambda n: '"' + "\\" * n,
    "a string that does not end": lambda n: '"' + "x" * n,
    "many fields": lambda n: "{" + ",".join(f'"{i}":0' for i in range(n // 8)) + "}",
    "one field many times": lambda n: "{" + '"a":0,' * (n // 6) + '"a":1}',
    "tuples": lambda n: "(" * (n // 2) + "1" + ")" * (n // 2),
    "spaces": lambda n: " " * n + "1" + " " * n,
    "numbers cut in pieces": lambda n: "1e" * n,
}


def _hostile(bench: Bench, value: str) -> Iterator[bytes]:
    """The archive with a hostile value in one place after another."""
    places = ((0, 1, b'"pok":'), (0, 2, b"["), (1, 0, b'"answers":'), (1, 0, b'"challenge":'), (-1, 0, b'"result":'), (-2, 0, b'"response":'))  # fmt: skip
    for place, part, before in places:
        own = Bench(bench.scene)
        raw = own.events[place].data[part]
        _put(own, place, part, raw.replace(before, before + value.encode() + b',"x":', 1))
        yield own.bytes()
    own, raw = Bench(bench.scene), bench.ballots[0]
    answers = raw.decode().partition(',"answers":')[2].partition(',"signature":')[0]
    own.events[1].data = [own.sign(own.voter_of(raw), answers.replace("{", '{"note":' + value + ",", 1))]
    yield own.bytes()


@pytest.mark.parametrize("name", HOSTILE)
def test_time_is_bounded_by_the_length_whatever_stands_in_an_archive(name: str) -> None:
    bench, spent = Bench(Scene(kinds="H", trustees="single:1", voters=1, revotes=0)), list[float]()
    for size in (10_000, 80_000):
        archives = list(_hostile(bench, HOSTILE[name](size)))
        start = time.process_time()
        for raw in archives:
            judged(raw)
        spent.append(time.process_time() - start)
    assert spent[1] < 20 * max(spent[0], 0.1), spent


# --- reports of what was verified

EXTRAS: tuple[Any, ...] = (
    {}, {"method": "Schulze", "blank": "no"}, {"method": "STV", "seats": -1}, {"method": "STV", "seats": 10**30}, {"method": "STV", "seats": "2"},
    {"method": "MajorityJudgment", "grades": 5}, {"method": "MajorityJudgment", "grades": []}, {"method": "MajorityJudgment", "grades": ["\ud800"]},
    {"method": "\ud800"}, {"method": ["STV"]}, {"note\ud800": "\udfff"}, {"method": "MajorityJudgment", "grades": [{"a": 1}, None]},
)  # fmt: skip


@pytest.mark.parametrize("extra", EXTRAS, ids=repr)
@pytest.mark.parametrize("votes", [[], [[0, 0, 0]], [[1, 2, 3], [3, 3, 255]]], ids=repr)
def test_whatever_a_question_announces_its_result_is_told(extra: Any, votes: list[list[int]]) -> None:
    question = parse_question(
        {"type": "NonHomomorphic", "value": {"answers": ["A", "B", "C"], "question": "?"}, "extra": extra}
    )
    verdict = verify(Bench(RANKED).raw)
    verdict.facts["questions"], verdict.result = [question.to_value()], [votes]
    report = report_of(verdict, "some.bel")
    json.dumps(report, ensure_ascii=False).encode()
    "\n".join(lines(report)).encode()
    for language in LANGUAGES:
        render(report, language).encode()


def test_a_stream_that_fails_is_not_a_false_archive() -> None:
    """What the machine does is no property of the archive: it goes to the caller."""

    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(5, "broken")

    with pytest.raises(OSError, match="broken"):
        list(read_entries(Broken(b"x")))
    assert not issubclass(ArchiveError, OSError)
