"""The public register as a site of plain files: for a USB stick, a library's computer, a place without a network.

Invariants: only what every stranger sees is in it; no address in it leads out of it or begins at a root; every act that
stands on the published record has its receipt beside its page; a folder is either whole or not there.
"""

from __future__ import annotations

from aydyn.portal.exporting.site import Made, NothingPublished, NotOurs, export_site

__all__ = ["Made", "NotOurs", "NothingPublished", "export_site"]
