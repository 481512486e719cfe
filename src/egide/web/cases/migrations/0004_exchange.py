"""A phone that was replaced has an erasure of its own to be recorded (TGD-43)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from egide.web.permissions.rows import of_parent, protect


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("cases", "0003_corrections"),
        ("permissions", "0003_seal"),
        ("registry", "0002_wake_gateways"),
    ]

    operations = [
        migrations.CreateModel(
            name="PhoneExchange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("phone_erased_at", models.DateTimeField(blank=True, null=True)),
                (
                    "attribution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="exchanges", to="cases.attribution"
                    ),
                ),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.device"
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        protect("cases_phoneexchange", of_parent("cases_phoneexchange", "cases_attribution", "attribution_id")),
    ]
