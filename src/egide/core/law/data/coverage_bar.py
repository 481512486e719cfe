"""What of the bracelet's numbers works, where, and which test proves it. Its screens stand in `coverage_screens`."""

from __future__ import annotations

from egide.core.law.data.coverage_row import CoverageRow, to_come

_WHERE, _TESTS = "egide.core.law.bracelets:", "tests/core/law/test_bracelets.py::"

COVERAGE_BAR: tuple[CoverageRow, ...] = (
    to_come(
        "BAR-15",
        "the distances of a bracelet",
        where=(_WHERE + "distances",),
        tests=(_TESTS + "test_an_alert_distance_is_a_whole_number_of_kilometres_and_the_pre_alert_twice_that",),
    ),
    to_come(
        "BAR-21",
        "the duration before judgment",
        where=(_WHERE + "one_decision", _WHERE + "in_all"),
        tests=(_TESTS + "test_a_decision_gives_what_its_frame_allows",),
    ),
    to_come(
        "BAR-22",
        "the duration once the person is sent to trial",
        where=(_WHERE + "one_decision",),
        tests=(_TESTS + "test_a_decision_gives_what_its_frame_allows",),
    ),
    to_come(
        "BAR-23",
        "the duration after sentence; a délit's single renewal is not told from a crime's two",
        where=(_WHERE + "one_decision", _WHERE + "in_all"),
        tests=(_TESTS + "test_a_decision_gives_what_its_frame_allows",),
    ),
    to_come(
        "BAR-26",
        "the duration in civil matters; both consents are asked for at the fitting, not again for a longer term",
        where=(_WHERE + "one_decision",),
        tests=(_TESTS + "test_a_decision_gives_what_its_frame_allows",),
    ),
)
