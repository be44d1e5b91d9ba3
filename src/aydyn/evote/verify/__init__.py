"""The whole check of an election archive: what was found (`verdicts`), ballots in chunks (`chunks`), the rest stage by stage."""
