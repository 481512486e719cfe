"""How does a decision of the workflow become rows? Lock the incident, decide, write state, lines and the next timer.

Every function works inside the caller's transaction, by the database's clock, and leaves the number for the screens to
`screen`, which must come last. It decides nothing itself (`core.workflow` does) and knows neither the log nor the web.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Protocol

from egide.core.workflow import acts, flow
from egide.core.workflow.flow import Done, Event, Flow
from egide.core.workflow.model import Facts, Workflow, read
from egide.core.workflow.workflows import BY_HASH, of


class Run(Protocol):
    """A cursor of psycopg, or Django's."""

    def execute(self, query: Any, params: Any = None, /) -> Any:
        """Runs one statement."""

    def fetchone(self) -> Any:
        """Its next row."""

    def fetchall(self) -> Any:
        """Its rows."""


@dataclass(slots=True)
class Row:
    """One incident, locked."""

    id: int
    workflow: Workflow
    flow: Flow
    facts: Facts
    frozen: dict[str, Any]
    fresh: bool  # nobody has written a state yet: it was opened past the workflow


NOW_MS = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint"

_ROW = """
SELECT id, workflow_hash, flow, frozen, kind, cause, level, urgency, status,
    (extract(epoch FROM opened_at) * 1000)::bigint,
    (SELECT kind FROM registry_device d WHERE d.id = device_id)
FROM console_incident WHERE {where} FOR UPDATE
"""
_BY_ID = _ROW.format(where="id = %s")
_BY_CAUSE = _ROW.format(where="cause = %s AND status = 'open'")

_OPEN = """
INSERT INTO console_incident (cause, kind, urgency, level, measure_id, device_id, person_id, unverified, frame_seq, idx,
    device_time_ms, stream_time_ms, workflow, workflow_hash)
VALUES (%(cause)s, %(kind)s, %(urgency)s, %(level)s, %(measure)s, %(device)s, %(person)s, %(unverified)s, %(seq)s,
    %(index)s, %(device_ms)s, %(stream_ms)s, %(workflow)s, %(hash)s)
ON CONFLICT (cause) WHERE status = 'open' DO NOTHING
RETURNING id, frozen
"""

# Whoever has it now had it before, or took it in this moment.
_KEEP = """
UPDATE console_incident SET flow = %(flow)s::jsonb, fence = %(fence)s, rings = %(rings)s,
    rings_since = CASE WHEN %(rings_ms)s::bigint IS NULL THEN NULL ELSE to_timestamp(%(rings_ms)s / 1000.0) END,
    due_at = CASE WHEN %(due_ms)s::bigint IS NULL THEN NULL ELSE to_timestamp(%(due_ms)s / 1000.0) END,
    urgency = %(urgency)s, level = %(level)s, workflow = %(workflow)s, workflow_hash = %(hash)s,
    taken_at = CASE WHEN owner_id IS DISTINCT FROM %(owner)s THEN clock_timestamp() ELSE taken_at END,
    owner_id = %(owner)s, version = version + 1, repeats = repeats + %(counts)s, unverified = unverified AND %(unverified)s
WHERE id = %(id)s
"""
_CLOSE = """
UPDATE console_incident SET status = 'closed', closed_at = clock_timestamp(), closed_by_id = %s, close_reason = %s
WHERE id = %s
"""
_TIMER = "INSERT INTO console_timer (incident_id, kind, fence, due_at) VALUES (%s, %s, %s, to_timestamp(%s / 1000.0))"
_EVENT = "INSERT INTO console_incidentevent (incident_id, kind, actor_id, data) VALUES (%s, %s, %s, %s::jsonb)"
_TABLE = "INSERT INTO console_workflow (hash, name, body) VALUES (%s, %s, %s::jsonb) ON CONFLICT DO NOTHING"


def now_ms(run: Run) -> int:
    """The database's clock, in milliseconds."""
    run.execute(NOW_MS)
    return int(run.fetchone()[0])


def workflow_of(run: Run, hash_: str, kind: str, cause: str, level: str, device_kind: str) -> Workflow:
    """The workflow an incident opened with: today's code, or the table kept under its hash; else by its kind."""
    if hash_ in BY_HASH:
        return BY_HASH[hash_]
    if hash_:
        run.execute("SELECT body FROM console_workflow WHERE hash = %s", [hash_])
        row = run.fetchone()
        if row is not None:
            BY_HASH[hash_] = read(_json(row[0]))
            return BY_HASH[hash_]
    return of(kind, cause, level, device_kind)


