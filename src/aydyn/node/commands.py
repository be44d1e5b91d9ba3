"""What the words ``ledger …`` of the command do; Django is set up already. Each returns an exit code."""

from __future__ import annotations

import dataclasses
import json as jsonlib
import sys
from typing import Any

from django.conf import settings

from aydyn.kernel.config import Config
from aydyn.kernel.errors import ConfigurationError
from aydyn.record import checking, keys, queries, rotation
from aydyn.record.errors import RecordError
from aydyn.record.models import Checkpoint, Head
from aydyn.record.tilestore import DirectoryStore

VERIFIED, REFUTED, UNCHECKED = 0, 1, 2


def _print(value: dict[str, Any], *, json: bool) -> None:
    if json:
        print(jsonlib.dumps(value, ensure_ascii=False, indent=2, default=str))
        return
    for name, one in value.items():
        print(f"{name}: {one}")


def _note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def ledger_check(*, json: bool) -> int:
    """Check database, checkpoints and tiles against each other; 1 if anything does not fit."""
    store = DirectoryStore(settings.AYDYN.tiles)
    findings = checking.Findings()
    for findings in checking.check(store, keys.trusted_log_keys(settings.AYDYN.keys)):
        if sys.stderr.isatty():
            print(f"\r{findings.entries:,} entries", end="", file=sys.stderr, flush=True)
    _print(
        {
            "ok": not findings.faults,
            "entries": findings.entries,
            "checkpoints": findings.checkpoints,
            "faults": findings.faults,
        },
        json=json,
    )
    return REFUTED if findings.faults else VERIFIED


def ledger_rebuild(*, from_tiles: bool, json: bool) -> int:
    """Write tiles again from the database, or an empty database's entries from the tiles."""
    store = DirectoryStore(settings.AYDYN.tiles)
    try:
        if from_tiles:
            done = checking.rebuild_entries(store, keys.trusted_log_keys(settings.AYDYN.keys))
            _print({"ok": True, "entries": done.entries, "without_content": done.without_content}, json=json)
            if done.without_content:
                _note(
                    "The content and salts behind these entries are not in the tiles: restore them from a backup, or they are lost."
                )
        else:
            _print({"ok": True, "entries": checking.rebuild_tiles(store)}, json=json)
    except RecordError as error:
        _print({"ok": False, "fault": str(error)}, json=json)
        return REFUTED
    return VERIFIED


def ledger_keygen(*, replace: bool = False) -> int:
    """Make missing keys of the log; refuses when the log has begun, since other keys would be another log.

    ``replace``: announce a change of keys on the record, signed by the old ones.
    """
    config = settings.AYDYN
    if replace:
        return _announce_new_keys(config)
    if not config.origin:
        raise ConfigurationError(f"{config.data / 'node.toml'} names no origin: set one, or let `aydyn up` make it")
    missing = [name for name in keys.FILES.values() if not (config.keys / f"{name}.key").exists()]
    if missing and _has_begun():
        raise ConfigurationError("the log has begun: restore its keys from your backup, new ones would be another log")
    for key in keys.make_log_keys(config.keys, config.origin):
        print(key.vkey)
    return VERIFIED


def _announce_new_keys(config: Config) -> int:
    for key in rotation.announce(config):
        print(key.vkey)
    _note(
        "The change is announced on the record. Start the node anew when this act is published: from then on the log signs with these keys. "
        "Give every witness the new keys, and everybody the new policy; old receipts stay good under it."
    )
    return VERIFIED


def _has_begun() -> bool:
    from django.db import DatabaseError

    try:
        return Checkpoint.objects.exists()
    except DatabaseError:
        return False


def ledger_status(*, json: bool) -> int:
    """How far the record has come; 1 if it was halted."""
    health = queries.health()
    head = Head.objects.filter(pk=1).first()
    value = {"origin": settings.AYDYN.origin, **dataclasses.asdict(health)}
    value["sequencer"] = head.holder if head else ""
    _print(value, json=json)
    return REFUTED if health.halted else VERIFIED
