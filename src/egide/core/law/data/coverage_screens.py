"""On which page does somebody meet a rule, and which test goes through that page or the act behind it?

One row a rule. A rule that waits for a screen (`to_come`) works once it has a row here; what has none still waits, and
its line in `coverage_tgd` or `coverage_orders` says for what.
"""

from __future__ import annotations

from dataclasses import dataclass

_DECIDING = "tests/web/cases/test_deciding.py::"
_ENDINGS = "tests/web/cases/test_endings.py::"
_HEARING = "tests/web/cases/test_hearing.py::"
_TOGETHER = "tests/web/cases/test_together.py::"
_REPORTS = "tests/web/cases/test_reports.py::"
_PATH = "tests/web/cases/test_path.py::"
_PAGES = "tests/web/file/test_pages.py::"
_ENDS = "tests/web/file/test_path_ends.py::"
_PEOPLE = "tests/web/file/test_path_people.py::"
_BAR = "tests/web/file/test_bracelet.py::"
_CANARIES = "tests/web/documents/test_canaries.py::"

CASE = "file/cases/<uuid:public_id>"
DO = f"{CASE}/do/"
DECIDE = f"{CASE}/decide"
DRAW_UP = "documents/cases/<uuid:public_id>/"


@dataclass(frozen=True, slots=True)
class Screen:
    """Where a rule is met: the address of the page, the function behind it (`module:name`), the test."""

    id: str
    page: str
    where: str
    test: str


_S = "egide.web.cases.services."
_D = "egide.web.documents."
_L = "egide.core.law."
_SHEETS = "tests/web/documents/test_sheets.py::"

