"""Puts acts on the ledger: entries, the sequencer, receipts, tiles, witnesses asked."""
