"""Which positions does a recorded trace hold, in which order were they delivered, which of two came first?

Reads GPX, CSV and NDJSON, any of them gzipped, told apart by content. It never repairs, sorts or drops a
row, and it knows nothing about distances: `egide replay` gives what stands here to the core that judges
live positions.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from egide.evidence.trace_columns import UNKNOWN, Columns, Flaw, integers
from egide.evidence.trace_csv import read_csv
from egide.evidence.trace_gpx import read_gpx
from egide.evidence.trace_ndjson import read_ndjson

MOST_BYTES = 256 * 1024 * 1024  # unpacked: about five million positions, two months at one a second
TOO_LARGE = f"the trace is larger than {MOST_BYTES // 1024**2} MiB; cut it into shorter ones."
MOST_LINE = 10_000  # characters in a row of CSV or NDJSON; a real one has sixty

GZIP = b"\x1f\x8b"
PROTECTED, WEARER = 0, 1


class TraceError(ValueError):
    """A trace cannot be read. `str()` names the file, the line (counted from 1) and the reason, shortly."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        super().__init__(f"{path}, line {line}: {reason}")
        self.path = path
        self.line = line
        self.reason = reason


@dataclass(frozen=True)
class Trace:
    """The positions of one recording, in the order of the file, which is the order of delivery.

    All arrays have the same length: `time_ms` since 1970 by the device's clock, `lat_e7` and `lon_e7` in
    1e-7 degrees, `accuracy_cm` and `speed_cms` in centimetres (per second), UNKNOWN (-1) where the device
    did not say.
    """

    path: Path
    time_ms: NDArray[np.int64]
    lat_e7: NDArray[np.int32]
    lon_e7: NDArray[np.int32]
    accuracy_cm: NDArray[np.int32]
    speed_cms: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.time_ms)

    @cached_property
    def delivery_ms(self) -> NDArray[np.int64]:
        """When each row reached us, as far as a file can tell: the largest time up to and with that row."""
        return np.maximum.accumulate(self.time_ms)


class Merged(NamedTuple):
    """Two traces as one stream: whose position comes next, and which row of that trace it is."""

    party: NDArray[np.int8]  # PROTECTED or WEARER
    row: NDArray[np.int64]


def _unpacked(data: bytes) -> bytes:
    """The content of a gzip file (of one or more members). Raises Flaw at the line where it breaks off."""
    unpacked = bytearray()

    def flaw(reason: str) -> Flaw:
        return Flaw(1 + unpacked.count(b"\n"), reason)

    at = 0
    while data.startswith(GZIP, at):
        member = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
        while not member.eof:
            # In pieces, so that what stands before a damaged place is there to count its lines.
            piece = data[at : at + 65_536]
            if not piece:
                raise flaw("the gzip data ends here, before its end mark; the file was cut off.")
            try:
                unpacked += member.decompress(piece, MOST_BYTES + 1 - len(unpacked))
            except zlib.error:
                raise flaw("the gzip data is damaged from about here; unpack an intact copy.") from None
            if len(unpacked) > MOST_BYTES:
                raise Flaw(1, TOO_LARGE)
            at += len(piece) - len(member.unused_data)
    if data[at:].strip(b"\0"):  # some tools pad with zeros
        raise flaw("something that is not gzip follows the gzip data.")
    return bytes(unpacked)


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise Flaw(1, "there is no such file.") from None
    except IsADirectoryError:
        raise Flaw(1, "this is a folder; name one file.") from None
    except PermissionError:
        raise Flaw(1, "this file may not be read by you.") from None
    except (OSError, ValueError) as error:
        raise Flaw(1, f"the file cannot be read: {error}.") from None
    if data.startswith(GZIP):
        data = _unpacked(data)
    if len(data) > MOST_BYTES:
        raise Flaw(1, TOO_LARGE)
    return data.removeprefix(b"\xef\xbb\xbf")


def _lines(data: bytes) -> list[str]:
    """The lines of a text, whatever ends them. Raises Flaw where it is not text."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Flaw(1 + data.count(b"\n", 0, error.start), "this line is not UTF-8; save the file as UTF-8.") from None
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if "\0" in text:
        line = next(number for number, line in enumerate(lines, 1) if "\0" in line)
        raise Flaw(line, "this line holds a NUL byte; the file is damaged or is not text.")
    if max(map(len, lines)) > MOST_LINE:
        line = next(number for number, line in enumerate(lines, 1) if len(line) > MOST_LINE)
        raise Flaw(line, f"this line is longer than {MOST_LINE:,} characters; that is not a row of a trace.")
    return lines


def _columns(data: bytes) -> Columns:
    begin = data[:4096].lstrip()
    if not begin and not data.strip():
        raise Flaw(1, "the file is empty.")
    if begin.startswith(b"<"):
        return read_gpx(data)
    lines = _lines(data)
    if begin.startswith(b"["):
        raise Flaw(1, "this is a JSON array; write one JSON object a line (NDJSON).")
    return read_ndjson(lines) if begin.startswith(b"{") else read_csv(lines)


def read_trace(path: Path) -> Trace:
    """The trace of one file. Raises TraceError (file, line, reason) if anything of it cannot be read."""
    try:
        columns = _columns(_content(path))
        found = integers(columns)
        if not columns.line:
            raise Flaw(1, "the file holds no position.")
    except Flaw as flaw:
        raise TraceError(path, flaw.line, flaw.reason) from None
    return Trace(path, found.time_ms, found.lat_e7, found.lon_e7, found.accuracy_cm, found.speed_cms)


def merged_order(protected: Trace, wearer: Trace) -> Merged:
    """Both traces in the order of delivery; on a tie the protected person first, then the order of rows."""
    party = np.repeat(np.array([PROTECTED, WEARER], np.int8), [len(protected), len(wearer)])
    row = np.concatenate([np.arange(len(protected), dtype=np.int64), np.arange(len(wearer), dtype=np.int64)])
    order = np.lexsort((row, party, np.concatenate([protected.delivery_ms, wearer.delivery_ms])))
    return Merged(party[order], row[order])


def _decimal(value: int, digits: int) -> str:
    """An integer count of 10^-digits as an exact decimal text."""
    whole, rest = divmod(abs(value), 10**digits)
    return f"{'-' if value < 0 else ''}{whole}.{rest:0{digits}d}"


def write_csv(path: Path, trace: Trace) -> None:
    """Writes a trace as CSV that `read_trace` turns into the same integers. For tests and tools."""
    instants = np.datetime_as_string(trace.time_ms.astype("datetime64[ms]"), unit="ms")

    def optional(value: int) -> str:
        return "" if value == UNKNOWN else _decimal(value, 2)

    rows = ["time,lat,lon,accuracy_m,speed_mps"]
    columns = (trace.lat_e7, trace.lon_e7, trace.accuracy_cm, trace.speed_cms)
    for instant, lat, lon, accuracy, speed in zip(instants, *(c.tolist() for c in columns), strict=True):
        rows.append(f"{instant}Z,{_decimal(lat, 7)},{_decimal(lon, 7)},{optional(accuracy)},{optional(speed)}")
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
