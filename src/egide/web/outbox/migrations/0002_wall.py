"""Who sees the outbox: the room and the system. Its secrets are a table without a model, which the web cannot read."""

from django.db import migrations

from egide.web.permissions.rows import of_parent, protect

# Is the named actor an operator of the room? Asked by policies of tables that belong to the room.
IN_ROOM = """
CREATE FUNCTION egide_in_room() RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM accounts_user u
        JOIN accounts_user_groups ug ON ug.user_id = u.id
        JOIN auth_group g ON g.id = ug.group_id
        WHERE u.id = egide_actor() AND u.is_active AND g.name = 'operator'
    )
$$;
"""

TABLES = """
CREATE TABLE outbox_secret (
    destination_id bigint PRIMARY KEY REFERENCES outbox_destination (id) ON DELETE CASCADE,
    secret         text   NOT NULL
);
INSERT INTO outbox_guard (id) VALUES (1) ON CONFLICT DO NOTHING;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("outbox", "0001_initial"),
        ("permissions", "0002_rows"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.RunSQL(IN_ROOM, "DROP FUNCTION IF EXISTS egide_in_room()"),
        migrations.RunSQL(TABLES, "DROP TABLE IF EXISTS outbox_secret"),
        protect("outbox_message", "(SELECT egide_in_room())"),
        protect("outbox_attempt", of_parent("outbox_attempt", "outbox_message", "message_id")),
    ]
