"""The witness's address: POST /add-checkpoint, and GET /<hex SHA-256 of an origin>/checkpoint for monitors."""

from __future__ import annotations

import logging
import re
import socket
import socketserver
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from aydyn.ledger.keys import SigningKey, VerifierKey
from aydyn.observer.witness import protocol
from aydyn.observer.witness.keys import WitnessError, known_logs, load_keys
from aydyn.observer.witness.protocol import TEXT, Refused, Seen
from aydyn.observer.witness.state import State

log = logging.getLogger("aydyn.observer.witness")

MAX_CONNECTIONS = 64
DEADLINE = 15.0
_MONITOR = re.compile(r"/(?P<name>[0-9a-f]{64})/checkpoint")


class Witness:
    """Keys, known logs and state; answers requests without knowing how they came."""

    def __init__(
        self,
        state: State,
        signers: Sequence[SigningKey],
        logs: Mapping[str, Sequence[VerifierKey]],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.state = state
        self.signers = signers
        self.logs = logs
        self.clock = clock

    def add_checkpoint(self, body: bytes) -> bytes:
        """Answer an add-checkpoint request with signature lines; raises Refused."""
        submission = protocol.parse(body)
        note = protocol.authenticate(submission, self.logs)
        origin = submission.checkpoint.origin

        def decide(last: Seen | None) -> tuple[Seen, bytes]:
            protocol.advance(submission, last)
            return protocol.cosign_all(note, self.signers, max(1, int(self.clock())))

        return self.state.swap(origin, sha256(origin.encode()).hexdigest(), decide)

    def last_checkpoint(self, name: str) -> bytes:
        """The cosigned checkpoint of the log with that hashed origin; raises Refused (404)."""
        seen = self.state.last(name)
        if seen is None:
            raise Refused(404, "nothing was cosigned for this log\n")
        return seen.note

    def about(self) -> bytes:
        """Who this is, for whoever opens the address in a browser."""
        lines = ["This is a witness of transparency logs (C2SP tlog-witness). Its keys:", ""]
        lines += [signer.verifier.vkey for signer in self.signers]
        lines += ["", "Logs that it cosigns:", "", *sorted(self.logs)]
        return ("\n".join(lines) + "\n").encode("utf-8")


class _Server(socketserver.ThreadingTCPServer):
    """One thread a connection, at most :data:`MAX_CONNECTIONS`; each is cut off after :data:`DEADLINE` seconds."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], witness: Witness) -> None:
        self.witness = witness
        self._places = threading.BoundedSemaphore(MAX_CONNECTIONS)
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Take the connection if there is a place for it."""
        if not self._places.acquire(blocking=False):
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve it, but not for ever."""
        cut = threading.Timer(DEADLINE, _cut, (request,))
        cut.daemon = True
        cut.start()
        try:
            super().process_request_thread(request, client_address)
        finally:
            cut.cancel()
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002
        """A visitor who left is no error."""
        log.debug("a connection ended early: %s", sys.exception())


def _cut(request: socket.socket) -> None:
    try:
        request.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


class _Handler(BaseHTTPRequestHandler):
    """One request, one answer, then the connection is closed."""

    protocol_version = "HTTP/1.1"
    server_version = "aydyn-witness"
    sys_version = ""
    timeout = DEADLINE

    @property
    def _witness(self) -> Witness:
        assert isinstance(self.server, _Server)
        return self.server.witness

    def do_GET(self) -> None:
        """The monitoring address, and a page that says who this is."""
        found = _MONITOR.fullmatch(self.path)
        if found:
            self._answer(lambda: self._witness.last_checkpoint(found["name"]))
        elif self.path == "/":
            self._answer(self._witness.about)
        else:
            self._send(404, b"there is nothing here\n")

    do_HEAD = do_GET  # noqa: N815

    def do_POST(self) -> None:
        """The submission address."""
        if self.path != "/add-checkpoint":
            self._send(404, b"there is nothing here\n")
            return
        length = self.headers.get("Content-Length", "")
        if not re.fullmatch(r"[0-9]{1,9}", length, re.ASCII):
            self._send(411, b"say how long the body is\n")
        elif int(length) > protocol.MAX_BODY:
            self._send(413, b"the body is too long\n")
        else:
            body = self.rfile.read(int(length))
            if len(body) == int(length):
                self._answer(lambda: self._witness.add_checkpoint(body))

    def _answer(self, make: Callable[[], bytes]) -> None:
        try:
            self._send(200, make())
        except Refused as refused:
            self._send(refused.status, refused.body.encode("utf-8"), refused.media_type)
        except sqlite3.Error as error:
            log.error("the state could not be kept: %s", error)
            self._send(503, b"the witness cannot keep its state at the moment\n")

    def _send(self, status: int, body: bytes, media_type: str = TEXT) -> None:
        self.close_connection = True
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the name is the base class's
        """Visitors go to the debug log only."""
        log.debug("%s %s", self.address_string(), format % args)


def serve(
    data_dir: Path,
    host: str,
    port: int,
    logs: Iterable[str] | None = None,
    stop: threading.Event | None = None,
    ready: Callable[[int], None] | None = None,
) -> None:
    """Run the witness in ``data_dir`` until ``stop`` is set; ``logs``: vkeys of logs to know from now on.

    ``ready`` is called with the port once it listens. Raises WitnessError if the directory or the address cannot be
    used.
    """
    ended = stop or threading.Event()
    signers = load_keys(data_dir)
    known = known_logs(data_dir, logs or ())
    try:
        state = State(data_dir)
    except sqlite3.Error as error:
        raise WitnessError(f"the state in {data_dir} cannot be opened: {error}") from None
    try:
        server = _Server((host, port), Witness(state, signers, known))
    except OSError as error:
        state.close()
        raise WitnessError(f"cannot listen on {host}, port {port}: {error.strerror}") from None
    with server:
        thread = threading.Thread(target=server.serve_forever, args=(0.1,), name="witness", daemon=True)
        thread.start()
        if ready:
            ready(int(server.server_address[1]))
        ended.wait()
        server.shutdown()
        thread.join()
    state.close()
