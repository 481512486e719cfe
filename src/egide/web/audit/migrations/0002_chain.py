"""The chain: one function that appends under one locked row, and triggers that refuse every change, even the owner's."""

from django.db import migrations

HEAD = """
INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, decode(repeat('00', 32), 'hex')) ON CONFLICT DO NOTHING;
"""

# The canonical form of an entry: JSON as in RFC 8785 (keys in order, no spaces, times in microseconds, bytes in hex).
# `egide.web.audit.chain.canonical` says the same in Python; a test holds the two together.
CANONICAL = """
CREATE OR REPLACE FUNCTION egide_audit_canonical(e audit_entry) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT '{"action":' || to_json(e.action)
        || ',"actor":' || coalesce(e.actor_id::text, 'null')
        || ',"agency":' || coalesce(e.agency::text, 'null')
        || ',"at":' || (extract(epoch FROM e.at) * 1000000)::bigint
        || ',"case":' || coalesce(e."case"::text, 'null')
        || ',"event":' || to_json(e.event::text)
        || ',"groups":[' || coalesce((
               SELECT string_agg(to_json(g.value)::text, ',' ORDER BY g.n)
               FROM jsonb_array_elements_text(e.groups) WITH ORDINALITY AS g (value, n)), '')
        || '],"object_id":' || to_json(e.object_id)
        || ',"object_kind":' || to_json(e.object_kind)
        || ',"parent":' || coalesce(to_json(e.parent::text)::text, 'null')
        || ',"role":' || to_json(e.role)
        || ',"rule":' || to_json(e.rule)
        || ',"seq":' || e.seq
        || ',"text_hash":' || coalesce(to_json(encode(e.text_hash, 'hex'))::text, 'null')
        || '}'
$$;
"""

# Call it last: the row of audit_head stays locked until the caller's transaction commits, so the order of commit is the
# order of numbers. Deferred foreign keys are checked before the lock is taken, because a check at commit could wait for
# a row whose holder waits for this lock.
APPEND = """
CREATE OR REPLACE FUNCTION egide_audit_append(p_entries jsonb) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_entry jsonb;
    v_row audit_entry;
    v_text text;
    v_salt bytea;
BEGIN
    SET CONSTRAINTS ALL IMMEDIATE;
    SET CONSTRAINTS ALL DEFERRED;
    SELECT seq, hash INTO v_row.seq, v_row.hash FROM audit_head WHERE id = 1 FOR UPDATE;
    IF NOT FOUND THEN RAISE EXCEPTION 'audit_head has lost its row; run egide audit verify'; END IF;
    v_row.at := clock_timestamp();
    FOR v_entry IN SELECT value FROM jsonb_array_elements(p_entries) WITH ORDINALITY ORDER BY ordinality LOOP
        v_text := v_entry ->> 'text';
        v_salt := decode(v_entry ->> 'salt', 'hex');
        v_row.seq := v_row.seq + 1;
        v_row.actor_id := (v_entry ->> 'actor')::bigint;
        v_row.agency := (v_entry ->> 'agency')::bigint;
        v_row.role := coalesce(v_entry ->> 'role', '');
        v_row.action := v_entry ->> 'action';
        v_row.object_kind := coalesce(v_entry ->> 'object_kind', '');
        v_row.object_id := coalesce(v_entry ->> 'object_id', '');
        v_row."case" := (v_entry ->> 'case')::bigint;
        v_row.rule := coalesce(v_entry ->> 'rule', '');
        v_row.groups := coalesce(v_entry -> 'groups', '[]');
        v_row.event := (v_entry ->> 'event')::uuid;
        v_row.parent := (v_entry ->> 'parent')::uuid;
        v_row.text_hash := sha256(v_salt || convert_to(v_text, 'UTF8'));  -- NULL when there is no text
        v_row.previous := v_row.hash;
        v_row.hash := sha256(v_row.previous || convert_to(egide_audit_canonical(v_row), 'UTF8'));
        INSERT INTO audit_entry SELECT v_row.*;
        IF v_text IS NOT NULL THEN
            INSERT INTO audit_audittext (entry_seq, salt, text) VALUES (v_row.seq, v_salt, v_text);
        END IF;
    END LOOP;
    UPDATE audit_head SET seq = v_row.seq, hash = v_row.hash WHERE id = 1;
    RETURN v_row.seq;
END $$;
REVOKE ALL ON FUNCTION egide_audit_append(jsonb) FROM PUBLIC;
"""

REFUSE = """
CREATE OR REPLACE FUNCTION egide_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE OR REPLACE FUNCTION egide_audit_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.id <> OLD.id OR NEW.seq <= OLD.seq THEN
        RAISE EXCEPTION 'audit_head only moves forward' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION egide_audit_refuse();
CREATE TRIGGER audit_checkpoint_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION egide_audit_refuse();
CREATE TRIGGER audit_audittext_unchanged BEFORE UPDATE OR TRUNCATE ON audit_audittext
    FOR EACH STATEMENT EXECUTE FUNCTION egide_audit_refuse();
CREATE TRIGGER audit_head_kept BEFORE DELETE OR TRUNCATE ON audit_head
    FOR EACH STATEMENT EXECUTE FUNCTION egide_audit_refuse();
CREATE TRIGGER audit_head_forward BEFORE UPDATE ON audit_head
    FOR EACH ROW EXECUTE FUNCTION egide_audit_forward();
"""

UNDO = """
DROP TRIGGER IF EXISTS audit_entry_append_only ON audit_entry;
DROP TRIGGER IF EXISTS audit_checkpoint_append_only ON audit_checkpoint;
DROP TRIGGER IF EXISTS audit_audittext_unchanged ON audit_audittext;
DROP TRIGGER IF EXISTS audit_head_kept ON audit_head;
DROP TRIGGER IF EXISTS audit_head_forward ON audit_head;
DROP FUNCTION IF EXISTS egide_audit_append(jsonb), egide_audit_canonical(audit_entry);
DROP FUNCTION IF EXISTS egide_audit_refuse(), egide_audit_forward();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RunSQL(HEAD + CANONICAL + APPEND + REFUSE, UNDO),
    ]
