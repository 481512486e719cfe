import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    replaces = [("documents", "0001_initial")]

    dependencies = [
        ("cases", "0001_tables"),
        ("accounts", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Series",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.TextField()),
                ("year", models.IntegerField()),
                ("last", models.IntegerField()),
            ],
            options={
                "verbose_name_plural": "series",
                "constraints": [models.UniqueConstraint(fields=("name", "year"), name="documents_series_once")],
            },
        ),
        migrations.CreateModel(
            name="Document",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, unique=True
                    ),
                ),
                ("kind", models.TextField()),
                ("number", models.TextField(unique=True)),
                ("title", models.TextField()),
                ("groups", models.JSONField(db_default=[], default=list)),
                ("body", models.BinaryField(null=True)),
                ("sha256", models.BinaryField(max_length=32)),
                ("pages", models.IntegerField(db_default=0, default=0)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("retention_until", models.DateTimeField(blank=True, null=True)),
                ("destroyed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="documents", to="cases.case"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "replaces",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="documents.document",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["case", "kind", "made_at"], name="documents_document_case"),
                    models.Index(
                        condition=models.Q(("destroyed_at__isnull", True)),
                        fields=["retention_until"],
                        name="documents_document_due",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("body__isnull", True), ("destroyed_at__isnull", False)),
                            models.Q(("body__isnull", False), ("destroyed_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="documents_document_body_or_destroyed",
                    ),
                    models.UniqueConstraint(fields=("replaces",), name="documents_document_replaced_once"),
                ],
            },
        ),
    ]
