"""What of a report goes into the log, as packed records: an `Entry`, the unit that the batcher stores and answers.

For a TGD the position never becomes part of a record: it stays beside the entry until `tgd_gate` seals or forgets
it. Nothing here waits or writes.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from egide.core.messages import UNKNOWN, Flag, fix_record, heard_record, signal_record
from egide.core.observations import Report, Signal, SignalKind
from egide.gateway.ahead import Ahead
from egide.gateway.registry import Device
from egide.gateway.tgd_gate import TgdPart, tgd_part
from egide.log.frames import RECORD, pack

TGD = "tgd"
UNREADABLE = "unreadable message"
_TEXT_CHARS = 200

Record = Sequence[int]
Extras = list[dict[str, Any]]


@dataclass(slots=True, eq=False, repr=False)
class Entry:
    """One message on its way into the log. `extra` of a record is an index into the entry's own `extras`.

    `urgent`: it holds a signal, so no bound may drop it. `stored` becomes True once it is on disk, False if
    nobody can say so. `deadline` is on the clock of `time.monotonic`.
    """

    records: bytes
    extras: Extras
    urgent: bool
    tgd: TgdPart | None = None
    stored: asyncio.Future[bool] | None = None
    arrived: float = 0.0
    deadline: float = 0.0
    sealed: list[tuple[int, bytes]] = field(default_factory=list)  # alarm and position, filled by the TGD gate

    @property
    def count(self) -> int:
        """How many records it holds."""
        return len(self.records) // RECORD.size


def entry_of(device: Device, report: Report, now_ms: int, ahead: Ahead) -> Entry | None:
    """What is kept of a message whose key was right; None if it says nothing (a server's opinion about silence)."""
    report = _by_our_clock(device, report, now_ms, ahead)
    battery = UNKNOWN if report.battery is None else round(report.battery * 100)
    is_tgd = device.kind == TGD
    extras: Extras = []
    records: list[Record] = []
    if not is_tgd:
        records = [fix_record(device.id, fix, now_ms, battery_pct=battery) for fix in report.fixes]
    problem = "" if is_tgd or report.fixes or not report.problems else report.problems[0][:_TEXT_CHARS]
    for signal in report.signals:
        extra = _text_of(signal, problem, is_tgd, extras)
        records.append(signal_record(device.id, signal, now_ms, 0, extra, battery))
        problem = ""
    if not records and report.heard:
        record = heard_record(device.id, now_ms, battery)
        if problem:
            extras.append({"problem": problem})
            record = (*record[:3], 0, *record[4:])
        records.append(record)
    if not records:
        return None
    packed = b"".join([pack(record) for record in records])
    return Entry(packed, extras, bool(report.signals), tgd_part(device.id, report, now_ms) if is_tgd else None)


def unverified_sos_of(device: Device, report: Report, now_ms: int, ahead: Ahead) -> Entry | None:
    """What is kept of a message of a known device whose key was wrong: its SOS, and nothing else of it."""
    report = _by_our_clock(device, report, now_ms, ahead)
    sos = [signal for signal in report.signals if signal.kind is SignalKind.SOS]
    if not sos:
        return None
    # One record: somebody without the key gets no say in how many times it rings.
    return Entry(pack(signal_record(device.id, sos[0], now_ms, Flag.UNVERIFIED)), [], urgent=True)


def unreadable_of(device: int, who: str, now_ms: int) -> Entry:
    """What is kept of a message nobody can read, from a sender whose key was right: that it came. It rings for the
    technician. `device` is 0 for a forwarding server, and `who` says which."""
    record = signal_record(device, Signal(SignalKind.OTHER_ALARM, None), now_ms, 0, 0)
    return Entry(pack(record), [{"word": UNREADABLE, **({"who": who} if who else {})}], urgent=True)


def _by_our_clock(device: Device, report: Report, now_ms: int, ahead: Ahead) -> Report:
    """The report with all its times set back by as much as its newest one is ahead of us.

    A queue keeps its order and its distances: cut off at our time, all of it would have happened in one instant.
    """
    times = [fix.time_ms for fix in report.fixes]
    times += [signal.time_ms for signal in report.signals if signal.time_ms is not None]
    back = ahead.of(device.id, max(times), now_ms) if times else 0
    if not back:
        return report
    return dataclasses.replace(
        report,
        fixes=tuple(dataclasses.replace(fix, time_ms=fix.time_ms - back) for fix in report.fixes),
        signals=tuple(
            signal if signal.time_ms is None else dataclasses.replace(signal, time_ms=signal.time_ms - back)
            for signal in report.signals
        ),
    )


def _text_of(signal: Signal, problem: str, is_tgd: bool, extras: Extras) -> int:
    word = signal.word
    if is_tgd:
        # A word that holds a number could hold a place; a TGD's place stands nowhere but under its alarm's key.
        word = "".join(letter for letter in word if not letter.isnumeric())
    text = {"word": word[:_TEXT_CHARS]} if word else {}
    if problem:
        text["problem"] = problem
    if not text:
        return UNKNOWN
    extras.append(text)
    return len(extras) - 1
