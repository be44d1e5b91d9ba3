"""Spellings of one voter or one trustee that other readers of the format take: verified, for else one person could spoil an election.

Each kind of spelling was tried with the checker of Belenios 2.0 (Debian 12), in a group and with questions that it knows: it takes them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from tests.evote.forging import owned
from tests.evote.manipulations.table import LISTS, PLAIN, RANKED, SHARED
from tests.evote.workshop import Bench, Scene, verify

from aydyn.evote import wire
from aydyn.evote.messages import Signed, sign
from aydyn.evote.report.pages import render
from aydyn.evote.report.values import report_of
from aydyn.evote.trustees import certified_text
from aydyn.evote.verify.verdicts import Outcome, Verdict

Text = Callable[[str], str]


def verified(bench: Bench) -> Verdict:
    verdict = verify(bench.bytes())
    assert verdict.outcome is Outcome.VERIFIED, verdict.problems
    return verdict


def refused(bench: Bench) -> str:
    verdict = verify(bench.bytes())
    assert verdict.outcome is Outcome.REFUTED
    return verdict.problems[0].rule


def bytes_of(value: bytes) -> str:
    """Bytes as a text that `wire.encode` makes these bytes of."""
    return value.decode("utf-8", "surrogateescape")


def field_more(field: str) -> Text:
    return lambda text: text.replace("{", "{" + field + ",", 1)


BYTES = {
    "a value that is no UTF-8": bytes_of(b'"x":"\xff"'),
    "a value of half a letter": bytes_of(b'"x":"\xed\xa0\x80"'),
    "a name that is no UTF-8": bytes_of(b'"\xff":1'),
    "both far down": bytes_of(b'"x":[{"\xc3":["\xc3\x28"]}]'),
}

# --- voters


def spelled(scene: Scene, change: Text) -> Bench:
    """The first ballot, its answers changed as a text and signed by its voter."""
    bench = Bench(scene)
    answers = change(wire.dump(json.loads(bench.ballots[0])["answers"]))
    bench.events[1].data = [bench.sign(bench.voter_of(bench.ballots[0]), answers)]
    return bench


@pytest.mark.parametrize("name", BYTES)
@pytest.mark.parametrize("scene", [PLAIN, LISTS, RANKED], ids=str)
def test_what_nobody_reads_in_answers_may_be_any_bytes(scene: Scene, name: str) -> None:
    assert [note.code for note in verified(spelled(scene, field_more(BYTES[name]))).notes] == ["ballot-unusual"]


@pytest.mark.parametrize("scene", [PLAIN, LISTS, RANKED], ids=str)
def test_what_is_read_in_answers_may_not(scene: Scene) -> None:
    for digit in (bytes_of(b"\xff"), "\\udc80"):
        bench = spelled(scene, lambda text, digit=digit: text.replace('"alpha":"', f'"alpha":"{digit}', 1))
        assert refused(bench) in ("element", "ballot-canonical")


def test_the_two_responses_may_be_a_tuple() -> None:
    def change(text: str) -> str:
        head, name, rest = text.partition('"response":["')
        inside, _, tail = rest.partition("]")
        return f'{head}{name[:-2]}("{inside}){tail}'

    assert '"response":("' in change('"response":["1","2"]')
    assert [note.code for note in verified(spelled(LISTS, change)).notes] == ["ballot-unusual"]


@pytest.mark.parametrize("change", ["/**/", "//\n", " "])
def test_comments_and_spaces_in_answers_are_not_compact(change: str) -> None:
    assert refused(spelled(PLAIN, lambda text: text.replace("{", "{" + change, 1))) in ("json", "ballot-canonical")


def test_names_without_quotes_in_answers_are_not_compact() -> None:
    assert refused(spelled(PLAIN, lambda text: text.replace('"choices"', "choices", 1))) == "json"


def test_nothing_may_follow_a_ballot() -> None:
    bench = Bench(PLAIN)
    bench.events[1].data = [bench.ballots[0] + b"{}"]
    assert refused(bench) == "ballot-canonical"


# --- trustees

SPELLINGS: dict[str, Text] = {
    **{name: field_more(field) for name, field in BYTES.items()},
    "spaces": lambda text: text.replace("{", " {\r\n\t"),
    "a comment": lambda text: text.replace("{", "/* { */{/**/"),
    "a comment to the end of a line": lambda text: text.replace("{", '{// "\n'),
    "more after it": lambda text: text + "}[/*",
    "a control character": field_more('"x":"a\nb\x7f\\u007f"'),
    "names without quotes": lambda text: text.replace('"x":', "x:").replace("{", "{y:<A:(1)>,", 1),
    "numbers without end": field_more('"x":' + "9" * 5000),
    "half a letter escaped": field_more('"x":"\\udc80\\ud83d\\ude00\\ud800"'),
}


@pytest.mark.parametrize("name", SPELLINGS)
@pytest.mark.parametrize("kind", ["Shuffle", "PartialDecryption"])
def test_what_a_trustee_publishes_may_be_spelled_as_others_read_it(kind: str, name: str) -> None:
    bench = Bench(RANKED)
    event = bench.at(kind, 1)
    raw = wire.encode(SPELLINGS[name](event.data[0].decode()))
    bench.events[bench.place(kind, 1)] = owned(kind, json.loads(event.data[1])["owner"], raw)
    verified(bench)


@pytest.mark.parametrize("name", SPELLINGS)
def test_trustees_may_be_spelled_as_others_read_them(name: str) -> None:
    bench = Bench(PLAIN)
    bench.set_up(trustees=wire.encode(SPELLINGS[name](bench.events[0].data[1].decode())))
    verified(bench)


def test_a_trustee_may_be_a_variant_and_a_shuffles_proof_a_tuple() -> None:
    bench = Bench(PLAIN)
    bench.set_up(trustees=bench.events[0].data[1].replace(b'["Single",', b'<"Single":').replace(b"}]", b"}>"))
    verified(bench)
    bench = Bench(RANKED)
    event = bench.at("Shuffle", 1)
    raw = event.data[0].replace(b'"proofs":[[', b'"proofs":[(')[:-3] + b")]}"
    bench.events[bench.place("Shuffle", 1)] = owned("Shuffle", 2, raw)
    verified(bench)


@pytest.mark.parametrize("text", [bytes_of(b"\xff"), bytes_of(b"\xed\xa0\x80")])
def test_a_trustees_name_may_be_any_bytes(text: str) -> None:
    bench = Bench(PLAIN)
    bench.edit(1, lambda trustees: trustees[0][1].update(name=text))
    report = report_of(verified(bench), "FILE")
    assert "\ufffd" in render(report, "en").encode().decode()


def test_a_trustees_name_that_others_refuse_is_refused() -> None:
    bench = Bench(PLAIN)
    bench.set_up(trustees=bench.events[0].data[1].replace(b"}]]", b',"name":"\\ud800"}]]'))
    assert refused(bench) == "json-shape"


# --- a member of a k-of-n key generation, in what she signs; all members then sign what they saw


def resigned(part: str, change: Text) -> Bench:
    bench = Bench(SHARED)

    def changed(trustees: Any) -> None:
        value, elements = trustees[0][1], [json.loads(one["message"])["coefexps"] for one in trustees[0][1]["coefexps"]]
        message = change(value[part][0]["message"])
        value[part][0] = sign(bench.engine, bench.members[0].signing, message).to_value()
        certificates = [Signed.parse(bench.group, one, "a certificate") for one in value["certs"]]
        for place, own in enumerate(elements):
            text = certified_text(certificates, own)
            value["signatures"][place] = sign(bench.engine, bench.members[place].signing, text).signature.to_value()

    bench.edit(1, changed)
    return bench


@pytest.mark.parametrize("name", SPELLINGS)
@pytest.mark.parametrize("part", ["certs", "coefexps"])
def test_what_a_member_signs_may_be_spelled_as_others_read_it(part: str, name: str) -> None:
    verified(resigned(part, SPELLINGS[name]))


def test_a_members_context_may_have_other_fields_any_order_and_numbers_in_strings() -> None:
    def change(text: str) -> str:
        value = json.loads(text)
        value["context"] = {"note": [1], **dict(reversed(value["context"].items()))}
        value["context"] |= {"size": "3", "index": "0x1"}
        return wire.dump(value)

    verified(resigned("certs", change))


def test_makers_escape_a_control_character_that_python_does_not() -> None:
    text = certified_text([Signed("\x7f", Bench(SHARED).trustees[0].certificates[0].signature)], [])  # type: ignore[union-attr]
    assert '"message":"\\u007f"' in text
