"""The one table of settings: every value a node can be given, with its type, default and meaning.

A value comes from the environment (``AYDYN_<NAME>``), else from ``node.toml`` in the data directory, else from its
default. Nothing else in the code reads the environment.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aydyn.kernel.errors import ConfigurationError

DEMO_SUFFIX = "/demo"


@dataclass(frozen=True)
class Setting:
    """One row of the table; a list takes its items separated by commas in the environment."""

    name: str
    kind: type
    default: Any
    doc: str


TABLE = (
    Setting("origin", str, "", "Name of this node's log; never changes; a demonstration's ends in /demo"),
    Setting("site_url", str, "http://localhost:8000", "Address under which people reach the node"),
    Setting("allowed_hosts", list, ["localhost", "127.0.0.1", "[::1]"], "Host names the node answers to"),
    Setting("trusted_proxies", list, [], "Addresses of reverse proxies whose X-Forwarded-For is believed, for limits"),
    Setting("database", str, "sqlite", "sqlite, or postgresql://user:password@host:port/name"),
    Setting("pack", str, "tm", "Jurisdiction whose offices, procedures and calendar are used"),
    Setting("office", str, "tm.cec", "Code of the office that runs the node"),
    Setting("witness_interval", int, 600, "Seconds after which an idle log is cosigned anew"),
    Setting("sequence_interval", float, 0.5, "Seconds between two batches of the sequencer"),
    Setting("publish_without_quorum_after", float, 2.0, "Seconds after which a checkpoint is published unwitnessed"),
    Setting("recheck_interval", int, 3600, "Seconds between two background re-checks of the whole log; 0: never"),
    Setting("email", str, "files", "files (mail/ in the data directory) or smtp://user:password@host:port"),
    Setting("email_from", str, "noreply@localhost", "Sender of notices"),
    Setting("sms_gateway", str, "aydyn.people.gateways.FileGateway", "Dotted path of what sends SMS; see decision 41"),
    Setting("sms_url", str, "", "Address of the operator's SMS gateway, for aydyn.people.gateways.HttpGateway"),
    Setting("sms_key", str, "", "Key that the node shows to that gateway"),
    Setting(
        "payment_gateway",
        str,
        "",
        "Dotted path of what takes fees online; empty: at the counter alone (in a demonstration a play gateway)",
    ),
    Setting("payment_url", str, "", "Address of the operator's payment page, for aydyn.cases.payments.HttpGateway"),
    Setting("payment_key", str, "", "Key with which payment requests and their confirmations are signed (HMAC-SHA256)"),
    Setting("sms_in_secret", str, "", "Secret that the gateway shows when it hands in an SMS; empty: none are taken"),
    Setting("filings_per_hour", int, 30, "Filings an hour from one address before further ones are held for triage"),
    Setting("web_workers", int, 1, "Processes of the web server; each counts its visitors' limits for itself"),
    Setting("debug", bool, False, "Show technical error pages; never on a node that others reach"),
)


@dataclass(frozen=True)
class WitnessSetting:
    """A witness that the node asks: name in the policy, submission address, monitoring address, vkeys."""

    name: str
    url: str
    vkey: str
    vkey_pq: str = ""
    monitor: str = ""

    @property
    def monitor_url(self) -> str:
        """Where the witness shows what it cosigned last; by default the submission address."""
        return self.monitor or self.url


@dataclass(frozen=True)
class Config:
    """The settings of one node, read once."""

    data: Path
    origin: str
    site_url: str
    allowed_hosts: list[str]
    trusted_proxies: list[str]
    database: str
    pack: str
    office: str
    witness_interval: int
    sequence_interval: float
    publish_without_quorum_after: float
    recheck_interval: int
    email: str
    email_from: str
    sms_gateway: str
    sms_url: str
    sms_key: str
    sms_in_secret: str
    payment_gateway: str
    payment_url: str
    payment_key: str
    filings_per_hour: int
    web_workers: int
    debug: bool
    witnesses: list[WitnessSetting] = field(default_factory=list)
    quorum: int = 0

    @property
    def is_demo(self) -> bool:
        """Whether this is a demonstration, whose clock is openly simulated."""
        return self.origin.endswith(DEMO_SUFFIX)

    @property
    def keys(self) -> Path:
        """Directory of the node's keys (0700)."""
        return self.data / "keys"

    @property
    def tiles(self) -> Path:
        """Directory of the published ledger."""
        return self.data / "tiles"

    @property
    def files(self) -> Path:
        """Directory of attachments and documents."""
        return self.data / "files"

    @property
    def needed_witnesses(self) -> int:
        """How many witnesses make a quorum: as set, else more than half."""
        return self.quorum or len(self.witnesses) // 2 + 1 if self.witnesses else 0


def data_dir() -> Path:
    """The node's data directory: ``AYDYN_DATA``, else ``./var``."""
    return Path(os.environ.get("AYDYN_DATA") or "var").absolute()


def load(data: Path | None = None) -> Config:
    """Read the settings of the node in ``data``. Raises ConfigurationError naming the value that is wrong."""
    folder = data or data_dir()
    file = folder / "node.toml"
    try:
        stored = tomllib.loads(file.read_text("utf-8")) if file.exists() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file} is not a TOML file: {error}") from None
    values = {setting.name: _value(setting, stored.pop(setting.name, None), file) for setting in TABLE}
    witnesses = [_witness(row, file) for row in stored.pop("witness", [])]
    quorum = stored.pop("quorum", 0)
    if not isinstance(quorum, int) or not 0 <= quorum <= len(witnesses):
        raise ConfigurationError(f"{file}: quorum is {quorum!r}, not a number from 0 to {len(witnesses)}")
    if stored:
        raise ConfigurationError(f"{file}: unknown settings: {', '.join(sorted(stored))}")
    return Config(data=folder, witnesses=witnesses, quorum=quorum, **values)


def _value(setting: Setting, stored: Any, file: Path) -> Any:
    text = os.environ.get(f"AYDYN_{setting.name.upper()}")
    if text is not None:
        return _parse(setting, text)
    if stored is None:
        return setting.default
    if setting.kind is float and isinstance(stored, int) and not isinstance(stored, bool):
        return float(stored)
    if not isinstance(stored, setting.kind) or (setting.kind is int and isinstance(stored, bool)):
        raise ConfigurationError(f"{file}: {setting.name} is {stored!r}, not a {setting.kind.__name__}")
    return stored


def _parse(setting: Setting, text: str) -> Any:
    if setting.kind is bool:
        return text.lower() in {"1", "yes", "true", "on"}
    if setting.kind is list:
        return [item.strip() for item in text.split(",") if item.strip()]
    try:
        return setting.kind(text)
    except ValueError:
        raise ConfigurationError(f"AYDYN_{setting.name.upper()} is {text!r}, not a {setting.kind.__name__}") from None


def _witness(row: Any, file: Path) -> WitnessSetting:
    try:
        return WitnessSetting(**row)
    except TypeError:
        raise ConfigurationError(f"{file}: a witness has name, url, vkey, vkey_pq and monitor, no others") from None
