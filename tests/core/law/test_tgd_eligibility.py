"""The conditions of a TGD, each satisfied, not satisfied and unknown; both bases; before and after each change of law."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.core.law.answers import Actor, Answer, Status, all_of, any_of
from egide.core.law.frames import Frame
from egide.core.law.practice import PracticeSettings
from egide.core.law.rules import LAW
from egide.core.law.tgd import (
    Consent,
    CoupleLink,
    Decision,
    Forms,
    TgdFacts,
    basis,
    defects,
    eligibility,
    formalities,
    overall,
    preparation,
)
from tests.core.law.test_orders import order

SATISFIED, NOT_SATISFIED, UNKNOWN = Status.SATISFIED, Status.NOT_SATISFIED, Status.UNKNOWN
DAY = date(2024, 10, 1)
EVE_2019, DAY_2019 = date(2019, 12, 29), date(2019, 12, 30)

BAN = order(first=date(2024, 7, 1), ends_on=date(2025, 6, 30))
OLD_BAN = order(Frame.JUDICIAL_SUPERVISION, first=date(2019, 1, 1), until_lifted=True)
CASE_A = TgdFacts(
    serious_danger=True,
    link=CoupleLink.FORMER_SPOUSE,
    violence=True,
    rape=False,
    cohabitation=False,
    consent=Consent(given_on=date(2019, 6, 1)),
    orders=(BAN,),
    imminent_danger=False,
)
CASE_B = replace(
    CASE_A, orders=(), imminent_danger=True, at_large=False, not_yet_arrested=True, ban_not_yet_ordered=True
)


def one(facts: TgdFacts, rule: str, day: date = DAY) -> Answer:
    return next(a for a in eligibility(facts, day) if a.rule == rule)


def test_the_conditions_are_asked_in_the_order_of_the_law() -> None:
    assert [a.rule for a in eligibility(CASE_A, DAY)] == ["TGD-07", "TGD-08", "TGD-09", "TGD-11", "TGD-14", "TGD-15"]


def test_with_a_ban_in_force_all_is_satisfied_on_basis_a() -> None:
    answers = eligibility(CASE_A, DAY)
    assert overall(answers) is SATISFIED
    assert basis(answers) == "A"


def test_without_a_ban_but_with_proven_and_imminent_danger_all_is_satisfied_on_basis_b() -> None:
    answers = eligibility(CASE_B, DAY)
    assert overall(answers) is SATISFIED
    assert basis(answers) == "B"


def test_of_a_file_nobody_has_filled_in_nothing_is_known_and_nothing_satisfied() -> None:
    answers = eligibility(TgdFacts(), DAY)
    assert {a.status for a in answers} == {UNKNOWN}
    assert overall(answers) is UNKNOWN
    assert basis(answers) is None


LINKS = [link for link in CoupleLink if link not in (CoupleLink.NONE, CoupleLink.UNKNOWN)]


@pytest.mark.parametrize(
    ("rule", "changes", "status", "why"),
    [
        ("TGD-07", {"serious_danger": True}, SATISFIED, "danger.serious"),
        ("TGD-07", {"serious_danger": False}, NOT_SATISFIED, "danger.not_serious"),
        ("TGD-07", {"serious_danger": None}, UNKNOWN, "danger.not_assessed"),
        *[("TGD-08", {"link": link}, SATISFIED, "link.couple") for link in LINKS],
        ("TGD-08", {"link": CoupleLink.NONE}, NOT_SATISFIED, "link.neither"),
        ("TGD-08", {"violence": False}, NOT_SATISFIED, "link.neither"),
        ("TGD-08", {"link": None}, UNKNOWN, "link.unknown"),
        ("TGD-08", {"link": CoupleLink.UNKNOWN}, UNKNOWN, "link.unknown"),
        ("TGD-08", {"violence": None}, UNKNOWN, "link.unknown"),
        ("TGD-08", {"link": CoupleLink.NONE, "rape": True}, SATISFIED, "link.rape"),
        ("TGD-08", {"link": None, "violence": None, "rape": True}, SATISFIED, "link.rape"),
        ("TGD-08", {"link": CoupleLink.NONE, "rape": None}, UNKNOWN, "link.unknown"),
        ("TGD-09", {"cohabitation": False}, SATISFIED, "cohabitation.none"),
        ("TGD-09", {"cohabitation": True}, NOT_SATISFIED, "cohabitation.yes"),
        ("TGD-09", {"cohabitation": None}, UNKNOWN, "cohabitation.not_asked"),
        ("TGD-11", {"consent": Consent(given_on=DAY)}, SATISFIED, "consent.given"),
        ("TGD-11", {"consent": Consent(given_on=DAY + timedelta(days=1))}, UNKNOWN, "consent.not_asked"),
        ("TGD-11", {"consent": Consent(refused_on=DAY)}, NOT_SATISFIED, "consent.refused"),
        ("TGD-11", {"consent": Consent(given_on=EVE_2019, withdrawn_on=DAY)}, NOT_SATISFIED, "consent.withdrawn"),
        ("TGD-11", {"consent": Consent(given_on=DAY, withdrawn_on=EVE_2019)}, SATISFIED, "consent.given"),
        ("TGD-11", {"consent": Consent()}, UNKNOWN, "consent.not_asked"),
        ("TGD-14", {"orders": (BAN,)}, SATISFIED, "ban.in_force"),
        ("TGD-14", {"orders": ()}, NOT_SATISFIED, "ban.none"),
        ("TGD-14", {"orders": None}, UNKNOWN, "ban.not_asked"),
        ("TGD-14", {"orders": (replace(BAN, ends_on=None),)}, UNKNOWN, "ban.may_stand"),
        ("TGD-14", {"orders": (replace(BAN, notified_on=None),)}, UNKNOWN, "ban.may_stand"),
        ("TGD-14", {"orders": (replace(BAN, lifted_on=DAY),)}, NOT_SATISFIED, "ban.none"),
        ("TGD-14", {"orders": (replace(BAN, contact_ban=False, place_ban=True),)}, NOT_SATISFIED, "ban.none"),
    ],
)
def test_each_condition_is_satisfied_not_satisfied_or_unknown_and_says_why(
    rule: str, changes: dict[str, Any], status: Status, why: str
) -> None:
    answer = one(replace(CASE_A, **changes), rule)
    assert (answer.status, answer.why.key) == (status, why)
    assert answer.source.fr
    assert answer.why.fr != answer.why.en


@pytest.mark.parametrize(
    ("changes", "status", "why"),
    [
        ({"at_large": True, "not_yet_arrested": False, "ban_not_yet_ordered": False}, SATISFIED, "imminent.satisfied"),
        ({"not_yet_arrested": True, "ban_not_yet_ordered": False}, SATISFIED, "imminent.satisfied"),
        ({"not_yet_arrested": False, "ban_not_yet_ordered": True}, SATISFIED, "imminent.satisfied"),
        ({"not_yet_arrested": None, "at_large": None, "ban_not_yet_ordered": True}, SATISFIED, "imminent.satisfied"),
        ({"not_yet_arrested": False, "ban_not_yet_ordered": False}, NOT_SATISFIED, "imminent.no_circumstance"),
        ({"not_yet_arrested": None, "ban_not_yet_ordered": False}, UNKNOWN, "imminent.unknown"),
        ({"imminent_danger": False}, NOT_SATISFIED, "imminent.no_danger_found"),
        ({"imminent_danger": None}, UNKNOWN, "imminent.unknown"),
        (
            {"not_yet_arrested": False, "ban_not_yet_ordered": None, "ban_requested": True},
            SATISFIED,
            "imminent.satisfied",
        ),
        (
            {"not_yet_arrested": False, "ban_not_yet_ordered": False, "ban_requested": True},
            NOT_SATISFIED,
            "imminent.no_circumstance",
        ),
    ],
)
def test_case_b_needs_proven_and_imminent_danger_and_one_of_three_circumstances(
    changes: dict[str, Any], status: Status, why: str
) -> None:
    answer = one(replace(CASE_B, **changes), "TGD-15")
    assert (answer.status, answer.why.key) == (status, why)


def test_case_b_says_what_it_rests_on_and_what_is_missing() -> None:
    assert one(CASE_B, "TGD-15").why.fr.endswith(
        "auteur pas encore interpellé, interdiction de contact pas encore prononcée."
    )
    gaps = replace(CASE_B, imminent_danger=None, at_large=None, not_yet_arrested=None, ban_not_yet_ordered=None)
    assert one(gaps, "TGD-15").why.en == (
        "Missing: proven and imminent danger, author at large, author not yet arrested, contact ban not ordered yet."
    )


def test_a_ban_that_stands_has_been_ordered_whatever_the_box_says() -> None:
    facts = replace(CASE_B, orders=(BAN,), not_yet_arrested=False, ban_not_yet_ordered=True)
    assert one(facts, "TGD-15").status is NOT_SATISFIED
    assert overall(eligibility(facts, DAY)) is SATISFIED  # by case A


# Before and after each change of law


def test_until_29_december_2019_a_ban_was_always_needed() -> None:
    assert one(CASE_B, "TGD-15", EVE_2019).status is NOT_SATISFIED
    assert one(CASE_B, "TGD-15", EVE_2019).why.key == "rule.not_yet"
    assert overall(eligibility(CASE_B, EVE_2019)) is NOT_SATISFIED
    assert overall(eligibility(CASE_B, DAY_2019)) is SATISFIED


def test_case_a_was_enough_before_and_after() -> None:
    facts = replace(CASE_A, orders=(OLD_BAN,))
    assert overall(eligibility(facts, EVE_2019)) is SATISFIED
    assert overall(eligibility(facts, DAY_2019)) is SATISFIED
    assert "toujours" in (LAW.held_on("TGD-14", EVE_2019).version or LAW["TGD-14"].latest).text.fr


def test_before_the_article_existed_there_was_no_phone_to_attribute() -> None:
    facts = replace(
        CASE_A, consent=Consent(given_on=date(2013, 1, 1)), orders=(replace(OLD_BAN, starts_on=date(2013, 1, 1)),)
    )
    assert overall(eligibility(facts, date(2014, 8, 5))) is NOT_SATISFIED
    assert overall(eligibility(facts, date(2014, 8, 6))) is SATISFIED


def test_an_immediate_order_is_a_frame_from_15_june_2024() -> None:
    oppi = order(Frame.IMMEDIATE_PROTECTION_ORDER, first=date(2024, 6, 10))
    facts = replace(CASE_A, orders=(oppi,))
    assert one(facts, "TGD-14", date(2024, 6, 14)).status is NOT_SATISFIED
    assert one(facts, "TGD-14", date(2024, 6, 15)).status is SATISFIED


@pytest.mark.parametrize("frame", Frame)
def test_every_frame_of_the_list_carries_case_a(frame: Frame) -> None:
    ban = order(frame, first=DAY, ends_on=DAY + timedelta(days=30))
    assert one(replace(CASE_A, orders=(ban,)), "TGD-14").status is SATISFIED


# What the law does not ask


def test_no_complaint_and_no_prosecution_is_asked_about() -> None:
    asked = set(TgdFacts.__dataclass_fields__)
    assert not {name for name in asked if "complaint" in name or "prosecut" in name}


def test_a_rape_by_somebody_nobody_knows_can_lead_to_a_phone() -> None:
    facts = replace(CASE_B, link=CoupleLink.NONE, violence=None, rape=True)
    assert overall(eligibility(facts, DAY)) is SATISFIED


def test_language_does_not_count_among_the_conditions() -> None:
    for french in (True, False, None):
        assert overall(eligibility(replace(CASE_A, basic_french=french), DAY)) is SATISFIED


# Preparing


@pytest.mark.parametrize(
    ("changes", "blocked_by"),
    [
        ({}, ()),
        ({"consent": Consent()}, ("TGD-11",)),
        ({"consent": Consent(refused_on=DAY)}, ("TGD-11",)),
        ({"cohabitation": True}, ("TGD-09",)),
        ({"cohabitation": None}, ("TGD-09",)),
        ({"cohabitation": True, "consent": Consent()}, ("TGD-09", "TGD-11")),
        ({"serious_danger": None, "orders": (), "link": None}, ()),
    ],
)
def test_an_attribution_is_not_prepared_without_consent_or_with_cohabitation(
    changes: dict[str, Any], blocked_by: tuple[str, ...]
) -> None:
    prepared = preparation(eligibility(replace(CASE_A, **changes), DAY))
    assert prepared.allowed == (not blocked_by)
    assert tuple(a.rule for a in prepared.blocked_by) == blocked_by


def test_what_is_missing_is_shown_without_blocking() -> None:
    prepared = preparation(eligibility(replace(CASE_A, serious_danger=None, orders=()), DAY))
    assert prepared.allowed
    assert [a.rule for a in prepared.missing] == ["TGD-07", "TGD-14", "TGD-15"]


def test_once_one_case_is_met_the_other_is_not_missing() -> None:
    assert preparation(eligibility(CASE_A, DAY)).missing == ()
    assert preparation(eligibility(CASE_B, DAY)).missing == ()


# A decision taken outside


def test_a_sound_decision_has_no_defect() -> None:
    assert defects(CASE_A, Decision(taken_on=DAY, decided_by=Actor.PROSECUTOR, months=6)) == ()


@pytest.mark.parametrize(
    ("changes", "decision", "found"),
    [
        ({"consent": Consent()}, {}, ["TGD-11"]),
        ({"cohabitation": True}, {}, ["TGD-09"]),
        ({"orders": None}, {}, ["TGD-14", "TGD-15"]),
        ({}, {"decided_by": Actor.FAMILY_JUDGE}, ["TGD-02"]),
        ({}, {"decided_by": None}, ["TGD-02"]),
        ({}, {"months": 12}, ["TGD-27"]),
        ({}, {"months": None}, ["TGD-27"]),
        ({"cohabitation": None}, {"decided_by": None, "months": 3}, ["TGD-09", "TGD-02", "TGD-27"]),
    ],
)
def test_a_decision_taken_outside_is_listed_with_what_it_lacks(
    changes: dict[str, Any], decision: dict[str, Any], found: list[str]
) -> None:
    taken = Decision(**{"taken_on": DAY, "decided_by": Actor.PROSECUTOR, "months": 6, **decision})
    assert [a.rule for a in defects(replace(CASE_A, **changes), taken)] == found


def test_a_decision_is_looked_at_by_the_law_of_its_day() -> None:
    before = Decision(taken_on=EVE_2019, decided_by=Actor.PROSECUTOR, months=6)
    assert [a.rule for a in defects(CASE_B, before)] == ["TGD-14", "TGD-15"]
    assert defects(CASE_B, replace(before, taken_on=DAY_2019)) == ()


# Forms and language


def test_a_refused_geolocation_is_an_answer_and_needs_no_form() -> None:
    signed = Forms(consent_signed=True, consent_copy=True, police_sheets_signed=True, police_sheets_copy=True)
    facts = replace(CASE_A, geolocation=Consent(refused_on=DAY), forms=signed, basic_french=True)
    assert [(a.rule, a.status) for a in formalities(facts, DAY)] == [
        ("TGD-12", SATISFIED),
        ("TGD-13", SATISFIED),
        ("TGD-19", SATISFIED),
    ]
    assert overall(eligibility(facts, DAY)) is SATISFIED


def test_geolocation_nobody_asked_about_is_unknown_and_its_form_missing() -> None:
    signed = Forms(consent_signed=True, consent_copy=True, police_sheets_signed=True, police_sheets_copy=True)
    location, forms, language = formalities(replace(CASE_A, forms=signed), DAY)
    assert (location.status, forms.status, language.status) == (UNKNOWN, UNKNOWN, UNKNOWN)
    assert forms.why.fr == "Manque\u00a0: accord de géolocalisation signé, copie de l’accord de géolocalisation."


def test_a_form_signed_without_a_copy_handed_over_is_not_complete() -> None:
    everything = Forms(**dict.fromkeys(Forms.__dataclass_fields__, True))
    facts = replace(CASE_A, geolocation=Consent(given_on=DAY), forms=everything)
    assert formalities(facts, DAY)[1].status is SATISFIED
    no_copy = replace(facts, forms=replace(everything, consent_copy=False))
    assert formalities(no_copy, DAY)[1].status is NOT_SATISFIED
    assert formalities(no_copy, DAY)[1].why.en == "Missing: copy of the consent."


def test_without_basic_french_there_is_a_warning_and_no_block() -> None:
    quiet = PracticeSettings(basic_french_warning=False)
    assert [a.rule for a in formalities(replace(CASE_A, basic_french=False), DAY, quiet)] == ["TGD-12", "TGD-13"]
    language = formalities(replace(CASE_A, basic_french=False), DAY)[2]
    assert (language.status, language.blocks) == (NOT_SATISFIED, False)
    assert "interprète" in language.why.fr


# Consent over time

said = st.none() | st.dates(date(2024, 1, 1), date(2024, 3, 1))


@given(said, said, said, st.dates(date(2024, 1, 1), date(2024, 3, 1)))
def test_consent_is_what_was_said_last_and_never_inferred(
    given_on: date | None, refused_on: date | None, withdrawn_on: date | None, day: date
) -> None:
    consent = Consent(given_on=given_on, refused_on=refused_on, withdrawn_on=withdrawn_on)
    no = [at for at in (refused_on, withdrawn_on) if at is not None and at <= day]
    yes = given_on is not None and given_on <= day
    if yes and (not no or max(no) < (given_on or day)):
        assert consent.on(day) is SATISFIED
    else:
        assert consent.on(day) is (NOT_SATISFIED if no else UNKNOWN)


# Joining

statuses = st.lists(st.sampled_from(Status), max_size=5)


@given(statuses, statuses)
def test_unknown_is_never_satisfied_however_answers_are_joined(some: list[Status], more: list[Status]) -> None:
    assert (all_of(some) is SATISFIED) == (set(some) <= {SATISFIED})
    assert (any_of(some) is SATISFIED) == (SATISFIED in some)
    if all_of([*some, *more]) is SATISFIED:
        assert all_of(some) is SATISFIED


tri = st.sampled_from([True, False, None])


@given(
    st.fixed_dictionaries(
        dict.fromkeys(("serious_danger", "violence", "rape", "cohabitation", "imminent_danger", "at_large"), tri)
    )
)
def test_learning_more_never_turns_an_answer_round(facts: dict[str, bool | None]) -> None:
    """A fact learnt can make an unknown known; it cannot make what was settled without it anything else."""
    known = replace(CASE_A, orders=(), not_yet_arrested=False, ban_not_yet_ordered=False, **facts)  # type: ignore[arg-type]
    before = overall(eligibility(known, DAY))
    for name, value in facts.items():
        if value is None and before is not UNKNOWN:
            for learnt in (True, False):
                assert overall(eligibility(replace(known, **{name: learnt}), DAY)) is before  # type: ignore[arg-type]
