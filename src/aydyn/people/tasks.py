"""Background work of people: sending what people are told."""

from __future__ import annotations

from django_tasks import task

from aydyn.people import notices


@task()
def deliver(notice: int) -> None:
    """Send one notice, or see to its next try; a notice that is done with is left alone."""
    notices.deliver(notice)
