"""What a recorded trace says, in whichever of its formats, and in which order two of them are heard."""

from __future__ import annotations

import bz2
import gzip
import time
from pathlib import Path

import numpy as np
import pytest

from egide.evidence.traces import Trace, TraceError, merged_order, read_trace, write_csv

GPX_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1">'
)


def trace_of(folder: Path, content: str | bytes, name: str = "trace") -> Trace:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_trace(path)


def recording(time_ms: list[int]) -> Trace:
    n = len(time_ms)
    blank = np.zeros(n, np.int32)
    return Trace(Path("none"), np.array(time_ms, np.int64), blank, blank, blank - 1, blank - 1)


def test_a_csv_row_becomes_whole_milliseconds_degrees_and_centimetres(tmp_path: Path) -> None:
    trace = trace_of(
        tmp_path,
        "time,lat,lon,accuracy_m,speed_mps\n2026-03-01T14:02:00.250Z,48.8566123,-2.3522219,12.5,1.39\n",
    )
    assert trace.time_ms.tolist() == [1772373720250]
    assert (trace.lat_e7.tolist(), trace.lon_e7.tolist()) == ([488566123], [-23522219])
    assert (trace.accuracy_cm.tolist(), trace.speed_cms.tolist()) == ([1250], [139])
    dtypes = [a.dtype for a in (trace.time_ms, trace.lat_e7, trace.lon_e7, trace.accuracy_cm, trace.speed_cms)]
    assert dtypes == [np.int64, np.int32, np.int32, np.int32, np.int32]


def test_what_a_device_did_not_say_is_unknown_and_never_zero(tmp_path: Path) -> None:
    rows = "2026-03-01T14:02:00Z,48.8,2.3,,\n2026-03-01T14:02:05Z,48.8,2.3,0,0\n"
    trace = trace_of(tmp_path, "time,lat,lon,accuracy_m,speed_mps\n" + rows)
    assert trace.accuracy_cm.tolist() == [-1, 0]
    assert trace.speed_cms.tolist() == [-1, 0]
    without = trace_of(tmp_path, "time,lat,lon\n2026-03-01T14:02:00Z,48.8,2.3\n")
    assert (without.accuracy_cm.tolist(), without.speed_cms.tolist()) == ([-1], [-1])


@pytest.mark.parametrize(
    ("text", "e7"),
    [
        ("48.00000005", 480_000_001),
        ("-48.00000005", -480_000_001),
        ("0.00000005", 1),
        ("-0.00000005", -1),
        ("0.00000004999", 0),
        ("-90", -900_000_000),
        ("+45.", 450_000_000),
        ("4.5e1", 450_000_000),
    ],
)
def test_degrees_are_rounded_to_the_nearest_halves_away_from_zero(tmp_path: Path, text: str, e7: int) -> None:
    assert trace_of(tmp_path, f"time,lat,lon\n2026-03-01T14:02:00Z,{text},0\n").lat_e7.tolist() == [e7]


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T00:00:00.0005Z", 1),
        ("1970-01-01T00:00:00.000499999Z", 0),
        ("1970-01-01T01:00+01:00", 0),
        ("1969-12-31T19:00:00-0500", 0),
        ("1970-01-01 00:00:01+00:00", 1000),
        ("2199-12-31T23:59:59.999Z", 7_258_118_399_999),
    ],
)
def test_any_offset_of_iso_8601_names_the_same_instant(tmp_path: Path, text: str, ms: int) -> None:
    assert trace_of(tmp_path, f"time,lat,lon\n{text},1,2\n").time_ms.tolist() == [ms]


def test_columns_may_stand_in_any_order_beside_columns_nobody_asked_for(tmp_path: Path) -> None:
    trace = trace_of(
        tmp_path,
        'speed_mps,note,lon,"lat",time\n1.5,"left, then right\nand back",2.25,48.5,2026-03-01T14:02:00Z\n',
    )
    assert (trace.lat_e7.tolist(), trace.lon_e7.tolist(), trace.speed_cms.tolist()) == (
        [485000000],
        [22500000],
        [150],
    )
    assert trace.accuracy_cm.tolist() == [-1]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_marks_and_line_ends_of_other_systems_change_nothing(tmp_path: Path, ending: str, mark: bytes) -> None:
    rows = ["time,lat,lon", "2026-03-01T14:02:00Z,48.5,2.5", "", "2026-03-01T14:02:05Z,48.5,2.6", ""]
    trace = trace_of(tmp_path, mark + ending.join(rows).encode())
    assert trace.lon_e7.tolist() == [25000000, 26000000]


