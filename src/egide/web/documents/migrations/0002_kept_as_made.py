"""A trigger that lets a document change in one way only: be destroyed."""

from django.db import migrations

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
    dependencies = [("documents", "0001_tables")]

    operations = [migrations.RunSQL(KEPT, UNDO)]
