"""The worker: what it forgets."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from tests.nodes import TestNode

from aydyn.node import worker
from aydyn.people.tasks import deliver


def test_it_forgets_sessions_that_ended_and_tasks_done_long_ago_and_nothing_else(node: TestNode) -> None:
    for days in (-1, 1):
        session = SessionStore()
        session["opened_cases"] = ["CEC-2026-000001"]
        session.set_expiry(timezone.now() + timedelta(days=days))
        session.save()
    for age in (timedelta(days=8), timedelta(days=6), None):
        task = deliver.enqueue(notice=1)
        done = timezone.now() - age if age else None
        DBTaskResult.objects.filter(pk=task.id).update(finished_at=done)
    worker.forget_what_is_over()
    assert Session.objects.count() == 1
    assert DBTaskResult.objects.count() == 2
