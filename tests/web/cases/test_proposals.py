"""A measure is proposed while a phone is out: it is followed, or somebody says why not, and it is never forgotten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from egide.core.access import Role
from egide.core.law.frames import Frame
from egide.web.cases import services as s
from egide.web.cases.models import Attribution, Case, Review, ReviewCause, ReviewOutcome, WithdrawalGround
from egide.web.cases.services import bracelets
from tests.web import factories
from tests.web.cases.world import World, banned, open_kinds, open_task, respondent_of, returned

After = tuple[World, Case, Attribution]
WORKER, PROSECUTOR, CLERK = Role.ASSOCIATION_WORKER, Role.PROSECUTOR, Role.PROSECUTOR_CLERK


def by_committee(w: World, case: Case) -> str:
    """The committee proposes a measure; answers how the proposal is named."""
    w.later(hours=2)
    met = s.CommitteeMet(met_on=w.today, opinion="Un bracelet.", proposes_measure=True, proposed_by="Mme Orme")
    return f"k{w.do(s.record_committee, CLERK, case, met).pk}"


def by_review(w: World, case: Case) -> str:
    """A review of living together proposes one."""
    w.later(hours=2)
    row = w.do(s.resume_cohabitation, WORKER, case, s.CohabitationResumed(on=w.today))
    done = s.ReviewDone(review=row.pk, outcome=ReviewOutcome.MEASURE_PROPOSED, words="Un bracelet.")
    return f"r{w.do(s.review_cohabitation, WORKER, case, done).pk}"


def before_a_release(w: World, case: Case, hours: int = 24) -> str:
    """A judge's re-examination before a release that is so many hours away proposes one."""
    w.later(hours=2)
    out_at, respondent = w.now + timedelta(hours=hours), respondent_of(case).pk
    said = s.DetentionSaid(respondent=respondent, imprisoned=True, release_at=out_at)
    w.do(s.say_detention, CLERK, case, said)
    row = Review.objects.get(case=case, cause=ReviewCause.RELEASE_PLANNED)
    done = s.ReviewDone(
        review=row.pk, outcome=ReviewOutcome.MEASURE_PROPOSED, words="Un bracelet.", not_told="Injoignable."
    )
    return f"r{w.do(s.reexamine, PROSECUTOR, case, done).pk}"


PROPOSALS = [by_committee, by_review, before_a_release]
Proposes = Callable[[World, Case], str]


@pytest.mark.parametrize("proposes", PROPOSALS)
def test_a_measure_proposed_beside_a_phone_asks_the_prosecutor(after: After, proposes: Proposes) -> None:
    w, case, _ = after
    proposes(w, case)
    task = open_task(case, "answer_proposal")
    assert (task.agency, task.role, task.rule) == (w.agency(PROSECUTOR), "prosecutor", "TGD-37")
    assert task.due_at is not None
    assert w.now < task.due_at <= w.now + timedelta(hours=72)
    assert "decide" not in open_kinds(case), "a phone is attributed once"


def test_what_is_proposed_before_a_release_is_answered_before_it(after: After) -> None:
    w, case, _ = after
    before_a_release(w, case, hours=10)
    assert open_task(case, "answer_proposal").due_at == w.now + timedelta(hours=10)


@pytest.mark.parametrize("proposes", PROPOSALS)
def test_it_is_not_followed_with_reasons_and_does_not_come_back_when_the_phone_does(after: After, proposes: Proposes) -> None:  # fmt: skip
    w, case, attribution = after
    named = proposes(w, case)
    w.later(hours=1)
    with pytest.raises(s.CannotDo, match="why the proposal"):
        w.do(s.not_follow, PROSECUTOR, case, s.NotFollowed(proposal=named, reasons=" "))
    for role in (CLERK, WORKER):
        with pytest.raises(PermissionDenied):
            w.do(s.not_follow, role, case, s.NotFollowed(proposal=named, reasons="Non."))
    said = s.NotFollowed(proposal=named, reasons="La personne mise en cause quitte le ressort.")
    row = w.do(s.not_follow, PROSECUTOR, case, said)
    assert (row.not_followed_because, row.not_followed_at, row.not_followed_by) == (said.reasons, w.now, w.actors[PROSECUTOR].user)  # fmt: skip
    assert "answer_proposal" not in open_kinds(case)
    with pytest.raises(s.CannotDo, match="already"):
        w.do(s.not_follow, PROSECUTOR, case, said)
    w.later(hours=1)
    returned(w, case, attribution)
    assert "decide" not in open_kinds(case)


