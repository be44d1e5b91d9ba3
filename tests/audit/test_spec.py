"""The examples in docs/spec are true."""

from __future__ import annotations

import json
import re
from pathlib import Path

from aydyn.audit import pages, rules
from aydyn.ledger import canonical
from aydyn.ledger.acts import TYPES
from aydyn.ledger.entries import Entry, commit, commit_part
from aydyn.ledger.merkle import leaf_hash

ROOT = Path(__file__).parents[2]
ENTRY = (ROOT / "docs/spec/entry.md").read_text("utf-8")
API = (ROOT / "docs/spec/api.md").read_text("utf-8")


def blocks(text: str) -> list[str]:
    return re.findall(r"```json\n(.*?)\n```", text, re.DOTALL)


def test_the_example_entry_has_the_hash_and_digest_that_are_stated() -> None:
    data = blocks(ENTRY)[0].encode()
    entry = Entry.parse(data)
    assert leaf_hash(data).hex() in ENTRY
    salts = {"asker": bytes(range(32)), "question": bytes(range(32, 64))}
    values = {"asker": {"name": "Aman"}, "question": "Näçe saýlaw uçastogy bar?"}
    parts = {name: commit_part(salts[name], value) for name, value in values.items()}
    assert entry.digest == commit(parts)
    for name, value in values.items():
        assert parts[name] in ENTRY
        assert canonical.encode(value).decode() in ENTRY


def test_the_example_case_agrees_with_the_example_entry() -> None:
    [case] = map(json.loads, blocks(API))
    data = blocks(ENTRY)[0].encode()
    recorded = [pages.Recorded(4711, leaf_hash(data).hex(), data)]
    assert pages.compare_case(case, case["number"], recorded, size=5000) == []


def codes(module: str) -> set[str]:
    text = (ROOT / "src/aydyn/audit" / module).read_text("utf-8")
    return set(re.findall(r'(?:Breach|_breach)\(\s*"([a-z-]+)"', text))


def test_every_code_and_type_is_described() -> None:
    assert codes("rules.py") >= {"number-gap", "mandate-ended"}
    assert [code for code in codes("rules.py") if f"`{code}`" not in ENTRY] == []
    assert [code for code in codes("pages.py") | {"case-gone"} if f"`{code}`" not in API] == []
    assert [kind for kind in TYPES if f"| `{kind}` |" not in ENTRY] == []
    assert rules.GAP_GRACE == 2 * 3600
    monitor = (ROOT / "docs/observer/run-a-monitor.md").read_text("utf-8")
    sources = (ROOT / "src/aydyn/observer/monitor").glob("*.py")
    found = {code for file in sources for code in re.findall(r'Finding\(\s*"([a-z-]+)"', file.read_text("utf-8"))}
    assert [code for code in found - {"case-gone"} if f"`{code}`" not in monitor] == []