SCREENS: tuple[Screen, ...] = (
    Screen("TGD-02", DECIDE, _S + "deciding:attribute", _PAGES + "test_a_prosecutor_attributes_a_phone"),
    Screen("TGD-03", "file/report", _S + "reports:report", _REPORTS + "test_every_reporter_and_every_channel_is_taken"),
    Screen("TGD-04", "file/report", _S + "reports:report", _REPORTS + "test_the_person_herself_may_report_and_is_routed_like_anybody"),
    Screen("TGD-05", "file/report", _S + "reports:report", _REPORTS + "test_every_reporter_and_every_channel_is_taken"),
    Screen("TGD-06", "file/report", _S + "reports:report", _PAGES + "test_a_report_opens_a_case_for_whoever_takes_it"),
    Screen("TGD-07", DECIDE, _S + "deciding:attribute", _PAGES + "test_everything_to_decide_stands_on_one_page"),
    Screen("TGD-08", "file/report", _S + "reports:report", _REPORTS + "test_a_rape_needs_no_couple_and_no_name"),
    Screen("TGD-09", DECIDE, _S + "deciding:attribute", _DECIDING + "test_nothing_is_prepared_with_cohabitation_or_without_having_asked"),
    Screen("TGD-10", DO + "hand-over", _D + "rules_of_use:rules_of_use", _SHEETS + "test_the_rules_of_use_are_explained_before_the_phone_changes_hands"),
    Screen("TGD-11", DO + "consent", _S + "consents:record_consent", _DECIDING + "test_nothing_is_prepared_without_the_persons_consent"),
    Screen("TGD-12", DO + "consent", _S + "consents:record_consent", _HEARING + "test_the_phone_carries_the_geolocation_answer_and_a_withdrawal_acts_at_once"),
    Screen("TGD-13", DO + "sign", _S + "consents:record_signature", _PEOPLE + "test_both_papers_are_signed_and_copied_each_by_itself"),
    Screen("TGD-14", DECIDE, _S + "deciding:attribute", _DECIDING + "test_a_ban_in_force_makes_case_a_and_a_register_that_holds_nothing_makes_it_no"),
    Screen("TGD-15", DECIDE, _S + "deciding:attribute", _DECIDING + "test_a_person_at_large_and_an_imminent_danger_make_case_b_without_any_ban"),
    Screen("TGD-16", DO + "order", _S + "orders:record_order", _PEOPLE + "test_an_order_is_completed_and_lifted_and_says_that_a_related_request_prolongs_it"),
    Screen("TGD-17", DO + "order", _S + "orders:record_order", _PEOPLE + "test_an_order_of_an_older_file_is_recorded_under_the_name_it_bears_there"),
    Screen("TGD-19", DO + "expression", _S + "persons:write_fields", _PEOPLE + "test_who_the_person_is_in_which_language_and_how_to_speak_on_the_phone"),
    Screen("TGD-20", DO + "contact", _S + "contacts:record_contact", _HEARING + "test_the_first_call_hides_its_number_leaves_no_message_and_does_not_name_the_phone"),
    Screen("TGD-21", DO + "evaluation", _S + "evaluations:send_evaluation", _PATH + "test_a_report_to_the_association_starts_its_clock_and_the_prosecutor_waits_for_it"),
    Screen("TGD-22", DECIDE, _S + "danger:assess_danger", _PAGES + "test_the_prosecutors_list_says_how_dangerous_and_since_when"),
    Screen("TGD-23", DO + "told", _S + "deciding:tell_outcome", _DECIDING + "test_the_outcome_is_told_by_a_safe_channel_only"),
    Screen("TGD-24", DO + "hand-over", _S + "handing:hand_over", _TOGETHER + "test_a_phone_is_handed_over_accompanied_tested_and_explained"),
    Screen("TGD-25", DO + "sheet", _S + "handing:send_sheet", _PEOPLE + "test_each_partner_acknowledges_its_own_sheet_and_no_other"),
    Screen("TGD-26", DECIDE, _S + "deciding:refuse", _ENDS + "test_a_refusal_says_why_how_to_contest_it_and_that_one_may_ask_again"),
    Screen("TGD-27", DO + "renew", _S + "renewing:renew", _ENDS + "test_a_term_is_renewed_by_a_decision_after_the_summary_and_never_without_consent"),
    Screen("TGD-28", DO + "shorten", _S + "renewing:shorten", _ENDS + "test_a_duration_is_shortened_only_where_no_order_followed_an_immediate_one"),
    Screen("TGD-31", DO + "test", _S + "handing:record_test", _TOGETHER + "test_a_phone_that_is_tested_every_fifteen_days_and_one_that_fails"),
    Screen("TGD-32", DO + "alarm-call", _S + "following:record_alarm_call", _TOGETHER + "test_an_alarm_asks_for_one_call_the_day_after_however_often_it_is_told"),
    Screen("TGD-33", DO + "withdraw", _S + "withdrawing:withdraw", _ENDS + "test_rules_not_respected_need_the_committee_and_the_committee_needs_a_name"),
    Screen("TGD-34", DO + "return", _S + "returning:record_return", _ENDS + "test_when_the_danger_has_ceased_the_phone_rings_until_it_is_back_and_is_erased"),
    Screen("TGD-35", DRAW_UP + "<slug:slug>", _D + "contents:information_sheet", _SHEETS + "test_the_sheet_says_that_the_phone_replaces_nothing_and_what_the_ban_is"),
    Screen("TGD-36", DO + "committee", _S + "committee:record_committee", _ENDINGS + "test_rules_not_respected_needs_the_committees_opinion_on_withdrawal"),
    Screen("TGD-37", DO + "reexamine", _S + "reviewing:reexamine", _ENDS + "test_imprisonment_is_recorded_first_and_opens_a_re_examination_before_release"),
    Screen("TGD-38", CASE, _S + "persons:write_fields", _PEOPLE + "test_children_and_people_around_stand_in_the_case"),
    Screen("TGD-39", CASE, _S + "persons:identify_respondent", _PEOPLE + "test_somebody_unknown_is_identified_later_and_lives_somewhere_nobody_hides"),
    Screen("TGD-41", CASE, "egide.web.documents.contents:liaison_operator", _CANARIES + "test_the_providers_sheet_has_nothing_of_the_author_and_no_photograph"),
    Screen("TGD-42", CASE, "egide.web.documents.contents:liaison_association", _CANARIES + "test_the_associations_sheet_has_of_the_author_the_dates_of_the_ban_only"),
    Screen("TGD-43", DO + "erased", _S + "returning:record_erasure", _ENDINGS + "test_the_provider_has_three_days_from_the_receipt_and_the_logs_six_months"),
    Screen("TGD-45", "file/district", _S + "district:set_practice", "tests/web/file/test_district.py::test_a_prosecutor_sets_how_long_data_live_without_a_ban_and_the_clock_follows"),
    Screen("OF-10", DO + "committee", _S + "committee:record_committee", _TOGETHER + "test_a_case_on_the_agenda_owes_a_name_by_that_night"),
    Screen("OP-01", DO + "order", _S + "orders:record_order", _PEOPLE + "test_an_order_is_completed_and_lifted_and_says_that_a_related_request_prolongs_it"),
    Screen("OP-08", DO + "order", _S + "orders:record_order", _PEOPLE + "test_beside_a_family_judges_order_stand_its_measures_its_appeal_and_what_a_breach_costs"),
    Screen("OP-09", DO + "lift-order", _S + "orders:lift_order", _PEOPLE + "test_an_order_is_completed_and_lifted_and_says_that_a_related_request_prolongs_it"),
    Screen("OP-12", CASE, _L + "order_measures:beside", _PEOPLE + "test_beside_a_family_judges_order_stand_its_measures_its_appeal_and_what_a_breach_costs"),
    Screen("OP-15", DO + "order", _S + "orders:lift_order", _DECIDING + "test_six_months_may_be_shortened_only_after_an_oppi_that_nothing_followed"),
    Screen("OP-16", CASE, _L + "order_measures:beside", _PEOPLE + "test_beside_a_family_judges_order_stand_its_measures_its_appeal_and_what_a_breach_costs"),
    Screen("OP-17", CASE, _L + "order_measures:beside", _PEOPLE + "test_beside_a_family_judges_order_stand_its_measures_its_appeal_and_what_a_breach_costs"),
    Screen("OP-18", DECIDE, _S + "deciding:attribute", _DECIDING + "test_what_nobody_has_said_is_unknown_and_never_satisfied"),
    Screen("OP-19", CASE, _S + "persons:write_address", _PAGES + "test_a_hidden_address_is_not_there_for_a_role_that_may_not_read_it"),
    Screen("IN-03", DO + "address", _S + "persons:write_address", _PEOPLE + "test_a_third_partys_address_is_declared_only_with_that_persons_agreement"),
    Screen("IN-05", DRAW_UP + "<slug:slug>", _D + "contents:information_sheet", _SHEETS + "test_the_sheet_says_that_the_phone_replaces_nothing_and_what_the_ban_is"),
    Screen("IN-07", DO + "release-told", _S + "reviewing:tell_release", _ENDINGS + "test_the_person_is_told_of_a_release_and_anew_when_it_moves"),
    Screen("IN-10", DO + "keep-out", _S + "keeping_out:keep_out", _PEOPLE + "test_whoever_is_kept_out_finds_nothing_and_the_case_says_who_it_is"),
    Screen("IN-11", DO + "order", _S + "orders:record_order", _DECIDING + "test_a_parquet_ban_that_ends_before_the_phone_is_told_in_time"),
    Screen("AC-10", "file/agency", "egide.worker.tasks:open_windows", "tests/web/tasks/test_sweeper.py::test_an_approval_that_ends_opens_one_task_and_a_new_one_closes_it"),
    Screen("BAR-15", DO + "bar-distances", _S + "bracelets:revise_distances", _BAR + "test_distances_suspension_and_end_each_reach_the_monitor"),
    Screen("BAR-21", DO + "bar-prolong", _S + "bracelets:prolong", _BAR + "test_prolonged_by_six_months_each_time_and_two_years_in_all"),
    Screen("BAR-22", DO + "bar-fit", _S + "bracelets:fit", _BAR + "test_sent_to_trial_a_measure_lasts_up_to_two_years_and_never_longer"),
    Screen("BAR-23", DO + "bar-prolong", _S + "bracelets:prolong", _BAR + "test_after_sentence_a_bracelet_is_prolonged_by_two_years_each_time_and_six_in_all"),
    Screen("BAR-26", DO + "bar-fit", _S + "bracelets:fit", _BAR + "test_in_civil_matters_the_wearer_agrees_too"),
)  # fmt: skip

SCREEN_OF = {row.id: row for row in SCREENS}
