"""What the association does with the person during the measure (TGD-32): steps with an owner and an outcome."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from egide.web.agencies.models import Agency
from egide.web.cases.models.case import Case


class FollowUpStep(models.Model):
    """One step towards rights, housing, childcare, work, health."""

    class Domain(models.TextChoices):
        """What the step is about."""

        RIGHTS = "rights"
        HOUSING = "housing"
        CHILDREN = "children"
        WORK = "work"
        HEALTH = "health"
        MONEY = "money"
        DIGITAL_SAFETY = "digital_safety"
        OTHER = "other"

    class Status(models.TextChoices):
        """How far it is."""

        TO_DO = "to_do"
        UNDER_WAY = "under_way"
        DONE = "done"
        NOT_WANTED = "not_wanted"

    case = models.ForeignKey(Case, models.CASCADE, related_name="follow_up_steps")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    domain = models.TextField(choices=Domain)
    what = models.TextField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    due_on = models.DateField(null=True, blank=True)
    status = models.TextField(choices=Status, default=Status.TO_DO, db_default=Status.TO_DO.value)
    outcome = models.TextField(blank=True, default="", db_default="")
    updated_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"step {self.pk}"


class AlarmFollowUp(models.Model):
    """An alarm that asks the association for a call, the day after it (TGD-32). Never a position, never what was said.

    `ref` names the alarm, so that whoever tells of it twice tells of one.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="alarm_follow_ups")
    ref = models.TextField()
    at = models.DateTimeField()
    called_at = models.DateTimeField(null=True, blank=True)
    called_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    outcome = models.TextField(blank=True, default="", db_default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "ref"], name="cases_alarm_follow_up_once")]

    def __str__(self) -> str:
        return f"alarm follow-up {self.pk}"


class FollowUpSummary(models.Model):
    """The summary the association gives before a renewal."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="follow_up_summaries")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    text = models.TextField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"summary {self.pk}"