def keep_table(run: Run, workflow: Workflow) -> None:
    """Keeps the whole table under its hash, once."""
    run.execute("SELECT 1 FROM console_workflow WHERE hash = %s", [workflow.hash])
    if run.fetchone() is not None:
        return
    run.execute(_TABLE, [workflow.hash, workflow.name, json.dumps(workflow.body, ensure_ascii=False)])


def lock(run: Run, incident: int) -> Row | None:
    """An incident by its number, locked until the commit; None if there is none."""
    run.execute(_BY_ID, [incident])
    return _row(run, run.fetchone())


def _row(run: Run, found: Any) -> Row | None:
    if found is None:
        return None
    number, hash_, kept, frozen, kind, cause, level, urgency, status, opened_ms, device = found
    workflow = workflow_of(run, hash_, kind, cause, level, device or "")
    frozen, kept = _json(frozen), _json(kept)
    state = flow.of_json(kept, workflow, urgency, level, opened_ms)
    if status == flow.CLOSED and state.status != flow.CLOSED:  # closed before there were workflows
        state = Flow(state.at, urgency, level, status=flow.CLOSED, rings=flow.SILENT)
    return Row(number, workflow, state, facts_of(frozen), frozen, "at" not in kept)


def facts_of(frozen: dict[str, Any]) -> Facts:
    """What the file, as it stood when the incident opened, says to the workflow."""
    person = (frozen.get("people") or {}).get("protected") or {}
    protocol = frozen.get("protocol") or {}
    waits_s = protocol.get("withdrawal_s")
    return Facts(
        bool(person.get("call_back_forbidden")), bool(protocol.get("protected_first")),
        waits_s if isinstance(waits_s, int) and 10 <= waits_s <= 300 else 0, str(protocol.get("authority") or ""),
    )  # fmt: skip


def keep(run: Run, row: Row, done: Done, user: int | None, *, counts: int = 0, unverified: bool = True) -> str:
    """Writes a decision: state, timer, lines. Answers what screens are told: `opened`, `ring`, `closed` or `changed`."""
    new, was = done.flow, row.flow
    due = flow.next_due(row.workflow, new)
    values = {
        "flow": json.dumps(new.json), "fence": new.fence, "rings": new.rings, "rings_ms": new.rings_ms if new.rings else None,
        "due_ms": None if due is None else due[0], "urgency": new.urgency, "level": new.level, "workflow": row.workflow.name,
        "hash": row.workflow.hash, "owner": new.owner, "counts": counts, "unverified": unverified, "id": row.id,
    }  # fmt: skip
    run.execute(_KEEP, values)
    if new.status == flow.CLOSED and was.status != flow.CLOSED:
        words = next((data.get("text", "") for kind, data in done.events if kind == "closed"), "")
        run.execute(_CLOSE, [new.closed_by, f"{new.reason}\n{words}".strip(), row.id])
    if due is not None:
        run.execute(_TIMER, [row.id, due[1], new.fence, due[0]])
    tell(run, row.id, done.events, user)
    if new.status == flow.CLOSED and was.status != flow.CLOSED:
        return "closed"
    return "ring" if any(data.get("rings") for _kind, data in done.events) else "changed"


def tell(run: Run, incident: int, events: list[Event], user: int | None) -> None:
    """Adds lines to an incident's record, for ever."""
    for kind, data in events:
        run.execute(_EVENT, [incident, kind, user, json.dumps(_named(run, data), ensure_ascii=False)])


def _named(run: Run, data: dict[str, Any]) -> dict[str, Any]:
    """Colleagues by name: the record must read the same when an account is gone."""
    for field in ("from", "to"):
        if isinstance(data.get(field), int):
            run.execute("SELECT first_name, last_name, username FROM accounts_user WHERE id = %s", [data[field]])
            found = run.fetchone()
            data = data | {field: (f"{found[0]} {found[1]}".strip() or found[2]) if found else "?"}
    return data


def screen(run: Run, incident: int, change: str) -> None:
    """The number for the screens. The last statement before the commit: it holds the order of all screens."""
    run.execute("SELECT egide_screen(%s, %s)", [incident, change])


