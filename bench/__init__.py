"""Measurements: one command each (`.venv/bin/python -m bench.ledger`), a table on screen and JSON in bench/results."""
