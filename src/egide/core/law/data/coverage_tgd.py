"""What of TGD-01 to TGD-45 works, where, and which test proves it. One row a rule, in their order."""

from __future__ import annotations

from egide.core.law.data.coverage_row import CoverageRow, done, left_out, to_come

_LAW, _TESTS = "egide.core.law.", "tests/core/law/"
_ELIGIBILITY = _LAW + "tgd.eligibility:eligibility"
_EACH = _TESTS + "test_tgd_eligibility.py::test_each_condition_is_satisfied_not_satisfied_or_unknown_and_says_why"
_CASE_B = (
    _TESTS + "test_tgd_eligibility.py::test_case_b_needs_proven_and_imminent_danger_and_one_of_three_circumstances"
)
_FORMALITIES = _LAW + "tgd.eligibility:formalities"
_PRACTICE = _LAW + "practice:PracticeSettings"
_PRACTICE_TEST = _TESTS + "test_practice.py::test_out_of_the_box_a_district_does_what_the_source_tells"
_DEADLINES = _LAW + "tgd.deadlines:deadlines"
_DUE = _TESTS + "test_tgd_deadlines.py::"
_STEPS = _LAW + "tgd.ending:withdrawal_steps"
_GROUNDS = _TESTS + "test_tgd_ending.py::test_each_ground_asks_for_its_own_steps_then_the_decision_then_the_return"

