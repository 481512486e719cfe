"""What of OP-01 to OP-20, IN-01 to IN-11 and N-01 to N-27 works, where, and which test proves it."""

from __future__ import annotations

from egide.core.law.data.constants import CONSTANTS
from egide.core.law.data.coverage_row import CoverageRow, done, left_out, to_come

_LAW, _TESTS = "egide.core.law.", "tests/core/law/"
_ORDERS, _CLOCKS = _TESTS + "test_orders.py::", _TESTS + "test_order_clocks.py::"
_CIVIL = "the civil request itself is the family judge's file; Égide keeps the order once made"
_REQUEST = (
    "a request under way is the family judge's file, and comes with protection orders of their own; its clock is there"
    " (core.law.order_clocks) and rings for nobody yet"
)

COVERAGE_ORDERS: tuple[CoverageRow, ...] = (
    to_come(
        "OP-01",
        "the register of orders and bans",
        where=(_LAW + "frames:FRAMES",),
        tests=(_TESTS + "test_frames.py::test_civil_frames_are_the_two_orders_of_the_family_judge",),
    ),
    left_out("OP-02", _CIVIL),
    left_out("OP-03", _CIVIL),
    left_out("OP-04", _CIVIL),
    left_out("OP-05", _REQUEST),
    left_out("OP-06", _REQUEST + "; to be read again after decree 2025-47"),
    left_out("OP-07", _CIVIL),
    to_come(
        "OP-08",
        "the register keeps the bans and the other measures of an order; a missing ban on weapons is said",
        where=(_LAW + "orders:Order", _LAW + "order_measures:measures_of"),
        tests=(
            _ORDERS + "test_a_ban_on_places_alone_is_no_ban_on_contact",
            _TESTS + "test_order_measures.py::test_an_immediate_order_holds_fewer_measures_and_a_criminal_frame_none",
        ),
    ),
    to_come(
        "OP-09",
        "the register of orders and bans",
        where=(_LAW + "orders:longest_term", _LAW + "orders:period"),
        tests=(
            _ORDERS + "test_a_protection_order_lasts_at_most_six_months_before_june_2024_and_twelve_since",
            _ORDERS + "test_a_divorce_filed_in_time_extends_it_and_one_filed_late_does_not",
        ),
    ),
    left_out("OP-10", _CIVIL),
    left_out("OP-11", _CIVIL),
    to_come(
        "OP-12",
        "shown beside an order",
        where=(_LAW + "orders:appeal_term",),
        tests=(_ORDERS + "test_an_appeal_is_open_for_fifteen_days_after_the_notification",),
    ),
    left_out("OP-13", _REQUEST),
    left_out("OP-14", _CIVIL),
    to_come(
        "OP-15",
        "the register of orders and bans",
        where=(_LAW + "orders:period",),
        tests=(_ORDERS + "test_an_immediate_order_stands_from_its_notification_until_the_decision_on_the_request",),
    ),
    to_come(
        "OP-16",
        "shown beside an order, and in the reminder to the respondent",
        where=(_LAW + "orders:breach_penalty",),
        tests=(_ORDERS + "test_a_breach_is_punished_by_the_law_of_its_day",),
    ),
    to_come(
        "OP-17",
        "shown beside an order",
        where=(_LAW + "orders:address_change_term",),
        tests=(_ORDERS + "test_a_change_of_address_is_told_within_a_month",),
    ),
    to_come(
        "OP-18",
        "the checklist",
        where=(_LAW + "tgd.eligibility:eligibility",),
        tests=(
            _TESTS + "test_tgd_eligibility.py::test_every_frame_of_the_list_carries_case_a",
            _TESTS
            + "test_tgd_eligibility.py::test_case_b_needs_proven_and_imminent_danger_and_one_of_three_circumstances",
        ),
    ),
    to_come("OP-19", "hidden addresses: access, documents and their canary test"),
    left_out("OP-20", "a description with an example of one week; the rules are OP-08 and OP-09"),
    left_out("IN-01", "the police give the list of rights with their own forms"),
    left_out("IN-02", "the police say it and hand over their own document; Égide keeps no proof of it"),
    to_come("IN-03", "a third party's address is declared with that person's agreement"),
    left_out("IN-04", "complaints and what became of them are not followed yet"),
    to_come(
        "IN-05", "the judge tells it; the information sheet says so, whom to ask, and what to do if the ban is ignored"
    ),
    left_out("IN-06", "no notice of escape reaches Égide; its exceptions were not read"),
    to_come(
        "IN-07",
        "the re-examination before release",
        where=(_LAW + "tgd.deadlines:deadlines",),
        tests=(_TESTS + "test_tgd_deadlines.py::test_before_a_release_the_protection_is_examined_again",),
    ),
    left_out("IN-08", "medical certificates are not sent by Égide"),
    left_out("IN-09", "Égide offers no mediation"),
    to_come("IN-10", "a person or unit barred from a case (RQ-08)"),
    to_come(
        "IN-11",
        "the ban's end against the phone's",
        where=(_LAW + "tgd.duration:ban_watch", _LAW + "tgd.deadlines:deadlines"),
        tests=(
            _TESTS + "test_tgd_duration.py::test_the_end_of_the_ban_is_watched_against_the_end_of_the_phone",
            _TESTS
            + "test_tgd_deadlines.py::test_a_ban_that_ends_before_the_phone_is_told_in_advance_and_stays_until_something_is_done",
        ),
    ),
    to_come(
        "AC-10",
        "approvals of agencies and their end",
        where=(_LAW + "rules:constant_on",),
        tests=(_TESTS + "test_rules.py::test_a_constant_is_the_dated_value_of_a_rule",),
    ),
)

_REMOVAL = (
    "a request to remove a bracelet is the judge's file; Égide records the end once decided, and runs no clock of it"
)
_LEFT_OUT = {
    "N-07": "the offence behind an order is not recorded: a bracelet is fitted under a closed list of frames (BAR-03)",
    "N-13": _REMOVAL,
    "N-14": _REMOVAL,
    "N-15": "Égide records no voice, and holds no biometrics",
    "N-16": "Égide records no call (TGD-40)",
    "N-17": "positions go with the raw log (EGIDE_RAW_LOG_DAYS); the rest of a measure that ended is not erased by itself yet",
    "N-25": "what the police do with somebody they hold is not followed",
    "N-26": "read in the press only; Égide ships a short form of its own with a place for the official text",
}
# What a value does not say by itself.
_MORE = {
    "N-11": "; the renewals are bounded by those of a crime, for the file does not say whether it was one",
    "N-12": "; the form for a longer term does not ask for both consents again",
}

COVERAGE_CONSTANTS: tuple[CoverageRow, ...] = tuple(
    done(
        constant.id,
        f"{constant.name.en}: value of {constant.rule}{_MORE.get(constant.id, '')}",
        where=(_LAW + "rules:constant_on",),
        tests=(_TESTS + "test_rules.py::test_a_constant_is_the_dated_value_of_a_rule",),
    )
    if constant.rule
    else left_out(constant.id, f"{constant.name.en}: {_LEFT_OUT[constant.id]}")
    for constant in CONSTANTS
)
