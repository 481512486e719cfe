"""Many pairs at once say what each says alone; values can be changed and compared; a report asks nobody for anything."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from egide.cli.main import main
from tests.evidence.test_replay import write_walk
from tests.monitor.conftest import CACHE


@pytest.fixture(autouse=True)
def _cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EGIDE_CACHE_DIR", CACHE)


@pytest.fixture(scope="module")
def walks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three pairs of traces: 0, 1 and 2."""
    folder = tmp_path_factory.mktemp("walks")
    for seed in range(3):
        (folder / str(seed)).mkdir()
        write_walk(folder / str(seed), seed, 900)
    return folder


def row(number: int, **more: Any) -> dict[str, Any]:
    """A line of a manifest, its paths relative to the manifest."""
    return {"protected": f"{number}/protected.csv", "wearer": f"{number}/wearer.csv", "out": f"{number}.ndjson", **more}


def manifest(folder: Path, *rows: Any) -> Path:
    """A manifest beside the traces."""
    path = folder / "manifest.ndjson"
    path.write_text("".join((one if isinstance(one, str) else json.dumps(one)) + "\n" for one in rows))
    return path


def test_a_manifest_writes_byte_for_byte_what_single_runs_write(
    walks: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [row(0), row(1, alert_km=0.8, pre_alert_km=2.5), "", row(2, alert_km=2)]
    monkeypatch.chdir(tmp_path)  # paths are the manifest's, not the caller's
    assert main(["replay", "--manifest", str(manifest(walks, *rows))]) == 0
    assert "3 pairs, 5400 fixes" in capsys.readouterr().err
    for number, distances in enumerate(
        (["--alert-km", "1"], ["--alert-km", "0.8", "--pre-alert-km", "2.5"], ["--alert-km", "2"])
    ):
        traces = [str(walks / str(number) / f"{who}.csv") for who in ("protected", "wearer")]
        assert main(["replay", *traces, *distances]) == 0
        alone = capsys.readouterr().out
        assert alone.count("\n") > 3
        assert (walks / f"{number}.ndjson").read_text() == alone
    assert not list(walks.glob(".*")), "no half-written file is left"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{not json", "not JSON"),
        ("[1]", "not a JSON object"),
        ({"wearer": "w", "out": "o"}, "protected is missing"),
        (row(1, alert=3), "'alert' is not a key"),
        (row(1, alert_km="one"), "alert_km must be a number"),
        (row(1, alert_km=True), "alert_km must be a number"),
        (row(1, alert_km=-1), "above 0"),
        (row(1, alert_km=3, pre_alert_km=2), "pre-alert"),
        (row(1, out=None), "out is missing"),
        (row(1, out="no/such/folder/x"), "cannot write"),
        (row(1, out="0.ndjson"), "same file as in line 1"),
    ],
)
def test_a_flaw_of_a_manifest_names_file_line_and_reason_before_anything_is_replayed(
    walks: Path, capsys: pytest.CaptureFixture[str], line: Any, reason: str
) -> None:
    before = (walks / "0.ndjson").read_text() if (walks / "0.ndjson").exists() else None
    path = manifest(walks, row(0, alert_km=3), line)
    assert main(["replay", "--manifest", str(path)]) == 2
    told = capsys.readouterr().err
    assert "manifest.ndjson, line 2: " in told
    assert reason in told
    after = (walks / "0.ndjson").read_text() if (walks / "0.ndjson").exists() else None
    assert after == before


def test_a_trace_that_cannot_be_read_spoils_no_other_and_the_exit_code_says_so(
    walks: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (walks / "bad.csv").write_text("time,lat,lon\n2026-03-01T10:00:00Z,47,2\nyesterday,47,2\n")
    path = manifest(walks, row(0, wearer="bad.csv", out="a.ndjson"), row(1, out="b.ndjson"))
    assert main(["replay", "--manifest", str(path)]) == 2
    told = capsys.readouterr().err
    assert "bad.csv, line 3: time is 'yesterday'" in told
    assert "manifest.ndjson, line 1)" in told
    assert "1 pairs, 1800 fixes" in told
    assert (walks / "b.ndjson").stat().st_size > 0
    assert not (walks / "a.ndjson").exists()


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ('{"silence": 60,\n "dwel": 3}', 2, "'dwel' is not a policy value"),
        ('{"silence": "long"}', 1, "silence must be a number"),
        ('{"silence": 60,\n}', 2, "not JSON"),
        ('{"silence": -1}', 1, "silence must be a number, 0 or more"),
    ],
)
def test_a_flaw_of_a_policy_file_is_told_alike(
    walks: Path, capsys: pytest.CaptureFixture[str], text: str, line: int, reason: str
) -> None:
    policy = walks / "policy.json"
    policy.write_text(text)
    assert main(["replay", str(walks / "0/protected.csv"), str(walks / "0/wearer.csv"), "--policy", str(policy)]) == 2
    told = capsys.readouterr().err
    assert f"policy.json, line {line}: " in told
    assert reason in told


