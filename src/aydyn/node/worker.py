"""The worker's process: runs tasks from the database, takes up those whose worker died, and notes what time did.

It looks before it locks: on SQLite each attempt to claim a task is an exclusive transaction, so a poll that finds
nothing must not be one.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
from datetime import timedelta

from aydyn.observer.lifeline import die_with_parent

log = logging.getLogger("aydyn.node.worker")

POLL_SECONDS = 1.0
CLOCK_SECONDS = 60.0
DEAD_AFTER = timedelta(minutes=10)
KEPT_TASKS = timedelta(days=7)


def run(stop: threading.Event) -> None:
    """Work until ``stop`` is set."""
    from django.db import DatabaseError, connection

    from aydyn.documents import actions as documents

    waited = CLOCK_SECONDS
    while not stop.is_set():
        try:
            run_ready_tasks()
            if waited >= CLOCK_SECONDS:
                waited = 0.0
                revive_dead_tasks()
                note_what_time_did()
                forget_what_is_over()
                keep_the_register()
                documents.sweep_uploads()
        except DatabaseError as error:
            log.warning("%s; trying again", error)
            connection.close()
        stop.wait(POLL_SECONDS)
        waited += POLL_SECONDS


def run_ready_tasks() -> None:
    """Run every task that is ready now."""
    from django_tasks_db.management.commands.db_worker import Worker
    from django_tasks_db.models import DBTaskResult

    if not DBTaskResult.objects.ready().exists():
        return
    Worker(
        queue_names=["default"], interval=0, batch=True, backend_name="default", startup_delay=False, max_tasks=None,
        worker_id=f"{os.getpid()}", excluded_queue_names=[],
    ).run()  # fmt: skip


def revive_dead_tasks() -> int:
    """Put tasks whose worker was killed back in the queue (tasks are idempotent); returns how many."""
    from django.utils import timezone
    from django_tasks_db.models import DBTaskResult

    dead = DBTaskResult.objects.filter(status="RUNNING", started_at__lt=timezone.now() - DEAD_AFTER)
    return dead.update(status="READY", started_at=None)


def note_what_time_did() -> None:
    """Enter the acts of the clock: days that passed without an answer; never of cases that a demonstration is playing."""
    from django.conf import settings

    from aydyn.cases import actions as cases
    from aydyn.demo import commands as demo
    from aydyn.kernel.errors import Unavailable

    if demo.is_under_way(settings.AYDYN.data):
        return
    try:
        cases.follow_calendar()
        cases.note_overdue()
        cases.take_due_steps()
    except Unavailable as error:
        log.warning("%s", error)


def forget_what_is_over() -> None:
    """Delete sessions that have ended and tasks that were done long ago: who opened what is nobody's business then."""
    from django.contrib.sessions.models import Session
    from django.utils import timezone
    from django_tasks_db.models import DBTaskResult

    from aydyn.cases import actions as cases
    from aydyn.people import actions as people

    moment = timezone.now()
    people.forget_what_is_over()
    cases.sweep_drafts()
    Session.objects.filter(expire_date__lt=moment).delete()
    DBTaskResult.objects.filter(finished_at__lt=moment - KEPT_TASKS).delete()


def keep_the_register() -> None:
    """Count what pages show, tell of new finds, and write the nightly file of open data."""
    from aydyn.cases import actions as cases
    from aydyn.portal import actions as portal

    cases.refresh_figures()
    portal.send_alerts()
    portal.forget_unconfirmed()
    try:
        portal.make_open_data()
    except OSError as error:
        log.warning("the file of open data could not be written: %s", error)


def main() -> None:
    """Entry point of the process."""
    die_with_parent()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aydyn.node.settings")
    import django

    django.setup()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run(stop)


if __name__ == "__main__":
    main()
