"""A trace that cannot be read is refused with its file, the line and one sentence; it is never repaired."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from egide.evidence import traces
from egide.evidence.traces import TraceError, read_trace

HEAD = "time,lat,lon,accuracy_m,speed_mps\n"
GOOD = "2026-03-01T14:02:00Z,48.5,2.5,10,1\n"
JSON_GOOD = '{"time": "2026-03-01T14:02:00Z", "lat": 48.5, "lon": 2.5}\n'
GPX = '<?xml version="1.0"?>\n<gpx xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>\n'
POINT = '<trkpt lat="48.5" lon="2.5"><time>2026-03-01T14:02:00Z</time></trkpt>\n'
GPX_END = "</trkseg></trk></gpx>\n"


def json_row(**values: object) -> str:
    return json.dumps({"time": "2026-03-01T14:02:00Z", "lat": 48.5, "lon": 2.5} | values) + "\n"


def csv_row(time: str = "2026-03-01T14:02:00Z", lat: str = "48.5", lon: str = "2.5", rest: str = "10,1") -> str:
    return HEAD + GOOD + f"{time},{lat},{lon},{rest}\n" + GOOD


def gpx_point(point: str) -> str:
    return GPX + POINT + point + "\n" + POINT + GPX_END


FLAWS: dict[str, tuple[str | bytes, int, str]] = {
    # the file as a whole
    "empty": ("", 1, "the file is empty"),
    "blank": (" \n\n", 1, "the file is empty"),
    "empty gzip": (gzip.compress(b""), 1, "the file is empty"),
    "header only": (HEAD, 1, "holds no position"),
    "not utf-8": (HEAD.encode() + GOOD.encode() + b"\xff\xfe\n", 3, "not UTF-8"),
    "utf-16": ((HEAD + GOOD).encode("utf-16"), 1, "not UTF-8"),
    "nul bytes": (HEAD + GOOD + "2026-03-01T14:02:05Z,48.5\0,2.5,,\n", 3, "NUL"),
    "absurd row": (HEAD + GOOD + "x" * 10_001 + "\n", 3, "longer than 10,000 characters"),
    "absurd json row": (JSON_GOOD + '{"note": "' + "x" * 10_001 + '"}', 2, "longer than 10,000 characters"),
    "truncated gzip": (gzip.compress((HEAD + GOOD * 9).encode(), mtime=0)[:-9], 11, "cut off"),
    "gzip of two bytes": (b"\x1f\x8b", 1, "cut off"),
    "gzip checksum": (gzip.compress((HEAD + GOOD).encode())[:-8] + bytes(8), 1, "damaged"),
    "after gzip": (gzip.compress((HEAD + GOOD).encode()) + b"more", 3, "follows the gzip data"),
    "json array": ("[" + JSON_GOOD + "]", 1, "JSON array"),
    # csv
    "no header": (GOOD, 1, "has no column time"),
    "missing column": ("time,lat\n" + GOOD, 1, "has no column lon"),
    "semicolons": ("time;lat;lon\n2026-03-01T14:02:00Z;48.5;2.5\n", 1, "has no column time"),
    "column twice": ("time,lat,lat,lon\n", 1, "column lat twice"),
    "too few fields": (HEAD + GOOD + "2026-03-01T14:02:00Z,48.5\n", 3, "2 fields, the header has 5"),
    "decimal comma": (HEAD + GOOD + "2026-03-01T14:02:00Z,48,5,2,5,10,1\n", 3, "7 fields"),
    "open quote": (HEAD + GOOD + '"2026-03-01T14:02:00Z,48.5,2.5,10,1\n' + GOOD, 3, "not CSV"),
    "quote and more": (HEAD + GOOD + '"48"x,2,3,4,5\n', 3, "not CSV"),
    "lat is a word": (csv_row(lat="north"), 3, "lat is 'north'"),
    "lat is empty": (csv_row(lat=""), 3, "lat is empty"),
    "lat is nan": (csv_row(lat="nan"), 3, "lat is 'nan'"),
    "lon is inf": (csv_row(lon="-inf"), 3, "lon is '-inf'"),
    "lon overflows": (csv_row(lon="1e999"), 3, "lon is inf"),
    "underscore": (csv_row(lat="4_8"), 3, "lat is '4_8'"),
    "hexadecimal": (csv_row(lat="0x10"), 3, "lat is '0x10'"),
    "other digits": (csv_row(lat="٤٨"), 3, "lat is"),
    "two points": (csv_row(lat="48.5.1"), 3, "lat is '48.5.1'"),
    "lone sign": (csv_row(lat="-"), 3, "lat is '-'"),
    "lat too far north": (csv_row(lat="90.0000001"), 3, "lat is 90.0000001"),
    "lat and lon exchanged": (csv_row(lat="148.5"), 3, "between -90 and 90"),
    "lon too far west": (csv_row(lon="-180.5"), 3, "between -180 and 180"),
    "negative accuracy": (csv_row(rest="-1,1"), 3, "accuracy_m is -1"),
    "endless accuracy": (csv_row(rest="1e300,1"), 3, "accuracy_m is 1e+300"),
    "accuracy is a word": (csv_row(rest="good,1"), 3, "accuracy_m is 'good'"),
    "negative speed": (csv_row(rest="1,-0.5"), 3, "speed_mps is -0.5"),
    "time is empty": (csv_row(time=""), 3, "time is empty"),
    "time is a word": (csv_row(time="noon"), 3, "time is 'noon'"),
    "time in seconds": (csv_row(time="1772373720"), 3, "ISO 8601"),
    "time without offset": (csv_row(time="2026-03-01T14:02:00"), 3, "without an offset"),
    "day without clock": (csv_row(time="2026-03-01"), 3, "ISO 8601"),
    "no such day": (csv_row(time="2026-02-30T14:02:00Z"), 3, "no clock ever shows"),
    "no such offset": (csv_row(time="2026-03-01T14:02:00+25:00"), 3, "no clock ever shows"),
    "before 1970": (csv_row(time="1969-12-31T23:59:59Z"), 3, "1970 to 2199"),
    "after 2199": (csv_row(time="2200-01-01T00:00:00Z"), 3, "1970 to 2199"),
    "rounded into 2200": (csv_row(time="2199-12-31T23:59:59.9996Z"), 3, "1970 to 2199"),
    "year 9999": (csv_row(time="9999-12-31T23:59:59-23:00"), 3, "1970 to 2199"),
    "first flaw wins": (
        HEAD + GOOD + "2026-03-01T14:02:00Z,48.5,2.5,-1,1\nnever,x,2.5,1\n",
        3,
        "accuracy_m is -1",
    ),
    # ndjson
    "not json": (JSON_GOOD + "time: now\n", 2, "not JSON"),
    "json cut off": (JSON_GOOD + JSON_GOOD[:30], 2, "not JSON"),
    "json list": (JSON_GOOD + "[48.5, 2.5]\n", 2, "not a JSON object"),
    "json nested": (JSON_GOOD + "[" * 9_000 + "\n", 2, "nested too deeply"),
    "json nan": (JSON_GOOD + '{"time": "2026-03-01T14:02:00Z", "lat": NaN, "lon": 2.5}\n', 2, "NaN"),
    "json infinite": (JSON_GOOD + JSON_GOOD.replace("48.5", "1e999"), 2, "lat is inf"),
    "json huge": (JSON_GOOD + JSON_GOOD.replace("48.5", "9" * 999), 2, "lat is inf"),
    "json huger": (JSON_GOOD + JSON_GOOD.replace("48.5", "9" * 9_000), 2, "not JSON"),
    "json text": (JSON_GOOD + json_row(lat="48.5"), 2, "lat is '48.5'"),
    "json true": (JSON_GOOD + json_row(lon=True), 2, "lon is no number"),
    "json null place": (JSON_GOOD + json_row(lat=None), 2, "lat is missing or null"),
    "json no lon": (JSON_GOOD + '{"time": "2026-03-01T14:02:00Z", "lat": 48.5}', 2, "lon is missing"),
    "json no time": (JSON_GOOD + '{"lat": 48.5, "lon": 2.5}', 2, "time is missing"),
    "json number time": (JSON_GOOD + json_row(time=1772373720), 2, "time is missing or no text"),
    "json surrogate time": (JSON_GOOD + json_row(time="\ud800"), 2, "time is"),
    "json negative accuracy": (JSON_GOOD + json_row(accuracy_m=-2), 2, "accuracy_m is -2"),
    "json speed text": (JSON_GOOD + json_row(speed_mps="fast"), 2, "speed_mps is 'fast'"),
    # gpx
    "not well formed": (GPX + POINT + "</trk></gpx>", 4, "not well formed"),
    "gpx cut off": (GPX + POINT, 4, "not well formed"),
    "stray ampersand": (gpx_point("<a>R&D</a>"), 4, "not well formed"),
    "gpx not utf-8": (GPX.encode() + b"<name>\xff</name>\n" + GPX_END.encode(), 3, "not well formed"),
    "unknown encoding": (GPX.replace('"1.0"', '"1.0" encoding="klingon"') + POINT + GPX_END, 1, "the XML"),
    "another language": ("<kml>\n</kml>", 1, "root element is 'kml'"),
    "no points": (GPX + GPX_END, 1, "no track point"),
    "only waypoints": (
        '<gpx>\n<wpt lat="1" lon="1"><time>2026-03-01T14:02:00Z</time></wpt></gpx>',
        1,
        "no track point",
    ),
    "point without time": (gpx_point('<trkpt lat="1" lon="1"></trkpt>'), 4, "no time"),
    "time of an extension": (
        gpx_point('<trkpt lat="1" lon="1"><extensions><time>2026-03-01T14:02:00Z</time></extensions></trkpt>'),
        4,
        "no time",
    ),
    "point with empty time": (gpx_point('<trkpt lat="1" lon="1"><time/></trkpt>'), 4, "time is empty"),
    "two times": (
        gpx_point(POINT.replace("</trkpt>", "<time>2026-03-01T14:02:00Z</time></trkpt>")),
        4,
        "time is",
    ),
    "time without offset in gpx": (
        gpx_point('<trkpt lat="1" lon="1"><time>2026-03-01T14:02:00</time></trkpt>'),
        4,
        "offset",
    ),
    "point without lat": (
        gpx_point('<trkpt\n\nlon="1"><time>2026-03-01T14:02:00Z</time></trkpt>'),
        4,
        "attribute lat",
    ),
    "point with a word": (
        gpx_point('<trkpt lat="x" lon="1"><time>2026-03-01T14:02:00Z</time></trkpt>'),
        4,
        "lat is 'x'",
    ),
    "point off the earth": (
        gpx_point('<trkpt lat="91" lon="1"><time>2026-03-01T14:02:00Z</time></trkpt>'),
        4,
        "lat is 91",
    ),
    "xml bomb": (
        '<?xml version="1.0"?>\n<!DOCTYPE gpx [<!ENTITY a "aaa"><!ENTITY b "&a;&a;&a;">]>\n<gpx>&b;</gpx>',
        2,
        "document type",
    ),
    "external entity": (
        '<?xml version="1.0"?>\n<!DOCTYPE gpx [<!ENTITY a SYSTEM "file:///etc/passwd">]>\n<gpx>&a;</gpx>',
        2,
        "document type",
    ),
    "entity out of nowhere": (gpx_point("<a>&b;</a>"), 4, "not well formed"),
}


@pytest.mark.parametrize("name", FLAWS)
def test_a_malformed_trace_is_refused_by_file_line_and_reason(tmp_path: Path, name: str) -> None:
    content, line, reason = FLAWS[name]
    path = tmp_path / "flawed.trace"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(TraceError) as caught:
        read_trace(path)
    error = caught.value
    assert reason in error.reason
    assert (error.path, error.line) == (path, line)
    told = str(error)
    assert told == f"{path}, line {line}: {error.reason}"
    assert told.isascii()
    assert "\n" not in told
    assert told.endswith(".")


@pytest.mark.parametrize("name", [n for n in FLAWS if "gzip" not in n])
def test_a_malformed_trace_is_refused_in_the_same_words_when_it_is_packed(tmp_path: Path, name: str) -> None:
    content, line, reason = FLAWS[name]
    path = tmp_path / "flawed.gz"
    path.write_bytes(gzip.compress(content.encode() if isinstance(content, str) else content))
    with pytest.raises(TraceError) as caught:
        read_trace(path)
    assert caught.value.line == line
    assert reason in caught.value.reason


def test_a_file_that_is_not_there_or_is_no_file_is_named(tmp_path: Path) -> None:
    for path, reason in (
        (tmp_path / "absent.csv", "no such file"),
        (tmp_path, "a folder"),
        (tmp_path / "a\0b", "cannot be read"),
        (tmp_path / ("x" * 300), "cannot be read"),
    ):
        with pytest.raises(TraceError) as caught:
            read_trace(path)
        assert reason in caught.value.reason
        assert caught.value.line == 1


def test_a_file_nobody_may_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "trace.csv"

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)  # root may read everything
    with pytest.raises(TraceError, match="may not be read by you"):
        read_trace(path)


def test_a_gzip_bomb_stops_at_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traces, "MOST_BYTES", 100_000)
    path = tmp_path / "bomb.csv"
    path.write_bytes(gzip.compress(bytes(50_000_000)))
    with pytest.raises(TraceError, match="cut it into shorter ones"):
        read_trace(path)
    path.write_bytes(b" " * 100_001)
    with pytest.raises(TraceError, match="cut it into shorter ones"):
        read_trace(path)
