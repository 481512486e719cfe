"""The book of rules: every id, its versions in order, what held on a day, and what nobody has read."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.core.law.data.build import rule, version
from egide.core.law.data.copies import COPIES, cpp
from egide.core.law.model import CHECKED_UNTIL, InForce, LawBook, Level, NoValueError, UnknownRuleError
from egide.core.law.rules import (
    CONFLICTS,
    CONSTANTS,
    LAW,
    citation,
    cited,
    conflict,
    constant,
    constant_on,
    held_on,
    read_in,
    value_on,
)

days = st.dates(date(2000, 1, 1), date(2060, 1, 1))
rule_ids = st.sampled_from(list(LAW.rules))

EVE_2019, DAY_2019 = date(2019, 12, 29), date(2019, 12, 30)
EVE_2024, DAY_2024 = date(2024, 6, 14), date(2024, 6, 15)


def test_every_rule_of_the_phone_of_the_orders_and_of_information_is_in_the_book() -> None:
    wanted = (
        {f"TGD-{n:02d}" for n in range(1, 46)}
        | {f"OP-{n:02d}" for n in range(1, 21)}
        | {f"IN-{n:02d}" for n in range(1, 12)}
    )
    assert wanted <= set(LAW.rules)
    bracelet = {"BAR-15", "BAR-21", "BAR-22", "BAR-23", "BAR-26"}
    assert set(LAW.rules) - wanted == {"OF-10", "AC-10"} | bracelet


def test_every_constant_stands_in_the_order_of_the_register() -> None:
    assert [c.id for c in CONSTANTS] == [f"N-{n:02d}" for n in range(1, 28)]


@pytest.mark.parametrize("rule_id", LAW.rules)
def test_a_rule_cites_its_sources_and_each_copy_is_described(rule_id: str) -> None:
    for one in LAW[rule_id].versions:
        assert one.sources
        for source in one.sources:
            assert source.copy in COPIES
            assert read_in(source, "fr")
        assert all(cited(source, "fr") in citation(one).fr for source in one.sources)


def test_a_text_described_by_another_says_so() -> None:
    source = LAW["TGD-28"].latest.sources[0]
    assert cited(source, "fr") == "CPP art.\u00a041-3-1 (de seconde main)"
    assert cited(source, "en").endswith("(second hand)")


@pytest.mark.parametrize("rule_id", LAW.rules)
def test_a_practice_of_one_source_never_claims_to_be_law(rule_id: str) -> None:
    one = LAW[rule_id]
    from_a_text = any(source.title.fr.startswith(("CPP", "C.", "CPC", "arrêté")) for source in one.latest.sources)
    if one.level is Level.STATUTE:
        assert from_a_text
    if not from_a_text:
        assert one.level is not Level.STATUTE


@given(rule_ids, days)
def test_on_any_day_one_version_answers_or_none(rule_id: str, day: date) -> None:
    held = held_on(rule_id, day)
    assert (held.version is None) == (held.status is InForce.NO)
    if held.version is not None:
        assert held.version.since is None or held.version.since <= day
        assert held.version.until is None or day <= held.version.until


@given(rule_ids, days, days)
def test_once_a_rule_is_known_to_hold_it_never_becomes_unknown_again(rule_id: str, one: date, other: date) -> None:
    earlier, later = sorted((one, other))
    if held_on(rule_id, earlier).status is InForce.YES:
        assert held_on(rule_id, later).status is not InForce.UNKNOWN


@given(rule_ids, days)
def test_an_answer_beyond_our_last_look_at_the_texts_says_so(rule_id: str, day: date) -> None:
    assert held_on(rule_id, day).checked == (day <= CHECKED_UNTIL)


@pytest.mark.parametrize(
    ("rule_id", "name", "before", "since"),
    [("OP-09", "months", 6, 12), ("OP-16", "years", 2, 3), ("OP-16", "euros", 15_000, 45_000)],
)
def test_the_law_of_2024_changed_durations_and_penalties_on_15_june(
    rule_id: str, name: str, before: int, since: int
) -> None:
    assert value_on(rule_id, name, EVE_2024) == before
    assert value_on(rule_id, name, DAY_2024) == since


@pytest.mark.parametrize("rule_id", ["OP-13", "OP-14", "OP-15", "TGD-28"])
def test_the_immediate_order_did_not_exist_the_day_before(rule_id: str) -> None:
    assert held_on(rule_id, EVE_2024).status is InForce.NO
    assert held_on(rule_id, DAY_2024).status is InForce.YES


@pytest.mark.parametrize("rule_id", ["TGD-03", "TGD-15"])
def test_any_means_and_case_b_exist_since_30_december_2019(rule_id: str) -> None:
    assert held_on(rule_id, EVE_2019).status is InForce.NO
    assert held_on(rule_id, DAY_2019).status is InForce.YES


def test_before_2014_the_phone_had_no_text() -> None:
    assert held_on("TGD-02", date(2014, 8, 5)).status is InForce.NO
    assert held_on("TGD-02", date(2014, 8, 6)).status is InForce.YES


def test_where_the_start_was_not_read_an_earlier_day_is_unknown_and_not_a_no() -> None:
    held = held_on("TGD-37", date(2010, 1, 1))
    assert held.status is InForce.UNKNOWN
    assert held.version is LAW["TGD-37"].latest
    assert held_on("TGD-37", date(2024, 1, 1)).status is InForce.YES


def test_a_source_without_a_date_vouches_for_no_day() -> None:
    assert held_on("OP-20", date(2024, 1, 1)).status is InForce.UNKNOWN


def test_an_unknown_rule_or_value_is_an_error_that_names_it() -> None:
    with pytest.raises(UnknownRuleError, match="TGD-99"):
        held_on("TGD-99", DAY_2024)
    with pytest.raises(NoValueError, match="no value `weeks`"):
        value_on("TGD-27", "weeks", DAY_2024)
    with pytest.raises(NoValueError, match="did not hold"):
        value_on("OP-13", "hours", EVE_2024)
    with pytest.raises(UnknownRuleError):
        conflict("CF-99")
    with pytest.raises(UnknownRuleError):
        constant("N-99")


@pytest.mark.parametrize(
    ("constant_id", "values"),
    [
        ("N-01", {"months": 6}),
        ("N-02", {"hours": 48}),
        ("N-03", {"position_days": 3, "position_authorised_days": 8}),
        ("N-04", {"provider_days": 3}),
        ("N-05", {"logs_months": 6}),
        ("N-06", {"pick_up_s": 10, "test_days": 15}),
        ("N-08", {"alert_least_km": 1, "alert_most_km": 10}),
        ("N-09", {"pre_alert_times": 2}),
        ("N-10", {"months": 6, "months_in_all": 24}),
        ("N-11", {"months": 24, "renewals_delit": 1, "renewals_crime": 2}),
        ("N-12", {"months": 6}),
        ("N-18", {"days": 6}),
        ("N-19", {"days": 2}),
        ("N-20", {"months": 12}),
        ("N-21", {"days": 15}),
        ("N-22", {"hours": 24}),
        ("N-23", {"years": 3, "euros": 45_000}),
        ("N-24", {"months": 6}),
        ("N-27", {"years": 5}),
    ],
)
def test_a_constant_is_the_dated_value_of_a_rule(constant_id: str, values: dict[str, int]) -> None:
    assert constant_on(constant_id, date(2024, 12, 1)) == values


@pytest.mark.parametrize("constant_id", [c.id for c in CONSTANTS if c.rule is None])
def test_a_constant_we_do_not_hold_is_not_made_up(constant_id: str) -> None:
    with pytest.raises(NoValueError, match="coverage"):
        constant_on(constant_id, date(2024, 12, 1))


@pytest.mark.parametrize("one", CONFLICTS, ids=[c.id for c in CONFLICTS])
def test_the_rules_of_a_conflict_name_it_and_show_the_reading_that_lost(one: object) -> None:
    row = conflict(one.id)  # type: ignore[attr-defined]
    for rule_id in row.rules:
        assert LAW[rule_id].conflict == row.id
        assert LAW[rule_id].other is not None


@pytest.mark.parametrize("rule_id", [r.id for r in LAW.rules.values() if r.conflict])
def test_every_conflict_a_rule_names_is_in_the_register(rule_id: str) -> None:
    assert rule_id in conflict(LAW[rule_id].conflict or "").rules


def test_a_practice_the_statute_contradicts_is_overruled_by_it() -> None:
    overruled = LAW["TGD-04"]
    assert overruled.level is Level.PRACTICE
    assert overruled.overruled_by == "TGD-03"
    assert LAW["TGD-03"].level is Level.STATUTE


# A change of law


@given(st.dates(date(2025, 1, 1), date(2040, 1, 1)))
def test_a_new_version_holds_from_its_day_on_and_leaves_the_past_alone(day: date) -> None:
    reform = version("Neuf mois.", "Nine months.", cpp("41-3-1"), since=day, values={"months": 9})
    amended = LAW.amended("TGD-27", reform)
    assert amended.value("TGD-27", "months", day) == 9
    assert amended.value("TGD-27", "months", day - timedelta(days=1)) == 6
    assert LAW.value("TGD-27", "months", day) == 6


def test_a_new_version_needs_its_day_and_comes_after_the_last() -> None:
    undated = version("…", "…", cpp("41-3-1"))
    with pytest.raises(ValueError, match="from which it holds"):
        LAW.amended("TGD-27", undated)
    with pytest.raises(ValueError, match="OP-09"):
        LAW.amended("OP-09", replace(undated, since=date(2020, 1, 1), known_from=None))


def test_a_book_refuses_versions_that_overlap_and_ids_that_come_twice() -> None:
    open_ended = version("a", "a", cpp("1"), since=date(2020, 1, 1))
    later = version("b", "b", cpp("1"), since=date(2021, 1, 1))
    with pytest.raises(ValueError, match="overlap"):
        LawBook([rule("X-01", Level.STATUTE, open_ended, later)])
    with pytest.raises(ValueError, match="two rules"):
        LawBook([rule("X-01", Level.STATUTE, open_ended), rule("X-01", Level.STATUTE, later)])
    with pytest.raises(ValueError, match="no version"):
        LawBook([rule("X-01", Level.STATUTE)])
    with pytest.raises(ValueError, match="before it begins"):
        LawBook([rule("X-01", Level.STATUTE, replace(open_ended, until=date(2019, 1, 1)))])
    with pytest.raises(ValueError, match="known or it is not"):
        LawBook([rule("X-01", Level.STATUTE, replace(open_ended, known_from=date(2019, 1, 1)))])


def test_the_book_cannot_be_written_to() -> None:
    with pytest.raises(TypeError):
        LAW.rules["TGD-27"] = LAW["TGD-28"]  # type: ignore[index]
    with pytest.raises(TypeError):
        LAW["TGD-27"].latest.values["months"] = 12  # type: ignore[index]
    with pytest.raises(FrozenInstanceError):
        LAW["TGD-27"].level = Level.GUIDE  # type: ignore[misc]