def test_a_line_of_ndjson_is_one_position_and_null_is_unknown(tmp_path: Path) -> None:
    trace = trace_of(
        tmp_path,
        '{"time": "2026-03-01T14:02:00Z", "lat": 48.5, "lon":2,"accuracy_m": null, "speed_mps": 1.5, "x":1}\n'
        "\n"
        '{"lon": 2.1, "lat": 48.5, "time": "2026-03-01T14:02:05Z", "accuracy_m": 8}',
    )
    assert trace.lon_e7.tolist() == [20000000, 21000000]
    assert (trace.accuracy_cm.tolist(), trace.speed_cms.tolist()) == ([-1, 800], [150, -1])


GPX = (
    GPX_HEAD
    + """
<metadata><time>2001-01-01T00:00:00Z</time></metadata>
<wpt lat="1" lon="1"><time>2001-01-01T00:00:00Z</time></wpt>
<rte><rtept lat="1" lon="1"><time>2001-01-01T00:00:00Z</time></rtept></rte>
<trk><name>Sunday</name>
<trkseg><trkpt lat="48.5" lon="2.5"><ele>35</ele><time> 2026-03-01T14:02:00Z </time><hdop>0.8</hdop>
<extensions><time>2001-01-01T00:00:00Z</time><x:time xmlns:x="urn:x">no</x:time></extensions></trkpt></trkseg>
<trkseg><trkpt
  lat="48.6" lon="2.6"><time>2026-03-01T14:<!-- split -->02:05Z</time></trkpt></trkseg>
</trk><trk><trkseg>
<trkpt lat="48.7" lon="2.7"><time><![CDATA[2026-03-01T14:02:10Z]]></time></trkpt></trkseg></trk>
</gpx>
"""
)


def test_the_track_points_of_a_gpx_file_are_read_and_nothing_else_of_it(tmp_path: Path) -> None:
    trace = trace_of(tmp_path, GPX)
    assert trace.lat_e7.tolist() == [485000000, 486000000, 487000000]
    assert np.diff(trace.time_ms).tolist() == [5000, 5000]
    assert trace.accuracy_cm.tolist() == trace.speed_cms.tolist() == [-1, -1, -1]


@pytest.mark.parametrize(
    "namespace",
    ['xmlns="http://www.topografix.com/GPX/1/0"', "", 'xmlns="http://www.topografix.com/GPX/1/1"'],
)
def test_gpx_of_either_version_holds_the_same_track_points(tmp_path: Path, namespace: str) -> None:
    written = (
        f'<gpx version="1.0" {namespace}><trk><trkseg><trkpt lat="48.5" lon="2.5"><speed>3</speed>'
        "<time>2026-03-01T14:02:00Z</time></trkpt></trkseg></trk></gpx>"
    )
    trace = trace_of(tmp_path, written)
    assert (trace.lat_e7.tolist(), trace.speed_cms.tolist()) == ([485000000], [-1])


def test_gpx_with_a_prefix_before_every_name_is_gpx(tmp_path: Path) -> None:
    written = (
        '<g:gpx xmlns:g="http://www.topografix.com/GPX/1/1"><g:trk><g:trkseg><g:trkpt lat="48.5" lon="2.5">'
        "<g:time>2026-03-01T14:02:00Z</g:time></g:trkpt></g:trkseg></g:trk></g:gpx>"
    )
    assert trace_of(tmp_path, written).lat_e7.tolist() == [485000000]


