"""Which rows does a trace written as CSV hold? Its header has time, lat, lon and perhaps two more.

Columns stand in any order, others are ignored, and a row is never guessed at. It does not know what the
values mean (see `trace_columns`).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator

from egide.evidence.trace_columns import Columns, Flaw, first_of, numbers, quoted

REQUIRED = ("time", "lat", "lon")
OPTIONAL = ("accuracy_m", "speed_mps")


def _rows(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not blank, with the line it begins in. Raises Flaw on broken quoting."""
    reader = csv.reader((line + "\n" for line in lines), strict=True)
    begins = 1
    try:
        for row in reader:
            if row:
                yield begins, row
            begins = reader.line_num + 1
    except csv.Error as error:
        raise Flaw(begins, f"this row is not CSV: {error}.") from None


def _header(names: list[str], line: int) -> dict[str, int]:
    """Where each known column stands. Raises Flaw if one is missing or stands twice."""
    names = [name.strip() for name in names]
    for name in (*REQUIRED, *OPTIONAL):
        if names.count(name) > 1:
            raise Flaw(line, f"the header has the column {name} twice.")
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        told = f"the header {quoted(','.join(names))} has no column {missing[0]}"
        raise Flaw(line, f"{told}; it must be time,lat,lon[,accuracy_m][,speed_mps].")
    return {name: names.index(name) for name in (*REQUIRED, *OPTIONAL) if name in names}


def read_csv(lines: list[str]) -> Columns:
    """The columns of a CSV file given as its lines. Raises Flaw where the header cannot be used."""
    rows = _rows(lines)
    head = next(rows, None)
    if head is None:
        raise Flaw(1, "the file is empty.")
    where = _header(head[1], head[0])
    width = len(head[1])
    kept: list[list[str]] = []
    columns = Columns()
    try:
        for line, row in rows:
            if len(row) != width:
                raise Flaw(line, f"this row has {len(row)} fields, the header has {width}.")
            kept.append(row)
            columns.line.append(line)
    except Flaw as broken:
        columns.flaw = broken

    def texts(name: str) -> list[str]:
        at = where.get(name)
        return [""] * len(kept) if at is None else [row[at].strip() for row in kept]

    columns.time = texts("time")
    for name in ("lat", "lon", *OPTIONAL):
        values, flaw = numbers(texts(name), columns.line, name, optional=name in OPTIONAL)
        setattr(columns, name, values)
        columns.flaw = first_of(columns.flaw, flaw)
    return columns
