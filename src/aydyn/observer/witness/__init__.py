"""A stand-alone witness (C2SP tlog-witness): cosigns what only ever grows.

:mod:`protocol` decides and knows neither network nor disk, :mod:`state` keeps the last checkpoint of every log,
:mod:`keys` the witness's own keys, :mod:`server` listens.
"""

from __future__ import annotations

from aydyn.observer.witness.keys import WitnessError, prepare
from aydyn.observer.witness.server import serve

__all__ = ["WitnessError", "prepare", "serve"]
