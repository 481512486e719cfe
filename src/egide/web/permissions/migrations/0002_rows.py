"""Row-level security on the whole file: what a named actor may see, and nothing for anybody who is not named."""

from django.db import migrations

from egide.web.permissions.rows import MEMBER, no_policies, of_case, of_parent, policies

# Everything below is asked by policies. The search path is pinned, so that no object of a caller can stand in for one of
# ours; those that read the file belong to egide_wall, which sees it whole and can do nothing else.
FUNCTIONS = """
CREATE FUNCTION egide_actor() RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(current_setting('egide.user', true), '')::bigint
$$;

CREATE FUNCTION egide_is_system() RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(current_setting('egide.system', true), '') = 'on'
$$;

-- The memberships that count today, in Paris: the one acted as, or all while none was picked.
CREATE FUNCTION egide_agencies(p_all boolean DEFAULT false) RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(DISTINCT m.agency_id), '{}')
    FROM agencies_membership m JOIN accounts_user u ON u.id = m.user_id
    WHERE u.id = egide_actor() AND u.is_active
      AND (statement_timestamp() AT TIME ZONE 'Europe/Paris')::date BETWEEN m.starts_on AND coalesce(m.ends_on, 'infinity')
      AND (p_all OR m.id = coalesce(nullif(current_setting('egide.membership', true), '')::bigint, m.id))
$$;

-- Districts whose cases the actor sees without a mandate: the roles with a row "territory" in core.access.
CREATE FUNCTION egide_districts() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(DISTINCT a.jurisdiction_id), '{}')
    FROM agencies_membership m
    JOIN accounts_user u ON u.id = m.user_id
    JOIN agencies_agency a ON a.id = m.agency_id
    WHERE u.id = egide_actor() AND u.is_active
      AND (statement_timestamp() AT TIME ZONE 'Europe/Paris')::date BETWEEN m.starts_on AND coalesce(m.ends_on, 'infinity')
      AND m.id = coalesce(nullif(current_setting('egide.membership', true), '')::bigint, m.id)
      AND m.role IN ('prosecutor', 'prosecutor_clerk', 'police_dispatcher', 'police_patrol')
$$;

-- Emergency accesses in force. Four hours at most, whatever the row says (core.access.people.BREAK_GLASS_LIMIT).
CREATE FUNCTION egide_emergencies() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(b.case_id), '{}') FROM cases_breakglass b JOIN accounts_user u ON u.id = b.user_id
    WHERE u.id = egide_actor() AND u.is_active
      AND b.starts_at <= statement_timestamp()
      AND statement_timestamp() < least(b.ends_at, b.starts_at + interval '4 hours')
$$;

-- Cases the actor is kept out of, by name or through any agency, also one not acted for at the moment (RQ-08).
CREATE FUNCTION egide_barred() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(case_id), '{}') FROM cases_bar
    WHERE user_id = egide_actor() OR agency_id = ANY (egide_agencies(true))
$$;

-- Does a case that the actor does not see hold this person as protected or as a child? Then what is known of the person
-- is that case's, and neither case tells.
CREATE FUNCTION egide_standings(p_person bigint) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT (SELECT count(*) FROM cases_case WHERE protected_person_id = p_person)
         + (SELECT count(*) FROM cases_casechild WHERE person_id = p_person)
$$;
CREATE FUNCTION egide_stands_elsewhere(p_person bigint) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT egide_standings(p_person) <> (SELECT count(*) FROM cases_case WHERE protected_person_id = p_person)
                                      + (SELECT count(*) FROM cases_casechild WHERE person_id = p_person)
$$;

-- The cases given to the actor's agency: by a mandate in force (one that rests on a consent: no longer than it), or by a
-- sharing consent in force. As the views of egide_wall they see all rows, and show the actor's own only.
CREATE VIEW egide_live_consents WITH (security_barrier) AS
    SELECT id, case_id, recipient_id FROM cases_consent
    WHERE kind = 'sharing' AND given AND given_at <= statement_timestamp() AND until > statement_timestamp()
      AND (withdrawn_at IS NULL OR withdrawn_at > statement_timestamp());
CREATE VIEW egide_my_cases WITH (security_barrier) AS
    SELECT m.case_id FROM cases_mandate m
    WHERE m.agency_id = ANY ((SELECT egide_agencies())::bigint[])
      AND m.starts_at <= statement_timestamp() AND (m.ends_at IS NULL OR m.ends_at > statement_timestamp())
      AND (m.consent_id IS NULL OR EXISTS (SELECT FROM egide_live_consents c WHERE c.id = m.consent_id OFFSET 0))
    UNION ALL
    SELECT c.case_id FROM egide_live_consents c WHERE c.recipient_id = ANY ((SELECT egide_agencies())::bigint[]);

-- The wall in one question, for whoever asks about one case: is its row there for me?
CREATE FUNCTION egide_sees_case(p_case bigint) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM cases_case WHERE id = p_case)
$$;
"""

