"""What was typed is a number or a day that can be reckoned with, or nothing; never an error."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.core.law.calendar import end_of_day, start_of_day
from egide.web import typed

STRANGE = ["", " ", "²", "١٢", "-1", "+1", "1e3", "0x1", "1_000", "9" * 18, "9" * 5000, "\0"]


@pytest.mark.parametrize("text", STRANGE)
def test_what_only_looks_like_a_number_is_none(text: str) -> None:
    assert typed.number(text) is None


@given(st.integers(0, 10**17 - 1))
def test_a_number_is_read_as_it_was_written(number: int) -> None:
    assert typed.number(str(number)) == number


@given(st.dates())
def test_every_day_that_is_read_has_a_beginning_and_an_end_in_paris(one: date) -> None:
    found = typed.day(one.isoformat())
    assert found in (None, one)
    if found is not None:
        assert start_of_day(found) < end_of_day(found)
    assert (found is None) == (not 1971 <= one.year < 9999)


@given(st.text(max_size=20))
def test_no_text_is_an_error(text: str) -> None:
    typed.number(text)
    typed.day(text)
