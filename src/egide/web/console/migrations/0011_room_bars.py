"""Whoever is barred from a case is barred from its incidents in the room too (RQ-08): one question, for SQL and for Python.

By the protected person of the case, whose devices and measures these are: the person's other cases show the same places.
"""

from django.db import migrations

from egide.web.permissions.rows import MEMBER

# They look past the wall, so they answer the web's services about anybody, and everybody else about themselves alone. A
# bar of an agency holds in the room as long as it leaves an operator: an alarm that the whole room is kept out of would
# be nobody's. One by name holds whatever it leaves.
FUNCTIONS = """
CREATE FUNCTION egide_room_left(p_case bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM accounts_user u JOIN accounts_user_groups ug ON ug.user_id = u.id JOIN auth_group g ON g.id = ug.group_id
        WHERE g.name = 'operator' AND u.is_active AND NOT EXISTS (
            SELECT FROM cases_bar b WHERE b.case_id = p_case AND b.ended_at IS NULL
            AND (b.user_id = u.id OR EXISTS (
                SELECT FROM agencies_membership m WHERE m.user_id = u.id AND m.agency_id = b.agency_id
                AND (statement_timestamp() AT TIME ZONE 'Europe/Paris')::date
                    BETWEEN m.starts_on AND coalesce(m.ends_on, 'infinity')))))
$$;

CREATE FUNCTION egide_shut_cases(p_users bigint[]) RETURNS TABLE (user_id bigint, case_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT b.user_id, b.case_id FROM cases_bar b
    WHERE b.user_id = ANY (p_users) AND b.ended_at IS NULL
      AND (egide_looks_past() OR p_users = ARRAY[egide_actor()])
    UNION
    SELECT m.user_id, b.case_id FROM agencies_membership m JOIN cases_bar b ON b.agency_id = m.agency_id
    WHERE m.user_id = ANY (p_users) AND b.ended_at IS NULL
      AND (statement_timestamp() AT TIME ZONE 'Europe/Paris')::date
          BETWEEN m.starts_on AND coalesce(m.ends_on, 'infinity')
      AND (egide_looks_past() OR p_users = ARRAY[egide_actor()]) AND egide_room_left(b.case_id)
$$;

-- What is carried on both sides today: the phone of the case, the devices of the person, the pair of a measure in force.
CREATE FUNCTION egide_shut_devices(p_users bigint[]) RETURNS TABLE (user_id bigint, device_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH shut AS MATERIALIZED (
        SELECT s.user_id, s.case_id, c.protected_person_id AS person_id
        FROM egide_shut_cases(p_users) s JOIN cases_case c ON c.id = s.case_id
    )
    SELECT s.user_id, a.device_id FROM shut s JOIN cases_attribution a ON a.case_id = s.case_id
    WHERE a.status IN ('active', 'withdrawn') AND a.device_id IS NOT NULL
    UNION
    SELECT s.user_id, d.id FROM shut s JOIN registry_device d ON d.person_id = s.person_id
    UNION
    SELECT s.user_id, side.device_id FROM shut s
    JOIN measures_measure m ON m.protected_person_id = s.person_id AND m.status = 'active'
    CROSS JOIN LATERAL (VALUES (m.protected_device_id), (m.wearer_device_id)) AS side (device_id)
$$;

-- `p_all` false: those that are open, or were a short while ago. An incident without a measure says by what was frozen
-- into it whose it was, for a device goes on to other people.
CREATE FUNCTION egide_shut_incidents(p_users bigint[], p_all boolean) RETURNS TABLE (user_id bigint, incident_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH people AS MATERIALIZED (
        SELECT DISTINCT s.user_id, c.protected_person_id AS person_id
        FROM egide_shut_cases(p_users) s JOIN cases_case c ON c.id = s.case_id
    ), pairs AS MATERIALIZED (
        SELECT p.user_id, p.person_id, m.id, m.protected_device_id, m.wearer_device_id
        FROM people p JOIN measures_measure m ON m.protected_person_id = p.person_id
    ), found AS (
        SELECT p.user_id, i.id, i.status, i.closed_at FROM people p JOIN console_incident i ON i.person_id = p.person_id
        UNION
        SELECT m.user_id, i.id, i.status, i.closed_at FROM pairs m JOIN console_incident i ON i.measure_id = m.id
        UNION
        SELECT m.user_id, i.id, i.status, i.closed_at FROM pairs m
        JOIN console_incident i ON i.device_id IN (m.protected_device_id, m.wearer_device_id)
            AND i.frozen #>> '{people,protected,person}' = m.person_id::text
        UNION
        SELECT d.user_id, i.id, i.status, i.closed_at FROM egide_shut_devices(p_users) d
        JOIN console_incident i ON i.device_id = d.device_id AND (i.status = 'open' OR i.person_id IS NULL)
    )
    SELECT f.user_id, f.id FROM found f
    WHERE p_all OR f.status = 'open' OR f.closed_at > statement_timestamp() - interval '10 minutes'
$$;
"""
GONE = """
DROP FUNCTION egide_shut_incidents(bigint[], boolean);
DROP FUNCTION egide_shut_devices(bigint[]);
DROP FUNCTION egide_shut_cases(bigint[]);
DROP FUNCTION egide_room_left(bigint);
"""
# The functions are egide_wall's: to make them, act as that role for a moment, and stay no member of it.
AS_WALL = """
DO $do$
DECLARE v_joined boolean := false; v_me text := current_user;
BEGIN
    IF NOT pg_has_role(current_user, 'egide_wall', {member}) THEN
        EXECUTE format('GRANT egide_wall TO %I', current_user);
        v_joined := true;
    END IF;
    GRANT CREATE ON SCHEMA public TO egide_wall;
    SET LOCAL ROLE egide_wall;
    {body}
    EXECUTE format('SET LOCAL ROLE %I', v_me);
    REVOKE CREATE ON SCHEMA public FROM egide_wall;
    IF v_joined THEN
        EXECUTE format('REVOKE egide_wall FROM %I', current_user);
    END IF;
END $do$;
"""
READS = """
GRANT SELECT (id, measure_id, device_id, person_id, status, closed_at, frozen) ON console_incident TO egide_wall;
GRANT SELECT (id, person_id) ON registry_device TO egide_wall;
GRANT SELECT (user_id, group_id) ON accounts_user_groups TO egide_wall;
GRANT SELECT (id, name) ON auth_group TO egide_wall;
GRANT SELECT (id, protected_person_id, protected_device_id, wearer_device_id, status) ON measures_measure TO egide_wall;
"""
READS_NO_MORE = """
REVOKE SELECT (id, measure_id, device_id, person_id, status, closed_at, frozen) ON console_incident FROM egide_wall;
REVOKE SELECT (id, person_id) ON registry_device FROM egide_wall;
REVOKE SELECT (user_id, group_id) ON accounts_user_groups FROM egide_wall;
REVOKE SELECT (id, name) ON auth_group FROM egide_wall;
REVOKE SELECT (id, protected_person_id, protected_device_id, wearer_device_id, status) ON measures_measure FROM egide_wall;
"""