def act(run: Run, incident: int, name: str, user: int, **values: Any) -> Row:
    """One act of one person (`acts.ACTS`), with its number for the screens. Raises Refused, Incomplete, LookupError."""
    row = lock(run, incident)
    if row is None:
        raise LookupError(incident)
    at = now_ms(run)
    done = acts.act(name, row.workflow, row.flow, user, at, **values, facts=row.facts)
    change = keep(run, row, done, user)
    screen(run, incident, change)
    row.flow = done.flow
    return row


def elapse(run: Run, incident: int) -> bool:
    """Does what is due by itself, and sets the next timer. True if something changed."""
    row = lock(run, incident)
    if row is None or row.flow.status == flow.CLOSED:
        return False
    done = flow.elapse(row.workflow, row.flow, now_ms(run))
    if done.flow == row.flow and row.fresh:
        keep_table(run, row.workflow)
        screen(run, incident, keep(run, row, done, None))
        return True
    if done.flow == row.flow:
        due = flow.next_due(row.workflow, row.flow)
        if due is not None:
            run.execute(_TIMER, [incident, due[1], row.flow.fence, due[0]])
        return False
    screen(run, incident, keep(run, row, done, None))
    return True


def ring_again(run: Run, incident: int, event: str, data: dict[str, Any] | None = None) -> bool:
    """Rings for all whoever has it, for the reason `event`. False if it is closed or unknown: nothing was written."""
    row = lock(run, incident)
    if row is None or row.flow.status == flow.CLOSED:
        return False
    done = Done(flow.resumed(row.flow, now_ms(run)), [(event, {**(data or {}), "rings": True})])
    screen(run, incident, keep(run, row, done, None))
    return True


def open_or_ring(
    run: Run, values: dict[str, Any], *, opens: bool, counts: bool, device_kind: str
) -> tuple[int, str] | None:
    """What the log says: opens the incident of a cause, rings again in the open one, or only adds to it.

    `values`: cause, kind, urgency, level, measure, device, person, unverified, seq, index, device_ms, stream_ms. Answers
    the incident and `opened`, `ring`, `changed` or `closed`; None when there was nothing to add to. Never refuses.
    """
    for _ in range(5):  # somebody may close it between two statements
        run.execute(_BY_CAUSE, [values["cause"]])
        row = _row(run, run.fetchone())
        if row is not None:
            return row.id, _again(run, row, values, opens=opens, counts=counts, device_kind=device_kind)
        if not opens:
            return None
        table = of(values["kind"], values["cause"], values["level"], device_kind)
        keep_table(run, table)
        run.execute(_OPEN, values | {"workflow": table.name, "hash": table.hash})
        found = run.fetchone()
        if found is not None:
            fresh = flow.opened(table, values["urgency"], values["level"], now_ms(run), facts_of(_json(found[1])))
            run.execute(
                "UPDATE console_incident SET flow = %s::jsonb WHERE id = %s", [json.dumps(fresh.json), found[0]]
            )
            return found[0], "opened"
    raise RuntimeError("an incident opens and closes faster than it can be written")


def _again(run: Run, row: Row, values: dict[str, Any], *, opens: bool, counts: bool, device_kind: str) -> str:
    higher = of(values["kind"], values["cause"], values["level"], device_kind) if values["level"] else row.workflow
    to = higher if opens and higher.urgency < row.workflow.urgency else row.workflow
    done = flow.said_again(
        row.workflow, to, row.flow, urgency=values["urgency"], level=values["level"], rings=opens,
        now_ms=now_ms(run), facts=row.facts,
    )  # fmt: skip
    if to is not row.workflow:
        keep_table(run, to)
        row.workflow = to
    change = keep(run, row, done, None, counts=int(counts), unverified=values["unverified"] or not opens)
    return "ring" if opens and change == "changed" else change


def resumed(run: Run, data: dict[str, Any]) -> list[int]:
    """A monitor took over: every open incident rings again. Answers their numbers; the screens are the caller's."""
    run.execute("SELECT id FROM console_incident WHERE status = 'open' ORDER BY id")
    numbers = [found[0] for found in run.fetchall()]
    kept = []
    for number in numbers:
        row = lock(run, number)
        if row is None or row.flow.status == flow.CLOSED:
            continue
        keep(run, row, Done(flow.resumed(row.flow, now_ms(run)), [("monitoring_resumed", data)]), None)
        kept.append(number)
    return kept


def _json(value: Any) -> Any:
    """JSON from a cursor: Django has PostgreSQL hand it over as text."""
    return json.loads(value) if isinstance(value, str | bytes) else (value or {})
