"""Who sees what of whom: sentences about the world, and properties that hold for any actor and any case."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.core.access import (
    GROUPS,
    RESPONDENT_SIDE,
    About,
    Action,
    Actor,
    Barred,
    BarredKind,
    CaseView,
    Category,
    Group,
    Level,
    Mandate,
    Obligation,
    Role,
    Stage,
    about,
    decide,
    fields,
    may_open,
    may_report,
    wall_for,
)
from egide.core.access.page import best
from tests.core.access import cast
from tests.core.access.cast import CASE, EVERY_CONSENT, LATER, LONG_AGO, NOW, actor, at_stage, consent, stranger

HERS = about(About.PROTECTED, About.PROTECTION)
SIDE_OF_RESPONDENT = st.sampled_from(sorted(RESPONDENT_SIDE))


def level(role: Role, group: Group, case: CaseView = CASE) -> Level:
    return decide(actor(role), case, group, Action.KNOW_EXISTS, NOW).level


class TestTheRespondentsSide:
    @given(someone=cast.actors, role=SIDE_OF_RESPONDENT, case=cast.cases, group=cast.groups, action=cast.actions)
    def test_never_gets_anything_of_the_protected_person_in_any_stage_consent_or_emergency(
        self, someone: Actor, role: Role, case: CaseView, group: Group, action: Action
    ) -> None:
        answer = decide(replace(someone, role=role), replace(case, consents=EVERY_CONSENT), group, action, NOW)
        if answer.allowed:
            assert GROUPS[group].about in (About.RESPONDENT, About.ORDER)
            assert action is not Action.WRITE or GROUPS[group].about is About.RESPONDENT

    @pytest.mark.parametrize("role", sorted(RESPONDENT_SIDE))
    def test_stands_behind_the_same_wall_for_every_group_that_is_hers(self, role: Role) -> None:
        for group in HERS | about(About.WORK, About.SYSTEM):
            assert decide(actor(role), CASE, group, Action.KNOW_EXISTS, NOW).rule_id == "W-01"

    def test_the_respondent_reads_the_order_and_the_two_distances_and_writes_nothing(self) -> None:
        seen = fields(actor(Role.RESPONDENT), CASE, NOW)
        assert {Group.BAN_DECISION, Group.BAR_TERMS, Group.BAN_DATES} <= set(seen)
        assert all(answer.level is Level.READ for answer in seen.values())

    def test_the_perpetrator_programme_knows_when_the_ban_holds_but_not_what_it_says(self) -> None:
        assert level(Role.PERPETRATOR_PROGRAMME, Group.BAN_DATES) is Level.DATES_ONLY
        assert level(Role.PERPETRATOR_PROGRAMME, Group.BAN_DECISION) is Level.NONE

    def test_nobody_there_learns_that_there_is_a_phone(self) -> None:
        for role in RESPONDENT_SIDE:
            assert not set(fields(actor(role), CASE, NOW)) & {Group.ATTRIBUTION, Group.DEVICE, Group.CASE_STATE}


class TestTheTgdOperator:
    def test_has_the_persons_data_and_the_position_of_an_open_alarm_only(self) -> None:
        assert level(Role.OPERATOR_TGD, Group.ADDRESS) is Level.READ
        assert level(Role.OPERATOR_TGD, Group.ALARM_POSITION) is Level.NONE
        ringing = replace(CASE, alarm_open=True)
        assert level(Role.OPERATOR_TGD, Group.ALARM_POSITION, ringing) is Level.READ

    @given(someone=cast.actors, case=cast.cases, action=cast.actions)
    def test_never_has_the_photo_nor_anything_on_the_author(
        self, someone: Actor, case: CaseView, action: Action
    ) -> None:
        operator = replace(someone, role=Role.OPERATOR_TGD)
        for group in about(About.RESPONDENT, About.ORDER) | {Group.PHOTO}:
            assert not decide(operator, case, group, action, NOW).allowed

    def test_must_be_named_and_authorised_and_only_as_long_as_that_lasts(self) -> None:
        someone = actor(Role.OPERATOR_TGD)
        for unnamed in (
            replace(someone, authorised_from=None),
            replace(someone, authorised_until=NOW),
            replace(someone, authorised_from=LATER),
        ):
            answer = decide(unnamed, CASE, Group.ADDRESS, Action.READ, NOW)
            assert not answer.allowed
            assert "authorised" in answer.en

    def test_an_alarm_before_or_after_the_attribution_still_opens_what_an_alarm_opens(self) -> None:
        for stage in (Stage.REPORT, Stage.ENDED):
            assert level(Role.OPERATOR_TGD, Group.ADDRESS, at_stage(stage)) is Level.NONE
            assert level(Role.OPERATOR_TGD, Group.ADDRESS, replace(at_stage(stage), alarm_open=True)) is Level.READ


class TestTheBarOperator:
    def test_calls_the_wearer_and_knows_nothing_else_of_the_wearers_life(self) -> None:
        assert level(Role.OPERATOR_BAR, Group.RESPONDENT_CONTACT) is Level.READ
        for group in (Group.RESPONDENT_ADDRESS, Group.RESPONDENT_CARE, Group.DANGER_RESPONDENT, Group.DETENTION):
            assert level(Role.OPERATOR_BAR, group, replace(CASE, alarm_open=True)) is Level.NONE

    def test_learns_where_to_send_help_while_an_alarm_is_open(self) -> None:
        assert level(Role.OPERATOR_BAR, Group.ADDRESS) is Level.NONE
        assert level(Role.OPERATOR_BAR, Group.ADDRESS, replace(CASE, alarm_open=True)) is Level.READ


class TestTheAssociation:
    def test_sees_of_the_ban_its_dates_and_of_an_alarm_its_day(self) -> None:
        assert level(Role.ASSOCIATION_WORKER, Group.BAN_DATES) is Level.DATES_ONLY
        assert level(Role.ASSOCIATION_WORKER, Group.ALARM_RECORD) is Level.DATES_ONLY
        answer = decide(actor(Role.ASSOCIATION_WORKER), CASE, Group.BAN_DATES, Action.READ, NOW)
        assert not answer.allowed
        assert "dates only" in answer.en

    @given(someone=cast.actors, case=cast.cases, action=cast.actions)
    def test_never_gets_a_position_nor_the_respondents_file(
        self, someone: Actor, case: CaseView, action: Action
    ) -> None:
        for role in (Role.ASSOCIATION_WORKER, Role.ASSOCIATION_MANAGER):
            worker = replace(someone, role=role)
            for group in about(About.RESPONDENT) | {Group.ALARM_POSITION, Group.BAN_DECISION, Group.CALL_RECORDINGS}:
                assert not decide(worker, case, group, action, NOW).allowed

    def test_sees_only_persons_its_agency_has_a_mandate_for_while_it_lasts(self) -> None:
        worker = actor(Role.ASSOCIATION_WORKER)
        assert may_open(worker, CASE, NOW)
        for mandates in ((), (Mandate("agency-1", LONG_AGO, NOW),), (Mandate("agency-2", LONG_AGO),)):
            assert not may_open(worker, replace(CASE, mandates=mandates), NOW)

    def test_reads_a_safety_plan_only_if_the_person_lets_it(self) -> None:
        assert level(Role.ASSOCIATION_WORKER, Group.SAFETY_PLAN) is Level.NONE
        allowed = replace(CASE, consents=(consent(Category.SAFETY_PLAN),))
        assert level(Role.ASSOCIATION_WORKER, Group.SAFETY_PLAN, allowed) is Level.READ


class TestThePolice:
    def test_the_order_in_force_is_one_look_away_for_dispatcher_and_patrol(self) -> None:
        for role in (Role.POLICE_DISPATCHER, Role.POLICE_PATROL):
            assert level(role, Group.BAN_DECISION) is Level.READ

    def test_a_hidden_address_opens_with_the_alarm(self) -> None:
        for role in (Role.POLICE_DISPATCHER, Role.POLICE_PATROL):
            assert level(role, Group.HIDDEN_ADDRESS) is Level.NONE
            assert level(role, Group.HIDDEN_ADDRESS, replace(CASE, alarm_open=True)) is Level.READ

    def test_an_alarm_elsewhere_is_seen_by_the_police_of_that_place_while_it_lasts(self) -> None:
        elsewhere = replace(stranger(Role.POLICE_PATROL))
        ringing = replace(CASE, alarm_open=True, alarm_territories=frozenset({"Nice"}))
        assert decide(elsewhere, ringing, Group.ALARM_POSITION, Action.READ, NOW).allowed
        assert not may_open(elsewhere, replace(ringing, alarm_open=False), NOW)

    def test_an_investigator_learns_that_an_address_is_hidden_and_not_which(self) -> None:
        assert level(Role.INVESTIGATOR, Group.HIDDEN_ADDRESS) is Level.EXISTS

    def test_the_social_file_is_not_theirs(self) -> None:
        for role in (Role.POLICE_DISPATCHER, Role.POLICE_PATROL, Role.INVESTIGATOR):
            assert not set(fields(actor(role), CASE, NOW)) & {Group.NEEDS, Group.CONTACTS_LOG, Group.AUDIT}


class TestJustice:
    def test_the_prosecutor_sees_that_there_is_a_follow_up_and_not_what_is_in_it(self) -> None:
        assert level(Role.PROSECUTOR, Group.NEEDS) is Level.EXISTS
        assert level(Role.PROSECUTOR, Group.NARRATIVE) is Level.READ

    def test_what_is_written_for_a_decision_goes_to_whoever_takes_it_while_it_is_taken(self) -> None:
        stages = {
            stage
            for stage in Stage
            if best(Role.PROSECUTOR, Group.FOR_DECISION, stage, with_consent=False) >= Level.READ
        }
        assert stages == set(Stage) - {Stage.ENDED, Stage.ARCHIVED}
        readers = {
            role for role in Role if best(role, Group.FOR_DECISION, Stage.RENEWAL, with_consent=False) >= Level.READ
        }
        assert readers == {Role.PROSECUTOR, Role.ASSOCIATION_WORKER, Role.ASSOCIATION_MANAGER}

    def test_the_family_judge_reads_a_hidden_address_and_never_hands_it_on(self) -> None:
        answer = decide(actor(Role.FAMILY_JUDGE), CASE, Group.HIDDEN_ADDRESS, Action.READ, NOW)
        assert answer.allowed
        assert Obligation.NEVER_TO_OTHER_PARTY in answer.obligations

    def test_a_grave_act_wants_a_new_proof_of_identity(self) -> None:
        answer = decide(actor(Role.PROSECUTOR), CASE, Group.ATTRIBUTION, Action.WRITE, NOW)
        assert Obligation.REAUTHENTICATE in answer.obligations
        assert Obligation.REAUTHENTICATE not in decide(actor(Role.PROSECUTOR), CASE, Group.ATTRIBUTION, Action.READ, NOW).obligations  # fmt: skip

    def test_a_prosecutor_of_another_court_sees_nothing(self) -> None:
        assert fields(stranger(Role.PROSECUTOR), CASE, NOW) == {}


class TestTheProtectedPerson:
    def test_reads_what_is_hers_and_the_ban_and_not_where_the_respondent_is(self) -> None:
        seen = fields(actor(Role.PROTECTED_PERSON), CASE, NOW)
        assert {Group.CONSENTS, Group.BAN_DECISION, Group.CASE_STATE, Group.SAFETY_PLAN} <= set(seen)
        assert not set(seen) & {Group.RESPONDENT_ADDRESS, Group.RESPONDENT_CONTACT, Group.WEARER_POSITION}

    def test_is_told_of_a_release_by_its_date(self) -> None:
        assert level(Role.PROTECTED_PERSON, Group.DETENTION) is Level.DATES_ONLY

    def test_being_protected_here_opens_nothing_of_a_case_where_one_is_the_respondent(self) -> None:
        here = replace(actor(Role.PROTECTED_PERSON), person="person-2")
        assert fields(here, CASE, NOW) == {}


class TestTheMachineRoom:
    @pytest.mark.parametrize("role", [Role.AUDITOR, Role.TECHNICIAN, Role.ADMINISTRATOR, Role.INTERPRETER])
    def test_opens_no_case(self, role: Role) -> None:
        assert not may_open(actor(role), replace(CASE, consents=EVERY_CONSENT, alarm_open=True), NOW)

    def test_the_auditor_has_the_trail_the_technician_the_stock_the_administrator_nothing(self) -> None:
        assert set(fields(actor(Role.AUDITOR), CASE, NOW)) == {Group.AUDIT}
        assert set(fields(actor(Role.TECHNICIAN), CASE, NOW)) == {Group.STOCK}
        assert fields(actor(Role.ADMINISTRATOR), CASE, NOW) == {}


class TestBarred:
    @given(
        someone=cast.actors, case=cast.cases, group=cast.groups, action=cast.actions, kind=st.sampled_from(BarredKind)
    )
    def test_a_bar_wins_over_every_row_consent_and_emergency(
        self, someone: Actor, case: CaseView, group: Group, action: Action, kind: BarredKind
    ) -> None:
        named = {BarredKind.ACTOR: "x", BarredKind.UNIT: "y", BarredKind.AGENCY: "z"}
        barred = replace(someone, id="x", unit="y", agency="z")
        shut = replace(
            case, barred=case.barred | {Barred(kind, named[kind])}, mandates=(Mandate("z", LONG_AGO),), consents=EVERY_CONSENT
        )  # fmt: skip
        answer = decide(barred, shut, group, action, NOW)
        assert (answer.allowed, answer.level, answer.rule_id) == (False, Level.NONE, "X-BARRED")
        assert not may_open(barred, shut, NOW)

    def test_the_husbands_unit_is_out_and_the_neighbouring_one_is_not(self) -> None:
        case = replace(CASE, barred=frozenset({Barred(BarredKind.UNIT, "unit-1")}))
        assert not may_open(actor(Role.POLICE_DISPATCHER), case, NOW)
        assert may_open(replace(actor(Role.POLICE_DISPATCHER), unit="unit-2"), case, NOW)

    def test_an_empty_bar_bars_nobody(self) -> None:
        case = replace(CASE, barred=frozenset({Barred(BarredKind.UNIT, "")}))
        assert may_open(replace(actor(Role.POLICE_DISPATCHER), unit=""), case, NOW)

    @given(someone=cast.actors, case=cast.cases, group=cast.groups, action=cast.actions)
    def test_nobody_works_on_a_case_to_which_they_are_a_party(
        self, someone: Actor, case: CaseView, group: Group, action: Action
    ) -> None:
        party = someone.person in case.respondents | {case.protected_person}
        if party and someone.role not in (Role.PROTECTED_PERSON, Role.RESPONDENT):
            assert not decide(someone, case, group, action, NOW).allowed


class TestConsent:
    case = replace(CASE, consents=(consent(Category.VIOLENCE),))

    def test_opens_its_category_to_its_recipient_and_names_itself(self) -> None:
        answer = decide(actor(Role.SPECIALISED_ASSOCIATION), self.case, Group.NARRATIVE, Action.READ, NOW)
        assert answer.allowed
        assert answer.consent == "consent-violence"
        assert Obligation.ONLY_FOR_PURPOSE in answer.obligations
        assert level(Role.SPECIALISED_ASSOCIATION, Group.HEALTH, self.case) is Level.NONE

    def test_withdrawing_acts_from_its_own_instant(self) -> None:
        withdrawn = replace(self.case, consents=(replace(self.case.consents[0], withdrawn_at=NOW),))
        someone = actor(Role.SPECIALISED_ASSOCIATION)
        assert decide(someone, withdrawn, Group.NARRATIVE, Action.READ, NOW - timedelta(microseconds=1)).allowed
        refused = decide(someone, withdrawn, Group.NARRATIVE, Action.READ, NOW)
        assert not refused.allowed
        assert "consent" in refused.en

    @given(someone=cast.actors, case=cast.cases, group=cast.groups, action=cast.actions)
    def test_once_all_are_withdrawn_no_decision_rests_on_a_consent(
        self, someone: Actor, case: CaseView, group: Group, action: Action
    ) -> None:
        gone = tuple(replace(one, withdrawn_at=NOW) for one in (*case.consents, *EVERY_CONSENT))
        with_gone = decide(someone, replace(case, consents=gone), group, action, NOW)
        assert with_gone == decide(someone, replace(case, consents=()), group, action, NOW)

    @pytest.mark.parametrize("category", Category)
    def test_only_what_is_hers_to_give_is_ever_a_live_consent(self, category: Category) -> None:
        assert consent(category).live(NOW) == category.consentable

    def test_a_closed_list_is_not_opened_by_consent(self) -> None:
        everything = replace(CASE, consents=EVERY_CONSENT, alarm_open=True)
        for role in (Role.SPECIALISED_ASSOCIATION, Role.LAWYER_PROTECTED, Role.STATION_SOCIAL_WORKER):
            seen = set(fields(actor(role), everything, NOW))
            assert not seen & {
                Group.ALARM_POSITION,
                Group.ALARM_RECORD,
                Group.RESPONDENT_ADDRESS,
                Group.DECISION_REASONS,
            }


class TestRefusals:
    @given(someone=cast.actors, case=cast.cases, group=cast.groups, action=cast.actions)
    def test_every_refusal_and_every_grant_names_its_row_and_says_why(
        self, someone: Actor, case: CaseView, group: Group, action: Action
    ) -> None:
        answer = decide(someone, case, group, action, NOW)
        assert answer.rule_id
        assert answer.fr != answer.en
        assert answer.allowed <= (answer.level >= action.needs)

    @given(someone=cast.actors, case=cast.cases, group=cast.groups, action=cast.actions)
    def test_a_wall_wins_over_everything(self, someone: Actor, case: CaseView, group: Group, action: Action) -> None:
        if wall_for(someone.role, group):
            assert not decide(someone, case, group, action, NOW).allowed

    @pytest.mark.parametrize("role", Role)
    def test_a_stranger_of_any_role_sees_no_case(self, role: Role) -> None:
        assert not may_open(stranger(role), replace(CASE, consents=EVERY_CONSENT), NOW)

    def test_a_refusal_says_what_is_missing(self) -> None:
        def why(someone: Actor, group: Group, case: CaseView = CASE) -> str:
            return decide(someone, case, group, Action.READ, NOW).en

        assert "mandate" in why(stranger(Role.FAMILY_JUDGE), Group.NARRATIVE)
        assert "territory" in why(stranger(Role.PROSECUTOR), Group.NARRATIVE)
        assert "stage" in why(actor(Role.ASSOCIATION_WORKER), Group.PHOTO, at_stage(Stage.REPORT))
        assert "no row" in why(actor(Role.MUNICIPAL_POLICE), Group.NARRATIVE)

    def test_an_instant_without_a_zone_is_refused(self) -> None:
        with pytest.raises(ValueError, match="zone"):
            decide(actor(Role.FAMILY_JUDGE), CASE, Group.NARRATIVE, Action.READ, datetime(2026, 3, 2))


def test_anyone_but_the_machine_room_and_the_other_side_may_report() -> None:
    silent = {role for role in Role if not may_report(actor(role))}
    assert Role.PROTECTED_PERSON not in silent
    assert Role.MUNICIPAL_POLICE not in silent
    assert {Role.RESPONDENT, Role.AUDITOR, Role.TECHNICIAN, Role.ADMINISTRATOR} <= silent
