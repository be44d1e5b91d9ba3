"""``aydyn manage run_sequencer``: the record's own process; ``aydyn up`` starts it."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from aydyn.record import checks, sequencing
from aydyn.record.service import Sequencer


class Command(BaseCommand):
    """Sequence, sign, publish, until SIGTERM."""

    help = "Give acts their positions, sign checkpoints, ask witnesses, publish; until stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until SIGTERM or SIGINT."""
        if wrong := checks.unsafe_settings():
            raise CommandError("; ".join(str(problem.msg) for problem in wrong))
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        sequencing.ensure_head()
        Sequencer(settings.AYDYN).run(stop)
