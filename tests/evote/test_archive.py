"""Archives: exactly the bytes that the format prescribes, front to back, and nothing else."""

from __future__ import annotations

import io
import json
from typing import BinaryIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.evote.forging import (
    ARCHIVES,
    TIME,
    Forged,
    ballot,
    end_of,
    forge,
    owned,
    pieces,
    read,
    rewrite,
    setup,
    tally,
    whole,
)

from aydyn.evote.archive import Position, Reader, Writer, read_entries
from aydyn.evote.errors import ArchiveError, FormatError
from aydyn.evote.events import EventType, Owned, SetupData, SizedTally
from aydyn.evote.records import start_of
from aydyn.evote.wire import hex_digest

SMALL = forge(whole())
ALL = [*ARCHIVES.values(), SMALL]
ENDS = {raw: {entry.end for entry in read(raw)} for raw in ALL}
samples = st.sampled_from(ALL)


def refusal(raw: bytes, resume: Position | None = None) -> ArchiveError:
    with pytest.raises(ArchiveError) as caught:
        read(raw, resume)
    assert caught.value.section
    return caught.value


@pytest.mark.parametrize("name", ARCHIVES)
def test_an_archive_of_the_official_tool_is_read_and_written_byte_for_byte(name: str) -> None:
    assert rewrite(ARCHIVES[name]) == ARCHIVES[name]


def test_an_entry_has_its_data_in_order_and_what_describes_them() -> None:
    entries = read(ARCHIVES["ed25519-mixed-threshold"])
    first, last = entries[0], entries[-1]
    assert isinstance(first.details, SetupData)
    assert [hex_digest(each) for each in first.data] == [*first.details.references(), first.event.payload]
    assert json.loads(first.data[0])["name"] == "ed25519-mixed-threshold"
    assert isinstance(entries[11].details, SizedTally)
    assert (entries[11].details.num_tallied, entries[11].details.total_weight) == (9, 9)
    assert [each.details.owner for each in entries if isinstance(each.details, Owned)] == [1, 1, 3, 4]
    assert json.loads(last.data[0])["result"][0] == [2, 6, 1]
    assert (first.offset, last.end) == (1024, len(ARCHIVES["ed25519-mixed-threshold"]))


def test_equal_data_of_two_events_stand_before_each() -> None:
    assert rewrite(SMALL) == SMALL
    shuffles = [entry for entry in read(SMALL) if entry.event.type is EventType.SHUFFLE]
    assert [entry.data[0] for entry in shuffles] == [b"shuffled", b"shuffled"]


def test_the_named_steps_of_the_writer_make_the_same_archive() -> None:
    out = io.BytesIO()
    writer = Writer(out, timestamp=TIME)
    writer.setup(b'{"election"}', b'["trustees"]', b'["credentials"]')
    for text in (b"one", b"two", b"one"):
        writer.ballot(text)
    writer.end_ballots()
    writer.encrypted_tally(b"tally", 2, 2)
    writer.shuffle(1, b"shuffled")
    writer.shuffle(2, b"shuffled")
    writer.end_shuffles()
    writer.partial_decryption(1, b"part")
    writer.partial_decryption(2, b"other part")
    event = writer.result(b"result")
    assert out.getvalue() == SMALL
    assert event == read(SMALL)[-1].event


def test_a_credentials_certificate_stands_after_the_credentials() -> None:
    out = io.BytesIO()
    Writer(out, timestamp=TIME).setup(b'{"election"}', b'["trustees"]', b'["credentials"]', b"certificate")
    assert out.getvalue() == forge([setup(certificate=b"certificate")])
    assert read(out.getvalue())[0].data[3] == b"certificate"


@pytest.mark.parametrize(
    ("weight", "written"), [(2**30 - 1, b":1073741823,"), (2**30, b':"1073741824",'), (10**11, b':"100000000000",')]
)
def test_a_large_weight_is_a_text_and_comes_back(weight: int, written: bytes) -> None:
    out = io.BytesIO()
    writer = Writer(out, timestamp=TIME)
    writer.setup(b"1", b"2", b"3")
    writer.end_ballots()
    writer.encrypted_tally(b"tally", 1, weight)
    assert written in out.getvalue()
    details = read(out.getvalue())[-1].details
    assert isinstance(details, SizedTally)
    assert details.total_weight == weight


