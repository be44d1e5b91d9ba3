"""A process: the real sequencer, which can be told to be killed at one place of its work.

``argv``: the holder's name and, optionally, a place from :data:`PLACES`: when the sequencer comes there, having
sequenced something, it ends by SIGKILL, as by a power cut of this one process.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

import django

from aydyn.observer.lifeline import die_with_parent

PLACES = (
    "before the commit", "after signing, before the commit", "after the commit", "inside the writing of files", "before the renaming of files",
    "after the bundles", "before the tiles are marked", "before the publication", "after the publication",
)  # fmt: skip


def _die(*_: Any, **__: Any) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def _before(owner: Any, name: str) -> None:
    setattr(owner, name, _die)


def _after(owner: Any, name: str, *, whatever_it_gives: bool = False) -> None:
    real: Callable[..., Any] = getattr(owner, name)

    def work(*given: Any, **named: Any) -> Any:
        done = real(*given, **named)
        # Only what has done something counts: an idle round changes nothing.
        return _die() if done or whatever_it_gives else done

    setattr(owner, name, work)


def arm(place: str) -> None:
    """Put the end of the process at ``place``."""
    from aydyn.record import publishing, sequencing, tilestore

    match place:
        case "before the commit":
            _after(sequencing, "_checked_hashes")
        case "after signing, before the commit":
            _after(sequencing, "_sign", whatever_it_gives=True)
        case "after the commit":
            _after(sequencing, "sequence_batch")
        case "inside the writing of files":
            _before(tilestore.os, "fsync")
        case "before the renaming of files":
            _before(tilestore.Path, "replace")
        case "after the bundles":
            _after(publishing, "_write_bundles")
        case "before the tiles are marked":
            _after(publishing.TileBuilder, "root")
        case "before the publication":
            _before(tilestore.DirectoryStore, "write_checkpoint")
        case "after the publication":
            _after(publishing, "publish_checkpoint")
        case _:
            raise SystemExit(f"no such place: {place}")


def main() -> None:
    """Run until SIGTERM."""
    die_with_parent()
    django.setup()
    from django.conf import settings

    from aydyn.record import sequencing
    from aydyn.record.service import Sequencer

    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    sequencing.ensure_head()
    sequencer = Sequencer(settings.AYDYN, holder=sys.argv[1])
    if len(sys.argv) > 2:
        arm(sys.argv[2])
    sequencer.run(stop)


if __name__ == "__main__":
    main()