# Once a statement, whatever it reads.
NOT_SHUT = """NOT incident_id = ANY (ARRAY(
    SELECT s.incident_id FROM egide_shut_incidents(ARRAY[(SELECT egide_actor())], true) s))"""
# The policy of police/0002, with the room's part narrowed.
REQUEST = """{room}
    OR (jurisdiction_id = ANY ((SELECT egide_districts())::bigint[])
        AND (case_id IS NULL OR NOT case_id = ANY ((SELECT egide_barred())::bigint[])))"""


def _policies(room: str) -> str:
    return f"""
ALTER POLICY egide_file ON console_contacts USING ({room});
ALTER POLICY egide_file ON police_request USING ({REQUEST.format(room=room)});
"""


class Migration(migrations.Migration):
    dependencies = [
        ("console", "0010_relatives_until"),
        ("permissions", "0004_bar_lifted"),
        ("police", "0002_wall"),
        ("cases", "0008_bar_lifted"),
        ("measures", "0002_places_suspension_burden"),
        ("registry", "0002_wake_gateways"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.RunSQL(
            READS + AS_WALL.format(member=MEMBER, body=FUNCTIONS),
            AS_WALL.format(member=MEMBER, body=GONE) + READS_NO_MORE,
        ),
        migrations.RunSQL(_policies(f"(SELECT egide_in_room()) AND {NOT_SHUT}"), _policies("(SELECT egide_in_room())")),
    ]
