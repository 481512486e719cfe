"""Who did what, under which rule: collected while somebody acts, written at the end in the same transaction.

`record` is the one way an entry comes to be. Inside `acting` (the middleware opens one for every request) entries wait
and are chained by one statement just before the commit; outside, an entry is written at once, as the system's own act.
What was rolled back on the way is no longer recorded as done; that somebody looked, or was refused, always is.
"""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction

# Acts that change nothing: they happened even when the transaction they happened in was undone.
LOOKING = frozenset({"read", "list", "search", "withhold", "refuse", "sign_in", "sign_out"})
# Many of these in one request are one entry with all their groups and rules.
GATHERED = frozenset({"read", "withhold"})


class Mark:
    """Hung on a savepoint through `on_commit`: Django calls it at the commit, and drops it with the savepoint."""

    def __init__(self) -> None:
        self._committed = False
        transaction.on_commit(self)

    def __call__(self) -> None:
        """The savepoint it was hung on is committed."""
        self._committed = True

    def stands(self) -> bool:
        """Is the savepoint committed, or still part of the open transaction?"""
        return self._committed or any(work[1] is self for work in connection.run_on_commit)


@dataclass(slots=True)
class Pending:
    """An entry that waits for the end of the transaction."""

    action: str
    object_kind: str
    object_id: str
    case: int | None
    rules: dict[str, None]
    groups: dict[str, None]
    text: str
    event: uuid.UUID
    parent: uuid.UUID | None
    actor: int | None
    agency: int | None
    role: str
    # What goes with the savepoint it was made in; None for what is never undone.
    mark: Mark | None = None
    # `require(…, "write")` promises a write; the service that makes it says so more exactly.
    promised: bool = False

    def as_json(self) -> dict[str, Any]:
        """What `egide_audit_append` takes."""
        row: dict[str, Any] = {
            "action": self.action,
            "actor": self.actor,
            "agency": self.agency,
            "role": self.role,
            "object_kind": self.object_kind,
            "object_id": self.object_id,
            "case": self.case,
            "rule": " ".join(sorted(self.rules)),
            "groups": sorted(self.groups),
            "event": str(self.event),
            "parent": None if self.parent is None else str(self.parent),
        }
        if self.text:
            row |= {"text": self.text.replace("\0", ""), "salt": secrets.token_hex(16)}
        return row


@dataclass(slots=True)
class Trail:
    """What one actor does in one transaction. `cause` is the act everything here follows from, if there is one."""

    actor: int | None = None
    agency: int | None = None
    role: str = ""
    membership: int | None = None  # the one acted as; None while none was picked
    cause: uuid.UUID | None = None
    entries: list[Pending] = field(default_factory=list)
    known: dict[Any, Any] = field(default_factory=dict)  # what was asked of the database once in this transaction
    began: datetime | None = None  # now() of this transaction, where PostgreSQL has told it
    # Of `entries`, those that many acts are gathered in, by what the acts have in common: a page asks its lens hundreds
    # of times.
    gathered: dict[tuple[object, ...], Pending] = field(default_factory=dict)

    def is_of(self, user_id: int | None) -> bool:
        """Is this the trail of that user?"""
        return self.actor is not None and self.actor == user_id

    def act_as(self, membership: int, agency: int, role: str) -> None:
        """From here on, entries name this agency and role."""
        self.membership, self.agency, self.role = membership, agency, role

    def sign(self, actor: int | None) -> None:
        """Names who acted in entries made before that was known."""
        self.gathered.clear()
        for entry in self.entries:
            entry.actor = entry.actor or actor

    def add(self, entry: Pending) -> Pending:
        """Keeps an entry, together with an equal one where many of its kind are one."""
        if entry.action in GATHERED:
            for other in self.entries:
                if _same(other, entry):
                    other.groups |= entry.groups
                    other.rules |= entry.rules
                    return other
        self.entries.append(entry)
        return entry

    def flush(self) -> None:
        """Chains everything that stands. Call it last in the transaction: the end of the chain stays locked."""
        entries = [entry for entry in self.entries if entry.mark is None or entry.mark.stands()]
        self.entries = []
        self.gathered.clear()
        _append(list(_without_fulfilled(entries)))

    def flush_looks(self) -> None:
        """After a transaction that was undone as a whole: chains what was looked at and refused, in a new one."""
        entries, self.entries = [e for e in self.entries if e.mark is None], []
        self.gathered.clear()
        if entries:
            with transaction.atomic():
                _append(entries)


