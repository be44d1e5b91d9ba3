"""Procedures and cases: what people send to an office, and what the office does with it."""
