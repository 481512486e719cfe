"""What would have changed under other values? Two replays of one pair, set beside each other as a table.

It counts and sets side by side. It never says which of the two is better: that needs the truth, which no trace holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Events = Sequence[dict[str, Any]]
COLUMNS = ("alerts", "pre_alerts", "possible", "silences", "changes")


@dataclass(frozen=True, slots=True)
class Tally:
    """What one replay rang: how often, for how many seconds a level was up, and when the first alert was."""

    alerts: int
    pre_alerts: int
    possible: int
    silences: int
    changes: int
    alert_s: float
    first_alert: str | None


def tally(events: Events, end: str) -> Tally:
    """Counts the events of one replay. `end` is the last instant of the traces, as the events write instants."""
    levels = [e for e in events if e["kind"] == "level"]
    rises = [e["to"] for e in levels if e["to"] == "alert" or (e["to"] == "pre_alert" and e["from"] != "alert")]
    up_s, since = 0.0, None
    for event in levels:
        if since is not None:
            up_s += _seconds(since, event["time"])
        since = event["time"] if event["to"] == "alert" else None
    if since is not None:
        up_s += _seconds(since, end)
    return Tally(
        alerts=rises.count("alert"),
        pre_alerts=rises.count("pre_alert"),
        possible=sum(e["kind"] == "possible_approach" for e in events),
        silences=sum(e["kind"] == "silence" for e in events),
        changes=len(levels),
        alert_s=up_s,
        first_alert=next((e["time"] for e in levels if e["to"] == "alert"), None),
    )


def _seconds(begin: str, end: str) -> float:
    return (datetime.fromisoformat(end) - datetime.fromisoformat(begin)).total_seconds()


def event_table(first: Events, second: Events, names: tuple[str, str]) -> str:
    """The events that stand under only one of two policies, by time, and under which."""
    keys = [{_key(e): e for e in events} for events in (first, second)]
    rows = [
        [event["time"], event["kind"], _what(event), names[side]]
        for side in (0, 1)
        for key, event in keys[side].items()
        if key not in keys[1 - side]
    ]
    if not rows:
        return f"Nothing would have changed: {len(first)} events under both.\n"
    rows.sort(key=lambda row: (row[0], row[3] != names[0]))
    both = sum(key in keys[1] for key in keys[0])
    return _table(["time", "event", "what", "only under"], rows, right=()) + f"{both} events are the same under both.\n"


def pair_table(compared: Iterable[tuple[str, Tally, Tally]], names: tuple[str, str]) -> str:
    """One row a pair that changed, and the sums over all. `compared` is (name of the pair, first, second)."""
    rows: list[list[str]] = []
    sums = [[0.0] * 6, [0.0] * 6]
    same = 0
    for name, first, second in compared:
        for side, one in enumerate((first, second)):
            for i, column in enumerate((*COLUMNS, "alert_s")):
                sums[side][i] += getattr(one, column)
        if first == second:
            same += 1
            continue
        cells = [_change(getattr(first, c), getattr(second, c)) for c in COLUMNS]
        rows.append([name, *cells, _change(first.alert_s / 60, second.alert_s / 60), _shift(first, second)])
    total = [_change(a, b) for a, b in zip(sums[0][:5], sums[1][:5], strict=True)]
    rows.append(["all pairs", *total, _change(sums[0][5] / 60, sums[1][5] / 60), ""])
    head = ["pair", "alerts", "pre-alerts", "possible", "silences", "changes", "alert min", "first alert"]
    return (
        f"{names[0]} → {names[1]}\n"
        + _table(head, rows, right=range(1, 7))
        + f"{len(rows) - 1} pairs changed, {same} did not.\n"
    )


def _key(event: dict[str, Any]) -> tuple[Any, ...]:
    return event["time"], event["kind"], event.get("to"), event.get("party")


def _what(event: dict[str, Any]) -> str:
    told = f"{event['from']} → {event['to']}" if event["kind"] == "level" else str(event.get("party") or "")
    return f"{told}, {event['distance_m']:.0f} m" if event["kind"] == "level" and "distance_m" in event else told


def _change(first: float, second: float) -> str:
    def number(value: float) -> str:
        return f"{value:.1f}" if isinstance(value, float) and not value.is_integer() else f"{value:.0f}"

    return number(first) if number(first) == number(second) else f"{number(first)} → {number(second)}"


def _shift(first: Tally, second: Tally) -> str:
    if first.first_alert == second.first_alert:
        return ""
    if first.first_alert is None or second.first_alert is None:
        return "new" if first.first_alert is None else "gone"
    later_s = _seconds(first.first_alert, second.first_alert)
    return f"{abs(later_s):.0f} s {'later' if later_s > 0 else 'earlier'}"


def _table(head: list[str], rows: list[list[str]], right: Iterable[int]) -> str:
    widths = [max(len(row[c]) for row in [head, *rows]) for c in range(len(head))]
    to_the_right = set(right)

    def line(cells: list[str]) -> str:
        parts = [
            f"{t:>{w}}" if c in to_the_right else f"{t:<{w}}"
            for c, (t, w) in enumerate(zip(cells, widths, strict=True))
        ]
        return "  ".join(parts).rstrip() + "\n"

    return line(head) + line(["─" * w for w in widths]) + "".join(map(line, rows))
