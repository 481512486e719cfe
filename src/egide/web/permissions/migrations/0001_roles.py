"""The two roles: the one the web acts as, and the one that owns what the policies ask. Nobody can log in as either."""

from django.db import migrations

from egide.web.permissions.rows import MEMBER

# Roles belong to the whole cluster: they may be there already, made by an administrator or by another database's
# migration that runs at this moment. The migrating user must be able to act as the first to serve the web as it.
ROLES = f"""
DO $$
DECLARE v_role text;
BEGIN
    FOREACH v_role IN ARRAY ARRAY['egide_app', 'egide_wall'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = v_role) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN', v_role);
            EXCEPTION
                WHEN duplicate_object OR unique_violation THEN NULL;
                WHEN insufficient_privilege THEN
                    RAISE EXCEPTION 'role % is missing and % may not create roles', v_role, current_user
                        USING HINT = 'docs/security.md lists what an administrator runs first.';
            END;
        END IF;
    END LOOP;
    IF NOT pg_has_role(current_user, 'egide_app', {MEMBER}) THEN
        EXECUTE format('GRANT egide_app TO %I', current_user);
    END IF;
    GRANT USAGE ON SCHEMA public TO egide_app, egide_wall;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = []

    operations = [migrations.RunSQL(ROLES, migrations.RunSQL.noop)]  # another database may need them: never dropped
