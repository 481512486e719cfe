"""How values are printed, and that the list of what our fonts can draw is the fonts' own."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from egide.core.law.frames import Frame
from egide.web.cases.models import (
    CoupleLink,
    DecisionKind,
    MandatePurpose,
    Stage,
    StatementNature,
    WithdrawalGround,
)
from egide.web.documents import words as vocabulary
from egide.web.documents.fields.respondent import frame_label
from egide.web.documents.values import FONTS, day, day_of, drawable, instant, joined, phone, words, yes_no
from egide.web.people.profile import Address, Channel, FrenchLevel, Relative


def test_days_and_instants_are_those_of_paris() -> None:
    assert day(date(2026, 3, 1)) == "1er\u00a0mars 2026"
    assert day_of(datetime(2026, 6, 30, 22, 30, tzinfo=UTC)) == "1er\u00a0juillet 2026"
    assert instant(datetime(2026, 7, 14, 12, 5, tzinfo=UTC)) == "14\u00a0juillet 2026 à 14\u00a0h\u00a005"


def test_what_nobody_said_is_nothing_not_no() -> None:
    assert (yes_no(True), yes_no(False), yes_no(None)) == ("oui", "non", None)
    assert (day(None), day_of(None), instant(None)) == (None, None, None)
    assert (words(""), words(None), words("  \u0000 ")) == (None, None, None)
    assert joined([None, "", None]) is None
    assert joined(["a", None, "b"]) == "a, b"


def test_a_number_stays_on_one_line_and_what_is_no_number_stays_as_it_is() -> None:
    assert phone("01 99 00 12 34") == "01\u00a099\u00a000\u00a012\u00a034"
    assert phone("chez sa sœur, au 5") == "chez sa sœur, au 5"


def test_the_list_of_what_can_be_drawn_is_that_of_the_fonts() -> None:
    tt = pytest.importorskip("fontTools.ttLib")
    upright = [file for file in FONTS.glob("*.ttf") if file.stem.endswith("Regular")]
    known = {code for file in upright for code in tt.TTFont(file).getBestCmap() if code >= 0x20}
    listed = {code for code in range(0x110000) if drawable(chr(code))}
    assert listed == known


def test_bold_and_italic_draw_what_the_upright_draws() -> None:
    tt = pytest.importorskip("fontTools.ttLib")
    of = {file.stem.split("-")[1]: set(tt.TTFont(file).getBestCmap()) for file in FONTS.glob("Atkinson*.ttf")}
    assert of["Bold"] == of["Regular"] == of["Italic"]


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        (vocabulary.LINKS, set(CoupleLink.values) - {"unknown"}),
        (vocabulary.CHANNELS, set(Channel.Kind.values)),
        (vocabulary.ADDRESSES, set(Address.Kind.values)),
        (vocabulary.RELATIVES, set(Relative.Kind.values)),
        (vocabulary.STAGES, set(Stage.values)),
        (vocabulary.DECISIONS, set(DecisionKind.values)),
        (vocabulary.GROUNDS, set(WithdrawalGround.values)),
        (vocabulary.NATURES, set(StatementNature.values)),
        (vocabulary.PURPOSES, set(MandatePurpose.values)),
        (vocabulary.FRENCH_LEVELS, set(FrenchLevel.values)),
    ],
)
def test_every_code_of_the_file_has_a_french_word(table: dict[str, str], codes: set[str]) -> None:
    assert set(table) == codes
    assert all(word.strip() for word in table.values())


def test_every_frame_has_a_name_and_an_unknown_one_has_none() -> None:
    assert all(frame_label(frame) for frame in Frame)
    assert frame_label("separation_order") is None  # CF-18
