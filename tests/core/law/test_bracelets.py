"""The numbers of the bracelet: distances, what one decision gives, and how long it lasts in all."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.core.law.bracelets import HOLDS_A_BRACELET, distances, in_all, one_decision
from egide.core.law.data.build import version
from egide.core.law.data.copies import cpp
from egide.core.law.frames import FRAMES, Frame
from egide.core.law.rules import LAW

DAY = date(2025, 1, 15)
REFORM = date(2030, 1, 1)


@given(st.integers(-20_000, 40_000), st.integers(-20_000, 40_000))
def test_an_alert_distance_is_a_whole_number_of_kilometres_and_the_pre_alert_twice_that(
    alert_m: int, pre_alert_m: int
) -> None:
    said = distances(DAY)
    assert not said.allow(alert_m, pre_alert_m) or (alert_m in range(1000, 10_001, 1000) and pre_alert_m == 2 * alert_m)
    assert said.allow(alert_m, 2 * alert_m) == (alert_m in range(1000, 10_001, 1000))


def test_every_distance_from_one_to_ten_kilometres_may_be_said() -> None:
    assert all(distances(DAY).allow(1000 * km, 2000 * km) for km in range(1, 11))


@pytest.mark.parametrize(
    ("frame", "sent_to_trial", "one", "altogether"),
    [
        (Frame.JUDICIAL_SUPERVISION, False, (6, "BAR-21"), (24, "BAR-21")),
        (Frame.JUDICIAL_SUPERVISION, True, (24, "BAR-22"), (24, "BAR-21")),
        (Frame.CONVICTION, False, (24, "BAR-23"), (72, "BAR-23")),
        (Frame.SENTENCE_ADJUSTMENT, True, (24, "BAR-23"), (72, "BAR-23")),
        (Frame.PROTECTION_ORDER, True, (6, "BAR-26"), None),
    ],
)
def test_a_decision_gives_what_its_frame_allows(
    frame: Frame, sent_to_trial: bool, one: tuple[int, str], altogether: tuple[int, str] | None
) -> None:
    assert one_decision(frame, DAY, sent_to_trial=sent_to_trial) == one
    assert in_all(frame, DAY) == altogether


@pytest.mark.parametrize("frame", sorted(set(FRAMES) - HOLDS_A_BRACELET))
def test_another_frame_gives_none(frame: Frame) -> None:
    with pytest.raises(KeyError):
        one_decision(frame, DAY)


def test_a_change_of_law_changes_what_is_decided_after_it_only() -> None:
    law = LAW.amended(
        "BAR-21", version("Un an.", "One year.", cpp("R24-19"), since=REFORM, values={"months": 12, "months_in_all": 36})
    ).amended(
        "BAR-15",
        version(
            "De 1 à 15.", "From 1 to 15.", cpp("R24-18"), since=REFORM,
            values={"alert_least_km": 1, "alert_most_km": 15, "pre_alert_times": 2},
        ),
    )  # fmt: skip
    eve = REFORM - timedelta(days=1)
    assert [one_decision(Frame.JUDICIAL_SUPERVISION, day, law=law).months for day in (eve, REFORM)] == [6, 12]
    assert [distances(day, law).allow(15_000, 30_000) for day in (eve, REFORM)] == [False, True]
