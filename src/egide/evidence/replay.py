"""Two recorded traces through the same core as live messages: what would have rung, when, and why?

Row order is delivery order: a row is delivered no earlier than the rows before it. Both files are merged by that
instant, the protected person first on a tie, and ticks fall on the same one-second grid as live. Nothing looks ahead:
cutting the files later never changes an earlier event.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from egide.core import messages as m
from egide.core.messages import Messages
from egide.core.proximity.engine import Engine, Measure, Run
from egide.core.proximity.explain import event_dict
from egide.core.proximity.policy import Values
from egide.evidence.traces import Trace, merged_order

PROTECTED_DEVICE = 1
WEARER_DEVICE = 2
GRID_MS = 1000
CHUNK = 4096


def to_messages(protected: Trace, wearer: Trace) -> Messages:
    """The FIX records of both traces, in order of delivery."""
    party, row = merged_order(protected, wearer)
    out = m.empty(len(party))
    out["kind"] = m.Kind.FIX
    for side, trace, device in ((0, protected, PROTECTED_DEVICE), (1, wearer, WEARER_DEVICE)):
        mine = party == side
        rows = row[mine]
        out["device"][mine] = device
        out["device_time_ms"][mine] = trace.time_ms[rows]
        out["stream_time_ms"][mine] = trace.delivery_ms[rows]
        for field in ("lat_e7", "lon_e7", "accuracy_cm", "speed_cms"):
            out[field][mine] = getattr(trace, field)[rows]
    return out


def final_tick(last_ms: int) -> Messages:
    """The tick of the grid at or before the end, so that a silence due just then is not lost."""
    return m.build([m.tick_record(last_ms // GRID_MS * GRID_MS)])


def replay(
    protected: Trace,
    wearer: Trace,
    alert_m: float,
    pre_alert_m: float,
    run: Run,
    policy: Values | None = None,
    progress: Callable[[int], object] = lambda n: None,
) -> Iterator[dict[str, Any]]:
    """The events of two traces as dictionaries, in time order. `progress` is told how many fixes were just read."""
    stream = to_messages(protected, wearer)
    engine = Engine(run, policy)
    engine.advance(int(stream["stream_time_ms"][0]))
    engine.put([Measure(1, PROTECTED_DEVICE, WEARER_DEVICE, alert_m, pre_alert_m)])
    for begin in range(0, len(stream), CHUNK):
        chunk = stream[begin : begin + CHUNK]
        for event in engine.apply(chunk, GRID_MS):
            yield event_dict(event)
        progress(len(chunk))
    for event in engine.apply(final_tick(int(np.max(stream["stream_time_ms"]))), GRID_MS):
        yield event_dict(event)
