"""Whatever stands in a file, the answer is a trace or a TraceError; whatever the format, the same trace."""

from __future__ import annotations

import contextlib
import gzip
import json
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from egide.evidence.traces import TraceError, merged_order, read_trace

# The folder is reused between examples on purpose: every example overwrites the one file it reads.
one_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])

SEEDS = (
    b"time,lat,lon,accuracy_m,speed_mps\n2026-03-01T14:02:00Z,48.5,2.5,10,\n2026-03-01T14:02:05.5+01:00,-48.5,-2.5,,1e0\n",
    b'{"time":"2026-03-01T14:02:00Z","lat":48.5,"lon":2.5,"accuracy_m":null}\n{"time":"2026-03-01T14:02:05Z","lat":1,"lon":2}\n',
    b'<?xml version="1.0" encoding="utf-8"?><gpx xmlns="urn:x"><trk><trkseg><trkpt lat="48.5" lon="2.5">'
    b"<time>2026-03-01T14:02:00Z</time></trkpt></trkseg></trk></gpx>",
    gzip.compress(b"time,lat,lon\n2026-03-01T14:02:00Z,48.5,2.5\n", mtime=0),
)

positions = st.lists(
    st.tuples(
        st.integers(0, 7_258_118_399_999),
        st.integers(-900_000_000, 900_000_000),
        st.integers(-1_800_000_000, 1_800_000_000),
    ),
    min_size=1,
    max_size=30,
)


def read_or_refuse(folder: Path, content: bytes) -> None:
    path = folder / "trace"
    path.write_bytes(content)
    with contextlib.suppress(TraceError):
        trace = read_trace(path)
        assert len(trace) >= 1
        assert np.abs(trace.lat_e7.astype(np.int64)).max() <= 900_000_000
        assert trace.accuracy_cm.min() >= -1
        assert (np.diff(trace.delivery_ms) >= 0).all()


@one_folder
@given(
    begin=st.sampled_from((b"", b"<", b"{", b"[", b"time,lat,lon\n", b"\x1f\x8b", b"<gpx>", b"\xef\xbb\xbf")),
    rest=st.binary(),
)
def test_bytes_of_any_kind_are_read_or_refused(tmp_path: Path, begin: bytes, rest: bytes) -> None:
    read_or_refuse(tmp_path, begin + rest)


@one_folder
@given(begin=st.sampled_from(("", "<gpx>", "{", "time,lat,lon\n")), rest=st.text())
def test_text_of_any_kind_is_read_or_refused(tmp_path: Path, begin: str, rest: str) -> None:
    read_or_refuse(tmp_path, (begin + rest).encode("utf-8", "surrogatepass"))


@settings(one_folder, max_examples=400)
@given(data=st.data(), seed=st.sampled_from(SEEDS))
def test_a_good_trace_with_damaged_places_is_read_or_refused(tmp_path: Path, data: st.DataObject, seed: bytes) -> None:
    content = bytearray(seed)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content)))
        taken = data.draw(st.integers(0, 6))
        content[at : at + taken] = data.draw(
            st.one_of(
                st.binary(max_size=4),
                st.sampled_from((b'"', b"\n", b"&x;", b"<a>", b"1e999", b"nan", b"-", b"\r")),
            )
        )
    read_or_refuse(tmp_path, bytes(content))


@one_folder
@given(rows=positions, packed=st.booleans())
def test_the_same_positions_are_the_same_trace_in_every_format(
    tmp_path: Path, rows: list[tuple[int, int, int]], packed: bool
) -> None:
    table = [
        (np.datetime_as_string(np.datetime64(t, "ms")), f"{lat / 1e7:.7f}", f"{lon / 1e7:.7f}") for t, lat, lon in rows
    ]
    written = {
        "csv": "time,lat,lon\n" + "".join(f"{t}Z,{lat},{lon}\n" for t, lat, lon in table),
        "ndjson": "".join(
            json.dumps({"time": f"{t}Z", "lat": float(lat), "lon": float(lon)}) + "\n" for t, lat, lon in table
        ),
        "gpx": '<gpx xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>'
        + "".join(f'<trkpt lat="{lat}" lon="{lon}"><time>{t}Z</time></trkpt>' for t, lat, lon in table)
        + "</trkseg></trk></gpx>",
    }
    for name, text in written.items():
        path = tmp_path / name
        path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
        trace = read_trace(path)
        got = list(zip(trace.time_ms.tolist(), trace.lat_e7.tolist(), trace.lon_e7.tolist(), strict=True))
        assert got == rows, name


@one_folder
@given(
    accuracy=st.lists(st.one_of(st.none(), st.floats(0, 20_000_000)), min_size=1, max_size=20),
    digits=st.integers(0, 17),
)
def test_an_accuracy_is_rounded_the_same_way_in_csv_and_ndjson(
    tmp_path: Path, accuracy: list[float | None], digits: int
) -> None:
    said = [None if value is None else float(f"{value:.{digits}f}") for value in accuracy]
    at = "2026-03-01T14:02:00Z"
    (tmp_path / "csv").write_text(
        "time,lat,lon,accuracy_m\n" + "".join(f"{at},1,2,{'' if value is None else repr(value)}\n" for value in said)
    )
    (tmp_path / "ndjson").write_text(
        "".join(json.dumps({"time": at, "lat": 1, "lon": 2, "accuracy_m": value}) + "\n" for value in said)
    )
    first, second = (read_trace(tmp_path / name).accuracy_cm.tolist() for name in ("csv", "ndjson"))
    assert first == second
    for value, cm in zip(said, first, strict=True):
        assert cm == -1 if value is None else abs(cm - value * 100) <= 0.5 + 1e-6


@one_folder
@given(first=st.lists(st.integers(0, 40), min_size=1), second=st.lists(st.integers(0, 40), min_size=1))
def test_the_merged_order_is_that_of_a_plain_sort(tmp_path: Path, first: list[int], second: list[int]) -> None:
    both = []
    for name, seconds in (("a", first), ("b", second)):
        rows = "".join(f"1970-01-01T00:00:{s:02d}Z,1,2\n" for s in seconds)
        (tmp_path / name).write_text("time,lat,lon\n" + rows)
        both.append(read_trace(tmp_path / name))
    expected = []
    for party, seconds in enumerate((first, second)):
        latest = 0
        for row, s in enumerate(seconds):
            latest = max(latest, s)
            expected.append((latest, party, row))
    merged = merged_order(*both)
    assert list(zip(merged.party.tolist(), merged.row.tolist(), strict=True)) == [
        (p, r) for _, p, r in sorted(expected)
    ]


def test_the_properties_above_do_reach_a_readable_trace(tmp_path: Path) -> None:
    for number, seed in enumerate(SEEDS):
        path = tmp_path / str(number)
        path.write_bytes(seed)
        assert len(read_trace(path)) == (2, 2, 1, 1)[number]