_current: ContextVar[Trail | None] = ContextVar("egide_audit_trail", default=None)


def current() -> Trail | None:
    """The trail of this request or act, None outside of any."""
    return _current.get()


def record(
    action: str,
    *,
    object_kind: str = "",
    object_id: object = "",
    case: int | None = None,
    groups: Iterable[str] = (),
    rule: str = "",
    text: str = "",
    parent: uuid.UUID | None = None,
    promised: bool = False,
) -> uuid.UUID:
    """Records one act; answers the number of the entry as an event, to be the `parent` of what follows from it.

    `object_id` is a public id, never a name; words about people go into `text`, which can be erased. `case` is the
    internal number of the case. Needs a transaction for acts that change something.
    """
    trail = _current.get()
    where = trail or Trail()
    common = (action, object_kind, object_id, case, parent or where.cause, where.actor, where.agency, where.role, text)
    if action in GATHERED and (known := where.gathered.get(common)) is not None:
        known.groups.update(dict.fromkeys(str(group) for group in groups))
        known.rules.update(dict.fromkeys(part for part in rule.split() if part))
        return known.event
    entry = Pending(
        action=action,
        object_kind=object_kind,
        object_id=str(object_id),
        case=case,
        rules=dict.fromkeys(part for part in rule.split() if part),
        groups=dict.fromkeys(str(group) for group in groups),
        text=text,
        event=uuid.uuid4(),
        parent=parent or where.cause,
        actor=where.actor,
        agency=where.agency,
        role=where.role,
        promised=promised,
    )
    if trail is None:
        _append([entry])
        return entry.event
    if action not in LOOKING:
        entry.mark = Mark()
    kept = trail.add(entry)
    if action in GATHERED:
        trail.gathered[common] = kept
    return kept.event


@contextmanager
def acting(trail: Trail) -> Iterator[Trail]:
    """One transaction with one trail: entries are written just before it commits.

    If it is undone by an exception, what was looked at and refused is written all the same, and the exception goes on.
    """
    token = _current.set(trail)
    try:
        try:
            with transaction.atomic():
                yield trail
                trail.flush()
        except Exception:
            if not connection.needs_rollback:  # inside another transaction that is lost as well
                trail.flush_looks()
            raise
    finally:
        _current.reset(token)


@contextmanager
def watching(trail: Trail) -> Iterator[Trail]:
    """A trail without a transaction of its own, for views that must not hold one (streams, health)."""
    token = _current.set(trail)
    try:
        yield trail
        if trail.entries:
            with transaction.atomic():
                trail.flush()
    finally:
        _current.reset(token)


def _same(one: Pending, other: Pending) -> bool:
    def key(e: Pending) -> tuple[object, ...]:
        return (e.action, e.object_kind, e.object_id, e.case, e.parent, e.actor, e.agency, e.role, e.text)

    return key(one) == key(other)


def _without_fulfilled(entries: list[Pending]) -> Iterator[Pending]:
    """Drops a promised write whose groups a more exact entry of the same case names."""
    said: dict[int | None, set[str]] = {}
    for entry in entries:
        if not entry.promised and entry.action not in LOOKING:
            said.setdefault(entry.case, set()).update(entry.groups)
    for entry in entries:
        if not entry.promised or not set(entry.groups) <= said.get(entry.case, set()):
            yield entry


def _append(entries: list[Pending]) -> None:
    if not entries:
        return
    body = json.dumps([entry.as_json() for entry in entries], ensure_ascii=False)
    with connection.cursor() as cursor:
        cursor.execute("SELECT egide_audit_append(%s::jsonb)", [body])
