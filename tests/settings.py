"""Settings under test: those of a node, in a data directory of its own, made before they are read."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from tests import nodes

_data = Path(tempfile.mkdtemp(prefix="aydyn-test-"))
os.environ["AYDYN_DATA"] = str(_data)
if os.environ.get("AYDYN_TEST_DATABASE") == "postgresql":
    os.environ["AYDYN_DATABASE"] = os.environ["AYDYN_TEST_POSTGRES"]
nodes.write_settings(_data)

from aydyn.node.settings import *  # noqa: E402, F403  # the environment comes first
