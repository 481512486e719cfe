"""`egide law`: the table of what works, and one rule as it held on a day."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from egide.cli.main import main
from egide.core.law.coverage import COVERAGE


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["law", *arguments]) == 0
    return capsys.readouterr().out


def test_the_table_names_every_rule_and_constant_and_counts_them(capsys: pytest.CaptureFixture[str]) -> None:
    table = shown(capsys, "coverage")
    assert all(f"\n{row.id:<7} {row.status.value}" in f"\n{table}" for row in COVERAGE)
    assert f"{len(COVERAGE)} rules and constants" in table


def test_the_table_for_a_machine_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    table = json.loads(shown(capsys, "coverage", "--json"))
    assert [row["id"] for row in table["rows"]] == [row.id for row in COVERAGE]
    assert sum(table["totals"].values()) == len(COVERAGE)


@pytest.mark.parametrize(("day", "months"), [("2024-06-14", 6), ("2024-06-15", 12)])
def test_a_rule_is_shown_as_it_held_on_the_day_asked_about(
    capsys: pytest.CaptureFixture[str], day: str, months: int
) -> None:
    marked = shown(capsys, "show", "op-09", "--on", day).split("\n* ")[1].split("\n\n")[0]
    assert f"months {months}" in marked
    assert "C. civ. art. 515-12" in marked


def test_a_rule_shows_the_reading_that_lost_and_what_proves_it(capsys: pytest.CaptureFixture[str]) -> None:
    rule = shown(capsys, "show", "TGD-26", "--lang", "fr")
    assert "other reading (CF-05)" in rule
    assert "pratique d’une seule source" in rule
    assert "test_tgd_asking.py::" in rule


def test_a_rule_that_did_not_hold_yet_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert "on 1 January 2019: not in force" in shown(capsys, "show", "TGD-15", "--on", "2019-01-01")
    assert "start of the version marked * was not read" in shown(capsys, "show", "TGD-37", "--on", "2010-01-01")
    assert "none, the rule did not hold" in shown(capsys, "show", "N-22", "--on", "2020-01-01")


def test_a_day_after_our_last_look_at_the_texts_asks_to_read_again(capsys: pytest.CaptureFixture[str]) -> None:
    assert "read Légifrance again" in shown(capsys, "show", "TGD-27", "--on", "2026-01-01")
    assert "read Légifrance again" not in shown(capsys, "show", "TGD-27", "--on", "2025-01-01")


def test_constants_and_conflicts_are_shown_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert "on 1 January 2024: years 2, euros 15000" in shown(capsys, "show", "N-23", "--on", "2024-01-01")
    assert "left out" in shown(capsys, "show", "N-07")
    assert "no appeal named" in shown(capsys, "show", "CF-05")


@pytest.mark.parametrize("unknown", ["TGD-99", "N-99", "CF-99", "nonsense"])
def test_an_unknown_id_is_answered_with_a_sentence(capsys: pytest.CaptureFixture[str], unknown: str) -> None:
    assert main(["law", "show", unknown]) == 2
    assert f"there is no rule {unknown.upper()}" in capsys.readouterr().err


def test_a_day_that_is_none_is_answered_with_an_example() -> None:
    command = [sys.executable, "-m", "egide.cli.main", "law", "show", "TGD-27", "--on", "15/06/2024"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "write it as 2024-06-15" in done.stderr


def test_asking_about_the_law_loads_no_framework_and_no_driver() -> None:
    code = (
        "import sys; from egide.cli.main import main; main(['law', 'coverage'])\n"
        "heavy = {'numba', 'numpy', 'django', 'psycopg', 'uvicorn'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
