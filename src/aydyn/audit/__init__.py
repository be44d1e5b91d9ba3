"""Verifies what a node published: a receipt, a whole log. Pure: files and fetched bytes are handed in."""