COVERAGE_TGD: tuple[CoverageRow, ...] = (
    done(
        "TGD-01",
        "the press, from the phone to the operators' page",
        where=("egide.gateway.app:Gateway",),
        tests=("tests/gateway/test_http.py::test_an_sos_without_a_position_is_stored",),
    ),
    to_come(
        "TGD-02",
        "the prosecutor's decision",
        where=(_LAW + "tgd.asking:decided_by", _LAW + "tgd.asking:who_decides"),
        tests=(
            _TESTS + "test_tgd_asking.py::test_nobody_else_attributes_a_phone",
            _TESTS + "test_tgd_asking.py::test_the_prosecutor_decides_everything_about_a_phone",
        ),
    ),
    to_come(
        "TGD-03",
        "the form of report",
        where=(_LAW + "tgd.asking:may_ask",),
        tests=(
            _TESTS + "test_tgd_asking.py::test_anybody_may_ask_the_person_included",
            _TESTS + "test_tgd_asking.py::test_before_30_december_2019_no_text_said_who_may_ask",
        ),
    ),
    to_come(
        "TGD-04",
        "the form of report takes a direct request (CF-01)",
        where=(_LAW + "tgd.asking:may_ask",),
        tests=(
            _TESTS + "test_tgd_asking.py::test_no_answer_ever_turns_a_request_away",
            _TESTS + "test_practice.py::test_a_direct_request_by_the_person_is_never_closed",
        ),
    ),
    to_come("TGD-05", "channels of report, set by the district", where=(_PRACTICE,), tests=(_PRACTICE_TEST,)),
    to_come(
        "TGD-06",
        "the form of report names who reports",
        where=(_LAW + "tgd.asking:REPORTERS",),
        tests=(_TESTS + "test_tgd_asking.py::test_every_reporter_has_a_name_and_a_word_that_is_none_is_refused",),
    ),
    to_come("TGD-07", "the checklist", where=(_ELIGIBILITY,), tests=(_EACH,)),
    to_come(
        "TGD-08",
        "the checklist",
        where=(_ELIGIBILITY,),
        tests=(
            _EACH,
            _TESTS + "test_tgd_eligibility.py::test_a_rape_by_somebody_nobody_knows_can_lead_to_a_phone",
        ),
    ),
    to_come(
        "TGD-09",
        "the checklist",
        where=(_ELIGIBILITY, _LAW + "tgd.eligibility:preparation"),
        tests=(
            _EACH,
            _TESTS
            + "test_tgd_eligibility.py::test_an_attribution_is_not_prepared_without_consent_or_with_cohabitation",
        ),
    ),
    to_come(
        "TGD-10",
        "an instruction among the rules of use: read at the hand-over, printed in its record",
        where=(_PRACTICE,),
        tests=(_TESTS + "test_practice.py::test_out_of_the_box_a_district_does_what_the_source_tells",),
    ),
    to_come(
        "TGD-11",
        "the checklist and the consent form",
        where=(_ELIGIBILITY, _LAW + "tgd.facts:Consent"),
        tests=(
            _EACH,
            _TESTS + "test_tgd_eligibility.py::test_consent_is_what_was_said_last_and_never_inferred",
        ),
    ),
    to_come(
        "TGD-12",
        "the geolocation form; the gateway already keeps no position without it",
        where=(_FORMALITIES, "egide.gateway.tgd_gate:tgd_part"),
        tests=(
            _TESTS + "test_tgd_eligibility.py::test_a_refused_geolocation_is_an_answer_and_needs_no_form",
            "tests/gateway/test_tgd.py::test_without_the_second_consent_the_press_rings_and_no_position_is_kept",
        ),
    ),
    to_come(
        "TGD-13",
        "the forms with their signatures and copies",
        where=(_FORMALITIES,),
        tests=(_TESTS + "test_tgd_eligibility.py::test_a_form_signed_without_a_copy_handed_over_is_not_complete",),
    ),
    to_come(
        "TGD-14",
        "the checklist",
        where=(_ELIGIBILITY,),
        tests=(
            _EACH,
            _TESTS + "test_tgd_eligibility.py::test_case_a_was_enough_before_and_after",
        ),
    ),
    to_come(
        "TGD-15",
        "the checklist",
        where=(_ELIGIBILITY,),
        tests=(
            _CASE_B,
            _TESTS + "test_tgd_eligibility.py::test_until_29_december_2019_a_ban_was_always_needed",
        ),
    ),
    to_come(
        "TGD-16",
        "the register of orders and bans",
        where=(_LAW + "frames:frames_on",),
        tests=(
            _TESTS + "test_tgd_eligibility.py::test_every_frame_of_the_list_carries_case_a",
            _TESTS + "test_tgd_eligibility.py::test_an_immediate_order_is_a_frame_from_15_june_2024",
        ),
    ),
    to_come(
        "TGD-17",
        "an order of an older file is recorded under the name it bears there",
        where=(_LAW + "frames:frame_of_import",),
        tests=(_TESTS + "test_frames.py::test_old_names_of_a_sentence_are_a_conviction_on_import",),
    ),
    done(
        "TGD-18",
        "no complaint is asked about anywhere in the conditions; no screen is needed",
        where=(_LAW + "tgd.facts:TgdFacts",),
        tests=(_TESTS + "test_tgd_eligibility.py::test_no_complaint_and_no_prosecution_is_asked_about",),
    ),
    to_come(
        "TGD-19",
        "a warning beside the checklist",
        where=(_FORMALITIES,),
        tests=(_TESTS + "test_tgd_eligibility.py::test_without_basic_french_there_is_a_warning_and_no_block",),
    ),
    to_come(
        "TGD-20",
        "the first contact: hidden number, opening phrase, the phone not named",
        where=(_PRACTICE,),
        tests=(_PRACTICE_TEST,),
    ),
    to_come(
        "TGD-21",
        "the evaluation report and its clock",
        where=(_LAW + "tgd.deadlines:evaluation_due",),
        tests=(_DUE + "test_the_evaluation_is_due_48_exact_hours_after_the_mandate_was_received",),
    ),
    to_come("TGD-22", "the prosecutor's view shows the danger the report estimates; the law answers nothing here"),
    to_come(
        "TGD-23",
        "telling the outcome by a safe channel",
        where=(_DEADLINES,),
        tests=(_DUE + "test_the_outcome_is_to_be_told_and_then_is_told",),
    ),
    to_come("TGD-24", "the hand-over at court", where=(_PRACTICE,), tests=(_PRACTICE_TEST,)),
    to_come("TGD-25", "the three liaison sheets", where=(_PRACTICE,), tests=(_PRACTICE_TEST,)),
    to_come(
        "TGD-26",
        "the refusal",
        where=(_LAW + "tgd.asking:refusal_information", _LAW + "tgd.asking:may_ask_again"),
        tests=(
            _TESTS
            + "test_tgd_asking.py::test_a_refusal_says_its_reasons_that_it_can_be_contested_and_that_one_may_ask_again",
            _TESTS + "test_tgd_asking.py::test_after_a_refusal_a_new_request_is_possible_at_any_time",
        ),
    ),
    to_come(
        "TGD-27",
        "attribution and renewals",
        where=(_LAW + "tgd.duration:terms_of", _LAW + "tgd.duration:renewal_window"),
        tests=(
            _TESTS + "test_tgd_duration.py::test_a_phone_is_attributed_for_six_months_that_end_at_24_00",
            _TESTS + "test_tgd_duration.py::test_renewals_in_time_follow_one_another_without_gap_overlap_or_drift",
            _DUE + "test_the_term_rings_before_and_at_its_end_and_never_stops_in_silence",
        ),
    ),
    to_come(
        "TGD-28",
        "shortening after an OPPI",
        where=(_LAW + "tgd.duration:may_be_shortened",),
        tests=(
            _TESTS
            + "test_tgd_duration.py::test_the_six_months_may_be_shortened_only_when_an_immediate_order_ended_and_none_followed",
            _TESTS
            + "test_tgd_duration.py::test_every_renewal_lasts_six_months_from_the_end_before_it_whatever_was_shortened",
        ),
    ),
    done(
        "TGD-29",
        "gateway, log, operators' page; the police are still called by telephone",
        where=("egide.gateway.app:Gateway", _LAW + "tgd.ending:sos_rings"),
        tests=(
            "tests/gateway/test_tgd.py::test_the_press_opens_an_alarm_that_keeps_its_position_under_its_own_key",
            _TESTS + "test_tgd_ending.py::test_a_phone_rings_until_its_return_is_recorded",
        ),
    ),
    done(
        "TGD-30",
        "the gateway forgets every position outside an alarm (CF-04)",
        where=("egide.gateway.tgd_gate:tgd_part",),
        tests=(
            "tests/gateway/test_tgd.py::test_outside_an_alarm_a_position_is_taken_and_forgotten",
            "tests/gateway/test_tgd.py::test_a_position_outside_an_alarm_is_nowhere_on_disk",
        ),
    ),
    to_come(
        "TGD-31",
        "the stock and its tests; pick-up times in the room",
        where=(_DEADLINES, _PRACTICE),
        tests=(_DUE + "test_a_phone_is_tested_every_fifteen_days_from_its_hand_over_or_its_last_test",),
    ),
    to_come(
        "TGD-32",
        "the follow-up plan; a call the day after each alarm",
        where=(_DEADLINES,),
        tests=(_DUE + "test_the_day_after_an_alarm_somebody_calls",),
    ),
    to_come("TGD-33", "the withdrawal on its four grounds", where=(_STEPS,), tests=(_GROUNDS,)),
    to_come(
        "TGD-34",
        "the return and its certificate",
        where=(_STEPS,),
        tests=(_TESTS + "test_tgd_ending.py::test_a_withdrawal_is_over_only_with_the_phone_back_and_its_certificate",),
    ),
    to_come("TGD-35", "stands in the information sheet; the law answers nothing here"),
    to_come(
        "TGD-36",
        "the committee's opinion and its sheet; composition and frequency were not found",
        where=(_STEPS,),
        tests=(
            _TESTS + "test_tgd_ending.py::test_before_the_decision_the_step_of_the_ground_is_missing_until_it_is_done",
        ),
    ),
    to_come(
        "TGD-37",
        "the re-examination before release",
        where=(_DEADLINES, _STEPS),
        tests=(_DUE + "test_before_a_release_the_protection_is_examined_again",),
    ),
    to_come(
        "TGD-38",
        "each field group by itself; of a photograph the picture only, put by the prosecution's clerks",
        where=("egide.web.cases.services.picturing:write_photo", "egide.web.file.picture:shown"),
        tests=(
            "tests/web/file/test_picture.py::"
            "test_a_photograph_is_kept_without_its_place_and_shown_by_an_address_that_asks_each_time",
            "tests/web/police/test_views.py::"
            "test_a_crew_sees_the_face_of_whom_it_looks_for_at_an_address_that_asks_again",
        ),
    ),
    to_come("TGD-39", "the respondent's page and the register of bans: tables are there, screens are not"),
    left_out("TGD-40", "recording of calls comes with telephony; alarms and their handling are recorded by the room"),
    to_come("TGD-41", "the table of access"),
    to_come("TGD-42", "the table of access and the liaison sheets"),
    to_come(
        "TGD-43",
        "the return certificate and the erasures; positions are already erased by the worker",
        where=(
            _LAW + "tgd.ending:position_erased_at",
            _LAW + "tgd.ending:provider_erasure",
            _LAW + "tgd.ending:logs_kept",
            _LAW + "tgd.ending:file_kept",
            "egide.worker.erasure:erase_tgd",
            "egide.web.cases.services.keeping:keep_longer",
        ),
        tests=(
            _TESTS
            + "test_tgd_ending.py::test_a_position_lives_three_exact_days_and_eight_with_the_prosecutors_authorisation",
            _TESTS
            + "test_tgd_ending.py::test_the_provider_has_three_days_and_logs_live_six_months_from_the_certificate",
            "tests/web/cases/test_keeping.py::test_a_prosecutor_keeps_a_position_for_eight_days_and_never_longer",
            "tests/worker/test_erasure.py::test_after_its_term_a_tgd_alarm_keeps_neither_key_nor_position_but_the_fact_that_it_was",
        ),
    ),
    left_out(
        "TGD-44", "who controls the processing is organisation, not behaviour: a case belongs to one court district"
    ),
    to_come(
        "TGD-45",
        "a setting of the district; documents and the file are erased by it",
        where=(_LAW + "tgd.ending:file_kept",),
        tests=(_TESTS + "test_tgd_ending.py::test_with_no_ban_the_district_says_and_the_attribution_is_its_default",),
    ),
    to_come(
        "OF-10",
        "the committee sheet",
        where=(_LAW + "tgd.asking:who_proposes",),
        tests=(_TESTS + "test_tgd_asking.py::test_a_case_a_committee_discusses_is_not_done_until_somebody_proposes",),
    ),
)
