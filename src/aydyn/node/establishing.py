"""Sets up a node where something is missing: data directory, keys, settings, tables, the first acts. Safe to repeat."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from aydyn.kernel.config import Config
from aydyn.kernel.errors import ConfigurationError

WITNESSES = 2
_SETTINGS = """\
# Settings of this node; docs/operator/settings.md explains each. The origin names its log and never changes.
origin = "{origin}"
site_url = "http://localhost:{port}"
"""
_WITNESS = """
[[witness]] # on this same machine: it exercises the whole path, and proves nothing to a stranger
name = "{name}"
url = "http://127.0.0.1:{port}"
vkey = "{vkey}"
vkey_pq = "{vkey_pq}"
"""


def prepare_data(data: Path, *, port: int, demo: bool) -> None:
    """Make the data directory with keys, two local witnesses and ``node.toml``, if there is none.

    Raises ConfigurationError if the directory cannot be written. Needs no Django.
    """
    try:
        data.mkdir(parents=True, exist_ok=True)
        for folder in ("files", "tiles", "mail", "cache"):
            (data / folder).mkdir(exist_ok=True)
        if not (data / "node.toml").exists():
            _write_settings(data, port=port, demo=demo)
    except OSError as error:
        raise ConfigurationError(
            f"the data directory {data} cannot be written ({error.strerror}): give another with --data DIR"
        ) from None


def _write_settings(data: Path, *, port: int, demo: bool) -> None:
    from aydyn.observer import witness

    mark = secrets.token_hex(4)
    origin = f"localhost/ledger/{mark}" + ("/demo" if demo else "")
    text = _SETTINGS.format(origin=origin, port=port)
    for number in range(1, WITNESSES + 1):
        vkey, vkey_pq = witness.prepare(data / f"witness-{number}", f"localhost/witness-{number}/{mark}")
        text += _WITNESS.format(name=f"witness-{number}", port=witness_port(port, number), vkey=vkey, vkey_pq=vkey_pq)
    beside = data / "node.toml.tmp"
    beside.write_text(text, "utf-8")
    beside.replace(data / "node.toml")


@dataclass(frozen=True)
class LocalWitness:
    """A witness that runs beside the node: its data directory and the port it listens on."""

    folder: Path
    port: int


def local_witnesses(config: Config) -> list[LocalWitness]:
    """The witnesses of ``node.toml`` that are on this machine and have their keys in the node's data directory.

    Where they listen is what the settings say, whatever port the node itself is given today.
    """
    found: list[LocalWitness] = []
    for row in config.witnesses:
        address = urlsplit(row.url)
        if address.hostname in ("127.0.0.1", "localhost") and (config.data / row.name).is_dir():
            found.append(LocalWitness(config.data / row.name, address.port or 80))
    return found


def witness_port(port: int, number: int) -> int:
    """The port of a local witness: beside the node's."""
    return port + 100 + number if port + 110 < 65_536 else port - 100 - number


def ensure_log_keys() -> None:
    """Make the log's keys at the very first start; never when the log has begun, since other keys would be another log."""
    from django.conf import settings

    from aydyn.record import keys, rotation
    from aydyn.record.models import Checkpoint

    missing = [name for name in keys.FILES.values() if not (settings.AYDYN.keys / f"{name}.key").exists()]
    if missing and Checkpoint.objects.exists():
        raise ConfigurationError(
            f"the log has begun, but its key {missing[0]}.key is missing in {settings.AYDYN.keys}: restore it from your backup"
        )
    keys.make_log_keys(settings.AYDYN.keys, settings.AYDYN.origin)
    rotation.take_effect(settings.AYDYN)


def migrate() -> bool:
    """Bring the tables up to date; skips Django's own slow look when nothing changed since. Returns whether it ran."""
    from django.conf import settings
    from django.core.management import call_command

    stamp = settings.AYDYN.data / "cache" / "migrated"
    wanted = _migrations_digest()
    if stamp.exists() and stamp.read_text("ascii") == wanted + _applied():
        return False
    call_command("migrate", verbosity=0, interactive=False)
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(wanted + _applied(), "ascii")
    return True


def collect_static() -> bool:
    """Lay out and compress the static files when they changed since; returns whether it did."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    found = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            found.update(f"{name} {storage.size(name)} {storage.get_modified_time(name)}\n".encode())
    stamp = settings.AYDYN.data / "cache" / "static-digest"
    if stamp.exists() and stamp.read_text("ascii") == found.hexdigest():
        return False
    call_command("collectstatic", verbosity=0, interactive=False)
    stamp.write_text(found.hexdigest(), "ascii")
    return True


def _migrations_digest() -> str:
    from django.apps import apps

    names = sorted(
        f"{app.label}/{file.name}"
        for app in apps.get_app_configs()
        for file in (Path(app.path) / "migrations").glob("[0-9]*.py")
    )
    return hashlib.sha256("\n".join(names).encode()).hexdigest() + "\n"


def _applied() -> str:
    """What the database itself says was applied; empty for a fresh one."""
    from django.db import DatabaseError, connection

    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT COUNT(*), MAX(id) FROM django_migrations")
            return "/".join(str(value) for value in cursor.fetchone())
    except DatabaseError:
        return ""


def load_rules() -> None:
    """The first acts of a log, and again whenever a file changed: acts, offices, calendar, procedures."""
    from django.conf import settings
    from django.db import transaction

    from aydyn.cases import actions as cases
    from aydyn.people import actions as people
    from aydyn.record import actions as record
    from aydyn.record import acts, sequencing
    from aydyn.record.models import Entry

    sequencing.ensure_head()
    pack = settings.AYDYN.pack
    with transaction.atomic():
        if not Entry.objects.exists():
            record.enter("log.started", by="node", public={"pack": pack})
        record.load_file(kind="acts", code="acts", data=acts.table_bytes(), media_type="application/json")
        people.load_offices(pack=pack)
        cases.load_procedures(pack=pack)


def establish() -> None:
    """Everything above that needs Django, in order."""
    migrate()
    collect_static()
    ensure_log_keys()
    load_rules()
