"""One round of monitoring after the other: checkpoint, entries, rules, site; evidence is kept in files."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from aydyn.audit.logs import Read, Unreadable
from aydyn.ledger.policies import Policy
from aydyn.observer.monitor import following, site, witnesses
from aydyn.observer.monitor.findings import Finding, Inconclusive, Refuted, Report, keep
from aydyn.observer.monitor.state import State

HIDDEN = "text-hidden"
CONFIRM_AFTER = 8.0


class Monitor:
    """Follows the log behind ``read``, and the site at ``address`` (empty: the ledger only)."""

    def __init__(
        self,
        read: Read,
        policies: Sequence[Policy],
        folder: Path,
        *,
        address: str = "",
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.read = read
        self.policies = policies
        self.state = State(folder)
        self.site = site.Site(address) if address else None
        self.clock = clock
        self.sleep = sleep

    def close(self) -> None:
        """Close the state."""
        self.state.close()

    def look(self, *, everything: bool = False, recheck: bool = False) -> Report:
        """One round. ``everything``: compare all cases; ``recheck``: read all old entries and tiles again."""
        report = self._round(everything=everything, recheck=recheck)
        if any(one.code == HIDDEN for one, _ in report.evidence):
            # The text may have been erased by an act that is not published yet: such evidence must hold twice.
            self.sleep(CONFIRM_AFTER)
            again = self._round(everything=everything, recheck=False)
            again.new_entries += report.new_entries
            first = [one for one, _ in report.evidence if one.code != HIDDEN]
            again.evidence += [(one, None) for one in first if one not in [other for other, _ in again.evidence]]
            report = again
        report.evidence = [(one, keep(self.state.evidence, one)) for one, _ in report.evidence]
        return report

    def _round(self, *, everything: bool, recheck: bool) -> Report:
        report = Report()
        try:
            self._look(report, everything=everything, recheck=recheck)
        except Refuted as refuted:
            report.evidence.append((refuted.finding, None))
        except (Inconclusive, Unreadable, site.NoAnswer) as error:
            report.unread.append(str(error))
        except sqlite3.Error as error:
            report.unread.append(f"the state cannot be used, perhaps another monitor is at work on it: {error}")
        return report

    def _look(self, report: Report, *, everything: bool, recheck: bool) -> None:
        data = self.read("checkpoint")
        now, last = int(self.clock()), self.state.head()
        checkpoint, cosigned_at = following.open_checkpoint(data, self.policies, report, now, last)
        report.origin, report.size = checkpoint.origin, checkpoint.size
        with self.state.transaction():
            following.follow(self.read, self.state, report, checkpoint, data, cosigned_at)
        witnesses.compare(self.read, self.policies, report, checkpoint, data, now)
        if recheck:
            following.recheck(self.read, self.state, report)
        if self.site is not None:
            with self.state.transaction():
                site.compare(self.site, self.state, report, everything=everything)


def describe(finding: Finding) -> str:
    """One line for people."""
    place = "" if finding.position is None else f" position {finding.position:,}:"
    return f"[{finding.code}]{place} {finding.words}"
