"""Who may pass what on to whom: a text whose facts are stated, or a live consent; otherwise nothing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.core.access import (
    RESPONDENT_SIDE,
    SHARES,
    About,
    Barred,
    BarredKind,
    Category,
    Consent,
    Fact,
    Group,
    Obligation,
    Party,
    Purpose,
    Role,
    ShareDecision,
    about,
    duties,
    in_category,
    may_share,
    wall_for,
)
from egide.core.access.share_rules import NO_GROUND
from tests.core.access import cast
from tests.core.access.cast import EVERY_CONSENT, HOUR, LATER, LONG_AGO, NOW, consent

F = Fact
WORKER = Party(Role.ASSOCIATION_WORKER, "agency-2", "actor-2")
SHELTER = Party(Role.SPECIALISED_ASSOCIATION, "agency-1", "actor-1")
PROSECUTOR = Party(Role.PROSECUTOR, "court")
DOCTOR = Party(Role.HEALTH_PROFESSIONAL, "hospital")
parties = st.builds(Party, st.sampled_from(Role), st.sampled_from(["agency-1", "agency-2", ""]), public_official=st.booleans())  # fmt: skip
facts = st.frozensets(st.sampled_from(Fact))
categories = st.sampled_from(Category)
purposes = st.sampled_from(Purpose)


def share(
    sender: Party,
    recipient: Party,
    category: Category,
    stated: Collection[Fact] = (),
    consents: tuple[Consent, ...] = (),
    purpose: Purpose = Purpose.PROTECTION,
) -> ShareDecision:
    return may_share(sender, recipient, category, purpose, NOW, consents, stated)


@given(sender=parties, recipient=parties, category=categories, purpose=purposes)
def test_without_a_stated_fact_and_without_a_consent_only_the_person_herself_passes_anything_on(
    sender: Party, recipient: Party, category: Category, purpose: Purpose
) -> None:
    answer = may_share(sender, recipient, category, purpose, NOW)
    assert not answer.allowed or (sender.role is Role.PROTECTED_PERSON and category.consentable)


@given(sender=parties, recipient=parties, category=categories, stated=facts)
def test_the_respondents_side_is_told_nothing_of_hers_on_any_ground(
    sender: Party, recipient: Party, category: Category, stated: frozenset[Fact]
) -> None:
    for role in RESPONDENT_SIDE:
        answer = share(sender, replace(recipient, role=role), category, stated, EVERY_CONSENT)
        assert not answer.groups & about(About.PROTECTED, About.PROTECTION, About.WORK, About.SYSTEM)


@given(sender=parties, recipient=parties, category=categories, stated=facts)
def test_what_goes_is_of_the_category_and_before_no_wall(
    sender: Party, recipient: Party, category: Category, stated: frozenset[Fact]
) -> None:
    answer = share(sender, recipient, category, stated, EVERY_CONSENT)
    assert answer.allowed == bool(answer.groups)
    assert answer.groups <= in_category(category)
    assert not [group for group in answer.groups if wall_for(recipient.role, group)]
    assert answer.basis
    assert answer.fr != answer.en
    assert Obligation.AUDIT in answer.obligations


class TestWithConsent:
    given_now = consent(Category.VIOLENCE)

    def test_it_passes_one_category_to_one_recipient_for_one_purpose(self) -> None:
        answer = share(WORKER, SHELTER, Category.VIOLENCE, consents=(self.given_now,))
        assert (answer.allowed, answer.basis, answer.consent) == (True, "SH-16", self.given_now.id)
        assert not share(WORKER, SHELTER, Category.HEALTH, consents=(self.given_now,)).allowed
        assert not share(
            WORKER, replace(SHELTER, agency="agency-3"), Category.VIOLENCE, consents=(self.given_now,)
        ).allowed
        other = share(WORKER, SHELTER, Category.VIOLENCE, consents=(self.given_now,), purpose=Purpose.HOUSING)
        assert not other.allowed
        assert "another purpose" in other.en

    def test_a_withdrawal_acts_at_once_and_is_said(self) -> None:
        withdrawn = replace(self.given_now, withdrawn_at=NOW)
        answer = share(WORKER, SHELTER, Category.VIOLENCE, consents=(withdrawn,))
        assert not answer.allowed
        assert "withdrawn" in answer.en
        before = may_share(WORKER, SHELTER, Category.VIOLENCE, Purpose.PROTECTION, NOW - HOUR, (withdrawn,))
        assert before.allowed

    @pytest.mark.parametrize("changed", [{"ends_at": NOW}, {"starts_at": NOW + timedelta(seconds=1)}])
    def test_it_holds_from_its_first_instant_to_its_last(self, changed: dict[str, object]) -> None:
        over = Consent(**({"id": "c", "category": Category.VIOLENCE, "recipient": "agency-1", "purpose": Purpose.PROTECTION, "starts_at": LONG_AGO, "ends_at": LATER} | changed))  # type: ignore[arg-type]  # fmt: skip
        assert not share(WORKER, SHELTER, Category.VIOLENCE, consents=(over,)).allowed

    def test_it_may_name_who_passes_it_on(self) -> None:
        named = replace(self.given_now, sender="agency-7")
        answer = share(WORKER, SHELTER, Category.VIOLENCE, consents=(named,))
        assert not answer.allowed
        assert "another agency" in answer.en

    @pytest.mark.parametrize("category", [c for c in Category if not c.consentable])
    def test_it_opens_no_closed_list_and_nobody_elses_data(self, category: Category) -> None:
        assert not share(WORKER, SHELTER, category, consents=(consent(category),)).allowed

    def test_a_consent_to_the_measure_hands_on_no_reasons_and_no_sheet_for_others(self) -> None:
        groups = share(WORKER, SHELTER, Category.MEASURE, consents=(consent(Category.MEASURE),)).groups
        assert Group.ATTRIBUTION in groups
        assert not groups & {Group.DECISION_REASONS, Group.CONDITIONS, Group.DOC_LIAISON_POLICE, Group.DOC_DECISION}

    @given(one=cast.consents, sender=parties, recipient=parties, purpose=purposes)
    def test_a_dead_consent_is_no_consent(
        self, one: Consent, sender: Party, recipient: Party, purpose: Purpose
    ) -> None:
        dead = replace(one, withdrawn_at=NOW)
        answer = may_share(sender, recipient, one.category, purpose, NOW, (dead,))
        assert not answer.consent


class TestWithoutConsent:
    def test_a_doctor_reports_immediate_danger_under_emprise_after_seeking_agreement(self) -> None:
        stated = {F.ADULT, F.COUPLE_VIOLENCE, F.LIFE_IN_IMMEDIATE_DANGER, F.EMPRISE, F.AGREEMENT_SOUGHT}
        answer = share(DOCTOR, PROSECUTOR, Category.VIOLENCE, stated)
        assert (answer.allowed, answer.basis, answer.duty) == (True, "SH-05", False)
        assert Obligation.INFORM_THE_PERSON in answer.obligations
        for fact in stated:
            assert not share(DOCTOR, PROSECUTOR, Category.VIOLENCE, stated - {fact}).allowed
        assert not share(DOCTOR, Party(Role.INVESTIGATOR, "station"), Category.VIOLENCE, stated).allowed

    def test_that_text_does_not_cover_an_association_or_a_social_worker(self) -> None:
        stated = {F.ADULT, F.COUPLE_VIOLENCE, F.LIFE_IN_IMMEDIATE_DANGER, F.EMPRISE, F.AGREEMENT_SOUGHT}
        for role in (Role.ASSOCIATION_WORKER, Role.STATION_SOCIAL_WORKER, Role.STATION_PSYCHOLOGIST):
            assert not share(Party(role, "a"), PROSECUTOR, Category.VIOLENCE, stated).allowed

    def test_a_doctor_reports_with_agreement_and_without_it_for_a_child(self) -> None:
        assert share(DOCTOR, PROSECUTOR, Category.HEALTH, {F.PERSON_AGREES}).basis == "SH-04"
        child = Party(Role.CHILD_SERVICES, "crip")
        assert share(DOCTOR, child, Category.CHILDREN, {F.MINOR_OR_UNABLE}).basis == "SH-04"
        assert not share(DOCTOR, PROSECUTOR, Category.HEALTH).allowed

    def test_a_weapon_goes_to_the_prefect_alone(self) -> None:
        prefect = Party(Role.PREFECT, "prefecture")
        stated = {F.DANGEROUS, F.ARMED}
        assert share(DOCTOR, prefect, Category.WEAPONS, stated).basis == "SH-06"
        assert not share(DOCTOR, prefect, Category.VIOLENCE, stated).allowed
        assert not share(DOCTOR, prefect, Category.WEAPONS, {F.DANGEROUS}).allowed

    def test_a_public_official_must_notify_and_an_employee_of_an_association_is_not_told_so(self) -> None:
        stated = {F.OFFENCE_LEARNED_IN_OFFICE}
        answer = share(Party(Role.MUNICIPAL_POLICE, "town"), PROSECUTOR, Category.VIOLENCE, stated)
        assert (answer.allowed, answer.basis, answer.duty) == (True, "SH-08", True)
        assert not share(WORKER, PROSECUTOR, Category.VIOLENCE, stated).allowed

    def test_whom_a_social_worker_is_employed_by_decides_on_that_duty(self) -> None:
        social = Party(Role.STATION_SOCIAL_WORKER, "station")
        assert duties(social, {F.OFFENCE_LEARNED_IN_OFFICE}) == ()
        assert [row.basis for row in duties(replace(social, public_official=True), {F.OFFENCE_LEARNED_IN_OFFICE})] == ["SH-08"]  # fmt: skip

    def test_the_duty_is_known_before_a_consent_is_asked_and_wins_over_one(self) -> None:
        officer = Party(Role.INVESTIGATOR, "agency-2")
        answer = share(officer, replace(PROSECUTOR, agency="agency-1"), Category.VIOLENCE, {F.OFFENCE_LEARNED_IN_OFFICE}, (consent(Category.VIOLENCE),))  # fmt: skip
        assert (answer.basis, answer.consent) == ("SH-08", "")

    def test_where_one_text_allows_and_another_obliges_the_duty_is_named(self) -> None:
        stated = {F.MINOR_OR_UNABLE, F.ABUSE}
        assert share(Party(Role.PERPETRATOR_PROGRAMME, "cpca"), PROSECUTOR, Category.CHILDREN, stated).duty
        assert not share(DOCTOR, PROSECUTOR, Category.CHILDREN, stated).duty

    def test_professional_secrecy_exempts_from_the_general_duty(self) -> None:
        stated = {F.CRIME_PREVENTABLE}
        assert duties(DOCTOR, stated) == ()
        assert [row.basis for row in duties(Party(Role.PERPETRATOR_PROGRAMME, "cpca"), stated)] == ["SH-09"]

    def test_anybody_calls_help_for_somebody_in_peril_and_sends_no_file(self) -> None:
        dispatcher = Party(Role.POLICE_DISPATCHER, "17")
        for sender in (WORKER, DOCTOR, Party(Role.PERPETRATOR_PROGRAMME, "cpca"), Party(Role.LAWYER_PROTECTED, "bar")):
            answer = share(sender, dispatcher, Category.LOCATION, {F.IMMEDIATE_PERIL})
            assert answer.allowed
            assert Obligation.EMERGENCY_CALL_ONLY in answer.obligations
            assert not share(sender, dispatcher, Category.HEALTH, {F.IMMEDIATE_PERIL}).allowed

    def test_what_is_said_in_a_local_council_stays_there(self) -> None:
        town = Party(Role.MUNICIPAL_POLICE, "town")
        answer = share(PROSECUTOR, town, Category.DANGER, {F.CLSPD_WORKING_GROUP})
        assert Obligation.NEVER_TO_THIRD_PARTIES in answer.obligations
        assert not share(town, SHELTER, Category.DANGER, {F.CLSPD_WORKING_GROUP}).allowed

    def test_the_family_judge_sends_contact_details_with_agreement_and_no_photograph(self) -> None:
        judge = Party(Role.FAMILY_JUDGE, "court")
        assert not share(judge, SHELTER, Category.CONTACT).allowed
        assert share(judge, SHELTER, Category.IDENTITY, {F.PERSON_AGREES}).groups == {Group.IDENTITY}

    def test_the_liaison_sheets_go_to_the_closed_list_each_with_its_part(self) -> None:
        stated = {F.ATTRIBUTION_IN_FORCE}
        operator, police = Party(Role.OPERATOR_TGD, "platform"), Party(Role.POLICE_DISPATCHER, "17")
        assert Group.PHOTO not in share(PROSECUTOR, operator, Category.IDENTITY, stated).groups
        assert Group.PHOTO in share(PROSECUTOR, police, Category.IDENTITY, stated).groups
        assert not share(PROSECUTOR, operator, Category.RESPONDENT, stated).allowed
        assert share(PROSECUTOR, police, Category.RESPONDENT, stated).allowed
        assert share(PROSECUTOR, WORKER, Category.ORDER, stated).groups == {Group.BAN_DATES}
        assert not share(PROSECUTOR, SHELTER, Category.IDENTITY, stated).allowed


class TestBars:
    @given(sender=parties, recipient=parties, category=categories, stated=facts, kind=st.sampled_from(BarredKind))
    def test_nothing_goes_to_or_from_a_barred_person_unit_or_agency(
        self, sender: Party, recipient: Party, category: Category, stated: frozenset[Fact], kind: BarredKind
    ) -> None:
        barred = {Barred(kind, "x")}
        named = Party(recipient.role, "x", "x", "x", recipient.public_official)
        for one, other in ((named, sender), (sender, named)):
            answer = may_share(one, other, category, Purpose.JUSTICE, NOW, EVERY_CONSENT, stated, barred)
            assert (answer.allowed, answer.rule_id) == (False, "X-BARRED")


def test_every_basis_of_the_facts_is_a_row_a_consent_a_default_or_left_out_with_a_reason() -> None:
    used = {row.basis for row in SHARES} | {"SH-16", "SH-01"} | set(NO_GROUND)
    assert {f"SH-{n:02}" for n in range(1, 20)} <= used