# -- what is refused, by anyone who changes bytes ---------------------------------------------------


@settings(max_examples=400, deadline=None)
@given(samples, st.data())
def test_any_byte_changed_is_refused(raw: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(raw) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != raw[place]))
    refusal(raw[:place] + bytes([byte]) + raw[place + 1 :])


@settings(max_examples=200, deadline=None)
@given(samples, st.data())
def test_an_archive_cut_anywhere_but_after_an_event_is_refused(raw: bytes, data: st.DataObject) -> None:
    near = st.sampled_from(sorted(ENDS[raw])).flatmap(lambda end: st.integers(end - 513, end + 513))
    place = data.draw((st.integers(0, len(raw)) | near).filter(lambda cut: 0 <= cut <= len(raw)))
    if place in ENDS[raw]:
        assert end_of(raw[:place]).offset == place
    else:
        assert refusal(raw[:place]).rule in ("archive-truncated", "archive-start", "archive-empty")


@settings(max_examples=200, deadline=None)
@given(samples, st.binary(min_size=1, max_size=1100) | st.sampled_from([b"\0" * 512, b"\0" * 1024]))
def test_anything_appended_is_refused(raw: bytes, more: bytes) -> None:
    assert refusal(raw + more).offset == len(raw)


@settings(max_examples=200, deadline=None)
@given(samples, st.data())
def test_a_record_dropped_doubled_swapped_or_moved_is_refused(raw: bytes, data: st.DataObject) -> None:
    records = pieces(raw)
    here, there = (data.draw(st.integers(0, len(records) - 1)) for _ in range(2))
    how = data.draw(st.sampled_from(["drop", "double", "swap", "move"]))
    changed = list(records)
    if how == "drop":
        del changed[here]
    elif how == "double":
        changed.insert(there, changed[here])
    elif how == "swap":
        changed[here], changed[there] = changed[there], changed[here]
    else:
        changed.insert(there, changed.pop(here))
    if changed != records:
        refusal(b"".join(changed))


def test_the_end_blocks_of_ordinary_tar_files_are_refused() -> None:
    assert refusal(SMALL + bytes(1024)).rule == "archive-header"


# -- what is refused, by anyone who also mends the hashes -------------------------------------------

T, R = tally(), Forged("Result", [b"result"])
S, D = owned("Shuffle", 1, b"shuffled"), owned("PartialDecryption", 1, b"part")
B, EB, ES = ballot("one"), Forged("EndBallots"), Forged("EndShuffles")


@pytest.mark.parametrize(
    "events",
    [
        [setup(), EB],
        [setup(), B, EB, T, D, R],
        [setup(), B, EB, T, S, D, D, R],
        [setup(), B, EB, T, ES, D, R],
        [setup(), B, EB, T, S, ES, D],
        [setup(), B, EB, T, R],
    ],
)
def test_every_order_of_the_grammar_is_read(events: list[Forged]) -> None:
    assert [entry.event.type for entry in read(forge(events))] == [event.kind for event in events]


@pytest.mark.parametrize(
    ("events", "height"),
    [
        ([B], 0),
        ([EB], 0),
        ([setup(), setup()], 1),
        ([setup(), T], 1),
        ([setup(), R], 1),
        ([setup(), B, T], 2),
        ([setup(), B, EB, EB], 3),
        ([setup(), B, EB, B], 3),
        ([setup(), B, EB, S], 3),
        ([setup(), B, EB, D], 3),
        ([setup(), B, EB, R], 3),
        ([setup(), B, EB, T, T], 4),
        ([setup(), B, EB, T, B], 4),
        ([setup(), B, EB, T, S, ES, S], 6),
        ([setup(), B, EB, T, ES, ES], 5),
        ([setup(), B, EB, T, D, S], 5),
        ([setup(), B, EB, T, D, ES], 5),
        ([setup(), B, EB, T, D, R, R], 6),
        ([setup(), B, EB, T, D, R, D], 6),
        ([setup(), B, EB, T, D, R, B], 6),
    ],
)
def test_any_other_order_is_refused(events: list[Forged], height: int) -> None:
    error = refusal(forge(events))
    assert (error.rule, error.height) == ("event-order", height)
    out = io.BytesIO()
    writer = Writer(out, timestamp=TIME)
    for event in events[:-1]:
        writer.add(EventType(event.kind), *event.data)
    before = out.getvalue()
    with pytest.raises(ArchiveError) as caught:
        writer.add(EventType(events[-1].kind), *events[-1].data)
    assert (caught.value.rule, caught.value.height, out.getvalue()) == ("event-order", height, before)


