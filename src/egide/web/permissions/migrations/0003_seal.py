"""Who acts, and whether it is the system, counts for the web's role only under a seal that it cannot make.

What any SQL can set, `egide.user` and the others, is believed with `egide.seal` beside it (egide.web.permissions.seal).
The owner, who may do everything anyway, still says `egide.system` and no more.
"""

from django.db import migrations

from egide.web.permissions.rows import MEMBER

KEYS = """
CREATE TABLE IF NOT EXISTS egide_seal_key (inner_key bytea NOT NULL, outer_key bytea NOT NULL);
REVOKE ALL ON egide_seal_key FROM PUBLIC;
GRANT SELECT ON egide_seal_key TO egide_wall;
"""

FUNCTIONS = """
-- Do the settings of this transaction bear the web's seal? HMAC-SHA-256, by the two halves of each key.
CREATE OR REPLACE FUNCTION egide_sealed() RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_seal text := current_setting('egide.seal', true);
    v_said bytea;
BEGIN
    IF coalesce(v_seal, '') = '' THEN RETURN false; END IF;
    v_said := convert_to(pg_backend_pid() || '|' || (extract(epoch FROM now()) * 1000000)::bigint
        || '|' || coalesce(current_setting('egide.user', true), '')
        || '|' || coalesce(current_setting('egide.membership', true), '')
        || '|' || coalesce(current_setting('egide.system', true), ''), 'UTF8');
    RETURN EXISTS (SELECT FROM egide_seal_key k
                   WHERE encode(sha256(k.outer_key || sha256(k.inner_key || v_said)), 'hex') = v_seal);
END $$;

-- Who acts: nobody, without a seal.
CREATE OR REPLACE FUNCTION egide_actor() RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF coalesce(current_setting('egide.user', true), '') = '' OR NOT egide_sealed() THEN RETURN NULL; END IF;
    RETURN current_setting('egide.user', true)::bigint;
END $$;

-- Does a service of the web look past the wall? Asked once a statement by the policies of egide_app.
CREATE OR REPLACE FUNCTION egide_looks_past() RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN coalesce(current_setting('egide.system', true), '') = 'on' AND egide_sealed();
END $$;
"""

# What is behind the wall already: the word of the system is the owner's alone, the web's role needs the seal.
CONVERT = """
DO $$
DECLARE v_policy record;
BEGIN
    FOR v_policy IN SELECT tablename FROM pg_policies WHERE schemaname = 'public' AND policyname = 'egide_system' LOOP
        EXECUTE format('ALTER POLICY egide_system ON %I TO CURRENT_USER USING (egide_is_system())', v_policy.tablename);
        IF NOT EXISTS (SELECT FROM pg_policies WHERE schemaname = 'public' AND policyname = 'egide_sealed'
                       AND tablename = v_policy.tablename) THEN
            EXECUTE format('CREATE POLICY egide_sealed ON %I TO egide_app USING ((SELECT egide_looks_past()))',
                v_policy.tablename);
        END IF;
    END LOOP;
END $$;

-- A mandate in force of the actor's own agency, in a case the actor is not kept out of, is what opens the case: no need
-- to look for the case first. Thousands of them are read at a time.
ALTER POLICY egide_file ON cases_mandate USING (
    (agency_id = ANY ((SELECT egide_agencies())::bigint[]) AND consent_id IS NULL
        AND starts_at <= statement_timestamp() AND (ends_at IS NULL OR ends_at > statement_timestamp())
        AND NOT case_id = ANY ((SELECT egide_barred())::bigint[]))
    OR EXISTS (SELECT FROM cases_case c WHERE c.id = cases_mandate.case_id OFFSET 0)
) WITH CHECK (EXISTS (SELECT FROM cases_case c WHERE c.id = cases_mandate.case_id OFFSET 0));  -- nobody gives it to themselves
"""

HAND_OVER = """
DO $$
DECLARE v_joined boolean := false;
BEGIN
    IF NOT pg_has_role(current_user, 'egide_wall', {member}) THEN
        EXECUTE format('GRANT egide_wall TO %I', current_user);
        v_joined := true;
    END IF;
    GRANT CREATE ON SCHEMA public TO egide_wall;
    ALTER FUNCTION egide_sealed() OWNER TO egide_wall;
    REVOKE CREATE ON SCHEMA public FROM egide_wall;
    IF v_joined THEN
        EXECUTE format('REVOKE egide_wall FROM %I', current_user);
    END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("permissions", "0002_rows"), ("outbox", "0002_wall"), ("police", "0002_wall")]

    # No way back: a wall that any sentence opens is not one to return to.
    operations = [
        migrations.RunSQL(KEYS + FUNCTIONS + CONVERT + HAND_OVER.format(member=MEMBER), migrations.RunSQL.noop)
    ]
