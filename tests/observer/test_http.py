"""The small HTTP client: a deadline, a limit, no surprises."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager

import pytest

from aydyn.observer import http


@contextmanager
def server(*pieces: bytes, pause: float = 0) -> Generator[str]:
    """Answers one connection with pieces of bytes, with a pause before each."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(65_536)
                for piece in pieces:
                    time.sleep(pause)
                    try:
                        connection.sendall(piece)
                    except OSError:
                        return

        thread = threading.Thread(target=answer)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        thread.join()


def test_an_answer_comes_with_status_headers_and_body() -> None:
    with server(b"HTTP/1.1 201 Yes\r\nX-A: b\r\nContent-Length: 2\r\n\r\nok") as address:
        answer = http.get(f"{address}/path?query")
    assert (answer.status, answer.body, answer.headers["x-a"]) == (201, b"ok", "b")


def test_a_redirect_is_not_followed() -> None:
    with server(b"HTTP/1.1 302 Over there\r\nLocation: http://example.org\r\nContent-Length: 0\r\n\r\n") as address:
        assert http.get(address).status == 302


@pytest.mark.parametrize(
    "address",
    [
        "ftp://example.org",
        "http://",
        "http://127.0.0.1:99999",
        "http://[",
        "nonsense",
        "http://127.0.0.1:9",
        "http://" + "ä" * 300,
    ],
)
def test_an_address_that_is_none_or_silent_is_one_error(address: str) -> None:
    with pytest.raises(http.HTTPError):
        http.get(address, timeout=2)


@pytest.mark.parametrize(
    "pieces", [(b"",), (b"rubbish\r\n\r\n",), (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort",)]
)
def test_rubbish_and_cut_answers_are_an_error(pieces: tuple[bytes, ...]) -> None:
    with server(*pieces) as address, pytest.raises(http.HTTPError):
        http.get(address)


def test_a_long_answer_is_cut_off() -> None:
    with server(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 5000) as address, pytest.raises(http.HTTPError, match="longer"):
        http.get(address, max_bytes=1000)


def test_an_answer_that_drips_is_cut_off_at_the_deadline() -> None:
    drops = [b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", *[b"x"] * 10]
    with server(*drops, pause=0.1) as address:
        started = time.monotonic()
        with pytest.raises(http.HTTPError):
            http.get(address, timeout=0.4)
        assert time.monotonic() - started < 0.9
