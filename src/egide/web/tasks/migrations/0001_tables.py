import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [("tasks", "0001_initial"), ("tasks", "0002_clocks")]
    initial = True

    dependencies = [
        ("accounts", "0001_tables"),
        ("agencies", "0001_initial"),
        ("cases", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Task",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, unique=True
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tasks",
                        to="cases.case",
                    ),
                ),
                ("key", models.TextField()),
                ("kind", models.TextField()),
                ("rule", models.TextField(blank=True, db_default="", default="")),
                (
                    "agency",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
                ("role", models.TextField(blank=True, db_default="", default="")),
                (
                    "assignee",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("opens_at", models.DateTimeField(blank=True, null=True)),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("remind_at", models.DateTimeField(blank=True, null=True)),
                ("remind_every_days", models.IntegerField(blank=True, null=True)),
                ("reminded_at", models.DateTimeField(blank=True, null=True)),
                ("escalated_at", models.DateTimeField(blank=True, null=True)),
                ("escalation_level", models.SmallIntegerField(db_default=0, default=0)),
                (
                    "status",
                    models.TextField(
                        choices=[("open", "Open"), ("done", "Done"), ("not_needed", "Not Needed")],
                        db_default="open",
                        default="open",
                    ),
                ),
                ("opened_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("outcome", models.TextField(blank=True, db_default="", default="")),
                ("data", models.JSONField(blank=True, db_default={}, default=dict)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "open")), fields=["agency", "due_at"], name="tasks_task_due"
                    ),
                    models.Index(
                        condition=models.Q(("status", "open")), fields=["remind_at"], name="tasks_task_remind"
                    ),
                    models.Index(condition=models.Q(("status", "open")), fields=["due_at"], name="tasks_task_escalate"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("case", "key"), name="tasks_task_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("case__isnull", True)),
                        fields=("agency", "key"),
                        name="tasks_task_once_in_agency",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("case__isnull", False), ("agency__isnull", False), _connector="OR"),
                        name="tasks_task_has_a_place",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["open", "done", "not_needed"])), name="tasks_task_status"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="notices", to="tasks.task"
                    ),
                ),
                ("kind", models.TextField(choices=[("reminder", "Reminder"), ("escalation", "Escalation")])),
                ("level", models.SmallIntegerField(db_default=0, default=0)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("about_due_at", models.DateTimeField(null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
                ("role", models.TextField(db_default="", default="")),
                ("seen_at", models.DateTimeField(null=True)),
                (
                    "seen_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("seen_at__isnull", True)),
                        fields=["agency", "-at"],
                        name="tasks_notice_unseen",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["reminder", "escalation"])), name="tasks_notice_kind"
                    )
                ],
            },
        ),
    ]