@pytest.mark.parametrize("name", ["a.csv", "a.gpx", "a.gz", "a"])
@pytest.mark.parametrize(
    "content",
    [
        "\n\ntime,lat,lon\n2026-03-01T14:02:00Z,48.5,2.5\n",
        ' {"time": "2026-03-01T14:02:00Z", "lat": 48.5, "lon": 2.5}\n',
        GPX_HEAD + '<trk><trkseg><trkpt lat="48.5" lon="2.5">'
        "<time>2026-03-01T14:02:00Z</time></trkpt></trkseg></trk></gpx>",
    ],
)
def test_content_decides_what_a_file_is_whatever_its_name(tmp_path: Path, name: str, content: str) -> None:
    plain = content.encode()
    halves = gzip.compress(plain[:40]) + gzip.compress(plain[40:])
    for packed in (plain, b"\xef\xbb\xbf" + plain.lstrip(), gzip.compress(plain), halves + bytes(512)):
        trace = trace_of(tmp_path, packed, name)
        assert (trace.time_ms.tolist(), trace.lat_e7.tolist()) == ([1772373720000], [485000000])


def test_a_packing_nobody_announced_is_refused_and_not_guessed(tmp_path: Path) -> None:
    with pytest.raises(TraceError):
        trace_of(tmp_path, bz2.compress(b"time,lat,lon\n2026-03-01T14:02:00Z,48.5,2.5\n"))


def test_rows_keep_the_order_of_the_file_even_when_a_device_delivered_late(tmp_path: Path) -> None:
    trace = trace_of(
        tmp_path,
        "time,lat,lon\n2026-03-01T14:00:10Z,1,1\n2026-03-01T14:00:05Z,2,2\n2026-03-01T14:00:05Z,3,3\n2026-03-01T14:00:20Z,4,4\n",
    )
    assert trace.lat_e7.tolist() == [10000000, 20000000, 30000000, 40000000]
    assert (trace.time_ms - trace.time_ms[0]).tolist() == [0, -5000, -5000, 10000]
    assert (trace.delivery_ms - trace.time_ms[0]).tolist() == [0, 0, 0, 10000]


def test_on_a_tie_the_protected_person_is_heard_first() -> None:
    merged = merged_order(recording([1000, 2000, 2000]), recording([1000, 2000]))
    assert merged.party.tolist() == [0, 1, 0, 0, 1]
    assert merged.row.tolist() == [0, 0, 1, 2, 1]
    assert [merged.party.dtype, merged.row.dtype] == [np.dtype(np.int8), np.dtype(np.int64)]


def test_a_late_row_is_heard_when_it_was_delivered_not_when_it_was_measured() -> None:
    merged = merged_order(recording([5000, 1000]), recording([2000, 6000]))
    assert list(zip(merged.party.tolist(), merged.row.tolist(), strict=True)) == [
        (1, 0),
        (0, 0),
        (0, 1),
        (1, 1),
    ]


def test_a_written_trace_reads_back_as_the_same_integers(tmp_path: Path) -> None:
    first = trace_of(
        tmp_path,
        "time,lat,lon,accuracy_m,speed_mps\n2026-03-01T14:02:00.007Z,-0.0000001,-180,0.01,\n2026-03-01T14:02:00Z,90,180,,299.99\n",
    )
    write_csv(tmp_path / "again.csv", first)
    again = read_trace(tmp_path / "again.csv")
    for name in ("time_ms", "lat_e7", "lon_e7", "accuracy_cm", "speed_cms"):
        assert getattr(again, name).tolist() == getattr(first, name).tolist()


def test_a_day_of_two_people_is_read_quickly(tmp_path: Path) -> None:
    n = 80_000
    at = np.arange(n)
    day = Trace(
        tmp_path,
        1772373720000 + 1000 * at,
        (488_000_000 + at).astype(np.int32),
        (23_000_000 - at).astype(np.int32),
        (at % 3000).astype(np.int32),
        (at % 2000).astype(np.int32),
    )
    write_csv(tmp_path / "day.csv", day)
    begun = time.process_time()
    trace = read_trace(tmp_path / "day.csv")
    merged = merged_order(trace, trace)
    spent = time.process_time() - begun
    assert len(trace) == n
    assert merged.party[:4].tolist() == [0, 1, 0, 1]
    assert spent < 2.5, f"{spent:.2f} s of processor for 80,000 rows; about 0.5 s was measured when this was written"
