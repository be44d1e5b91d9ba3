"""The witness: each decision of the protocol with its status, durability, races, and visitors who misbehave."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest
from tests.observer.tinylog import ORIGIN, TinyLog, key, sample

from aydyn.ledger.checkpoints import Checkpoint
from aydyn.ledger.keys import SignatureType, SigningKey, VerifierKey
from aydyn.ledger.merkle import EMPTY_ROOT
from aydyn.ledger.notes import Signature, SignedNote, sign
from aydyn.ledger.tiles import TreeReader
from aydyn.ledger.wire import to_base64
from aydyn.observer import http
from aydyn.observer.witness import prepare, protocol, serve
from aydyn.observer.witness.keys import WitnessError, known_logs

LOG = sample(4)
ROOT = Path(__file__).parents[2]
NAME = "witness.example/1"


@contextmanager
def witness(folder: Path, log: TinyLog = LOG) -> Generator[str]:
    """A witness that listens; gives its address."""
    prepare(folder, NAME)
    stop, ready, ports = threading.Event(), threading.Event(), list[int]()

    def listening(port: int) -> None:
        ports.append(port)
        ready.set()

    vkeys = [each.verifier.vkey for each in log.keys]
    thread = threading.Thread(target=serve, args=(folder, "127.0.0.1", 0, vkeys, stop, listening))
    thread.start()
    assert ready.wait(10)
    try:
        yield f"http://127.0.0.1:{ports[0]}"
    finally:
        stop.set()
        thread.join(10)
        assert not thread.is_alive()


def consistency(old: int, size: int, log: TinyLog = LOG) -> list[bytes]:
    files = log.tiles(size)
    return TreeReader(size, lambda address: files[address.path()]).consistency(old)


def body(old: int, size: int, *, proof: list[bytes] | None = None, note: SignedNote | None = None) -> bytes:
    path = consistency(old, size) if proof is None else proof
    lines = "".join(f"{to_base64(value)}\n" for value in path)
    return f"old {old}\n{lines}\n".encode() + (note or LOG.note(size)).to_bytes()


def add(address: str, data: bytes) -> http.Response:
    return http.post(f"{address}/add-checkpoint", data)


def shown(address: str, origin: str = ORIGIN) -> http.Response:
    return http.get(f"{address}/{sha256(origin.encode()).hexdigest()}/checkpoint")


def keys_in(folder: Path) -> list[VerifierKey]:
    return [VerifierKey.parse(vkey) for vkey in prepare(folder)]


def test_it_cosigns_what_grows_with_both_keys(tmp_path: Path) -> None:
    with witness(tmp_path) as address:
        for old, size in ((0, 3), (3, 8), (8, 8), (8, 16)):
            answer = add(address, body(old, size))
            assert answer.status == 200
            lines = [Signature.parse(line) for line in answer.body.decode().removesuffix("\n").split("\n")]
            found = SignedNote(LOG.checkpoint(size).text(), tuple(lines)).verify(keys_in(tmp_path))
            assert len(found) == 2
            assert all(one.timestamp > 0 for one in found)
        kept = SignedNote.parse(shown(address).body)
        assert Checkpoint.parse(kept.text).size == 16
        assert len(kept.verify([*keys_in(tmp_path), *(each.verifier for each in LOG.keys)])) == 4


def test_nothing_is_shown_before_something_was_cosigned(tmp_path: Path) -> None:
    with witness(tmp_path) as address:
        assert shown(address).status == 404
        assert add(address, body(3, 8)).status == 409
        assert shown(address).status == 404


GOOD = body(0, 3)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"old 0\n", GOOD.replace(b"old 0", b"old 00"), GOOD.replace(b"old 0", b"old -1"), GOOD.replace(b"old 0", b"new 0"),
        GOOD.replace(b"old 0\n", b"old 0\nAAAA\n"), GOOD.replace(b"old 0\n", b"old 0\n" + b"A" * 43 + b"=\n" + b"\x01\n"),
        GOOD.replace(b"old 0\n", b"old 0\n" + (b"A" * 43 + b"=\n") * 64), GOOD[:-1], GOOD.replace(b"\n3\n", b"\n03\n"),
        b"old 0\n\n" + LOG.note(3).text, body(0, 3, note=sign(LOG.checkpoint(3).text() + b"extension\n", LOG.keys[:1], 0)),
        GOOD.replace(b"\n", b"\r\n"), b"\xff" + GOOD,
    ],
)  # fmt: skip
def test_malformed_requests_and_extension_lines_are_400(data: bytes) -> None:
    with pytest.raises(protocol.Refused) as refused:
        protocol.parse(data)
    assert refused.value.status == 400


def test_an_unknown_origin_is_404(tmp_path: Path) -> None:
    other = sample(1, "other.example/ledger")
    with witness(tmp_path) as address:
        assert add(address, body(0, 3, note=other.note(3))).status == 404


def test_no_trusted_signature_and_a_false_one_are_403(tmp_path: Path) -> None:
    stranger = sign(LOG.checkpoint(3).text(), [key(ORIGIN, SignatureType.ED25519, 99)], 0)
    first, *rest = LOG.note(3).signatures
    false = Signature(first.name, first.key_id, bytes([first.signature[0] ^ 1]) + first.signature[1:])
    with witness(tmp_path) as address:
        assert add(address, body(0, 3, note=stranger)).status == 403
        assert add(address, body(0, 3, note=SignedNote(LOG.checkpoint(3).text(), (false, *rest)))).status == 403


def test_an_old_size_beyond_the_checkpoint_is_400(tmp_path: Path) -> None:
    with witness(tmp_path) as address:
        assert add(address, body(9, 3, proof=[])).status == 400


def test_an_empty_tree_with_a_wrong_root_is_422(tmp_path: Path) -> None:
    text = Checkpoint(ORIGIN, 0, b"\1" * 32).text()
    with witness(tmp_path) as address:
        assert add(address, body(0, 0, proof=[], note=sign(text, LOG.keys[:1], 0))).status == 422
        empty = sign(Checkpoint(ORIGIN, 0, EMPTY_ROOT).text(), LOG.keys, 1)
        assert add(address, body(0, 0, proof=[], note=empty)).status == 200
        assert add(address, body(0, 3)).status == 200


def test_another_old_size_is_409_and_tells_the_size(tmp_path: Path) -> None:
    with witness(tmp_path) as address:
        assert add(address, body(0, 3)).status == 200
        answer = add(address, body(0, 8))
        assert (answer.status, answer.body) == (409, b"3\n")
        assert answer.headers["content-type"] == "text/x.tlog.size"


def test_proofs_that_do_not_lead_anywhere_are_422(tmp_path: Path) -> None:
    fork = TinyLog(ORIGIN, 1, [*LOG.entries[:2], *LOG.entries[4:]])
    with witness(tmp_path) as address:
        assert add(address, body(0, 3, proof=[b"\0" * 32])).status == 422
        assert add(address, body(0, 3)).status == 200
        assert add(address, body(3, 8, proof=[])).status == 422
        assert add(address, body(3, 8, proof=consistency(3, 8)[::-1])).status == 422
        assert add(address, body(3, 8, note=fork.note(8), proof=consistency(3, 8, fork))).status == 422
        assert add(address, body(3, 3, note=fork.note(3), proof=[])).status == 422
        assert Checkpoint.parse(SignedNote.parse(shown(address).body).text) == LOG.checkpoint(3)


def test_only_the_logs_own_verified_signatures_are_kept(tmp_path: Path) -> None:
    stranger = Signature("stranger.example", b"abcd", b"x" * 64)
    note = LOG.note(3)
    with witness(tmp_path) as address:
        assert add(address, body(0, 3, note=SignedNote(note.text, (*note.signatures, stranger)))).status == 200
        assert b"stranger" not in shown(address).body


def test_of_two_updates_at_once_one_wins(tmp_path: Path) -> None:
    with witness(tmp_path) as address:
        assert add(address, body(0, 3)).status == 200
        with ThreadPoolExecutor(8) as pool:
            waiting = [pool.submit(add, address, body(3, size)) for size in range(8, 16)]
            answers = [one.result().status for one in waiting]
        assert sorted(answers) == [200] + [409] * 7


def test_it_remembers_after_a_restart(tmp_path: Path) -> None:
    with witness(tmp_path) as address:
        assert add(address, body(0, 8)).status == 200
        before = shown(address).body
    with witness(tmp_path) as address:
        assert shown(address).body == before
        assert add(address, body(0, 3)).status == 409
        assert add(address, body(8, 16)).status == 200


def start_process(folder: Path, *words: str) -> tuple[subprocess.Popen[str], str]:
    command = [sys.executable, "-m", "aydyn.cli", "witness", "--data", str(folder), "--listen", "127.0.0.1:0", *words]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("listening on "):
            return process, "http://" + line.split()[-1]
    raise AssertionError("the witness did not start")


def test_it_remembers_after_being_killed_and_knows_its_logs(tmp_path: Path) -> None:
    options = [word for each in LOG.keys for word in ("--log", each.verifier.vkey)]
    process, address = start_process(tmp_path, "--name", NAME, *options)
    with process:
        assert add(address, body(0, 8)).status == 200
        process.kill()
    process, address = start_process(tmp_path)
    with process:
        answer = add(address, body(0, 8))
        assert (answer.status, answer.body) == (409, b"8\n")
        assert add(address, body(8, 16)).status == 200
        process.terminate()
        assert process.wait(10) == 0


def test_keys_are_secret_and_never_replaced(tmp_path: Path) -> None:
    first = prepare(tmp_path, NAME)
    assert prepare(tmp_path, NAME) == prepare(tmp_path) == first
    files = sorted(tmp_path.glob("*.key"))
    assert [file.stat().st_mode & 0o777 for file in files] == [0o600, 0o600]
    kinds = [VerifierKey.parse(vkey).kind for vkey in first]
    assert kinds == [SignatureType.ED25519_COSIGNATURE, SignatureType.ML_DSA_44]
    with pytest.raises(WitnessError, match="is called"):
        prepare(tmp_path, "another.example")
    files[0].write_text("PRIVATE+KEY+rubbish", "utf-8")
    with pytest.raises(WitnessError, match="damaged"):
        prepare(tmp_path)


def test_a_name_is_asked_for_at_the_first_start(tmp_path: Path) -> None:
    with pytest.raises(WitnessError, match="--name"):
        prepare(tmp_path)


def test_a_key_that_is_no_logs_is_refused(tmp_path: Path) -> None:
    cosigner = SigningKey("w.example", SignatureType.ED25519_COSIGNATURE, b"\1" * 32).verifier.vkey
    with pytest.raises(WitnessError, match="a witness's"):
        known_logs(tmp_path, [cosigner])
    with pytest.raises(WitnessError, match="cannot be read"):
        known_logs(tmp_path, ["nonsense"])


def raw(address: str, data: bytes) -> bytes:
    host, _, port = address.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(data)
        return connection.makefile("rb").readline()


def test_bodies_without_length_or_too_long_and_other_paths_are_refused(tmp_path: Path) -> None:
    with witness(tmp_path) as address:
        assert b" 411 " in raw(address, b"POST /add-checkpoint HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b" 413 " in raw(address, b"POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n\r\n")
        assert b" 404 " in raw(address, b"POST /other HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
        assert http.get(f"{address}/{'0' * 63}/checkpoint").status == 404
        assert NAME.encode() in http.get(f"{address}/").body


def test_slow_visitors_are_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aydyn.observer.witness.server.DEADLINE", 0.3)
    with witness(tmp_path) as address:
        assert raw(address, b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 10\r\n\r\nold") == b""
        assert add(address, body(0, 3)).status == 200
