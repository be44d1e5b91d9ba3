"""Aýdyň: the digital office of a state body that anyone can check."""

from __future__ import annotations

__version__ = "0.1.0"
