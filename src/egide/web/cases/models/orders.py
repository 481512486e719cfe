"""Orders and bans in force, one register per pair of persons: the frame, the days, the court (TGD-16, OP-08, OP-09)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from egide.web.cases.models.case import Case, CaseRespondent


class Order(models.Model):
    """One order or ban between the protected person of a case and one respondent. `frame` is a code of `core.law.frames`."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="orders")
    respondent = models.ForeignKey(CaseRespondent, models.CASCADE, related_name="orders")
    frame = models.TextField()
    bans_contact = models.BooleanField(default=True, db_default=True)
    bans_places = models.BooleanField(default=False, db_default=False)
    decided_on = models.DateField(null=True, blank=True)
    notified_on = models.DateField(null=True, blank=True)
    starts_on = models.DateField(null=True, blank=True)  # None: unknown
    ends_on = models.DateField(null=True, blank=True)  # None: unknown, which is not "for ever"
    also = models.JSONField(default=list, db_default=[], blank=True)  # codes of core.law.order_measures (OP-08)
    until_lifted = models.BooleanField(default=False, db_default=False)  # it says that it has no end of its own
    related_case_filed_on = models.DateField(null=True, blank=True)  # divorce, parental authority: OP-09
    lifted_on = models.DateField(null=True, blank=True)
    court = models.TextField(blank=True, default="", db_default="")
    reference = models.TextField(blank=True, default="", db_default="")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"order {self.pk}"
