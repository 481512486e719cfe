"""What is due: one row per task, with the rule it comes from, who must act, and what came of it.

Due instants are computed by `core.law` and stored; reminders and escalation read these rows. A task is never deleted:
it is done, or no longer needed, and says why.
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
    """Something somebody must do. `key` makes it one: the same cause never opens two tasks in a case."""

    public_id = models.UUIDField(unique=True, db_default=RandomUUID(), editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="tasks")
    key = models.TextField()
    kind = models.TextField()
    rule = models.TextField(blank=True, default="", db_default="")  # id in core.law
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+")
    role = models.TextField(blank=True, default="", db_default="")
    assignee = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    due_at = models.DateTimeField(null=True, blank=True)
    remind_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)
    status = models.TextField(choices=TaskStatus, default=TaskStatus.OPEN, db_default=TaskStatus.OPEN.value)
    opened_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    outcome = models.TextField(blank=True, default="", db_default="")
    data = models.JSONField(default=dict, db_default={}, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "key"], name="tasks_task_once"),
            models.CheckConstraint(condition=Q(status__in=TaskStatus.values), name="tasks_task_status"),
        ]
        indexes = [models.Index(fields=["agency", "due_at"], condition=Q(status="open"), name="tasks_task_due")]

    def __str__(self) -> str:
        return f"task {self.pk}"
