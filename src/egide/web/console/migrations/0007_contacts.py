"""How to reach a protected person moves out of the incident into a table behind the room's wall: it holds a duress word.

What everybody who may read incidents may know of the two people stays: who they are by number, their language, and
whether calling back is forbidden.
"""

import django.db.models.deletion
from django.db import migrations, models

from egide.web.permissions.rows import protect

# Triggers of a table fire in the order of their names: the first comes after all that fill `frozen`. Never in the way of
# an alarm: contacts that cannot be kept are left out and said.
APART = """
CREATE FUNCTION egide_without_contacts(p_frozen jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT CASE WHEN p_frozen ? 'people' THEN jsonb_set(p_frozen, '{people}', coalesce((
        SELECT jsonb_object_agg(side, jsonb_strip_nulls(jsonb_build_object('person', one -> 'person',
            'locale', one -> 'locale', 'call_back_forbidden', one -> 'call_back_forbidden')))
        FROM jsonb_each(p_frozen -> 'people') AS each (side, one)), '{}')) ELSE p_frozen END
$$;
CREATE FUNCTION egide_incident_apart() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    NEW.frozen := egide_without_contacts(NEW.frozen);
    RETURN NEW;
END $$;
CREATE TRIGGER console_incident_without_contacts BEFORE INSERT ON console_incident
    FOR EACH ROW EXECUTE FUNCTION egide_incident_apart();

CREATE FUNCTION egide_incident_contacts() RETURNS trigger
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
CREATE TRIGGER console_incident_contacts AFTER INSERT ON console_incident
    FOR EACH ROW EXECUTE FUNCTION egide_incident_contacts();

INSERT INTO console_contacts (incident_id, body)
SELECT id, frozen #> '{people,protected}' FROM console_incident WHERE frozen #> '{people,protected}' IS NOT NULL;
UPDATE console_incident SET frozen = egide_without_contacts(frozen) WHERE frozen ? 'people';
"""
BACK = """
DROP TRIGGER IF EXISTS console_incident_contacts ON console_incident;
DROP TRIGGER IF EXISTS console_incident_without_contacts ON console_incident;
DROP FUNCTION IF EXISTS egide_incident_contacts(), egide_incident_apart(), egide_without_contacts(jsonb);
"""


class Migration(migrations.Migration):
    dependencies = [("console", "0006_protocol_and_training"), ("permissions", "0003_seal")]

    operations = [
        migrations.CreateModel(
            name="Contacts",
            fields=[
                (
                    "incident",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="contacts",
                        serialize=False,
                        to="console.incident",
                    ),
                ),
                ("body", models.JSONField()),
            ],
            options={"verbose_name_plural": "contacts"},
        ),
        migrations.RunSQL(APART, BACK),
        protect("console_contacts", "(SELECT egide_in_room())"),
    ]
