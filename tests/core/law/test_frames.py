"""The closed list of frames, and what old files called them."""

from __future__ import annotations

from datetime import date

import pytest

from egide.core.law.frames import FRAMES, Frame, FrameGroup, UnknownFrameError, frame_of_import, frames_on
from egide.core.law.rules import LAW


def test_there_are_nine_frames_and_each_has_its_row() -> None:
    assert set(FRAMES) == set(Frame)
    assert len(FRAMES) == 9


@pytest.mark.parametrize("day", [date(2020, 1, 1), date(2024, 7, 1)])
def test_the_rule_in_words_names_every_frame_of_its_day_and_no_other(day: date) -> None:
    version = LAW.held_on("TGD-16", day).version
    assert version is not None
    named = {row.frame for row in FRAMES.values() if row.label.fr in version.text.fr}
    assert named == {row.frame for row in frames_on(day)}


def test_the_immediate_order_is_a_frame_since_15_june_2024() -> None:
    oppi = FRAMES[Frame.IMMEDIATE_PROTECTION_ORDER]
    assert oppi not in frames_on(date(2024, 6, 14))
    assert oppi in frames_on(date(2024, 6, 15))
    assert not frames_on(date(2014, 8, 5))


def test_civil_frames_are_the_two_orders_of_the_family_judge() -> None:
    civil = {row.frame for row in FRAMES.values() if row.group is FrameGroup.CIVIL}
    assert civil == {Frame.PROTECTION_ORDER, Frame.IMMEDIATE_PROTECTION_ORDER}


@pytest.mark.parametrize(
    "label",
    [
        "sursis avec mise à l’épreuve",
        "Sursis avec mise à l'épreuve",
        "SURSIS AVEC MISE A L'EPREUVE",
        "contrainte  pénale",
        "sursis probatoire",
        "condamnation",
        "conviction",
    ],
)
def test_old_names_of_a_sentence_are_a_conviction_on_import(label: str) -> None:
    assert frame_of_import(label) is Frame.CONVICTION


@pytest.mark.parametrize("frame", Frame)
def test_todays_names_are_understood_too(frame: Frame) -> None:
    assert frame_of_import(FRAMES[frame].label.fr.upper()) is frame
    assert frame_of_import(f" {frame.value} ") is frame


def test_no_screen_offers_an_old_name() -> None:
    shown = " ".join(row.label.fr for row in FRAMES.values())
    assert "sursis" not in shown
    assert "contrainte" not in shown


@pytest.mark.parametrize("label", ["ordre de séparation", "separation order", "", "interdiction"])
def test_a_name_the_law_does_not_know_is_left_to_a_person(label: str) -> None:
    with pytest.raises(UnknownFrameError, match="choose one"):
        frame_of_import(label)
