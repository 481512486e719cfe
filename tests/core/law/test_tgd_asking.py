"""Who may ask, who decides, what a refusal says, who proposes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.core.law.answers import Actor, Status
from egide.core.law.tgd import (
    DECIDERS,
    REPORTERS,
    Act,
    Reporter,
    decided_by,
    may_ask,
    may_ask_again,
    refusal_information,
    who_decides,
    who_proposes,
)

DAY = date(2024, 10, 1)


@pytest.mark.parametrize("reporter", Reporter)
def test_anybody_may_ask_the_person_included(reporter: Reporter) -> None:
    answer = may_ask(reporter, DAY)
    assert answer.status is Status.SATISFIED
    assert answer.rule == "TGD-03"
    assert answer.other is not None
    assert "ne peut pas demander elle-même" in answer.other.fr


@pytest.mark.parametrize("reporter", Reporter)
def test_before_30_december_2019_no_text_said_who_may_ask(reporter: Reporter) -> None:
    assert may_ask(reporter, date(2019, 12, 29)).status is Status.UNKNOWN


def test_no_answer_ever_turns_a_request_away() -> None:
    answers = [may_ask(r, d) for r in Reporter for d in (date(2000, 1, 1), DAY, date(2040, 1, 1))]
    assert Status.NOT_SATISFIED not in {a.status for a in answers}


def test_every_reporter_has_a_name_and_a_word_that_is_none_is_refused() -> None:
    assert set(REPORTERS) == set(Reporter)
    with pytest.raises(ValueError, match="nobody"):
        may_ask("nobody", DAY)  # type: ignore[arg-type]


@pytest.mark.parametrize("act", [act for act in Act if act is not Act.COMMITTEE_OPINION])
def test_the_prosecutor_decides_everything_about_a_phone(act: Act) -> None:
    assert who_decides(act).actor is Actor.PROSECUTOR


def test_a_committee_only_gives_its_opinion() -> None:
    assert [act for act, by in DECIDERS.items() if by.actor is Actor.COMMITTEE] == [Act.COMMITTEE_OPINION]
    assert set(DECIDERS) == set(Act)


@pytest.mark.parametrize("actor", [actor for actor in Actor if actor is not Actor.PROSECUTOR])
def test_nobody_else_attributes_a_phone(actor: Actor) -> None:
    answer = decided_by(actor, DAY)
    assert answer.status is Status.NOT_SATISFIED
    assert actor.label.fr in answer.why.fr


def test_the_prosecutor_does_and_nobody_recorded_is_unknown() -> None:
    assert decided_by(Actor.PROSECUTOR, DAY).status is Status.SATISFIED
    assert decided_by(None, DAY).status is Status.UNKNOWN


def test_a_refusal_says_its_reasons_that_it_can_be_contested_and_that_one_may_ask_again() -> None:
    told = refusal_information(DAY)
    assert [a.why.key for a in told] == ["refusal.reasons", "refusal.contest", "refusal.again"]
    assert all(a.other is not None and "appel" in a.other.fr for a in told)
    assert "ni appel ni délai" in told[1].why.fr


@given(st.dates(date(2014, 8, 6), date(2060, 1, 1)), st.integers(0, 5000))
def test_after_a_refusal_a_new_request_is_possible_at_any_time(refused: date, later: int) -> None:
    assert may_ask_again(refused, refused + timedelta(days=later)).status is Status.SATISFIED


def test_a_day_before_the_refusal_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="before the refusal"):
        may_ask_again(DAY, DAY - timedelta(days=1))


@pytest.mark.parametrize("name", [None, "", "   ", "\n"])
def test_a_case_a_committee_discusses_is_not_done_until_somebody_proposes(name: str | None) -> None:
    answer = who_proposes(name, DAY)
    assert answer.status is Status.NOT_SATISFIED
    assert answer.rule == "OF-10"


def test_a_named_person_proposes() -> None:
    answer = who_proposes("  Claude Exemple ", DAY)
    assert answer.status is Status.SATISFIED
    assert answer.why.fr == "Proposé par Claude Exemple."
