"""Who sees a request for intervention: the room, and whoever the law lets see alarms of that district (TGD-42, AC-01)."""

from django.db import migrations

from egide.web.permissions.rows import of_parent, protect

# Whoever is barred from the case is barred from its requests too (RQ-08).
REQUEST = """(SELECT egide_in_room())
    OR (jurisdiction_id = ANY ((SELECT egide_districts())::bigint[])
        AND (case_id IS NULL OR NOT case_id = ANY ((SELECT egide_barred())::bigint[])))"""

APPEND_ONLY = """
CREATE TRIGGER police_step_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON police_step
    FOR EACH STATEMENT EXECUTE FUNCTION egide_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("police", "0001_initial"),
        ("outbox", "0002_wall"),
        ("console", "0002_screen_and_append_only"),
    ]

    operations = [
        protect("police_request", REQUEST),
        protect("police_step", of_parent("police_step", "police_request", "request_id")),
        migrations.RunSQL(APPEND_ONLY, "DROP TRIGGER IF EXISTS police_step_append_only ON police_step"),
    ]