def test_a_proposal_nobody_answered_still_waits_when_the_phone_came_back(after: After) -> None:
    w, case, attribution = after
    named = by_committee(w, case)
    w.later(hours=1)
    returned(w, case, attribution)
    assert "decide" in open_kinds(case)
    assert "answer_proposal" not in open_kinds(case)
    with pytest.raises(s.CannotDo, match="No phone runs"):
        w.do(s.not_follow, PROSECUTOR, case, s.NotFollowed(proposal=named, reasons="Non."))
    w.do(s.refuse, PROSECUTOR, case, s.Refused(reasons="Non."))
    assert "decide" not in open_kinds(case)


def test_what_is_proposed_after_the_phone_came_back_is_not_answered_by_why_it_did(after: After) -> None:
    w, case, attribution = after
    w.later(hours=1)
    returned(w, case, attribution)
    by_committee(w, case)
    w.later(hours=1)
    why = s.Withdrawn(attribution=attribution.pk, ground=WithdrawalGround.DANGER_CEASED, reasons="Rendu.")
    w.do(s.withdraw, PROSECUTOR, case, why)
    assert "decide" in open_kinds(case)


@pytest.mark.parametrize("proposes", [by_committee, before_a_release])
def test_a_decision_on_the_phone_answers_it(after: After, proposes: Proposes) -> None:
    w, case, attribution = after
    w.later(days=150)
    proposes(w, case)
    w.later(hours=1)
    w.do(s.renew, PROSECUTOR, case, s.Renewed(attribution=attribution.pk, reasons="Le téléphone reste."))
    assert "answer_proposal" not in open_kinds(case)


def test_a_withdrawal_with_the_proposal_in_sight_answers_it_for_good(after: After) -> None:
    w, case, attribution = after
    by_committee(w, case)
    w.later(hours=1)
    why = s.Withdrawn(attribution=attribution.pk, ground=WithdrawalGround.DANGER_CEASED, reasons="Parti.")
    w.do(s.withdraw, PROSECUTOR, case, why)
    assert not {"answer_proposal", "decide"} & open_kinds(case)
    w.later(hours=1)
    returned(w, case, attribution)
    assert "decide" not in open_kinds(case)


def test_an_order_against_the_one_who_comes_out_answers_it_and_one_against_another_does_not(after: After) -> None:
    w, case, _ = after
    other = factories.respondent(case)
    before_a_release(w, case)
    w.later(hours=1)
    against = s.OrderGiven(respondent=other.pk, frame=Frame.JUDICIAL_SUPERVISION, decided_on=w.today, starts_on=w.today, until_lifted=True)  # fmt: skip
    w.do(s.record_order, PROSECUTOR, case, against)
    assert "answer_proposal" in open_kinds(case)
    w.later(hours=1)
    banned(w, case)
    assert "answer_proposal" not in open_kinds(case)


def test_the_order_that_stood_before_is_no_answer_and_a_bracelet_fitted_under_it_is(after: After) -> None:
    w, case, _ = after
    w.later(hours=1)
    order = banned(w, case, bans_places=True)
    w.later(days=1)
    by_committee(w, case)
    assert "answer_proposal" in open_kinds(case)
    w.later(hours=1)
    w.do(bracelets.fit, PROSECUTOR, case, fitted(w, order.pk))
    assert "answer_proposal" not in open_kinds(case)


def fitted(w: World, order: int) -> bracelets.BraceletFitted:
    """A bracelet under that order, from today on."""
    device = bracelets.DeviceGiven
    return bracelets.BraceletFitted(
        order=order, alert_km=2, starts_on=w.today, ends_on=w.today + timedelta(days=90),
        box=device(identifier=f"box-{factories.number()}", key="one key"),
        bracelet=device(identifier=f"band-{factories.number()}", key="another key"),
        protected_agreed=True, wearer_agreed=True,
    )  # fmt: skip
