import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [("console", "0001_initial"), ("console", "0003_place"), ("console", "0004_workflow")]
    initial = True

    dependencies = [
        ("accounts", "0001_tables"),
        ("measures", "0001_initial"),
        ("people", "0001_tables"),
        ("registry", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Incident",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, unique=True
                    ),
                ),
                ("cause", models.TextField()),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("sos", "Sos"),
                            ("proximity", "Proximity"),
                            ("possible_approach", "Possible Approach"),
                            ("technical", "Technical"),
                            ("request_for_help", "Request For Help"),
                        ]
                    ),
                ),
                (
                    "urgency",
                    models.SmallIntegerField(
                        choices=[(10, "Sos"), (20, "Alert"), (30, "Pre Alert"), (40, "Possible"), (50, "Technical")]
                    ),
                ),
                (
                    "level",
                    models.TextField(
                        blank=True,
                        choices=[("", "None"), ("pre_alert", "Pre Alert"), ("alert", "Alert"), ("clear", "Clear")],
                        db_default="",
                    ),
                ),
                (
                    "measure",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="incidents",
                        to="measures.measure",
                    ),
                ),
                (
                    "device",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="incidents",
                        to="registry.device",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="incidents",
                        to="people.person",
                    ),
                ),
                ("status", models.TextField(choices=[("open", "Open"), ("closed", "Closed")], db_default="open")),
                ("unverified", models.BooleanField(db_default=False)),
                ("repeats", models.IntegerField(db_default=0)),
                ("frame_seq", models.BigIntegerField()),
                ("idx", models.IntegerField()),
                ("device_time_ms", models.BigIntegerField(null=True)),
                ("stream_time_ms", models.BigIntegerField()),
                ("opened_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("version", models.IntegerField(db_default=1)),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("taken_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "closed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("close_reason", models.TextField(blank=True, db_default="")),
                ("workflow", models.TextField(blank=True, db_default="")),
                ("workflow_hash", models.TextField(blank=True, db_default="")),
                ("flow", models.JSONField(db_default={})),
                ("frozen", models.JSONField(db_default={})),
                ("fence", models.IntegerField(db_default=0)),
                ("rings", models.SmallIntegerField(db_default=1)),
                ("rings_since", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), null=True)),
                ("due_at", models.DateTimeField(null=True)),
                (
                    "linked",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="console.incident",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "open")),
                        fields=["urgency", "opened_at"],
                        name="console_incident_list",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "open")), fields=("cause",), name="console_incident_one_open"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["sos", "proximity", "possible_approach", "technical", "request_for_help"])
                        ),
                        name="console_incident_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("urgency__in", [10, 20, 30, 40, 50])), name="console_incident_urgency"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("level__in", ["", "pre_alert", "alert", "clear"])),
                        name="console_incident_level",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["open", "closed"])), name="console_incident_status"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IncidentEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="events", to="console.incident"
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
                ("frame_seq", models.BigIntegerField(null=True)),
                ("idx", models.IntegerField(null=True)),
                ("ordinal", models.IntegerField(null=True)),
                ("data", models.JSONField(db_default={})),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("frame_seq__isnull", False)),
                        fields=("frame_seq", "idx", "ordinal", "incident"),
                        name="console_incidentevent_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Place",
            fields=[
                ("device_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("t_ms", models.BigIntegerField()),
                ("seen_ms", models.BigIntegerField()),
                ("lat_e7", models.IntegerField()),
                ("lon_e7", models.IntegerField()),
                ("accuracy_cm", models.IntegerField(db_default=-1)),
                ("speed_cms", models.IntegerField(db_default=-1)),
                ("held", models.BooleanField(db_default=False)),
                ("frame_seq", models.BigIntegerField(db_default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Position",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "frame_seq", "idx", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("frame_seq", models.BigIntegerField()),
                ("idx", models.IntegerField()),
                ("device_id", models.BigIntegerField()),
                ("device_time_ms", models.BigIntegerField()),
                ("stream_time_ms", models.BigIntegerField()),
                ("lat_e7", models.IntegerField()),
                ("lon_e7", models.IntegerField()),
                ("accuracy_cm", models.IntegerField(db_default=-1)),
                ("speed_cms", models.IntegerField(db_default=-1)),
                ("committed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("device_id"),
                        models.OrderBy(models.F("device_time_ms"), descending=True),
                        name="console_position_device_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Screen",
            fields=[
                ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "incident",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="console.incident",
                    ),
                ),
                ("change", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="ScreenHead",
            fields=[
                ("id", models.IntegerField(primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="console_screenhead_one_row")
                ],
            },
        ),
        migrations.CreateModel(
            name="Seat",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, unique=True
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("started_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("seen_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("heard_at", models.DateTimeField(null=True)),
                ("audible", models.BooleanField(db_default=False)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at", None)), fields=["seen_at"], name="console_seat_present"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Timer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "incident",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="console.incident",
                    ),
                ),
                ("kind", models.TextField()),
                ("fence", models.IntegerField()),
                ("due_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("done_at", None)), fields=["due_at"], name="console_timer_due")
                ],
            },
        ),
        migrations.CreateModel(
            name="Transition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "measure",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="measures.measure",
                    ),
                ),
                ("frame_seq", models.BigIntegerField()),
                ("idx", models.IntegerField()),
                ("ordinal", models.IntegerField()),
                ("device_time_ms", models.BigIntegerField(null=True)),
                ("stream_time_ms", models.BigIntegerField()),
                ("kind", models.TextField()),
                ("level_from", models.TextField(db_default="")),
                ("level_to", models.TextField(db_default="")),
                ("basis", models.TextField(db_default="")),
                ("distance_cm", models.BigIntegerField(null=True)),
                ("lower_cm", models.BigIntegerField(null=True)),
                ("upper_cm", models.BigIntegerField(null=True)),
                ("moved", models.TextField(db_default="")),
                ("detail", models.JSONField(db_default={})),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("measure"),
                        models.OrderBy(models.F("stream_time_ms"), descending=True),
                        name="console_transition_timeline",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("frame_seq", "idx", "ordinal"), name="console_transition_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkflowTable",
            fields=[
                ("hash", models.TextField(primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("body", models.JSONField()),
                ("first_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "db_table": "console_workflow",
            },
        ),
    ]
