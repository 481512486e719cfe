"""Traces that real receivers recorded are read whole, and say what a reader of another make reads in them."""

from __future__ import annotations

import csv
import os
from datetime import datetime
from itertools import islice
from pathlib import Path

import pytest

from egide.evidence.traces import read_trace

BESIDE = Path(__file__).resolve().parents[3] / "shared"
TRACKS = Path(os.environ.get("EGIDE_TEST_SHARED", BESIDE)) / "proximity" / "data" / "tracks"
FILES = sorted(TRACKS.glob("real-*.csv")) if TRACKS.is_dir() else []

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(
        not FILES, reason="no recorded traces beside this clone (EGIDE_TEST_SHARED may name their folder)"
    ),
]


@pytest.mark.parametrize(
    "variant", ["clean", "noise", "coarse", "outlier", "dropout", "late", "duplicates", "sparse", "combined"]
)
def test_recorded_traces_hold_what_the_standard_library_reads_in_them(variant: str) -> None:
    chosen = list(islice((path for path in FILES if f".{variant}." in path.name), 0, None, 12))[:12]
    assert chosen
    for path in chosen:
        trace = read_trace(path)
        with path.open(newline="") as file:
            rows = list(csv.DictReader(file))
        assert len(trace) == len(rows)
        for at in {0, len(rows) // 3, len(rows) // 2, len(rows) - 1}:
            row = rows[at]
            assert trace.time_ms[at] == round(1000 * datetime.fromisoformat(row["time"]).timestamp())
            assert trace.lat_e7[at] == round(float(row["lat"]) * 1e7)
            assert trace.lon_e7[at] == round(float(row["lon"]) * 1e7)
            said = row.get("accuracy_m")
            assert trace.accuracy_cm[at] == (round(float(said) * 100) if said else -1)


def test_rows_that_were_delivered_late_keep_their_place() -> None:
    late = [read_trace(path) for path in FILES if ".late." in path.name]
    assert any((trace.time_ms[1:] < trace.time_ms[:-1]).any() for trace in late)
