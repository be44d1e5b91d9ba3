"""Aýdyň: the digital office of a state body, built so that anyone can check it."""

__version__ = "0.1.0"
