import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditText",
            fields=[
                ("entry_seq", models.BigIntegerField(primary_key=True, serialize=False)),
                ("salt", models.BinaryField(max_length=16)),
                ("text", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                ("hash", models.BinaryField(max_length=32)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("signature", models.BinaryField()),
                ("key_id", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "actor",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("agency", models.BigIntegerField(null=True)),
                ("role", models.TextField(db_default="")),
                ("action", models.TextField()),
                ("object_kind", models.TextField(db_default="")),
                ("object_id", models.TextField(db_default="")),
                ("case", models.BigIntegerField(null=True)),
                ("rule", models.TextField(db_default="")),
                ("groups", models.JSONField(db_default=[])),
                ("event", models.UUIDField()),
                ("parent", models.UUIDField(null=True)),
                ("text_hash", models.BinaryField(max_length=32, null=True)),
                ("previous", models.BinaryField(max_length=32)),
                ("hash", models.BinaryField(max_length=32)),
            ],
            options={
                "verbose_name_plural": "entries",
                "indexes": [
                    models.Index(fields=["case", "seq"], name="audit_entry_case"),
                    models.Index(fields=["actor", "seq"], name="audit_entry_actor"),
                    models.Index(fields=["event"], name="audit_entry_event"),
                    models.Index(
                        condition=models.Q(("parent__isnull", False)), fields=["parent"], name="audit_entry_parent"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Head",
            fields=[
                ("id", models.IntegerField(primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField()),
                ("hash", models.BinaryField(max_length=32)),
            ],
        ),
    ]
