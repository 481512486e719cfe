import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_tables"),
        ("agencies", "0001_initial"),
        ("cases", "0001_tables"),
        ("console", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Area",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="areas", to="agencies.agency"
                    ),
                ),
                ("name", models.TextField()),
                ("priority_number", models.CharField(max_length=30)),
                ("sip", models.TextField(blank=True, db_default="", default="")),
                ("outline", models.JSONField(blank=True, db_default=[], default=list)),
                ("postcodes", models.JSONField(blank=True, db_default=[], default=list)),
            ],
        ),
        migrations.CreateModel(
            name="Request",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, unique=True
                    ),
                ),
                ("key", models.UUIDField(unique=True)),
                (
                    "incident",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="police_requests",
                        to="console.incident",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="police_requests",
                        to="cases.case",
                    ),
                ),
                (
                    "jurisdiction",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.jurisdiction",
                    ),
                ),
                (
                    "area",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="police.area",
                    ),
                ),
                (
                    "routed_by",
                    models.TextField(
                        choices=[
                            ("alarm_position", "Alarm Position"),
                            ("declared_place", "Declared Place"),
                            ("district", "District"),
                            ("by_hand", "By Hand"),
                        ]
                    ),
                ),
                ("unit", models.TextField()),
                ("person", models.TextField()),
                ("number", models.CharField(blank=True, db_default="", default="", max_length=30)),
                ("called_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("reference", models.TextField()),
                ("note", models.TextField(blank=True, db_default="", default="")),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("requested_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "status",
                    models.TextField(
                        choices=[
                            ("requested", "Requested"),
                            ("acknowledged", "Acknowledged"),
                            ("under_way", "Under Way"),
                            ("on_the_spot", "On The Spot"),
                            ("ended", "Ended"),
                            ("cancelled", "Cancelled"),
                        ],
                        db_default="requested",
                    ),
                ),
                (
                    "outcome",
                    models.TextField(
                        blank=True,
                        choices=[
                            ("person_safe", "Person Safe"),
                            ("arrested", "Arrested"),
                            ("nobody_found", "Nobody Found"),
                            ("taken_to_care", "Taken To Care"),
                            ("other", "Other"),
                        ],
                        db_default="",
                        default="",
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("rang_at", models.DateTimeField(null=True)),
                ("acknowledged_at", models.DateTimeField(null=True)),
                ("version", models.IntegerField(db_default=1)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["jurisdiction", "-requested_at"], name="police_request_inbox"),
                    models.Index(
                        condition=models.Q(("status", "requested")), fields=["due_at"], name="police_request_due"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                ["requested", "acknowledged", "under_way", "on_the_spot", "ended", "cancelled"],
                            )
                        ),
                        name="police_request_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("routed_by__in", ["alarm_position", "declared_place", "district", "by_hand"])
                        ),
                        name="police_request_routed_by",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("unit", ""), _negated=True),
                            models.Q(("person", ""), _negated=True),
                            models.Q(("reference", ""), _negated=True),
                        ),
                        name="police_request_is_a_call",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Step",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="police.request"
                    ),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("kind", models.TextField()),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
                ("words", models.TextField(blank=True, db_default="", default="")),
            ],
        ),
    ]
