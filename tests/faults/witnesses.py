"""A real witness behind a switch: it can be up, down, slow, talk rubbish, or lie."""

from __future__ import annotations

import threading
import time
from collections import Counter
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests import nodes

from aydyn.ledger import notes
from aydyn.ledger.checkpoints import Checkpoint
from aydyn.ledger.keys import SignatureType, SigningKey
from aydyn.observer.witness.protocol import Refused
from aydyn.observer.witness.server import Witness
from aydyn.observer.witness.state import State

MODES = ("down", "slow", "rubbish", "foreign signature", "bad signature", "claims to be ahead")
SLOW = 3.0
THIEF = SigningKey(nodes.ORIGIN, SignatureType.ED25519, b"\x99" * 32)


class SwitchedWitness:
    """Listens on a port of its own; ``mode`` is "up" or one of :data:`MODES`."""

    def __init__(self, name: str, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.name, self.mode = name, "up"
        self.asked: Counter[str] = Counter()
        self.keys = nodes.witness_keys(name)
        logs = {nodes.ORIGIN: [key.verifier for key in nodes.log_keys()]}
        self.state = State(folder)
        self.witness = Witness(self.state, self.keys, logs)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server.server_address[1])

    def seen(self) -> Checkpoint | None:
        """The checkpoint that it cosigned last: the truth, whatever its mode says."""
        last = self.state.last(sha256(nodes.ORIGIN.encode()).hexdigest())
        return Checkpoint("", last.size, last.root) if last else None

    def close(self) -> None:
        """Stop listening."""
        self.server.shutdown()
        self.server.server_close()
        self.state.close()

    def answer(self, path: str, body: bytes | None) -> tuple[int, bytes] | None:
        """What it says; None: nothing, the connection is closed."""
        self.asked[self.mode] += 1
        match self.mode:
            case "down":
                return None
            case "slow":
                time.sleep(SLOW)
            case "rubbish":
                return 200, b"\xff\xfe\x00 rubbish \n\n\n" * 50
            case "foreign signature" if body:
                text = body.split(b"\n\n", 1)[1].split(b"\n\n", 1)[0] + b"\n"
                return 200, notes.cosign(text, THIEF, int(time.time())).line().encode()
            case "bad signature" if body:
                text = Checkpoint(nodes.ORIGIN, 7, b"\x07" * 32).text()
                return 200, notes.cosign(text, self.keys[0], int(time.time())).line().encode()
            case "claims to be ahead":
                head = Checkpoint(nodes.ORIGIN, 10**9, b"\x08" * 32).text()
                return (409, b"1000000000\n") if body else (200, notes.sign(head, [THIEF], 1).to_bytes())
            case _:
                pass
        return self._honest(path, body)

    def _honest(self, path: str, body: bytes | None) -> tuple[int, bytes]:
        try:
            if body is not None:
                return 200, self.witness.add_checkpoint(body)
            return 200, self.witness.last_checkpoint(path.split("/")[1])
        except Refused as refused:
            return refused.status, refused.body.encode()


def _handler(switch: SwitchedWitness) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send(switch.answer(self.path, None))

        def do_POST(self) -> None:
            self._send(switch.answer(self.path, self.rfile.read(int(self.headers["Content-Length"]))))

        def _send(self, answer: tuple[int, bytes] | None) -> None:
            self.close_connection = True
            if answer is None:
                return
            try:
                self.send_response(answer[0])
                self.send_header("Content-Length", str(len(answer[1])))
                self.end_headers()
                self.wfile.write(answer[1])
            except OSError:
                return  # who asked has given up

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            return

    return Handler