@pytest.mark.parametrize(
    ("events", "rule"),
    [
        ([setup(), Forged("Ballot", [b"extra", b"one"])], "data-extra"),
        ([setup(), Forged("Ballot", [], {"payload": hex_digest(b"one")})], "data-missing"),
        ([setup(), Forged("Ballot", [b"two"], {"payload": hex_digest(b"one")})], "data-missing"),
        ([setup(), Forged("Ballot")], "event-payload"),
        ([setup(), Forged("Ballot", [b"one"], {"payload": None})], "event-payload"),
        ([setup(), Forged("EndBallots", [b"one"])], "event-payload"),
        ([setup(), Forged("EndBallots", [b"one"], {"payload": None})], "data-extra"),
        ([setup(), EB, Forged("EncryptedTally", T.data[1:])], "data-missing"),
        ([setup(), EB, Forged("EncryptedTally", T.data[::-1])], "data-form"),
        ([setup(), EB, Forged("EncryptedTally", [b"other", T.data[1]])], "data-order"),
        ([Forged("Setup", [setup().data[i] for i in (1, 0, 2, 3)])], "data-order"),
        ([Forged("Setup", setup().data[1:])], "data-missing"),
        ([Forged("Setup", [setup().data[0], *setup().data])], "data-extra"),
        ([Forged("Setup", [b"a", b"b", b"c", b"d", b"e", *setup().data])], "data-extra"),
        ([setup(), Forged("Ballot", [b"one"], {"parent": "0" * 64})], "event-parent"),
        ([setup(), Forged("Ballot", [b"one"], {"parent": None})], "event-parent"),
        ([Forged("Setup", setup().data, {"parent": "0" * 64})], "event-parent"),
        ([Forged("Setup", setup().data, {"height": 1})], "event-height"),
        ([setup(), Forged("Ballot", [b"one"], {"height": 0})], "event-height"),
        ([setup(), Forged("Ballot", [b"one"], {"height": "1"})], "event-form"),
        ([setup(), Forged("Ballot", [b"one"], {"height": 1.0})], "event-form"),
        ([setup(), Forged("Ballot", [b"one"], {"type": "ballot"})], "event-form"),
        ([setup(), Forged("Ballot", [b"one"], {"more": 1})], "event-form"),
        ([setup(), Forged("Ballot", [b"one"], {"payload": hex_digest(b"one").upper()})], "event-form"),
        ([setup(), Forged("Ballot", [b"one"], {"more": "x" * 600})], "archive-size"),
    ],
)
def test_events_and_data_that_do_not_belong_together_are_refused(events: list[Forged], rule: str) -> None:
    error = refusal(forge(events))
    assert (error.rule, error.height) == (rule, len(events) - 1)


DIGEST = hex_digest(b"tally").encode()
SIZED = b'{"num_tallied":%s,"total_weight":%s,"encrypted_tally":"' + DIGEST + b'"}'


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"{}",
        b"[" * 100_000,
        SIZED % (b"01", b"1"),
        SIZED % (b"-1", b"1"),
        SIZED % (b"1.0", b"1"),
        SIZED % (b'"1"', b"1"),
        SIZED % (b"1", b'"1"'),
        SIZED % (b"1", b'"1073741823"'),
        SIZED % (b"1", b"1073741824"),
        SIZED % (b"1", b'"' + b"9" * 5000 + b'"'),
        SIZED % (b"1", b"1") + b"\n",
        b" " + SIZED % (b"1", b"1"),
        b'{"total_weight":1,"num_tallied":1,"encrypted_tally":"' + DIGEST + b'"}',
    ],
)
def test_what_describes_data_has_one_spelling(payload: bytes) -> None:
    assert refusal(forge([setup(), EB, Forged("EncryptedTally", [b"tally", payload])])).rule == "data-form"


