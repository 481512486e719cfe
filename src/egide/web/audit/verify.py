"""Does the chain hold, and if not, where does it first break and what was done there?

Reads entries in order, computes each hash anew and compares it with the next entry, with the end of the chain, with the
checkpoints of the table and with those kept outside. Believes nothing that the database computes. Needs no Django.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row

from egide.web.audit import checkpoints
from egide.web.audit.chain import GENESIS, around_number, link, sealed_text
from egide.web.audit.checkpoints import Checkpoint

ENTRIES = """
SELECT e.seq, e.at, e.actor_id AS actor, e.agency, e.role, e.action, e.object_kind, e.object_id, e."case", e.rule,
       e.groups, e.event, e.parent, e.text_hash, e.previous, e.hash, t.salt, t.text
FROM audit_entry e LEFT JOIN audit_audittext t ON t.entry_seq = e.seq
WHERE e.seq >= %s ORDER BY e.seq
"""
_BATCH = 2000
_NEAR = 50_000  # how far an entry is looked for that stands in another's place


@dataclass(frozen=True, slots=True)
class Wrong:
    """The first wrong entry. `what`: changed, deleted, reordered, truncated, text_changed, rewritten, checkpoint."""

    seq: int
    what: str
    sentence: str


@dataclass(slots=True)
class Result:
    """What was read, what fits, and the first thing that does not."""

    first: int
    last: int = 0
    count: int = 0
    texts: int = 0
    erased: int = 0
    fitting: int = 0  # checkpoints
    unchecked: int = 0  # checkpoints by keys nobody gave
    wrong: Wrong | None = None
    hash: bytes = GENESIS  # of the last entry read
    proved: Checkpoint | None = None  # the last one that fits and whose signature was checked
    proved_outside: Checkpoint | None = None  # the same of those that were kept outside the database


def verify(
    connection: psycopg.Connection[Any],
    *,
    start: int = 1,
    outside: Iterable[Checkpoint] = (),
    keys: Iterable[Ed25519PublicKey] = (),
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Result:
    """Reads the chain from entry `start` to its end, in one snapshot. What stands before `start` is taken as given.

    A transaction that `connection` is in already is used as it is. `progress` gets entries read and entries there.
    """
    result = Result(start, start - 1)
    alone = connection.info.transaction_status == TransactionStatus.IDLE
    with connection.transaction():
        if alone:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        head = connection.execute("SELECT seq, hash FROM audit_head WHERE id = 1").fetchone()
        inside = checkpoints.stored(connection, start)
        kept = sorted((one for one in outside if one.seq >= start), key=lambda one: one.seq)
        known = {one.seq: one for one in (*inside, *kept) if one.seq >= start}  # the ones kept outside win
        _Walk(connection, result, known).run(progress, 0 if head is None else head[0] - start + 1)
        if result.wrong is None:
            _end(result, head, known)
        known_keys = {checkpoints.key_id(key): key for key in keys}
        doubt = _doubt(inside, kept, known_keys, result)
        result.wrong = result.wrong or doubt
        if result.wrong is None:
            signed = [one for one in known.values() if one.key_id in known_keys]
            result.proved = max(signed, key=lambda one: one.seq, default=None)
            result.proved_outside = max((one for one in kept if one in signed), key=lambda one: one.seq, default=None)
    return result


def verify_new(connection: psycopg.Connection[Any], key: Ed25519PublicKey) -> Result:
    """Verifies what came after the last checkpoint that this key signed, that checkpoint included: before signing."""
    known = checkpoints.last_signed(connection, key)
    return verify(connection, start=known.seq if known else 1, keys=[key])


class _Walk:
    """One pass over the entries."""

    def __init__(self, connection: psycopg.Connection[Any], result: Result, known: dict[int, Checkpoint]) -> None:
        self._connection, self._result, self._known = connection, result, known
        self._sure = result.first - 1  # the last entry a checkpoint vouches for

    def run(self, progress: Callable[[int, int], None], of: int) -> None:
        """Reads until the end or the first wrong entry."""
        result = self._result
        if result.first > 1:
            row = self._connection.execute("SELECT hash FROM audit_entry WHERE seq = %s", [result.first - 1]).fetchone()
            if row is None:
                result.wrong = Wrong(result.first - 1, "deleted", _deleted(result.first - 1, result.first - 1))
                return
            result.hash = bytes(row[0])
        with self._connection.cursor("egide_audit_verify", row_factory=dict_row) as cursor:
            cursor.itersize = _BATCH
            cursor.execute(ENTRIES, [result.first])
            for row_ in cursor:
                if (wrong := self._entry(row_)) is not None:
                    result.wrong = wrong
                    return
                if result.count % _BATCH == 0:
                    progress(result.count, of)
        progress(result.count, of)

    def _entry(self, row: dict[str, Any]) -> Wrong | None:
        result, seq = self._result, int(row["seq"])
        expected = result.last + 1
        if seq != expected:
            return Wrong(expected, "deleted", _deleted(expected, seq - 1))
        previous, hash_ = bytes(row["previous"]), bytes(row["hash"])
        if link(previous, row) != hash_:
            elsewhere = _true_place(row)
            if elsewhere is not None:
                return Wrong(seq, "reordered", f"entry {seq} was entry {elsewhere}: entries were put in another order")
            return Wrong(seq, "changed", f"entry {seq} was changed: it no longer gives its hash")
        if previous != result.hash:
            if seq == 1:
                return Wrong(1, "changed", "entry 1 was changed: it does not begin the chain")
            return Wrong(
                seq - 1, "changed",
                f"entry {seq - 1} was changed and hashed anew: entry {seq} hangs on what stood there before",
            )  # fmt: skip
        if (wrong := self._text(row)) is not None:
            return wrong
        checkpoint = self._known.get(seq)
        if checkpoint is not None:
            if checkpoint.hash != hash_:
                return Wrong(self._sure + 1, "rewritten", _rewritten(self._sure + 1, seq))
            self._sure = seq
        result.hash, result.last = hash_, seq
        result.count += 1
        return None

    def _text(self, row: dict[str, Any]) -> Wrong | None:
        seq, kept = row["seq"], row["text"]
        if kept is None:
            self._result.erased += row["text_hash"] is not None
            return None
        if row["text_hash"] is None:
            return Wrong(seq, "text_changed", f"the words of entry {seq} were added afterwards: it was written without")
        if sealed_text(bytes(row["salt"]), kept) != bytes(row["text_hash"]):
            return Wrong(seq, "text_changed", f"the words of entry {seq} were changed")
        self._result.texts += 1
        return None


def _doubt(
    inside: list[Checkpoint], outside: list[Checkpoint], keys: Mapping[str, Ed25519PublicKey], result: Result
) -> Wrong | None:
    """The first checkpoint that is missing from the table, differs from the one kept outside, or is not signed."""
    here = {one.seq: one for one in inside}
    for one in sorted([*inside, *outside], key=lambda one: one.seq):
        where = f"the checkpoint at entry {one.seq}"
        if one.seq not in here:
            return Wrong(one.seq, "checkpoint", f"{where} was deleted from the table")
        if here[one.seq] != one:
            return Wrong(one.seq, "checkpoint", f"{where} is not the one that was kept outside")
        if (key := keys.get(one.key_id)) is None:
            result.unchecked += 1
        elif not one.is_signed_by(key):
            return Wrong(one.seq, "checkpoint", f"{where} does not bear the signature of its key")
    return None


def _end(result: Result, head: Any, known: dict[int, Checkpoint]) -> None:
    """Compares the last entry with the end of the chain and with checkpoints past it."""
    last = result.last
    furthest = max(known, default=0)
    said = 0 if head is None else int(head[0])
    if max(said, furthest) > last:
        end = max(said, furthest)
        result.wrong = Wrong(last + 1, "truncated", f"entries {last + 1} to {end} are missing: the end was cut off")
    elif head is None or said < last:
        result.wrong = Wrong(said + 1, "changed", f"the chain ended at {said}, and there are entries up to {last}")
    elif last and bytes(head[1]) != result.hash:
        result.wrong = Wrong(last, "changed", f"entry {last} was changed and hashed anew: the chain ended on another")
    result.fitting = sum(1 for seq in known if seq <= last)


def _deleted(first: int, last: int) -> str:
    return f"entry {first} was deleted" if first >= last else f"entries {first} to {last} were deleted"


def _rewritten(first: int, last: int) -> str:
    return f"entries {first} to {last} were written anew: the signed checkpoint at entry {last} says otherwise"


def _true_place(row: dict[str, Any]) -> int | None:
    """The number under which the entry gives its hash, near the one it bears; None if there is none."""
    hash_, seq = bytes(row["hash"]), int(row["seq"])
    before, after = around_number(bytes(row["previous"]), row)
    for distance in range(1, _NEAR):
        for place in (seq + distance, seq - distance):
            if place > 0 and hashlib.sha256(b"%b%d%b" % (before, place, after)).digest() == hash_:
                return place
    return None
