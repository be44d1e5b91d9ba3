"""What every test shares: the profile of properties, and a node to test against (its settings: tests/settings.py)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis
from tests import nodes

# A shared machine is slow at times: a property is judged by what it says, not by how long an example took.
hypothesis.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis.register_profile("thorough", deadline=None, max_examples=1000, suppress_health_check=[HealthCheck.too_slow])
hypothesis.load_profile(os.environ.get("AYDYN_HYPOTHESIS", "default"))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: object) -> None:
    """After the tables are made, once: the first acts of the log, offices, procedures."""
    from aydyn.node import establishing

    with django_db_blocker.unblock():  # type: ignore[attr-defined]  # pytest-django's own object
        establishing.load_rules()


@pytest.fixture
def node(db: None, tmp_path: Path, settings: object) -> nodes.TestNode:
    """A node with an empty ledger directory, keys and two witnesses in this process."""
    return nodes.TestNode.make(tmp_path, settings)


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    """No test is held up by what another one counted, or reads in its language."""
    from django.utils import translation

    from aydyn.kernel import caching
    from aydyn.kernel.limits import limits

    limits.forget()
    caching.forget()
    translation.activate("en")  # whatever language the pages of the test before were in
