"""What every room stands on: clock, identifiers, errors, the table of settings, packs."""
