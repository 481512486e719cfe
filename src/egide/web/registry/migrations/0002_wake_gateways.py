"""Any change of a device or feed wakes the gateways at commit, whatever statement made it."""

from django.db import migrations

WAKE = """
CREATE OR REPLACE FUNCTION egide_registry_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('egide_registry', '');
    RETURN NULL;
END $$;
CREATE TRIGGER registry_device_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON registry_device
    FOR EACH STATEMENT EXECUTE FUNCTION egide_registry_changed();
CREATE TRIGGER registry_feed_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON registry_feed
    FOR EACH STATEMENT EXECUTE FUNCTION egide_registry_changed();
"""

SLEEP = """
DROP TRIGGER IF EXISTS registry_device_changed ON registry_device;
DROP TRIGGER IF EXISTS registry_feed_changed ON registry_feed;
DROP FUNCTION IF EXISTS egide_registry_changed();
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]

    operations = [migrations.RunSQL(WAKE, SLEEP)]
