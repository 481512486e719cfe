import django.contrib.postgres.functions
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Jurisdiction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(unique=True)),
                ("name", models.TextField()),
                ("practice", models.JSONField(blank=True, db_default={}, default=dict)),
            ],
        ),
        migrations.CreateModel(
            name="Agency",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, unique=True
                    ),
                ),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("prosecution_office", "Prosecution Office"),
                            ("court", "Court"),
                            ("support_association", "Support Association"),
                            ("remote_assistance", "Remote Assistance"),
                            ("police", "Police"),
                            ("gendarmerie", "Gendarmerie"),
                            ("station_social_work", "Station Social Work"),
                            ("probation", "Probation"),
                            ("prison", "Prison"),
                            ("perpetrator_centre", "Perpetrator Centre"),
                            ("municipality", "Municipality"),
                            ("health", "Health"),
                            ("other", "Other"),
                        ]
                    ),
                ),
                ("name", models.TextField()),
                (
                    "jurisdiction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="agencies", to="agencies.jurisdiction"
                    ),
                ),
                ("phone", models.CharField(blank=True, db_default="", default="", max_length=30)),
                ("email", models.EmailField(blank=True, db_default="", default="", max_length=254)),
                ("is_lead_association", models.BooleanField(db_default=False, default=False)),
                ("approval_kind", models.TextField(blank=True, db_default="", default="")),
                ("approval_until", models.DateField(blank=True, null=True)),
            ],
            options={
                "verbose_name_plural": "agencies",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "prosecution_office",
                                    "court",
                                    "support_association",
                                    "remote_assistance",
                                    "police",
                                    "gendarmerie",
                                    "station_social_work",
                                    "probation",
                                    "prison",
                                    "perpetrator_centre",
                                    "municipality",
                                    "health",
                                    "other",
                                ],
                            )
                        ),
                        name="agencies_agency_kind",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="memberships", to="agencies.agency"
                    ),
                ),
                ("role", models.TextField()),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(blank=True, null=True)),
                ("authorised_by", models.TextField(blank=True, db_default="", default="")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "agency", "role", "starts_on"), name="agencies_membership_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                        ),
                        name="agencies_membership_days",
                    ),
                ],
            },
        ),
    ]
