import django.contrib.postgres.functions
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0001_tables"),
        ("registry", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Measure",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                (
                    "public_id",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, unique=True
                    ),
                ),
                ("number", models.TextField(unique=True)),
                ("alert_m", models.IntegerField()),
                ("pre_alert_m", models.IntegerField()),
                (
                    "status",
                    models.TextField(
                        choices=[("active", "Active"), ("ended", "Ended")],
                        db_default="active",
                        default="active",
                    ),
                ),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                (
                    "protected_device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="measures_protecting",
                        to="registry.device",
                    ),
                ),
                (
                    "protected_person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="measures_protecting",
                        to="people.person",
                    ),
                ),
                (
                    "wearer_device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="measures_worn",
                        to="registry.device",
                    ),
                ),
                (
                    "wearer_person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="measures_worn",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("alert_m__gt", 0), ("pre_alert_m__gt", models.F("alert_m"))),
                        name="measures_measure_radii",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["active", "ended"])),
                        name="measures_measure_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("protected_device", models.F("wearer_device")), _negated=True),
                        name="measures_measure_two_devices",
                    ),
                ],
            },
        ),
    ]
