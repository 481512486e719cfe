"""An incident takes with it the places and hours of the order (BAR-18), beside the contacts: behind the room's wall.

Not into `frozen`, which more people read: a forbidden place may be where the protected person lives.
"""

from django.db import migrations

# As before, but for the places. What cannot be read of them is left out and said; the contacts are kept all the same.
WITH_PLACES = """
CREATE OR REPLACE FUNCTION egide_incident_contacts() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v_person bigint := (NEW.frozen #>> '{people,protected,person}')::bigint;
    v_places jsonb;
    v_before text := coalesce(current_setting('egide.system', true), '');
BEGIN
    IF v_person IS NULL THEN RETURN NULL; END IF;
    BEGIN
        PERFORM set_config('egide.system', 'on', true);
        BEGIN
            SELECT places INTO v_places FROM measures_measure
            WHERE id = NEW.measure_id OR (NEW.measure_id IS NULL AND status = 'active'
                AND NEW.device_id IN (protected_device_id, wearer_device_id))
            ORDER BY id DESC LIMIT 1;
        EXCEPTION WHEN OTHERS THEN
            RAISE WARNING 'places of an order were not kept (%)', SQLSTATE;
        END;
        INSERT INTO console_contacts (incident_id, body) VALUES (NEW.id, egide_person_of_room(v_person)
            || CASE WHEN v_places IS NULL THEN '{}'::jsonb ELSE jsonb_build_object('places', v_places) END);
    EXCEPTION WHEN OTHERS THEN
        RAISE WARNING 'contacts of an incident were not kept (%)', SQLSTATE;
    END;
    PERFORM set_config('egide.system', v_before, true);
    RETURN NULL;
END $$;
"""
WITHOUT = """
CREATE OR REPLACE FUNCTION egide_incident_contacts() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v_person bigint := (NEW.frozen #>> '{people,protected,person}')::bigint;
    v_before text := coalesce(current_setting('egide.system', true), '');
BEGIN
    IF v_person IS NULL THEN RETURN NULL; END IF;
    BEGIN
        PERFORM set_config('egide.system', 'on', true);
        INSERT INTO console_contacts (incident_id, body) VALUES (NEW.id, egide_person_of_room(v_person));
    EXCEPTION WHEN OTHERS THEN
        RAISE WARNING 'contacts of an incident were not kept (%)', SQLSTATE;
    END;
    PERFORM set_config('egide.system', v_before, true);
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("console", "0008_worn"), ("measures", "0002_places_suspension_burden")]

    operations = [migrations.RunSQL(WITH_PLACES, WITHOUT)]
