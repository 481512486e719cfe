"""Numbers without holes, versions in a chain, and a trigger that lets a document change in one way only: be destroyed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

KEPT = """
CREATE OR REPLACE FUNCTION egide_document_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.public_id, NEW.case_id, NEW.kind, NEW.number, NEW.title, NEW.groups, NEW.sha256, NEW.pages, NEW.made_at)
        IS DISTINCT FROM
       (OLD.id, OLD.public_id, OLD.case_id, OLD.kind, OLD.number, OLD.title, OLD.groups, OLD.sha256, OLD.pages, OLD.made_at)
       OR NEW.replaces_id IS DISTINCT FROM OLD.replaces_id
       OR NEW.made_by_id IS DISTINCT FROM OLD.made_by_id
       OR (NEW.body IS NOT NULL AND NEW.body IS DISTINCT FROM OLD.body)
       OR (OLD.destroyed_at IS NOT NULL AND NEW.destroyed_at IS DISTINCT FROM OLD.destroyed_at)
    THEN
        RAISE EXCEPTION 'a document is never changed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER documents_document_kept BEFORE UPDATE ON documents_document
    FOR EACH ROW EXECUTE FUNCTION egide_document_kept();
"""

UNDO = """
DROP TRIGGER IF EXISTS documents_document_kept ON documents_document;
DROP FUNCTION IF EXISTS egide_document_kept();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0001_initial"),
        ("documents", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
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
            },
        ),
        migrations.AddField(
            model_name="document",
            name="destroyed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="document",
            name="groups",
            field=models.JSONField(db_default=[], default=list),
        ),
        migrations.AlterField(
            model_name="document",
            name="replaces",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replaced_by",
                to="documents.document",
            ),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(fields=["case", "kind", "made_at"], name="documents_document_case"),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(
                condition=models.Q(("destroyed_at__isnull", True)),
                fields=["retention_until"],
                name="documents_document_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("body__isnull", True), ("destroyed_at__isnull", False)),
                    models.Q(("body__isnull", False), ("destroyed_at__isnull", True)),
                    _connector="OR",
                ),
                name="documents_document_body_or_destroyed",
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.UniqueConstraint(fields=("replaces",), name="documents_document_replaced_once"),
        ),
        migrations.AddConstraint(
            model_name="series",
            constraint=models.UniqueConstraint(fields=("name", "year"), name="documents_series_once"),
        ),
        migrations.RunSQL(KEPT, UNDO),
    ]
