"""How does a migration wall a table of the file off? One policy a table; every policy of a child asks its case's.

What the case's policy asks stands in migration 0002, what proves who acts in 0003. Migrations call these functions: what
they answer for a table must not change any more; another policy is another migration.
"""

from __future__ import annotations

from django.db.migrations.operations import RunSQL

# From PostgreSQL 16 on a role may be granted without the right to act as it.
MEMBER = "CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END"
WALL = "egide_wall"  # owns the functions the policies ask; nobody can log in as it


def of_case(table: str, column: str = "case_id") -> str:
    """The condition of a row that names its case."""
    return f"EXISTS (SELECT FROM cases_case c WHERE c.id = {table}.{column} OFFSET 0)"


def of_parent(table: str, parent: str, column: str) -> str:
    """The condition of a row that hangs on another row of the file."""
    return f"EXISTS (SELECT FROM {parent} p WHERE p.id = {table}.{column} OFFSET 0)"


def policies(table: str, condition: str) -> str:
    """SQL that walls a table off, the owner included, and opens what `condition` says to whoever is named.

    No subquery in the policies that hold for egide_wall: PostgreSQL would take them for a recursion.
    """
    return f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY egide_file ON {table} TO egide_app USING ({condition});
CREATE POLICY egide_system ON {table} TO CURRENT_USER USING (egide_is_system());
DO $$ BEGIN
    IF to_regprocedure('egide_looks_past()') IS NOT NULL THEN  -- before migration 0003, that one adds it
        CREATE POLICY egide_sealed ON {table} TO egide_app USING ((SELECT egide_looks_past()));
    END IF;
END $$;
CREATE POLICY egide_wall ON {table} FOR SELECT TO {WALL} USING (true);
GRANT SELECT ON {table} TO {WALL};
"""


def no_policies(table: str) -> str:
    """Takes the wall away from a table; for going back."""
    return f"""
DROP POLICY IF EXISTS egide_file ON {table};
DROP POLICY IF EXISTS egide_system ON {table};
DROP POLICY IF EXISTS egide_sealed ON {table};
DROP POLICY IF EXISTS egide_wall ON {table};
ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
"""


def protect(table: str, condition: str) -> RunSQL:
    """The operation of a migration that adds a table to the file: `protect("cases_x", of_case("cases_x"))`."""
    return RunSQL(policies(table, condition), no_policies(table))