def test_archives_that_are_none_are_refused_by_name() -> None:
    head, body = start_of(TIME)[:512], start_of(TIME)[512:]
    assert refusal(b"").rule == "archive-start"
    assert refusal(SMALL[1024:]).rule == "archive-start"
    assert refusal(start_of(TIME)).rule == "archive-empty"
    assert refusal(head + body.replace(b'"version":1', b'"version":2')).rule == "archive-version"
    assert refusal(head + body.replace(b"101", b"102")).rule == "archive-time"
    assert refusal(SMALL[:1024] + SMALL).rule == "archive-start"
    assert refusal(SMALL[:1024] + forge(whole(), TIME + 1)[1024:]).rule == "archive-time"


class Endless(io.RawIOBase):
    """A header that declares as much as it can, and no body; counts how much is asked for at once."""

    def __init__(self, raw: bytes) -> None:
        self.left = io.BytesIO(raw)
        self.largest = 0

    def read(self, size: int = -1, /) -> bytes:
        self.largest = max(self.largest, size)
        return self.left.read(min(size, 100))  # short reads, as a pipe gives them


def test_a_lying_size_is_refused_before_anything_is_made_for_it() -> None:
    def lying(size: int) -> BinaryIO:
        raw = bytearray(SMALL[1024:1536])
        raw[124:135] = b"%011o" % size
        raw[148:156] = b" " * 8
        raw[148:156] = b"%06o\0 " % sum(raw)
        return Endless(SMALL[:1024] + bytes(raw) + b"x" * 1000)  # type: ignore[return-value]

    for size, rule in ((8**11 - 1, "archive-size"), (2**28 + 1, "archive-size"), (2**28, "archive-truncated")):
        stream = lying(size)
        with pytest.raises(ArchiveError) as caught:
            list(read_entries(stream))
        assert caught.value.rule == rule
        assert isinstance(stream, Endless)
        assert stream.largest <= 2**20
    with pytest.raises(ArchiveError, match="archive-size"):
        list(read_entries(io.BytesIO(ARCHIVES["ed25519-h-plain"]), limit=4000))


def test_a_stream_that_gives_little_at_a_time_is_read_all_the_same() -> None:
    assert list(Reader(Endless(SMALL))) == read(SMALL)  # type: ignore[arg-type]


# -- only what was appended -------------------------------------------------------------------------


@pytest.mark.parametrize("raw", ALL, ids=[*ARCHIVES, "small"])
def test_reading_goes_on_where_it_ended(raw: bytes) -> None:
    entries = read(raw)
    for number, entry in enumerate(entries, 1):
        kept = json.loads(json.dumps(end_of(raw[: entry.end]).to_value()))
        position = Position.from_value(kept)
        later = Reader(io.BytesIO(raw), resume=position)
        assert later.position == position
        assert list(later) == entries[number:]
        assert later.position == end_of(raw)


def test_a_changed_beginning_is_seen() -> None:
    position = end_of(SMALL)
    assert position.ballots == 3
    changed = bytes([SMALL[0] ^ 1]) + SMALL[1:]
    for raw in (changed, SMALL[:-1], b""):
        assert refusal(raw, position).rule == "archive-prefix"


@pytest.mark.parametrize("field", ["offset", "digest", "event", "height", "type", "timestamp", "ballots"])
@pytest.mark.parametrize("value", [None, -1, 1.5, True, "", "x" * 64, 10**30, []])
def test_a_kept_position_that_is_none_is_refused(field: str, value: object) -> None:
    kept = end_of(SMALL).to_value()
    with pytest.raises(FormatError) as caught:
        Position.from_value({**kept, field: value} if value != 10**30 else {field: value})
    assert caught.value.rule == "position-form"


def test_a_writer_appends_where_reading_ended() -> None:
    for entry in read(SMALL):
        out = io.BytesIO(SMALL[: entry.end])
        out.seek(0, io.SEEK_END)
        writer = Writer.resume(out, end_of(SMALL[: entry.end]))
        for later in read(SMALL)[entry.event.height + 1 :]:
            assert writer.add(later.event.type, *later.data) == later.event
        assert out.getvalue() == SMALL
