"""Danger assessments as given: instrument, version, who asked, every answer. The level is computed by `core.instruments`."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from egide.web.agencies.models import Agency
from egide.web.cases.models import Case


class Assessment(models.Model):
    """One assessor's assessment on one day. Each is kept; differences are shown, nothing is averaged (DG-09)."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="assessments")
    instrument = models.TextField()
    version = models.TextField()
    assessor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now())
    answers = models.JSONField(default=dict, db_default={}, blank=True)
    level = models.TextField(default="not_assessed", db_default="not_assessed")
    raised_to = models.TextField(blank=True, default="", db_default="")  # raise only, with a reason
    raise_reason = models.TextField(blank=True, default="", db_default="")
    comment = models.TextField(blank=True, default="", db_default="")
    reassess_on = models.DateField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(raised_to="") | ~models.Q(raise_reason=""), name="danger_raise_has_a_reason"
            )
        ]

    def __str__(self) -> str:
        return f"assessment {self.pk}"
