"""Ties a process to its parent: it ends when the parent does, even by SIGKILL."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time
from typing import Any

_PR_SET_PDEATHSIG = 1
# Looked up here, since between fork and exec nothing should be loaded any more.
_PRCTL: Any = ctypes.CDLL(None, use_errno=True).prctl if sys.platform == "linux" else None


def die_with_parent() -> None:
    """End this process when its parent ends, if it runs under the supervisor.

    Linux tells the kernel (prctl PR_SET_PDEATHSIG); elsewhere a thread looks every second whether the parent changed.
    """
    if not os.environ.get("AYDYN_SUPERVISED"):
        return
    parent = os.getppid()
    end_with_parent()
    if parent == 1:
        os.kill(os.getpid(), signal.SIGTERM)
    threading.Thread(target=_watch, args=(parent,), daemon=True, name="lifeline").start()


def end_with_parent() -> None:
    """To be run in a new child before its program is (``preexec_fn``): Linux ends it when its parent ends.

    For programs that are not ours and cannot call :func:`die_with_parent`, such as the web server.
    """
    if _PRCTL is not None:
        _PRCTL(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(10)
    os._exit(1)
