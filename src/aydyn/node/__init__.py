"""Settings, addresses and processes of a node."""
