"""The scene of every attack: a node with one published case, a citizen with her receipt, and a monitor who has looked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.attacks.operators import Ledger, Watcher
from tests.cases.test_one_request import ANSWER, file, office_with_staff
from tests.nodes import TestNode

from aydyn.audit import receipts
from aydyn.audit.verdicts import State
from aydyn.cases import actions, queries
from aydyn.cases.actions import StepData
from aydyn.cases.models import Case
from aydyn.ledger.policies import Policy
from aydyn.ledger.receipts import Receipt
from aydyn.record import keys
from aydyn.record import queries as record


@dataclass
class Scene:
    """A node with one published case, a citizen with her receipt, a witness and a monitor who have looked."""

    node: TestNode
    case: Case
    receipt: bytes
    policies: Sequence[Policy]
    watcher: Watcher
    ledger: Ledger

    @property
    def index(self) -> int:
        """Where the filing stands."""
        return Receipt.parse(self.receipt).proof.index

    def judge(self, data: bytes) -> State:
        """What a receipt holder's own check says, offline, under both policies."""
        return receipts.examine(data, self.policies).state


@pytest.fixture
def scene(node: TestNode, tmp_path: Path) -> Scene:
    staff = office_with_staff()
    case = file().case
    actions.take_step(case=case, step="assign", mandate=staff["registrar"], data=StepData(officer=staff["officer"]))
    actions.take_step(case=case, step="answer", mandate=staff["officer"], data=StepData(answer=ANSWER))
    published = StepData(public_question="Stations in Mary?", public_answer=ANSWER)
    actions.take_step(case=case, step="publish", mandate=staff["publisher"], data=published)
    node.sequence()
    entry = queries.events_of(case)[0].entry
    data = record.receipt_for(entry, hidden=("asker",)).to_bytes()
    policies = keys.policies()
    made = Scene(node, case, data, policies, Watcher.begin(tmp_path / "monitor", policies), Ledger(node.data / "tiles"))
    assert made.judge(data) is State.VERIFIED
    return made
