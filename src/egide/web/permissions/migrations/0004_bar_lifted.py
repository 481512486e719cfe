"""The second wall follows a bar that was lifted: what is closed to the actor is what nobody has opened again (RQ-08)."""

from django.db import migrations

from egide.web.permissions.rows import MEMBER

BARRED = """
CREATE OR REPLACE FUNCTION egide_barred() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(case_id), '{{}}') FROM cases_bar
    WHERE (user_id = egide_actor() OR agency_id = ANY (egide_agencies(true))){running}
$$;
"""
# The function is egide_wall's: to replace it, act as that role for a moment, and stay no member of it.
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


def _replace(running: str) -> str:
    return AS_WALL.format(member=MEMBER, body=BARRED.format(running=running))


class Migration(migrations.Migration):
    dependencies = [("permissions", "0003_seal"), ("cases", "0008_bar_lifted")]

    operations = [migrations.RunSQL(_replace(" AND ended_at IS NULL"), _replace(""))]
