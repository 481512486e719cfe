"""What an incident takes with it from the file when it opens, and the timer without which nothing may be open."""

from django.db import migrations

# Never in the way of an alarm: what cannot be read is left out and said so. The function looks past the second wall
# (`egide.system`), for whoever opens an incident is nobody; what it keeps is shown by the room alone.
FROZEN = """
CREATE FUNCTION egide_person_of_room(p_person bigint) RETURNS jsonb
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v_before text := coalesce(current_setting('egide.system', true), '');
    v_found jsonb;
BEGIN
    PERFORM set_config('egide.system', 'on', true);  -- an owner without superuser rights may not pin it to a function
    SELECT jsonb_build_object(
        'person', p.id, 'locale', p.locale, 'phone', p.phone,
        'call_back_forbidden', coalesce(f.call_back_forbidden, false),
        'duress_word', coalesce(f.duress_word, ''), 'opening_phrase', coalesce(f.agreed_opening_phrase, ''),
        'interpreter', coalesce(f.interpreter_language, ''), 'french', coalesce(f.french_level, ''),
        'expression_difficulty', coalesce(f.expression_difficulty, false),
        'channels', coalesce((
            SELECT jsonb_agg(jsonb_build_object('kind', c.kind, 'value', c.value, 'hours', c.safe_hours,
                'no_message', c.leave_no_message, 'note', c.note) ORDER BY c.id)
            FROM people_channel c WHERE c.person_id = p.id AND c.is_safe), '[]'),
        'relatives', coalesce((
            SELECT jsonb_agg(jsonb_build_object('name', r.name, 'link', r.link, 'phone', r.phone) ORDER BY r."order", r.id)
            FROM people_relative r WHERE r.person_id = p.id AND r.kind IN ('emergency', 'trusted') AND r.phone <> ''), '[]')
    ) INTO v_found FROM people_person p LEFT JOIN people_profile f ON f.person_id = p.id WHERE p.id = p_person;
    PERFORM set_config('egide.system', v_before, true);
    RETURN v_found;
END $$;

CREATE FUNCTION egide_incident_opens() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    m measures_measure%ROWTYPE;
    v_kind text;
    v_protected bigint := NEW.person_id;
    v_wearer bigint;
BEGIN
    BEGIN
        IF NEW.device_id IS NOT NULL THEN
            SELECT kind INTO v_kind FROM registry_device WHERE id = NEW.device_id;
        END IF;
        IF NEW.measure_id IS NOT NULL THEN
            SELECT * INTO m FROM measures_measure WHERE id = NEW.measure_id;
        ELSIF NEW.device_id IS NOT NULL AND v_kind IN ('bar_box', 'bar_bracelet') THEN
            SELECT * INTO m FROM measures_measure WHERE status = 'active'
                AND NEW.device_id IN (protected_device_id, wearer_device_id) ORDER BY id DESC LIMIT 1;
        END IF;
        IF m.id IS NOT NULL THEN
            v_protected := m.protected_person_id;
            v_wearer := m.wearer_person_id;
            SELECT id INTO NEW.linked_id FROM console_incident
                WHERE status = 'open' AND kind = 'proximity' AND measure_id = m.id AND NEW.kind <> 'proximity' LIMIT 1;
            NEW.frozen := NEW.frozen || jsonb_build_object('zones', jsonb_build_object(
                'number', m.number, 'alert_m', m.alert_m, 'pre_alert_m', m.pre_alert_m,
                'starts_on', m.starts_on, 'ends_on', m.ends_on));
        END IF;
        NEW.frozen := NEW.frozen || jsonb_build_object(
            'protocol', '{"protected_first": false}'::jsonb,
            'people', jsonb_strip_nulls(jsonb_build_object('protected', egide_person_of_room(v_protected),
                'wearer', (SELECT jsonb_build_object('person', id, 'locale', locale, 'phone', phone)
                           FROM people_person WHERE id = v_wearer))));
    EXCEPTION WHEN OTHERS THEN
        NEW.frozen := NEW.frozen || jsonb_build_object('unread', SQLSTATE);
    END;
    RETURN NEW;
END $$;
CREATE TRIGGER console_incident_opens BEFORE INSERT ON console_incident
    FOR EACH ROW EXECUTE FUNCTION egide_incident_opens();

-- Whoever opens one and however: a second later a sweeper looks at it and sets what comes next.
CREATE FUNCTION egide_incident_opened() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO console_timer (incident_id, kind, fence, due_at)
    VALUES (NEW.id, 'opened', 0, clock_timestamp() + interval '1 second');
    RETURN NULL;
END $$;
CREATE TRIGGER console_incident_opened AFTER INSERT ON console_incident
    FOR EACH ROW EXECUTE FUNCTION egide_incident_opened();

-- What was open before there were timers.
INSERT INTO console_timer (incident_id, kind, fence, due_at)
SELECT id, 'opened', 0, clock_timestamp() FROM console_incident WHERE status = 'open';
"""
BACK = """
DROP TRIGGER IF EXISTS console_incident_opened ON console_incident;
DROP TRIGGER IF EXISTS console_incident_opens ON console_incident;
DROP FUNCTION IF EXISTS egide_incident_opened(), egide_incident_opens(), egide_person_of_room(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("console", "0002_screen_and_append_only"),
        ("measures", "0001_initial"),
        ("permissions", "0002_rows"),
    ]

    operations = [migrations.RunSQL(FROZEN, BACK)]
