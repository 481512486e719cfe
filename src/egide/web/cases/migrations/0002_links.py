import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [("cases", "0002_the_path_of_a_tgd")]
    initial = True

    dependencies = [
        ("accounts", "0001_tables"),
        ("agencies", "0001_initial"),
        ("cases", "0001_tables"),
        ("documents", "0001_tables"),
        ("registry", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="LiaisonSheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "attribution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="liaison_sheets",
                        to="cases.attribution",
                    ),
                ),
                (
                    "partner",
                    models.TextField(
                        choices=[("operator", "Operator"), ("police", "Police"), ("association", "Association")]
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.document",
                    ),
                ),
                ("sent_by_means", models.TextField()),
                ("sent_at", models.DateTimeField()),
                (
                    "sent_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("received_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
    ]