# Handing them over needs to act as egide_wall for a moment; a migrating user that stayed a member of it would see
# through every policy.
HAND_OVER = """
DO $$
DECLARE v_thing text; v_joined boolean := false;
BEGIN
    IF NOT pg_has_role(current_user, 'egide_wall', {member}) THEN
        EXECUTE format('GRANT egide_wall TO %I', current_user);
        v_joined := true;
    END IF;
    GRANT CREATE ON SCHEMA public TO egide_wall;
    FOREACH v_thing IN ARRAY ARRAY['FUNCTION egide_agencies(boolean)', 'FUNCTION egide_districts()',
            'FUNCTION egide_emergencies()', 'FUNCTION egide_barred()', 'FUNCTION egide_standings(bigint)',
            'VIEW egide_live_consents', 'VIEW egide_my_cases'] LOOP
        EXECUTE format('ALTER %s OWNER TO %I', v_thing, {to});
    END LOOP;
    REVOKE CREATE ON SCHEMA public FROM egide_wall;
    IF v_joined THEN
        EXECUTE format('REVOKE egide_wall FROM %I', current_user);
    END IF;
END $$;
"""
READS = """
GRANT SELECT ON egide_my_cases TO egide_app;
GRANT SELECT (id, is_active) ON accounts_user TO egide_wall;
GRANT SELECT ON agencies_membership, agencies_agency TO egide_wall;
"""

GONE = """
DROP VIEW IF EXISTS egide_my_cases, egide_live_consents;
DROP FUNCTION IF EXISTS egide_sees_case(bigint), egide_stands_elsewhere(bigint), egide_standings(bigint),
    egide_barred(), egide_emergencies(), egide_districts(), egide_agencies(boolean), egide_is_system(), egide_actor();
"""

# Sets are computed once a statement, `EXISTS` is asked for a row that was read: a function called per row was measured a
# hundred times slower (docs/decisions/0040). OFFSET 0 keeps PostgreSQL from hashing all cases of an agency before it
# reads the first.
CASE = """(jurisdiction_id = ANY ((SELECT egide_districts())::bigint[])
    OR EXISTS (SELECT FROM egide_my_cases m WHERE m.case_id = cases_case.id OFFSET 0)
    OR id = ANY ((SELECT egide_emergencies())::bigint[]))
    AND NOT id = ANY ((SELECT egide_barred())::bigint[])"""


def of_person(table: str) -> str:
    """The condition of a row about a person: protected in a case the actor sees; or in another role in one, and then

    only if no case that the actor does not see holds the same person as protected or as a child.
    """
    return f"""EXISTS (SELECT FROM cases_case c WHERE c.protected_person_id = {table}.person_id OFFSET 0)
    OR ((EXISTS (SELECT FROM cases_caserespondent r WHERE r.person_id = {table}.person_id OFFSET 0)
            OR EXISTS (SELECT FROM cases_casechild k WHERE k.person_id = {table}.person_id OFFSET 0))
        AND NOT egide_stands_elsewhere({table}.person_id))"""  # noqa: S608 - our own names


OF_CASE = (
    *("caseevent", "caserespondent", "casechild", "mandate", "bar", "breakglass", "decision", "committeeitem"),
    *("committeereview", "attribution", "consent", "report", "contact", "interview", "statement", "evaluation"),
    *("followupstep", "alarmfollowup", "followupsummary", "order", "review"),
)
OF_ATTRIBUTION = ("handover", "devicetest", "liaisonsheet", "withdrawal", "returncertificate")
OF_PERSON = ("people_profile", "people_channel", "people_address", "people_relative")

# A task without a case is an agency's own.
TASK = f"""CASE WHEN case_id IS NULL THEN agency_id = ANY ((SELECT egide_agencies())::bigint[])
    ELSE {of_case("tasks_task")} END"""

WALLED = {
    "cases_case": CASE,
    **{f"cases_{name}": of_case(f"cases_{name}") for name in OF_CASE},
    **{f"cases_{name}": of_parent(f"cases_{name}", "cases_attribution", "attribution_id") for name in OF_ATTRIBUTION},
    "cases_interviewsession": of_parent("cases_interviewsession", "cases_interview", "interview_id"),
    "danger_assessment": of_case("danger_assessment"),
    "documents_document": of_case("documents_document"),
    "tasks_task": TASK,
    "tasks_notice": of_parent("tasks_notice", "tasks_task", "task_id"),
    **{table: of_person(table) for table in OF_PERSON},
}


class Migration(migrations.Migration):
    dependencies = [
        ("permissions", "0001_roles"),
        ("accounts", "0001_tables"),
        ("agencies", "0001_initial"),
        ("cases", "0002_links"),
        ("danger", "0001_initial"),
        ("documents", "0001_tables"),
        ("people", "0001_tables"),
        ("tasks", "0001_tables"),
    ]

    operations = [
        migrations.RunSQL(FUNCTIONS, GONE),
        migrations.RunSQL(  # one operation: Django copies what it knows of every table before each
            "".join(policies(table, condition) for table, condition in WALLED.items()),
            "".join(no_policies(table) for table in WALLED),
        ),
        migrations.RunSQL(
            READS + HAND_OVER.format(member=MEMBER, to="'egide_wall'"),
            HAND_OVER.format(member=MEMBER, to="current_user"),
        ),
    ]
