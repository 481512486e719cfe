"""What did the core believe, moment by moment? The course of one replay, for drawing: places, distance, interval.

It runs the same engine over the same messages a second time and looks at its state between them. Batches change no
decision, so looking changes none either. It decides nothing itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from egide.core.messages import NO_TIME, Messages
from egide.core.proximity import evidence
from egide.core.proximity.engine import Engine, Measure, Run
from egide.core.proximity.explain import event_dict
from egide.core.proximity.policy import Values
from egide.evidence.replay import GRID_MS, PROTECTED_DEVICE, WEARER_DEVICE, final_tick, to_messages
from egide.evidence.traces import Trace

MOST_LOOKS = 2_400  # more points than a screen has columns


@dataclass(frozen=True, slots=True)
class Seen:
    """Where a party is believed to be: degrees, and the time of that fix in ms."""

    t_ms: int
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Look:
    """The pair at one moment of log time. Distances in metres, None while one party was never seen."""

    at_ms: int
    parties: tuple[Seen | None, Seen | None]
    distance_m: float | None
    lower_m: float | None
    upper_m: float | None
    level: int


@dataclass(frozen=True, slots=True)
class Course:
    """A whole replay: its events as `egide replay` writes them, each with the look at its moment, and all looks."""

    events: list[dict[str, Any]]
    moments: list[Look]
    looks: list[Look]


def course(protected: Trace, wearer: Trace, alert_m: float, pre_alert_m: float, run: Run, policy: Values) -> Course:
    """Replays twice: once to learn which messages cause events, once to look there and at even steps between."""
    stream = to_messages(protected, wearer)
    metres = alert_m, pre_alert_m
    caused, _ = _replay(stream, [len(stream)], metres, run, policy)
    times = stream["stream_time_ms"]
    # An event's moment is right after its message; that of a tick between messages is before the next one.
    ends = [int(e["message"]) + 1 if e["message"] >= 0 else int(np.searchsorted(times, e["time_ms"])) for e in caused]
    step = max(1, -(-len(stream) // MOST_LOOKS))
    cuts = sorted({*range(step, len(stream), step), len(stream), *(max(1, end) for end in ends)})
    events, looks = _replay(stream, cuts, metres, run, policy)
    place = dict(zip(cuts, looks, strict=True))
    return Course([event_dict(e) for e in events], [place[max(1, end)] for end in ends], looks)


def _replay(
    stream: Messages, cuts: list[int], metres: tuple[float, float], run: Run, policy: Values
) -> tuple[list[Any], list[Look]]:
    engine = Engine(run, policy)
    engine.advance(int(stream["stream_time_ms"][0]))
    engine.put([Measure(1, PROTECTED_DEVICE, WEARER_DEVICE, *metres)])
    events: list[Any] = []
    looks: list[Look] = []
    begin = 0
    for end in cuts:
        for event in engine.apply(stream[begin:end], GRID_MS):
            event["message"] += begin if event["message"] >= 0 else 0
            events.append(event)
        looks.append(_look(engine, policy))
        begin = end
    for event in engine.apply(final_tick(int(np.max(stream["stream_time_ms"]))), GRID_MS):
        event["message"] = -1  # of no message: its moment is the end
        events.append(event)
    return events, looks


def _look(engine: Engine, policy: Values) -> Look:
    pair = engine.pairs[0]
    parties = (_seen(pair["protected"]), _seen(pair["wearer"]))
    if parties[0] is None or parties[1] is None:
        return Look(engine.log_ms, parties, None, None, None, int(pair["level"]))
    distance, half, _, lower, _ = evidence.interval(pair["protected"], pair["wearer"], policy)
    return Look(engine.log_ms, parties, float(distance), float(lower), float(distance + half), int(pair["level"]))


def _seen(party: Any) -> Seen | None:
    if party["t_ms"] == NO_TIME:
        return None
    return Seen(int(party["t_ms"]), int(party["lat_e7"]) / 1e7, int(party["lon_e7"]) / 1e7)
