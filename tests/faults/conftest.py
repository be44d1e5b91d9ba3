"""Stands on both databases; PostgreSQL where AYDYN_TEST_POSTGRES names a server."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.faults.stand import Stand, Template

SERVER = os.environ.get("AYDYN_TEST_POSTGRES", "")


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def template(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Template]:
    """A node that is set up once a database."""
    if request.param == "postgresql" and not SERVER:
        pytest.skip("AYDYN_TEST_POSTGRES names no server")
    made = Template.make(tmp_path_factory.mktemp("template"), SERVER if request.param == "postgresql" else "")
    yield made
    made.drop()


@pytest.fixture
def stand(template: Template, tmp_path: Path) -> Iterator[Stand]:
    """A node of its own."""
    made = Stand.make(tmp_path, template)
    yield made
    made.close()
