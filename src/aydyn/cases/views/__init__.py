"""Pages of cases: filing and following, the case itself with its receipts, the officers' desk."""

from __future__ import annotations
