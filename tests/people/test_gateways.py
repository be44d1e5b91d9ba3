"""Gateways: what goes over the wire, what is tried again, and that no secret leaks."""

from __future__ import annotations

import dataclasses
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from tests.nodes import TestNode

from aydyn.kernel.errors import ConfigurationError
from aydyn.people import checks, gateways

MESSAGE = {"identifier": "abc", "phone": "+99365123456", "text": "Ýagty habar"}
KEY = "s3cret-key"


class Operator(BaseHTTPRequestHandler):
    """The operator's gateway."""

    status = 200
    seen: list[tuple[str, dict[str, Any], str]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append((self.path, json.loads(body), self.headers["Authorization"]))
        self.send_response(self.status)
        if self.status == 302:
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def operator(settings: Any) -> Iterator[type[Operator]]:
    Operator.status, Operator.seen = 200, []
    server = HTTPServer(("127.0.0.1", 0), Operator)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.AYDYN = dataclasses.replace(
        settings.AYDYN, sms_gateway="aydyn.people.gateways.HttpGateway", sms_key=KEY,
        sms_url=f"http://127.0.0.1:{server.server_port}/send?from=aydyn",
    )  # fmt: skip
    yield Operator
    server.shutdown()
    server.server_close()
    thread.join()


def test_one_post_with_the_key(operator: type[Operator]) -> None:
    gateways.sms_gateway().send(**MESSAGE)
    assert operator.seen == [
        ("/send?from=aydyn", {"id": "abc", "to": MESSAGE["phone"], "text": MESSAGE["text"]}, f"Bearer {KEY}")
    ]


@pytest.mark.parametrize(
    ("status", "error"),
    [(400, gateways.GatewayRefused), (401, gateways.GatewayRefused), (429, gateways.GatewayFailed),
     (500, gateways.GatewayFailed), (302, gateways.GatewayFailed)],
)  # fmt: skip
def test_what_is_worth_another_try(operator: type[Operator], status: int, error: type[Exception]) -> None:
    operator.status = status
    with pytest.raises(error) as refused:
        gateways.sms_gateway().send(**MESSAGE)
    assert len(operator.seen) == 1  # a redirect is not followed
    assert KEY not in str(refused.value)


def test_nobody_there_is_a_failure_without_details(operator: type[Operator], settings: Any) -> None:
    settings.AYDYN = dataclasses.replace(settings.AYDYN, sms_url="http://127.0.0.1:9/")
    with pytest.raises(gateways.GatewayFailed) as failed:
        gateways.sms_gateway().send(**MESSAGE)
    assert "127.0.0.1" not in str(failed.value)


def test_a_file_for_each_message(node: TestNode, settings: Any) -> None:
    for _ in range(2):
        gateways.sms_gateway().send(**MESSAGE)
    files = list((settings.AYDYN.data / "sms").iterdir())
    assert len(files) == 1
    assert json.loads(files[0].read_text("utf-8"))["text"] == MESSAGE["text"]
    assert files[0].stat().st_mode & 0o077 == 0


def test_no_gateway_refuses(settings: Any) -> None:
    settings.AYDYN = dataclasses.replace(settings.AYDYN, sms_gateway="aydyn.people.gateways.NoGateway")
    with pytest.raises(gateways.GatewayRefused):
        gateways.sms_gateway().send(**MESSAGE)


@pytest.mark.parametrize(
    "url",
    ["", "sms.example", "http://sms.example/", "http://8.8.8.8/", "ftp://sms.example/", "https://", "https://x:y/"],
)
def test_a_key_goes_over_no_open_line(url: str) -> None:
    with pytest.raises(ConfigurationError):
        gateways.http_address(url)
    assert gateways.http_address("https://sms.example/").hostname == "sms.example"


def test_a_node_with_a_wrong_gateway_says_so_at_start(operator: type[Operator], settings: Any) -> None:
    assert checks.sms_gateway_is_usable() == []
    for change in (
        {"sms_gateway": "aydyn.nowhere.Gateway"},
        {"sms_gateway": "builtins.dict"},
        {"sms_gateway": "nonsense"},
        {"sms_url": "http://sms.example/"},
        {"sms_key": ""},
    ):
        before = settings.AYDYN
        settings.AYDYN = dataclasses.replace(before, **change)
        assert [one.id for one in checks.sms_gateway_is_usable()] == ["people.E001"], change
        settings.AYDYN = before