def test_words_that_do_not_go_together_are_refused_with_a_sentence(
    walks: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(manifest(walks, row(0)))
    for words in ([], ["one.csv"], ["--manifest", path, "--alert-km", "2"], ["--manifest", path, "--report", "x.html"]):
        assert main(["replay", *words]) == 2
        assert "manifest" in capsys.readouterr().err


def test_comparing_two_policies_says_what_would_have_changed_and_nothing_if_they_are_equal(
    walks: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    policy = walks / "deaf.json"
    policy.write_text('{"exit_dwell": 0, "exit_fraction": 0, "exit_margin": 0}')
    pair = [str(walks / "1/protected.csv"), str(walks / "1/wearer.csv")]
    assert main(["replay", *pair, "--compare", "today"]) == 0
    assert "Nothing would have changed" in capsys.readouterr().out
    assert main(["replay", *pair, "--compare", str(policy)]) == 0
    told = capsys.readouterr().out
    assert "level" in told
    assert re.search(r"→ .* m +(today|deaf\.json)", told)

    path = manifest(walks, row(0, out=None), row(1, out=None), row(2))
    assert main(["replay", "--manifest", str(path), "--compare", str(policy)]) == 0
    told = capsys.readouterr().out
    assert told.startswith("today → deaf.json\n")
    assert "line 2" in told
    changes = re.search(r"all pairs.*?(\d+) → (\d+)", told)
    assert changes
    assert int(changes[2]) > int(changes[1]), "without dwell levels change more often"


class Page(HTMLParser):
    """What a page would fetch, and what is in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fetches: list[str] = []
        self.events = 0
        self.policy = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        for name in ("src", "srcset", "href", "action", "data", "poster"):
            if told.get(name) and not str(told[name]).startswith("#"):
                self.fetches.append(f"{tag} {name}={told[name]}")
        self.events += "data-event" in told
        if told.get("http-equiv") == "Content-Security-Policy":
            self.policy = str(told["content"])


def test_a_report_is_one_page_in_two_languages_that_asks_nobody_for_anything(
    walks: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pair = [str(walks / "1/protected.csv"), str(walks / "1/wearer.csv")]
    assert main(["replay", *pair, "--report", str(walks / "r.html")]) == 0
    events = capsys.readouterr().out.splitlines()
    text = (walks / "r.html").read_text()
    page = Page(text)
    assert page.fetches == []
    assert "url(" not in text.replace("url(#hatch)", "")
    assert "@import" not in text
    assert page.policy.startswith("default-src 'none'")
    assert page.events == len(events) > 5
    assert '<span lang="fr">Alerte</span><span lang="en">Alert</span>' in text
    for name in ("protected", "wearer"):
        assert f'class="track {name}"' in text
    moments = json.loads(text.partition('id="moments">')[2].partition("</script>")[0])["moments"]
    assert len(moments) == len(events)
    assert all(len(one["protected"]) == len(one["wearer"]) == 2 for one in moments[1:])
    assert "NaN" not in text


def test_a_report_of_a_night_without_events_and_one_across_the_antimeridian_can_be_drawn(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, lon in (("protected", "179.9995"), ("wearer", "-179.9995")):
        rows = [f"2026-03-01T10:00:{s:02d}Z,0,{lon}" for s in range(0, 60, 10)]
        (tmp_path / f"{name}.csv").write_text("time,lat,lon\n" + "\n".join(rows) + "\n")
    pair = [str(tmp_path / "protected.csv"), str(tmp_path / "wearer.csv")]
    assert main(["replay", *pair, "--report", str(tmp_path / "r.html")]) == 0
    text = (tmp_path / "r.html").read_text()
    scale = json.loads(text.partition('id="moments">')[2].partition("</script>")[0])
    (px, _), (wx, _) = scale["moments"][0]["protected"], scale["moments"][0]["wearer"]
    assert 0 < wx - px < 2 * scale["alert"], "111 m apart, to the east, not once around the earth"
    pair[1] = str(tmp_path / "alone.csv")
    Path(pair[1]).write_text("time,lat,lon\n2026-03-01T10:00:00Z,45,0\n")
    assert main(["replay", *pair, "--report", str(tmp_path / "r.html")]) == 0
    assert "data-event" in (tmp_path / "r.html").read_text()
    capsys.readouterr()
