"""What a relay hands over in bulk: positions of its own devices, under our time, and nothing else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from egide.core import messages as m
from egide.core.observations import Fix, Signal, SignalKind, Unreadable
from egide.gateway.bulk import MOST_RECORDS, directory, frame_of
from egide.gateway.registry import Device
from egide.log.frames import decode, encode

KNOWN = directory([Device(1, "bar_box", 7, b""), Device(2, "tgd", 7, b""), Device(3, "bar_bracelet", 8, b"")])


def body(*records: Any) -> bytes:
    return encode(m.build(list(records)), [])


def fix(device: int, lat_e7: int = 470_000_000) -> Any:
    return m.fix_record(device, Fix(1_000, lat_e7, 23_000_000, 500, None), stream_time_ms=5)


def test_positions_come_through_under_our_own_time() -> None:
    frame = decode(frame_of(body(fix(1), m.heard_record(1, 5)), 7, KNOWN, 9_000))
    assert frame.messages["stream_time_ms"].tolist() == [9_000, 9_000]
    assert frame.messages["device_time_ms"][0] == 1_000
    assert frame.messages["lat_e7"][0] == 470_000_000


def test_what_a_relay_writes_into_other_fields_is_not_believed() -> None:
    records = m.build([fix(1)])
    records["flags"], records["signal"], records["accuracy_cm"] = 4, 1, -500
    (record,) = decode(frame_of(encode(records, []), 7, KNOWN, 9_000)).messages
    assert (record["flags"], record["signal"], record["accuracy_cm"]) == (0, 0, m.UNKNOWN)


@pytest.mark.parametrize(
    ("records", "why"),
    [
        ([m.signal_record(1, Signal(SignalKind.SOS, 0), 0)], "signal by itself"),
        ([m.tick_record(0)], "signal by itself"),
        ([fix(2)], "may not come in bulk"),
        ([fix(3)], "not this feed's"),
        ([fix(99)], "not this feed's"),
        ([fix(-1)], "not this feed's"),
        ([fix(1, 900_000_001)], "latitude"),
        ([], "1 to"),
    ],
)
def test_a_body_with_anything_else_is_refused_whole(records: list[Any], why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        frame_of(body(*records), 7, KNOWN, 9_000)


def test_a_body_that_is_no_frame_or_far_too_long_is_refused() -> None:
    with pytest.raises(Unreadable, match="EGF1"):
        frame_of(b"[{}]", 7, KNOWN, 0)
    many = np.repeat(m.build([fix(1)]), MOST_RECORDS + 1)
    with pytest.raises(Unreadable, match="1 to"):
        frame_of(encode(many, []), 7, KNOWN, 0)
