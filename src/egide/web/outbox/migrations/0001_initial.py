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
        ("console", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Destination",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="destinations", to="agencies.agency"
                    ),
                ),
                ("channel", models.TextField(choices=[("webhook", "Webhook"), ("cap", "Cap"), ("email", "Email")])),
                ("address", models.TextField()),
                ("enabled", models.BooleanField(db_default=True, default=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("agency", "channel", "address"), name="outbox_destination_once"),
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["webhook", "cap", "email"])),
                        name="outbox_destination_channel",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Guard",
            fields=[
                ("id", models.IntegerField(primary_key=True, serialize=False)),
                ("identity", models.TextField(db_default="")),
                ("tries", models.BigIntegerField(db_default=0)),
                ("held", models.BooleanField(db_default=False)),
                ("why", models.TextField(db_default="")),
                ("held_at", models.DateTimeField(null=True)),
                ("beat_at", models.DateTimeField(null=True)),
                (
                    "released_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="outbox_guard_one_row")],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, unique=True
                    ),
                ),
                (
                    "destination",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="messages", to="outbox.destination"
                    ),
                ),
                ("kind", models.TextField()),
                ("thread", models.TextField()),
                (
                    "incident",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="console.incident",
                    ),
                ),
                ("data", models.JSONField(db_default={})),
                (
                    "status",
                    models.TextField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("sending", "Sending"),
                            ("delivered", "Delivered"),
                            ("uncertain", "Uncertain"),
                            ("gave_up", "Gave Up"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        db_default="waiting",
                    ),
                ),
                ("attempts", models.IntegerField(db_default=0)),
                ("fence", models.IntegerField(db_default=0)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("next_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("lease_until", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField()),
                ("rang_at", models.DateTimeField(null=True)),
                ("delivered_at", models.DateTimeField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("status__in", ["waiting", "sending"])),
                        fields=["next_at"],
                        name="outbox_message_due",
                    ),
                    models.Index(fields=["destination", "thread", "id"], name="outbox_message_thread"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["waiting", "sending", "delivered", "uncertain", "gave_up", "withdrawn"])
                        ),
                        name="outbox_message_status",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tries", to="outbox.message"
                    ),
                ),
                ("fence", models.IntegerField()),
                ("started_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("ended_at", models.DateTimeField(null=True)),
                ("outcome", models.TextField(db_default="")),
                ("code", models.IntegerField(null=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("message", "fence"), name="outbox_attempt_once")],
            },
        ),
    ]
