"""The numbering of screen changes, and the trigger that keeps the events of an incident append-only."""

from django.db import migrations

HEAD = """
INSERT INTO console_screenhead (id, seq) VALUES (1, 0) ON CONFLICT DO NOTHING;

-- Numbers one change for the screens. Call it last: the row of console_screenhead stays locked until the
-- caller's transaction commits: the order of commit is the order of numbers, and a reader by number skips
-- nothing.
CREATE OR REPLACE FUNCTION egide_screen(p_incident bigint, p_change text) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE v_seq bigint;
BEGIN
    UPDATE console_screenhead SET seq = seq + 1 WHERE id = 1 RETURNING seq INTO v_seq;
    IF NOT FOUND THEN RAISE EXCEPTION 'console_screenhead has lost its row; run egide migrate'; END IF;
    INSERT INTO console_screen (seq, incident_id, change) VALUES (v_seq, p_incident, p_change);
    PERFORM pg_notify('egide_screen', '');
    RETURN v_seq;
END $$;
"""

APPEND_ONLY = """
CREATE OR REPLACE FUNCTION egide_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER console_incidentevent_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON console_incidentevent
    FOR EACH STATEMENT EXECUTE FUNCTION egide_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("console", "0001_tables")]

    operations = [
        migrations.RunSQL(HEAD, "DROP FUNCTION IF EXISTS egide_screen(bigint, text)"),
        migrations.RunSQL(
            APPEND_ONLY,
            "DROP TRIGGER IF EXISTS console_incidentevent_append_only ON console_incidentevent;"
            " DROP FUNCTION IF EXISTS egide_append_only()",
        ),
    ]
