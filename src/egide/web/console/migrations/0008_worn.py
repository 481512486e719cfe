"""An incident takes with it which devices the two of a measure wore when it opened: a device goes on to others later."""

from django.db import migrations

# After `console_incident_opens` (triggers fire in the order of their names), and never in the way of an alarm.
WORN = """
CREATE FUNCTION egide_incident_worn() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v_found jsonb;
BEGIN
    BEGIN
        SELECT jsonb_build_object('protected', protected_device_id, 'wearer', wearer_device_id) INTO v_found
        FROM measures_measure
        WHERE id = NEW.measure_id OR (NEW.measure_id IS NULL AND status = 'active'
            AND NEW.device_id IN (protected_device_id, wearer_device_id))
        ORDER BY id DESC LIMIT 1;
        IF v_found IS NOT NULL THEN
            NEW.frozen := NEW.frozen || jsonb_build_object('worn', v_found);
        END IF;
    EXCEPTION WHEN OTHERS THEN
        NEW.frozen := NEW.frozen || jsonb_build_object('worn_unread', SQLSTATE);
    END;
    RETURN NEW;
END $$;
CREATE TRIGGER console_incident_worn BEFORE INSERT ON console_incident
    FOR EACH ROW EXECUTE FUNCTION egide_incident_worn();
"""
NOT_WORN = """
DROP TRIGGER IF EXISTS console_incident_worn ON console_incident;
DROP FUNCTION IF EXISTS egide_incident_worn();
"""


class Migration(migrations.Migration):
    dependencies = [("console", "0007_contacts")]

    operations = [migrations.RunSQL(WORN, NOT_WORN)]
