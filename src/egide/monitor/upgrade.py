"""What happens when another engine takes a cell over? The log says so, and what the old one knew goes on.

Where the state is laid out alike the new engine starts from what the old one left, so nothing is judged twice and what
was open stays open. A value more in the policy is no other layout: values are kept by name. Values of the policy that
somebody had set stay as set; those nobody touched become the new ones.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from egide.core.proximity import state as s
from egide.core.proximity.compiled import digest_of, engine_version
from egide.core.proximity.policy import NAMES, TABLE
from egide.devices import alarms
from egide.monitor import columns, dead_letters, feed, fold, order, people, told
from egide.monitor.fold import Fold

# What is decided outside of the core. Another line in one of these is another engine.
MEANING = (alarms, dead_letters, feed, fold, order, people, told)


@dataclass(frozen=True, slots=True)
class EngineName:
    """An engine: the version of its source, how its state is laid out, and the policy values it comes with."""

    version: str
    layout: str
    defaults: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A stored state: after which frame, by which engine, with which values that engine came with."""

    seq: int
    engine: str
    defaults: dict[str, float]
    body: bytes


def this_engine() -> EngineName:
    """The engine of this process."""
    layout = hashlib.sha256(repr((s.PAIR.descr, s.CLOCK.descr, columns.MAGIC)).encode()).hexdigest()[:16]
    version = hashlib.sha256(f"{engine_version()} {digest_of(MEANING)}".encode()).hexdigest()[:16]
    return EngineName(version, layout, {row.name: row.value for row in TABLE})


def changes(
    fold: Fold, before: Snapshot | None, last: str | None, now: EngineName, after_seq: int
) -> list[dict[str, Any]]:
    """What the log must say when `now` goes on after frame `after_seq`: nothing if the same engine judged so far.

    `before` is the snapshot the fold was restored from, `last` the engine that judged last (None: nobody yet).
    """
    if last is None or last == now.version:
        return []
    told: list[dict[str, Any]] = [{"control": "engine", "engine": now.version, "before": last, "after": after_seq}]
    if before is not None and before.engine != now.version:
        in_force = dict(zip(NAMES, map(float, fold.engine.policy), strict=True))
        untouched = {name for name in NAMES if in_force[name] == before.defaults.get(name)}
        values = {name: now.defaults[name] for name in sorted(untouched) if in_force[name] != now.defaults[name]}
        if values:
            told.append({"control": "policy", "values": values})
    return told
