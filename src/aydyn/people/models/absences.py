"""Absences: from when until when somebody is away, and under which mandate somebody else does the work."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from aydyn.kernel.ids import public_id
from aydyn.people.models.mandates import Mandate


class Absence(models.Model):
    """Days (both included) on which a mandate's holder is away and another mandate of the office stands in.

    The substitute acts under her own mandate, whose role may do the same: an absence gives nobody a right.
    """

    public_id = models.CharField(max_length=40, unique=True, default=public_id)
    mandate = models.ForeignKey(Mandate, models.PROTECT, related_name="absences")
    substitute = models.ForeignKey(Mandate, models.PROTECT, related_name="+")
    starts = models.DateField()
    ends = models.DateField()
    returned_on = models.DateField(null=True)
    stated = models.ForeignKey("record.Entry", models.PROTECT, related_name="+")
    returned = models.ForeignKey("record.Entry", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["-starts", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ends__gte=models.F("starts")), name="people_absence_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=~models.Q(mandate=models.F("substitute")), name="people_nobody_stands_in_for_herself"
            ),
        ]

    def __str__(self) -> str:
        return self.public_id
