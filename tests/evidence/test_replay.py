"""`egide replay` says what the core says, agrees with a slow oracle, looks at nothing later, and refuses bad input."""

from __future__ import annotations

import io
import json
import math
import os
import random
import subprocess
import sys
import time
from contextlib import redirect_stderr
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from egide.cli.main import main
from egide.core.geodesy import destination
from egide.core.proximity.policy import TABLE
from egide.evidence.traces import read_trace
from tests.core.proximity.oracle import Said, levels
from tests.monitor.conftest import CACHE

SHARED = Path(os.environ.get("EGIDE_TEST_SHARED", Path(__file__).parents[3] / "shared")) / "proximity" / "data"
POLICY = {row.name: row.value for row in TABLE}


def replay(*words: Any) -> subprocess.CompletedProcess[str]:
    """The command as a person runs it."""
    environment = {**os.environ, "EGIDE_CACHE_DIR": CACHE}
    command = [sys.executable, "-m", "egide.cli.main", "replay", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    return done


def refused(*words: Any) -> str:
    """The same in this process, which refuses: what it says."""
    said = io.StringIO()
    with mock.patch.dict(os.environ, {"EGIDE_CACHE_DIR": CACHE}), redirect_stderr(said):
        try:
            code: Any = main(["replay", *map(str, words)])
        except SystemExit as end:
            code = end.code
    assert code == 2, said.getvalue()
    return said.getvalue()


def events(text: str) -> list[dict[str, Any]]:
    """The lines of NDJSON."""
    return [json.loads(line) for line in text.splitlines()]


def said_by(protected: Path, wearer: Path) -> tuple[list[tuple[int, Said]], list[int]]:
    """Every fix in order of delivery, merged the slow way, and the instant of each in ms."""
    rows = []
    for who, path in enumerate((protected, wearer)):
        trace = read_trace(path)
        newest = -(2**62)
        for i in range(len(trace.time_ms)):
            newest = max(newest, int(trace.time_ms[i]))
            sure, fast = int(trace.accuracy_cm[i]), int(trace.speed_cms[i])
            fix = Said(
                *(int(trace.time_ms[i]) / 1000, int(trace.lat_e7[i]) / 1e7, int(trace.lon_e7[i]) / 1e7),
                *(None if sure < 0 else sure / 100, None if fast < 0 else fast / 100),
            )
            rows.append((newest, who, fix))
    rows.sort(key=lambda row: row[:2])
    return [(who, fix) for _, who, fix in rows], [at for at, _, _ in rows]


def agree_with_oracle(protected: Path, wearer: Path, alert_km: float, pre_km: float) -> int:
    """Compares the level events of the command with the oracle's; returns how many there were."""
    done = replay(protected, wearer, "--alert-km", alert_km, "--pre-alert-km", pre_km)
    told = [e for e in events(done.stdout) if e["kind"] == "level"]
    said, instants = said_by(protected, wearer)
    expected = levels(said, 1000 * alert_km, 1000 * pre_km, POLICY)
    assert [(e["from"], e["to"]) for e in told] == [(before, after) for _, before, after, _ in expected]
    for event, (i, _, _, metres) in zip(told, expected, strict=True):
        assert event["time"].endswith("Z")
        assert round(datetime.fromisoformat(event["time"]).timestamp() * 1000) == instants[i]
        assert event["distance_m"] == pytest.approx(metres, abs=0.02)
        assert event["lower_m"] <= event["distance_m"] <= event["upper_m"]
    return len(told)


def real_pairs() -> list[Any]:
    """Five real pairs, each with another flaw, where the recordings are."""
    if not (SHARED / "cases.json").exists():
        return []
    cases = json.loads((SHARED / "cases.json").read_text())
    chosen = []
    for variant in ("clean", "coarse", "outlier", "late", "combined"):
        of_kind = [c for c in cases if c["kind"] == "real" and c["variant"] == variant]
        chosen.append(of_kind[len(of_kind) // 2])
    return chosen


@pytest.mark.shared
@pytest.mark.parametrize("place", range(5))
def test_five_real_pairs_agree_with_a_slow_oracle(place: int) -> None:
    cases = real_pairs()
    if not cases:
        pytest.skip("the recorded traces stand beside a developer's clone only")
    case = cases[place]
    paths = SHARED / case["protected"], SHARED / case["wearer"]
    assert agree_with_oracle(*paths, case["alert_km"], case["pre_km"]) > 0


def write_walk(folder: Path, seed: int, rows: int, every_s: float = 5.0) -> tuple[Path, Path]:
    """Two people wandering around a square, one of them in and out of the radius, as CSV."""
    rng = random.Random(seed)
    paths = []
    for name, reach in (("protected", 300.0), ("wearer", 4000.0)):
        x = y = 0.0
        heading = rng.uniform(0, 6.28)
        lines = ["time,lat,lon,accuracy_m,speed_mps"]
        lat0, lon0 = destination(47.0822, 2.3964, rng.uniform(0, 360), reach / 2)
        for i in range(rows):
            heading += rng.gauss(0, 0.05)
            speed = 15.0 if reach > 1000 else 1.2
            x += math.cos(heading) * speed * every_s
            y += math.sin(heading) * speed * every_s
            if math.hypot(x, y) > reach:
                heading = math.atan2(-y, -x)
            stamp = 1_700_000_000 + i * every_s
            whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(stamp))
            accuracy = rng.choice(["", "5", "12.5", "60", "900"]) if rng.random() < 0.3 else "8"
            lines.append(f"{whole}Z,{lat0 + y / 111_000:.7f},{lon0 + x / 76_000:.7f},{accuracy},")
        paths.append(folder / f"{name}.csv")
        paths[-1].write_text("\n".join(lines) + "\n")
    return paths[0], paths[1]


@pytest.mark.parametrize("seed", range(4))
def test_fictional_walks_agree_with_the_slow_oracle(tmp_path: Path, seed: int) -> None:
    assert agree_with_oracle(*write_walk(tmp_path, seed, 1500), 1, 2) > 3


def test_cutting_the_files_later_never_changes_an_earlier_event(tmp_path: Path) -> None:
    protected, wearer = write_walk(tmp_path, 5, 1500)
    whole = events(replay(protected, wearer).stdout)
    assert len(whole) > 5
    for cut in (whole[1]["time"], whole[len(whole) // 2]["time"]):
        short = []
        for path in (protected, wearer):
            head, *rows = path.read_text().splitlines()
            kept = [row for row in rows if row.split(",")[0] <= cut.replace(".000Z", "Z")]
            short.append(path.with_suffix(".cut.csv"))
            short[-1].write_text("\n".join([head, *kept]) + "\n")
        assert events(replay(*short).stdout) == [e for e in whole if e["time"] <= cut]


def test_silence_falls_on_the_grid_and_a_level_is_left_alone(tmp_path: Path) -> None:
    protected, wearer = tmp_path / "p.csv", tmp_path / "w.csv"
    rows = [f"2026-03-01T10:{m:02d}:{s:02d}Z,47.08,2.39" for m in range(10) for s in range(0, 60, 10)]
    protected.write_text("time,lat,lon\n" + "\n".join(rows) + "\n")
    wearer.write_text("time,lat,lon\n2026-03-01T10:00:00.500Z,47.08,2.395\n")
    told = events(replay(protected, wearer).stdout)
    silence = next(e for e in told if e["kind"] == "silence")
    assert silence["party"] == "wearer"
    assert silence["time"] == "2026-03-01T10:03:01.000Z", "180 s after 10:00:00.5, on the next whole second"
    assert [e["to"] for e in told if e["kind"] == "level"] == ["alert"], "silence never lowers a level"


def test_out_writes_the_file_and_the_summary_goes_to_standard_error(tmp_path: Path) -> None:
    protected, wearer = write_walk(tmp_path, 7, 300)
    done = replay(protected, wearer, "--out", tmp_path / "events.ndjson", "--alert-km", "1.5")
    assert done.stdout == ""
    assert "300 + 300 fixes" in done.stderr
    assert events((tmp_path / "events.ndjson").read_text())


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["--alert-km", "0"], "0"),
        (["--alert-km", "two"], "two"),
        (["--alert-km", "nan"], "nan"),
        (["--alert-km", "3", "--pre-alert-km", "3"], "pre-alert"),
    ],
)
def test_absurd_distances_are_refused_with_a_sentence(tmp_path: Path, words: list[str], part: str) -> None:
    protected, wearer = write_walk(tmp_path, 8, 5)
    said = refused(protected, wearer, *words)
    assert part in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        (b"time,lat,lon\n2026-03-01T10:00:00Z,91,2.3\n", "2", "lat"),
        (b"time,lat,lon\n2026-03-01T10:00:00Z,47,2.3\nyesterday,47,2.3\n", "3", "yesterday"),
        (b"time,latitude,lon\n2026-03-01T10:00:00Z,47,2.3\n", "1", "lat"),
        (b'{"time":"2026-03-01T10:00:00Z","lat":47}\n', "1", "lon"),
        (b"\x1f\x8b\x08\x00broken", "", "gzip"),
        (b"", "", "empty"),
    ],
)
def test_malformed_input_names_file_line_and_reason_and_exits_2(
    tmp_path: Path, content: bytes, line: str, reason: str
) -> None:
    protected, wearer = write_walk(tmp_path, 9, 5)
    bad = tmp_path / "bad.trace"
    bad.write_bytes(content)
    for words in ((bad, wearer), (protected, bad)):
        said = refused(*words)
        assert "bad.trace" in said
        assert line in said
        assert reason in said
        assert "Traceback" not in said


def test_a_missing_file_and_an_unwritable_output_are_said(tmp_path: Path) -> None:
    protected, wearer = write_walk(tmp_path, 10, 5)
    assert "nobody.csv" in refused(tmp_path / "nobody.csv", wearer)
    assert "cannot write" in refused(protected, wearer, "--out", tmp_path / "no" / "such" / "folder")
    command = [sys.executable, "-m", "egide.cli.main", "replay", str(tmp_path / "nobody.csv"), str(wearer)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 2, "and the shell hears of it"
