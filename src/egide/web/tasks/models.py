"""What is due: one row per task, with the rule it comes from, who must act, and what came of it.

Due instants are computed by `core.law` and stored; reminders and escalation read these rows. A task is never deleted:
it is done, or no longer needed, and says why. Every reminder and escalation is a row of its own, a `Notice`.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from egide.web.agencies.models import Agency
from egide.web.cases.models import Case


class TaskStatus(models.TextChoices):
    """Where a task stands."""

    OPEN = "open"
    DONE = "done"
    NOT_NEEDED = "not_needed"


class Task(models.Model):
    """Something somebody must do. `key` makes it one: the same cause never opens two tasks in a case.

    A task without a case is an agency's own (an approval that ends, AC-10). `opens_at`: from when it is shown as due, not
    as coming. `remind_every_days`: a watch without a term asks again so often.
    """

    public_id = models.UUIDField(unique=True, db_default=RandomUUID(), editable=False)
    case = models.ForeignKey(Case, models.CASCADE, null=True, blank=True, related_name="tasks")
    key = models.TextField()
    kind = models.TextField()
    rule = models.TextField(blank=True, default="", db_default="")  # id in core.law
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+")
    role = models.TextField(blank=True, default="", db_default="")
    assignee = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    opens_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)  # the first instant at which it is late
    remind_at = models.DateTimeField(null=True, blank=True)
    remind_every_days = models.IntegerField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)
    escalation_level = models.SmallIntegerField(default=0, db_default=0)
    status = models.TextField(choices=TaskStatus, default=TaskStatus.OPEN, db_default=TaskStatus.OPEN.value)
    opened_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    outcome = models.TextField(blank=True, default="", db_default="")
    data = models.JSONField(default=dict, db_default={}, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "key"], name="tasks_task_once"),
            models.UniqueConstraint(
                fields=["agency", "key"], condition=Q(case__isnull=True), name="tasks_task_once_in_agency"
            ),
            models.CheckConstraint(
                condition=Q(case__isnull=False) | Q(agency__isnull=False), name="tasks_task_has_a_place"
            ),
            models.CheckConstraint(condition=Q(status__in=TaskStatus.values), name="tasks_task_status"),
        ]
        indexes = [
            models.Index(fields=["agency", "due_at"], condition=Q(status="open"), name="tasks_task_due"),
            models.Index(fields=["remind_at"], condition=Q(status="open"), name="tasks_task_remind"),
            models.Index(fields=["due_at"], condition=Q(status="open"), name="tasks_task_escalate"),
        ]

    def __str__(self) -> str:
        return f"task {self.pk}"


class NoticeKind(models.TextChoices):
    """What the sweeper said."""

    REMINDER = "reminder"
    ESCALATION = "escalation"


class Notice(models.Model):
    """A reminder before a task is due, or an escalation after: said to whom, at which level, about which due instant."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="notices")
    kind = models.TextField(choices=NoticeKind)
    level = models.SmallIntegerField(default=0, db_default=0)
    at = models.DateTimeField(db_default=Now())
    about_due_at = models.DateTimeField(null=True)
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+")
    role = models.TextField(default="", db_default="")
    seen_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(kind__in=NoticeKind.values), name="tasks_notice_kind")]
        indexes = [
            models.Index(fields=["agency", "-at"], condition=Q(seen_at__isnull=True), name="tasks_notice_unseen")
        ]

    def __str__(self) -> str:
        return f"notice {self.pk}"
