"""Makes ``cases.json``: receipts with the verdict that every verifier must reach. Run it from the root of a checkout.

Keys, salts and times are fixed; only the ML-DSA-44 signatures, which are randomised, differ from run to run.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.observer.tinylog import NOON, TinyLog, both_kinds, key, sample, witnesses

from aydyn.ledger import canonical, notes
from aydyn.ledger.checkpoints import Checkpoint
from aydyn.ledger.keys import SignatureType
from aydyn.ledger.notes import Signature, SignedNote
from aydyn.ledger.policies import Group, Named, Policy

FILE = Path(__file__).with_name("cases.json")
PQ = SignatureType.ML_DSA_44
FILED, ANSWERED, PUBLISHED = 4, 5, 6
VERIFIED, REFUTED, UNCHECKED = "verified", "refuted", "unchecked"

Case = tuple[str, bytes, list[bytes], str, str]

LOG = sample(5)
NOTE = LOG.note(witnesses=both_kinds())
ED = LOG.policy(witnesses(), 2).to_bytes()
ML = LOG.policy(witnesses(PQ), 2, post_quantum=True).to_bytes()
GOOD = LOG.receipt(ANSWERED, NOTE).to_bytes()


def with_note(note: SignedNote, position: int = ANSWERED, log: TinyLog = LOG) -> bytes:
    """A receipt against another signed head."""
    return log.receipt(position, note).to_bytes()


def with_extra(change: Any, source: bytes = GOOD) -> bytes:
    """The receipt with its extra line changed by a function of its JSON value (or of its bytes)."""
    lines = source.split(b"\n")
    data = b64decode(lines[1].removeprefix(b"extra "))
    changed = change(json.loads(data))
    new = changed if isinstance(changed, bytes) else canonical.encode(changed)
    return b"\n".join([lines[0], b"extra " + b64encode(new), *lines[2:]])


def flipped(signature: Signature) -> Signature:
    """The signature with its last byte changed."""
    return Signature(signature.name, signature.key_id, signature.signature[:-1] + bytes([signature.signature[-1] ^ 1]))


def resigned(*, flip: SignatureType | None = None, leave: tuple[str, ...] = (), name: str = "") -> SignedNote:
    """The note with the signature of one kind (and name) made false, or the lines of some names left out."""
    lines: list[Signature] = []
    sizes = {SignatureType.ED25519: 64, SignatureType.ED25519_COSIGNATURE: 72, PQ: 2428}
    for line in NOTE.signatures:
        if line.name in leave:
            continue
        bad = flip is not None and len(line.signature) == sizes[flip] and line.name == (name or line.name)
        lines.append(flipped(line) if bad else line)
    return SignedNote(NOTE.text, tuple(lines))


def good() -> Iterator[Case]:
    """Receipts that hold."""
    yield "answered, Ed25519", GOOD, [ED], VERIFIED, "2 of 2 witnesses"
    yield "answered, ML-DSA-44", GOOD, [ML], VERIFIED, "2 of 2 witnesses"
    yield "answered, both kinds of keys", GOOD, [ED, ML], VERIFIED, "both policies hold"
    yield "filed by a person, everything open", LOG.receipt(FILED, NOTE).to_bytes(), [ED], VERIFIED, "bare date"
    hidden = LOG.receipt(FILED, NOTE, opened=["question"]).to_bytes()
    yield "filed, the asker sealed", hidden, [ED, ML], VERIFIED, "one part of two is open"
    yield "bare: nothing open", LOG.receipt(FILED, NOTE, opened=[]).to_bytes(), [ED], VERIFIED, "no content is shown"
    yield "the node's own act without content", LOG.receipt(0, NOTE).to_bytes(), [ED], VERIFIED, "log.started"
    last = len(LOG.entries) - 1
    yield "the last entry of an uneven tree", LOG.receipt(last, NOTE).to_bytes(), [ED], VERIFIED, "right edge"
    single = sample(0)
    single.entries = single.entries[:1]
    alone = single.receipt(0, single.note(witnesses=both_kinds())).to_bytes()
    yield "a log of one entry", alone, [ED], VERIFIED, "the path is empty"
    many = sample(100)
    note = many.note(witnesses=both_kinds())
    yield "a log of several tiles", many.receipt(270, note).to_bytes(), [ED, ML], VERIFIED, "304 entries"


def policies() -> Iterator[Case]:
    """What policies ask for."""
    three = witnesses(count=3)
    yield "two of three", GOOD, [LOG.policy(three, 2).to_bytes()], VERIFIED, "the third has not cosigned"
    yield "three of three", GOOD, [LOG.policy(three, 3).to_bytes()], UNCHECKED, "pending: the third is missing"
    yield "quorum none", GOOD, [LOG.policy({}, 0).to_bytes()], VERIFIED, "no witness is asked for"
    one = with_note(resigned(leave=("witness2.example",)))
    yield "one of two", one, [LOG.policy(witnesses(), 1).to_bytes()], VERIFIED, "any"
    yield "one cosigned, two needed", one, [ED], UNCHECKED, "pending"
    bare = with_note(LOG.note())
    yield "nobody cosigned", bare, [ED], UNCHECKED, "pending"
    yield (
        "nobody cosigned, quorum none",
        bare,
        [LOG.policy({}, 0).to_bytes()],
        VERIFIED,
        "the log's signature is enough",
    )
    logs = [Named(LOG.keys[0].verifier)]
    named = {name: Named(each.verifier) for name, each in witnesses(count=4).items()}
    halves = {"a": Group(1, ("w1", "w3")), "b": Group(1, ("w2", "w4")), "all": Group(2, ("a", "b"))}
    yield "groups of groups", GOOD, [Policy(logs, named, halves, "all").to_bytes()], VERIFIED, "one of each half"
    pairs = {"a": Group(1, ("w1", "w2")), "b": Group(1, ("w3", "w4")), "all": Group(2, ("a", "b"))}
    wrong = Policy(logs, named, pairs, "all").to_bytes()
    yield "groups of groups, one half missing", GOOD, [wrong], UNCHECKED, "pending: nobody of the second half"
    mixed = with_note(LOG.note(witnesses=list(witnesses().values())))
    yield "Ed25519 final, ML-DSA-44 pending", mixed, [ED, ML], UNCHECKED, "every policy must hold"
    yield "no policy", GOOD, [], UNCHECKED, "nobody is trusted"
    other = TinyLog("other.example/ledger", 9).policy(witnesses(), 2).to_bytes()
    yield "another log's policy", GOOD, [other], UNCHECKED, "the log is not named"
    yield "a policy of another log beside a good one", GOOD, [ED, other], UNCHECKED, "every policy must hold"
    yield "a malformed policy", GOOD, [b"log nonsense\nquorum none\n"], UNCHECKED, "the policy cannot be read"
    comment = b"# a comment\n\n" + ED.replace(b"quorum quorum", b"\tquorum \t quorum")
    yield "a policy with comments and tabs", GOOD, [comment], VERIFIED, "white space does not matter"


def signatures() -> Iterator[Case]:
    """Signature lines, true and false."""
    stranger = notes.cosign(NOTE.text, key("stranger.example", SignatureType.ED25519, 77), 0)
    extended = SignedNote(NOTE.text, (stranger, *NOTE.signatures))
    yield "a line of an unknown key", with_note(extended), [ED, ML], VERIFIED, "unknown lines are ignored"
    again = notes.cosign(NOTE.text, next(iter(witnesses().values())), NOON + 600)
    yield "a witness twice", with_note(SignedNote(NOTE.text, (*NOTE.signatures, again))), [ED], VERIFIED, "two times"
    false = SignatureType.ED25519
    yield "the log's Ed25519 signature is false", with_note(resigned(flip=false)), [ED], REFUTED, "signature"
    yield "… and only the ML-DSA-44 policy is asked", with_note(resigned(flip=false)), [ML], VERIFIED, "not known there"
    bad_pq = with_note(resigned(flip=PQ, name=LOG.origin))
    yield "the log's ML-DSA-44 signature is false", bad_pq, [ED, ML], REFUTED, "signature"
    cosignature = SignatureType.ED25519_COSIGNATURE
    bad_witness = with_note(resigned(flip=cosignature, name="witness1.example"))
    yield "a cosignature is false", bad_witness, [ED], REFUTED, "signature"
    yield "the log did not sign", with_note(resigned(leave=(LOG.origin,))), [ED], REFUTED, "signature"
    impostor = TinyLog(LOG.origin, 66, LOG.entries, LOG.contents)
    forged = with_note(impostor.note(witnesses=both_kinds()), log=impostor)
    yield "another key under the log's name", forged, [ED, ML], REFUTED, "signature"
    late = [one for one in NOTE.signatures if one.name != "witness1.example"]
    lost = Signature("witness1.example", witnesses()["w1"].verifier.id, b"\xff" * 72)
    yield "a cosignature from beyond time", with_note(SignedNote(NOTE.text, (*late, lost))), [ED], REFUTED, "signature"
    longer = Checkpoint(LOG.origin, len(LOG.entries), LOG.checkpoint().root, ("extension",)).text()
    signed = notes.sign(longer, [*LOG.keys, *both_kinds()], NOON)
    yield "a checkpoint with an extension line", with_note(signed), [ED, ML], VERIFIED, "extensions are allowed"


def put(*path: str, value: Any) -> bytes:
    """The receipt with one value in its extra line replaced."""

    def change(whole: Any) -> Any:
        inner = whole
        for name in path[:-1]:
            inner = inner[name]
        inner[path[-1]] = value
        return whole

    return with_extra(change)


def altered() -> Iterator[Case]:
    """Receipts in which something was changed."""

    yield "another text", put("open", "text", "value", value="2,605"), [ED], REFUTED, "content"
    yield "another salt", put("open", "text", "salt", value="00" * 32), [ED], REFUTED, "content"
    yield "another commitment", put("parts", "text", value="00" * 32), [ED], REFUTED, "content"
    yield (
        "a part that was not recorded",
        put("open", "note", value={"salt": "00" * 32, "value": 1}),
        [ED],
        REFUTED,
        "content",
    )
    yield "content without commitments", put("parts", value={}), [ED], REFUTED, "content"
    yield "another number", put("entry", "public", "number", value="CEC-2026-000002"), [ED], REFUTED, "inclusion"
    yield "another time", put("entry", "at", value="2026-11-24T11:00:00Z"), [ED], REFUTED, "inclusion"
    yield "another office", put("entry", "by", value="office:tm.other"), [ED], REFUTED, "inclusion"
    yield "an unknown key in the entry", put("entry", "note", value="x"), [ED], REFUTED, "format"
    yield (
        "text of letters beyond ASCII, changed",
        put("open", "text", "value", value="Ýaňy 😀"),
        [ED],
        REFUTED,
        "content",
    )
    spaced = with_extra(lambda whole: json.dumps(whole).encode())
    yield "the extra line not canonical", spaced, [ED], REFUTED, "format"
    twice = with_extra(lambda whole: canonical.encode(whole).replace(b'{"entry":', b'{"entry":1,"entry":', 1))
    yield "a key twice in the extra line", twice, [ED], REFUTED, "format"
    yield (
        "another altered receipt, no policy",
        put("open", "text", "value", value="x"),
        [],
        REFUTED,
        "content, keys or not",
    )


def forms() -> Iterator[Case]:
    """Files out of form."""
    lines = GOOD.split(b"\n")
    yield "another position", GOOD.replace(b"\nindex 5\n", b"\nindex 6\n"), [ED], REFUTED, "inclusion"
    yield "a position beyond the tree", GOOD.replace(b"\nindex 5\n", b"\nindex 500\n"), [ED], REFUTED, "inclusion"
    yield "a position with a leading zero", GOOD.replace(b"\nindex 5\n", b"\nindex 05\n"), [ED], REFUTED, "format"
    yield "the path shorter", b"\n".join(lines[:3] + lines[4:]), [ED], REFUTED, "inclusion"
    yield "the path longer", b"\n".join([*lines[:3], lines[3], *lines[3:]]), [ED], REFUTED, "inclusion"
    yield "another size", GOOD.replace(b"\n19\n", b"\n20\n"), [ED], REFUTED, "inclusion or signature"
    yield "no extra line", b"\n".join([lines[0], *lines[2:]]), [ED], REFUTED, "format: a bare proof says nothing"
    yield "no index line", b"\n".join(lines[:2] + lines[3:]), [ED], REFUTED, "format"
    yield "an empty file", b"", [ED], UNCHECKED, "no receipt"
    yield "some other text", b"Dear Sir or Madam\n", [ED], UNCHECKED, "no receipt"
    yield "line ends of another system", GOOD.replace(b"\n", b"\r\n"), [ED], UNCHECKED, "does not begin like a receipt"
    yield "the last newline lost", GOOD[:-1], [ED], REFUTED, "format"
    yield "cut in the middle", GOOD[: len(GOOD) // 2], [ED], REFUTED, "format"
    yield "another header", GOOD.replace(b"proof@v1", b"proof@v2"), [ED], UNCHECKED, "no receipt of this version"


def make() -> list[dict[str, Any]]:
    """All cases, as they stand in the file."""
    cases = [*good(), *policies(), *signatures(), *altered(), *forms()]
    return [
        {
            "name": name,
            "receipt": receipt.decode("utf-8"),
            "policies": [policy.decode("utf-8") for policy in given],
            "verdict": verdict,
            "reason": reason,
        }
        for name, receipt, given, verdict, reason in cases
    ]


if __name__ == "__main__":
    FILE.write_text(json.dumps(make(), ensure_ascii=False, indent=1) + "\n", "utf-8")
