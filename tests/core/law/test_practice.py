"""What a district sets for itself: defaults from the source, bounds that hold, and nothing the law forbids."""

from __future__ import annotations

import ast
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.core.law.model import Level
from egide.core.law.practice import PRACTICE, RETIRED, PracticeError, PracticeSettings
from egide.core.law.rules import LAW, value_on

NUMBERS = [row for row in PRACTICE if row.low is not None and row.high is not None]
ROWS = {row.name: row for row in PRACTICE}


def test_every_setting_has_its_row_and_every_row_its_setting() -> None:
    assert len(ROWS) == len(PRACTICE)
    assert {field.name for field in fields(PracticeSettings)} == set(ROWS)


@pytest.mark.parametrize(
    ("name", "rule", "value"),
    [
        ("evaluation_report_hours", "TGD-21", "hours"),
        ("phone_test_days", "TGD-31", "test_days"),
    ],
)
def test_a_default_is_what_the_source_says(name: str, rule: str, value: str) -> None:
    assert getattr(PracticeSettings(), name) == value_on(rule, value, date(2024, 1, 1))
    assert ROWS[name].rule == rule


def test_out_of_the_box_a_district_does_what_the_source_tells() -> None:
    practice = PracticeSettings()
    assert practice.report_channels == ("self", "police_or_prosecutor", "lead_association")  # TGD-05, CF-01
    assert practice.instruct_not_to_approach  # TGD-10
    assert practice.basic_french_warning  # TGD-19
    assert not practice.first_contact_names_the_phone  # TGD-20
    assert practice.evaluation_clock_starts == "mandate_received"  # TGD-21
    assert practice.outcome_channels == ("phone", "email", "post")  # TGD-23
    assert (practice.hand_over_place, practice.hand_over_accompanied) == ("court", True)  # TGD-24
    assert practice.liaison_sheets_by == "platform"  # TGD-25: by e-mail since 2018; Égide sends no content by e-mail
    assert practice.retention_without_ban == "attribution"  # TGD-45


def test_every_setting_is_read_by_something_that_acts_on_it() -> None:
    source = Path(__file__).parents[3] / "src" / "egide"
    files = [path for path in source.rglob("*.py") if path.name != "practice.py"]
    read = {
        node.attr for path in files for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
    }  # fmt: skip
    assert [row.name for row in PRACTICE if row.name not in read] == []


def test_a_setting_that_is_gone_may_still_be_stored_and_one_nobody_knows_may_not() -> None:
    assert PracticeSettings.from_mapping(dict.fromkeys(RETIRED, 5)) == PracticeSettings()
    with pytest.raises(PracticeError, match="no practice setting"):
        PracticeSettings.from_mapping({"phone_color": 1})


def test_what_we_propose_ourselves_names_no_rule() -> None:
    ours = {row.name for row in PRACTICE if not row.rule}
    assert ours == {
        "outcome_told_hours",
        "alarm_follow_up_days",
        "renewal_opens_days",
        "renewal_ready_days",
        "return_days",
        "ban_end_notice_days",
        "bar_alerts_a_day",
        "bar_weight_a_day",
    }


@pytest.mark.parametrize("row", PRACTICE, ids=ROWS)
def test_no_setting_lets_a_district_change_a_statute(row: object) -> None:
    rule = row.rule  # type: ignore[attr-defined]
    assert rule == "" or LAW[rule].level is not Level.STATUTE


@pytest.mark.parametrize("row", NUMBERS, ids=[row.name for row in NUMBERS])
def test_a_number_past_its_bounds_is_refused_with_the_bounds(row: object) -> None:
    name, low, high = row.name, row.low, row.high  # type: ignore[attr-defined]
    for value in (low - 1, high + 1, "12", None, True, 1.5):
        with pytest.raises(PracticeError, match=f"{name}: give a whole number from {low} to {high}"):
            PracticeSettings.from_mapping({name: value})


@given(st.data())
def test_a_number_within_its_bounds_is_taken(data: st.DataObject) -> None:
    row = data.draw(st.sampled_from([r for r in NUMBERS if not r.name.startswith("renewal")]))
    value = data.draw(st.integers(row.low or 0, row.high or 0))
    assert getattr(PracticeSettings.from_mapping({row.name: value}), row.name) == value


def test_a_direct_request_by_the_person_is_never_closed() -> None:
    with pytest.raises(PracticeError, match="TGD-03"):
        PracticeSettings(report_channels=("lead_association",))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("hand_over_place", "by post"),
        ("hand_over_place", ("court",)),
        ("outcome_channels", ()),
        ("outcome_channels", "phone"),
        ("outcome_channels", ("phone", "letterbox")),
        ("basic_french_warning", "yes"),
        ("retention_without_ban", "for ever"),
    ],
)
def test_what_a_choice_cannot_hold_is_refused(name: str, value: object) -> None:
    with pytest.raises(PracticeError, match=name):
        PracticeSettings.from_mapping({name: value})


def test_a_setting_nobody_knows_is_refused_by_name() -> None:
    with pytest.raises(PracticeError, match="block_without_french"):
        PracticeSettings.from_mapping({"block_without_french": True})


def test_stored_lists_become_what_they_were() -> None:
    stored = {"outcome_channels": ["phone"], "phone_test_days": 7}
    assert PracticeSettings.from_mapping(stored) == PracticeSettings(outcome_channels=("phone",), phone_test_days=7)


def test_a_renewal_is_not_ready_before_it_is_begun() -> None:
    with pytest.raises(PracticeError, match="renewal_ready_days"):
        PracticeSettings(renewal_opens_days=10, renewal_ready_days=11)
