"""The chain in PostgreSQL: one order, no holes, one canonical form, and nobody who can change a link."""

from __future__ import annotations

import threading
import uuid
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from egide.cluster import Cluster
from egide.web.audit.chain import GENESIS, canonical, link, sealed_text
from egide.web.audit.models import AuditText, Entry, Head
from egide.web.audit.trail import record

WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)


def as_row(entry: Entry) -> dict[str, Any]:
    return {
        "action": entry.action, "actor": entry.actor_id, "agency": entry.agency, "at": entry.at, "case": entry.case,
        "event": entry.event, "groups": entry.groups, "object_id": entry.object_id, "object_kind": entry.object_kind,
        "parent": entry.parent, "role": entry.role, "rule": entry.rule, "seq": entry.seq, "text_hash": entry.text_hash,
    }  # fmt: skip


@pytest.mark.django_db
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.lists(WORDS, min_size=4, max_size=4),
    groups=st.lists(WORDS, max_size=3),
    number=st.one_of(st.none(), st.integers(0, 2**62)),
    parent=st.one_of(st.none(), st.uuids()),
    words=WORDS,
)
def test_postgresql_and_python_hash_the_same_bytes(
    texts: list[str], groups: list[str], number: int | None, parent: uuid.UUID | None, words: str
) -> None:
    action, kind, what, rule = texts
    event = record(action, object_kind=kind, object_id=what, case=number, groups=groups, rule=rule, text=words, parent=parent)  # fmt: skip
    entry = Entry.objects.get(event=event)
    with connection.cursor() as cursor:
        cursor.execute("SELECT egide_audit_canonical(e) FROM audit_entry e WHERE seq = %s", [entry.seq])
        (written,) = cursor.fetchone()
    assert written.encode() == canonical(as_row(entry))
    assert bytes(entry.hash) == link(bytes(entry.previous), as_row(entry))
    if words:
        kept = AuditText.objects.get(pk=entry.seq)
        assert bytes(entry.text_hash or b"") == sealed_text(bytes(kept.salt), kept.text)
    else:
        assert entry.text_hash is None


def test_the_canonical_form_is_json_with_names_in_order_and_no_spaces() -> None:
    row = dict.fromkeys(("actor", "agency", "case", "parent", "text_hash")) | {
        "action": "read", "at": datetime(2030, 1, 2, 3, 4, 5, 6, tzinfo=UTC), "event": uuid.UUID(int=1),
        "groups": ["é", "b"], "object_id": 'a"b', "object_kind": "case", "role": "", "rule": "\u2028", "seq": 7,
        "hash": b"not part of it",
    }  # fmt: skip
    assert canonical(row).decode() == (
        '{"action":"read","actor":null,"agency":null,"at":1893553445000006,"case":null,'
        '"event":"00000000-0000-0000-0000-000000000001","groups":["é","b"],"object_id":"a\\"b","object_kind":"case",'
        '"parent":null,"role":"","rule":"\u2028","seq":7,"text_hash":null}'
    )


@pytest.mark.django_db
def test_entries_are_numbered_without_a_hole_and_each_hangs_on_the_one_before() -> None:
    for n in range(3):
        point = transaction.savepoint()
        record("read", object_id=f"lost {n}")
        transaction.savepoint_rollback(point)
        record("read", object_id=f"kept {n}")
    entries = list(Entry.objects.order_by("seq"))
    assert [e.seq for e in entries] == list(range(1, len(entries) + 1))
    previous = GENESIS
    for entry in entries:
        assert bytes(entry.previous) == previous
        previous = bytes(entry.hash)
    assert bytes(Head.objects.get().hash) == previous


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET action = 'x'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "UPDATE audit_audittext SET text = 'x'",
        "TRUNCATE audit_audittext",
        "DELETE FROM audit_head",
        "TRUNCATE audit_head",
        "UPDATE audit_head SET seq = seq - 1",
        "UPDATE audit_checkpoint SET hash = hash",
        "DELETE FROM audit_checkpoint",
        "TRUNCATE audit_checkpoint",
    ],
)
def test_not_even_the_owner_changes_what_was_written(statement: str) -> None:
    record("read", text="words")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match=r"append-only|only moves forward"), transaction.atomic():
            cursor.execute(statement)


def test_many_writers_at_once_make_one_chain(cluster: Cluster, web_template: str) -> None:
    url = cluster.create_database("web_chain", template=web_template)
    append = "SELECT egide_audit_append(jsonb_build_array(jsonb_build_object('action', 'read', 'event', gen_random_uuid(), 'groups', '[]'::jsonb)))"  # fmt: skip

    def write() -> None:
        with psycopg.connect(url) as own:
            for n in range(25):
                own.execute(append)
                own.rollback() if n % 5 == 4 else own.commit()

    writers = [threading.Thread(target=write) for _ in range(6)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with psycopg.connect(url) as reader:
        rows = reader.execute("SELECT seq, previous, hash FROM audit_entry ORDER BY seq").fetchall()
    assert [row[0] for row in rows] == list(range(1, 6 * 20 + len(rows) - 120 + 1))
    assert len(rows) >= 120
    assert all(rows[n][1] == rows[n - 1][2] for n in range(1, len(rows)))
    cluster.drop_database("web_chain")
