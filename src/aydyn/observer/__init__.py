"""What others run to keep a node honest: a witness and a monitor. Network, SQLite and a clock, but no Django."""

from __future__ import annotations
