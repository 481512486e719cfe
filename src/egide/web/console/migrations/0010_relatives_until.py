"""Somebody around the person who was ended in the file is in no alarm: not in a new one, nor in one that is open (TGD-38)."""

from django.db import migrations

# As in 0005, but for `{holds}`.
PERSON = """
CREATE OR REPLACE FUNCTION egide_person_of_room(p_person bigint) RETURNS jsonb
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v_before text := coalesce(current_setting('egide.system', true), '');
    v_found jsonb;
BEGIN
    PERFORM set_config('egide.system', 'on', true);
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
            FROM people_relative r
            WHERE r.person_id = p.id AND r.kind IN ('emergency', 'trusted') AND r.phone <> ''{holds}), '[]')
    ) INTO v_found FROM people_person p LEFT JOIN people_profile f ON f.person_id = p.id WHERE p.id = p_person;
    PERFORM set_config('egide.system', v_before, true);
    RETURN v_found;
END $$;
"""

# The web's role may write no contacts, so the function does it as the owner, and only for a service that looks past the
# wall under the seal. It takes over what the file says of whom to call, and nothing else; it answers which incidents.
AGAIN = """
CREATE FUNCTION egide_relatives_again(p_person bigint) RETURNS SETOF bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT egide_looks_past() THEN RAISE insufficient_privilege; END IF;
    RETURN QUERY UPDATE console_contacts c
        SET body = jsonb_set(c.body, '{relatives}', coalesce(egide_person_of_room(p_person) -> 'relatives', '[]'))
        FROM console_incident i
        WHERE i.id = c.incident_id AND i.status = 'open'
            AND i.frozen #> '{people,protected,person}' = to_jsonb(p_person)
        RETURNING i.id;
END $$;
"""
BACK = "DROP FUNCTION IF EXISTS egide_relatives_again(bigint);"


class Migration(migrations.Migration):
    dependencies = [("console", "0009_places"), ("people", "0003_relative_until"), ("permissions", "0003_seal")]

    operations = [
        migrations.RunSQL(PERSON.format(holds=" AND r.until IS NULL"), PERSON.format(holds="")),
        migrations.RunSQL(AGAIN, BACK),
    ]
