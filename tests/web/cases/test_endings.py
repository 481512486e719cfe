"""How a TGD ends: the four grounds, what comes first on each, and everything that must not end it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from egide.core.access import Role
from egide.core.instruments import Answer, Speaker, Value
from egide.core.law.calendar import end_of_day
from egide.web.agencies.models import AgencyKind
from egide.web.cases import services as s
from egide.web.cases.models import (
    Attribution,
    AttributionStatus,
    Case,
    CommitteeReview,
    ConsentKind,
    Report,
    Review,
    ReviewCause,
    ReviewOutcome,
    Stage,
    Withdrawal,
    WithdrawalGround,
)
from egide.web.cases.services import reviewing
from egide.web.cases.services.ports import Actor
from egide.web.people.profile import Channel
from egide.web.registry.models import Device
from egide.web.tasks.models import Task
from tests.web import factories
from tests.web.cases.world import (
    PARIS,
    World,
    consent,
    open_kinds,
    open_task,
    respondent_of,
    returned,
    told,
)

After = tuple[World, Case, Attribution]  # a phone is in the person's hands


def withdraw(w: World, case: Case, attribution: Attribution, ground: WithdrawalGround, **more: int) -> Withdrawal:
    """The prosecutor withdraws."""
    given = s.Withdrawn(attribution=attribution.pk, ground=ground, reasons="Motifs.", **more)
    row: Withdrawal = w.do(s.withdraw, Role.PROSECUTOR, case, given)
    return row


def rings(attribution: Attribution) -> bool:
    """Whether a press of the key rings: the gateway and the monitor look at the device alone."""
    return Device.objects.get(pk=attribution.device_id).status == "issued"


def test_danger_ceased_needs_nothing_but_the_prosecutors_reasons(after: After) -> None:
    w, case, attribution = after
    with pytest.raises(s.CannotDo, match="reasons"):
        w.do(
            s.withdraw, Role.PROSECUTOR, case,
            s.Withdrawn(attribution=attribution.pk, ground=WithdrawalGround.DANGER_CEASED, reasons=" "),
        )  # fmt: skip
    withdraw(w, case, attribution, WithdrawalGround.DANGER_CEASED)
    assert rings(attribution)
    assert open_task(case, "return_phone").due_at == end_of_day(w.today + timedelta(days=7))


def test_imprisonment_is_recorded_first_and_the_release_is_watched_whatever_follows(after: After) -> None:
    w, case, attribution = after
    with pytest.raises(s.CannotDo) as refused:
        withdraw(w, case, attribution, WithdrawalGround.IMPRISONED)
    assert refused.value.rule == "TGD-37"
    jailed = s.DetentionSaid(respondent=respondent_of(case).pk, imprisoned=True)
    w.do(s.say_detention, Role.PROSECUTOR, case, jailed)
    assert attribution.status == AttributionStatus.ACTIVE  # imprisonment ends nothing by itself
    watch = open_task(case, "watch_release")
    assert (watch.due_at, watch.remind_every_days) == (None, 30)
    withdraw(w, case, attribution, WithdrawalGround.IMPRISONED)
    told(w, case)
    returned(w, case, attribution)
    assert "watch_release" in open_kinds(case)
    assert case.stage == Stage.DECISION  # somebody still waits for an answer: not ended


def test_a_release_is_reexamined_before_its_instant_and_may_bring_the_phone_back(after: After) -> None:
    w, case, attribution = after
    respondent = respondent_of(case).pk
    w.do(s.say_detention, Role.PROSECUTOR, case, s.DetentionSaid(respondent=respondent, imprisoned=True))
    withdraw(w, case, attribution, WithdrawalGround.IMPRISONED)
    told(w, case)
    returned(w, case, attribution)
    w.later(days=90)
    out_at = w.now + timedelta(days=10)
    planned = s.DetentionSaid(respondent=respondent, imprisoned=True, release_at=out_at)
    w.do(s.say_detention, Role.PROSECUTOR_CLERK, case, planned)
    task = open_task(case, "reexamine_before_release")
    assert (task.due_at, task.agency, task.role) == (out_at, w.agency(Role.PROSECUTOR), "prosecutor")
    assert "watch_release" not in open_kinds(case)
    review = Review.objects.get(case=case, cause=ReviewCause.RELEASE_PLANNED)
    reinforce = s.ReviewDone(review=review.pk, outcome=ReviewOutcome.MEASURE_PROPOSED, words="Un téléphone à nouveau.")
    with pytest.raises(s.CannotDo, match="does not know of the release"):
        w.do(s.reexamine, Role.PROSECUTOR, case, reinforce)
    w.do(s.tell_release, Role.PROSECUTOR_CLERK, case, s.ReleaseTold(review=review.pk))
    w.do(s.reexamine, Role.PROSECUTOR, case, reinforce)
    assert {"decide"} <= open_kinds(case)
    again = w.do(s.attribute, Role.PROSECUTOR, case, s.AttributionDecided(reasons="Sortie de détention."))
    assert again.pk != attribution.pk
    assert case.stage == Stage.HAND_OVER


def test_the_person_is_told_of_a_release_and_anew_when_it_moves(after: After) -> None:
    w, case, _ = after
    respondent = respondent_of(case).pk
    out = s.DetentionSaid(respondent=respondent, imprisoned=True, release_at=w.now + timedelta(days=30))
    w.do(s.say_detention, Role.PROSECUTOR_CLERK, case, out)
    task = open_task(case, "tell_release")
    assert (task.due_at, task.role) == (w.now + timedelta(hours=24), "prosecutor_clerk")
    review = Review.objects.get(case=case, cause=ReviewCause.RELEASE_PLANNED)
    unsafe = Channel.objects.create(person=case.protected_person, kind="phone", value="06 39 98 00 77", is_safe=False)
    with pytest.raises(s.UnsafeChannel):
        w.do(s.tell_release, Role.PROSECUTOR_CLERK, case, s.ReleaseTold(review=review.pk, channel=unsafe.pk))
    w.do(s.tell_release, Role.PROSECUTOR_CLERK, case, s.ReleaseTold(review=review.pk))
    assert "tell_release" not in open_kinds(case)
    w.later(days=3)
    w.do(s.say_detention, Role.PROSECUTOR_CLERK, case, out)  # the same day said again is no news
    assert "tell_release" not in open_kinds(case)
    sooner = s.DetentionSaid(respondent=respondent, imprisoned=True, release_at=w.now + timedelta(hours=6))
    w.do(s.say_detention, Role.PROSECUTOR_CLERK, case, sooner)
    assert open_task(case, "tell_release").due_at == w.now + timedelta(hours=6)  # before the release, however soon
    review.refresh_from_db()
    assert (review.told_person_at, review.told_person_by) == (None, None)


def test_a_release_that_is_called_off_is_announced_no_more_and_whoever_was_told_is_told_so(after: After) -> None:
    w, case, _ = after
    respondent = respondent_of(case).pk
    out = s.DetentionSaid(respondent=respondent, imprisoned=True, release_at=w.now + timedelta(days=30))
    stays, off = (s.DetentionSaid(respondent=respondent, imprisoned=True, called_off=one) for one in (False, True))
    w.do(s.say_detention, Role.PROSECUTOR_CLERK, case, out)
    with pytest.raises(s.CannotDo, match="release is announced"):  # a date left out undoes nothing
        w.do(s.say_detention, Role.PROSECUTOR_CLERK, case, stays)
    assert {"tell_release", "reexamine_before_release"} <= open_kinds(case)
    w.do(s.say_detention, Role.PROSECUTOR_CLERK, case, off)
    assert not {"tell_release", "reexamine_before_release", "tell_release_off"} & open_kinds(case)
    assert open_task(case, "watch_release").remind_every_days == 30
    with pytest.raises(s.CannotDo, match="No release to come"):
        w.do(s.say_detention, Role.PROSECUTOR_CLERK, case, off)

    w.do(s.say_detention, Role.PROSECUTOR_CLERK, case, out)
    review = Review.objects.get(case=case, cause=ReviewCause.RELEASE_PLANNED)
    knows = s.ReleaseTold(review=review.pk)
    w.do(s.tell_release, Role.PROSECUTOR_CLERK, case, knows)
    w.do(s.say_detention, Role.PROSECUTOR_CLERK, case, off)
    task = open_task(case, "tell_release_off")
    assert (task.due_at, task.role) == (w.now + timedelta(hours=24), "prosecutor_clerk")
    kept = s.ReviewDone(review=review.pk, outcome=ReviewOutcome.PROTECTION_KEPT, words="Gardé.")
    with pytest.raises(s.CannotDo, match="does not know"):  # what was told is of no release now
        w.do(s.reexamine, Role.PROSECUTOR, case, kept)
    w.do(s.tell_release, Role.PROSECUTOR_CLERK, case, knows)
    assert "tell_release_off" not in open_kinds(case)
    with pytest.raises(s.CannotDo, match="No release is announced"):
        w.do(s.tell_release, Role.PROSECUTOR_CLERK, case, knows)


@pytest.mark.parametrize("was_told", [True, False])
def test_a_release_called_off_after_its_re_examination_is_watched_anew(after: After, was_told: bool) -> None:
    w, case, _ = after
    respondent = respondent_of(case).pk
    out = s.DetentionSaid(respondent=respondent, imprisoned=True, release_at=w.now + timedelta(days=30))
    w.do(s.say_detention, Role.PROSECUTOR_CLERK, case, out)
    first = Review.objects.get(case=case, cause=ReviewCause.RELEASE_PLANNED)
    if was_told:
        w.do(s.tell_release, Role.PROSECUTOR_CLERK, case, s.ReleaseTold(review=first.pk))
    done = s.ReviewDone(review=first.pk, outcome=ReviewOutcome.PROTECTION_KEPT, words="Gardé.", not_told="Injoignable.")
    w.do(s.reexamine, Role.PROSECUTOR, case, done)
    off = s.DetentionSaid(respondent=respondent, imprisoned=True, called_off=True)
    again = w.do(s.say_detention, Role.PROSECUTOR_CLERK, case, off)
    assert again.pk != first.pk
    assert "watch_release" in open_kinds(case)
    assert "tell_release" not in open_kinds(case)
    assert ("tell_release_off" in open_kinds(case)) is was_told
    first.refresh_from_db()
    assert (first.outcome, first.told_person_at is not None) == ("protection_kept", was_told)  # what was, was


def test_a_release_half_an_hour_after_midnight_is_of_the_day_it_is_in_paris(after: After) -> None:
    w, case, _ = after
    respondent, night = respondent_of(case), datetime(2026, 7, 14, 0, 30, tzinfo=PARIS)
    out = s.DetentionSaid(respondent=respondent.pk, imprisoned=True, release_at=night)
    w.do(s.say_detention, Role.PROSECUTOR_CLERK, case, out)
    respondent.refresh_from_db()
    assert respondent.release_expected_on == date(2026, 7, 14)


def test_a_re_examination_without_the_person_told_says_why_and_she_is_still_owed_it(after: After) -> None:
    w, case, _ = after
    out = s.DetentionSaid(respondent=respondent_of(case).pk, imprisoned=True, release_at=w.now + timedelta(days=1))
    w.do(s.say_detention, Role.PROSECUTOR_CLERK, case, out)
    review = Review.objects.get(case=case, cause=ReviewCause.RELEASE_PLANNED)
    done = s.ReviewDone(
        review=review.pk, outcome=ReviewOutcome.PROTECTION_KEPT, words="Gardé.", not_told="Injoignable."
    )
    w.do(s.reexamine, Role.PROSECUTOR, case, done)
    review.refresh_from_db()
    assert review.untold_because == "Injoignable."
    assert "tell_release" in open_kinds(case)
    w.do(s.tell_release, Role.PROSECUTOR_CLERK, case, s.ReleaseTold(review=review.pk))
    assert "tell_release" not in open_kinds(case)


def joined(w: World, kind: AgencyKind, role: Role) -> World:
    """The same district with somebody of that role, for this test alone."""
    user, agency = factories.user(), factories.agency(kind, jurisdiction=w.district)
    return replace(w, actors=w.actors | {role: Actor(user, factories.membership(user, agency, role.value))})


@pytest.mark.parametrize("role", [Role.PROSECUTOR_CLERK, Role.CLERK, Role.PROBATION, Role.PRISON_ADMINISTRATION])
@pytest.mark.parametrize("was_told", [True, False])
def test_whoever_only_announces_a_release_concludes_nothing_and_hears_nothing_of_the_person(
    after: After, role: Role, was_told: bool
) -> None:
    w, case, _ = after
    if role not in w.actors:
        w = joined(w, AgencyKind.PROBATION, role)
    out = s.DetentionSaid(respondent=respondent_of(case).pk, imprisoned=True, release_at=w.now + timedelta(days=9))
    w.do(s.say_detention, role, case, out)
    review = Review.objects.get(case=case, cause=ReviewCause.RELEASE_PLANNED)
    if was_told:
        w.do(s.tell_release, Role.PROSECUTOR_CLERK, case, s.ReleaseTold(review=review.pk))
    for why in ("", "Injoignable."):
        done = s.ReviewDone(review=review.pk, outcome=ReviewOutcome.PROTECTION_KEPT, words="Gardé.", not_told=why)
        with pytest.raises(s.CannotDo, match="A prosecutor or the judge who is seised concludes"):
            w.do(s.reexamine, role, case, done)
    assert "reexamine_before_release" in open_kinds(case)


def test_the_judge_who_is_seised_may_conclude_it(after: After) -> None:
    w, case, _ = after
    w = joined(w, AgencyKind.COURT, Role.SENTENCE_JUDGE)
    out = s.DetentionSaid(respondent=respondent_of(case).pk, imprisoned=True, release_at=w.now + timedelta(days=9))
    w.do(s.say_detention, Role.PROSECUTOR_CLERK, case, out)
    review = Review.objects.get(case=case, cause=ReviewCause.RELEASE_PLANNED)
    w.do(s.tell_release, Role.PROSECUTOR_CLERK, case, s.ReleaseTold(review=review.pk))
    done = s.ReviewDone(review=review.pk, outcome=ReviewOutcome.MEASURE_PROPOSED, words="Un téléphone.")
    w.do(s.reexamine, Role.SENTENCE_JUDGE, case, done)
    assert "reexamine_before_release" not in open_kinds(case)


def test_a_release_that_comes_before_its_day_is_told_anew(after: After) -> None:
    w, case, _ = after
    respondent = respondent_of(case).pk
    out = s.DetentionSaid(respondent=respondent, imprisoned=True, release_at=w.now + timedelta(days=30))
    w.do(s.say_detention, Role.PROSECUTOR_CLERK, case, out)
    review = Review.objects.get(case=case, cause=ReviewCause.RELEASE_PLANNED)
    w.do(s.tell_release, Role.PROSECUTOR_CLERK, case, s.ReleaseTold(review=review.pk))
    w.later(days=5)
    w.do(s.say_detention, Role.PROSECUTOR, case, s.DetentionSaid(respondent=respondent, imprisoned=False))
    assert open_task(case, "tell_release").due_at == w.now
    assert open_task(case, "reexamine_before_release").due_at == w.now


def test_a_release_nobody_announced_is_late_at_once(after: After) -> None:
    w, case, _ = after
    respondent = respondent_of(case).pk
    w.do(s.say_detention, Role.PROSECUTOR, case, s.DetentionSaid(respondent=respondent, imprisoned=True))
    w.later(days=20)
    w.do(s.say_detention, Role.PROSECUTOR, case, s.DetentionSaid(respondent=respondent, imprisoned=False))
    task = open_task(case, "reexamine_before_release")
    assert task.due_at == w.now


def test_the_person_asks_to_give_it_back_and_is_called_alone_the_same_day(after: After) -> None:
    w, case, attribution = after
    w.now = datetime(2026, 3, 10, 23, 30, tzinfo=PARIS)
    review = w.do(s.ask_to_withdraw, Role.ASSOCIATION_WORKER, case, s.AskedToWithdraw(words="Je le rends."))
    assert open_task(case, "call_same_day").due_at == end_of_day(date(2026, 3, 10))
    assert rings(attribution)
    assert case.stage == Stage.ACTIVE
    with pytest.raises(s.CannotDo, match="call"):
        withdraw(w, case, attribution, WithdrawalGround.PERSON_NO_LONGER_WANTS)
    with pytest.raises(s.CannotDo, match="not alone"):
        w.do(
            s.record_call, Role.ASSOCIATION_WORKER, case,
            s.CallMade(review=review.pk, outcome=ReviewOutcome.REQUEST_MAINTAINED, alone=False, words="…"),
        )  # fmt: skip
    kept = s.CallMade(review=review.pk, outcome=ReviewOutcome.REQUEST_MAINTAINED, alone=True, words="Confirmé.")
    w.do(s.record_call, Role.ASSOCIATION_WORKER, case, kept)
    assert {"decide_withdrawal"} <= open_kinds(case)
    withdraw(w, case, attribution, WithdrawalGround.PERSON_NO_LONGER_WANTS)
    assert rings(attribution)
    assert "decide_withdrawal" not in open_kinds(case)


@pytest.mark.parametrize("outcome", [ReviewOutcome.REQUEST_TAKEN_BACK, ReviewOutcome.UNDER_PRESSURE])
def test_a_wish_taken_back_or_said_under_pressure_ends_nothing(after: After, outcome: ReviewOutcome) -> None:
    w, case, attribution = after
    review = w.do(s.ask_to_withdraw, Role.ASSOCIATION_WORKER, case, s.AskedToWithdraw())
    answer = s.CallMade(review=review.pk, outcome=outcome, alone=True, words="Elle le garde.")
    w.do(s.record_call, Role.ASSOCIATION_WORKER, case, answer)
    assert "decide_withdrawal" not in open_kinds(case)
    with pytest.raises(s.CannotDo, match="maintained"):
        withdraw(w, case, attribution, WithdrawalGround.PERSON_NO_LONGER_WANTS)
    assert rings(attribution)


def test_taking_the_consent_to_the_phone_back_is_a_wish_not_an_end(after: After) -> None:
    w, case, attribution = after
    row = case.consents.get(kind=ConsentKind.TGD)
    w.do(s.withdraw_consent, Role.ASSOCIATION_WORKER, case, s.ConsentWithdrawn(consent=row.pk))
    assert "call_same_day" in open_kinds(case)
    assert rings(attribution)
    attribution.refresh_from_db()
    assert attribution.status == AttributionStatus.ACTIVE
    assert attribution.return_asked_by_person_at == w.now
    with pytest.raises(s.Blocked):  # and no renewal without her consent
        w.do(s.renew, Role.PROSECUTOR, case, s.Renewed(attribution=attribution.pk, reasons="Motifs."))
    consent(w, case, ConsentKind.TGD)
    w.do(s.renew, Role.PROSECUTOR, case, s.Renewed(attribution=attribution.pk, reasons="Motifs."))


def test_asking_twice_opens_one_call(after: After) -> None:
    w, case, _ = after
    for _ in range(2):
        w.do(s.ask_to_withdraw, Role.ASSOCIATION_WORKER, case, s.AskedToWithdraw())
    assert Review.objects.filter(case=case).count() == 1
    assert Task.objects.filter(case=case, kind="call_same_day").count() == 1


def test_rules_not_respected_needs_the_committees_opinion_on_withdrawal(after: After) -> None:
    w, case, attribution = after
    with pytest.raises(s.CannotDo) as refused:
        withdraw(w, case, attribution, WithdrawalGround.RULES_NOT_RESPECTED)
    assert refused.value.rule == "TGD-36"
    met = s.CommitteeMet(met_on=w.today, opinion="Avis.", proposes_measure=True, proposed_by="Mme Estève")
    other = w.do(s.record_committee, Role.PROSECUTOR, case, met)
    with pytest.raises(s.CannotDo):  # an opinion on something else
        withdraw(w, case, attribution, WithdrawalGround.RULES_NOT_RESPECTED, committee=other.pk)
    about = s.CommitteeMet(
        met_on=w.today,
        opinion="Favorable au retrait.",
        proposes_measure=False,
        proposed_by="M. Lemoine",
        on_withdrawal=True,
    )
    opinion = w.do(s.record_committee, Role.PROSECUTOR, case, about)
    row = withdraw(w, case, attribution, WithdrawalGround.RULES_NOT_RESPECTED, committee=opinion.pk)
    assert row.committee == opinion
    assert rings(attribution)


def test_an_opinion_on_an_earlier_attribution_ends_no_later_one(after: After) -> None:
    w, case, attribution = after
    about = s.CommitteeMet(
        met_on=w.today, opinion="Au retrait.", proposes_measure=False, proposed_by="M. Lemoine", on_withdrawal=True
    )
    old = w.do(s.record_committee, Role.PROSECUTOR, case, about)
    assert old.attribution == attribution
    withdraw(w, case, attribution, WithdrawalGround.RULES_NOT_RESPECTED, committee=old.pk)
    told(w, case)
    returned(w, case, attribution)
    new_report = s.MoreGiven(reporter=Report.Reporter.PERSON, channel=Report.Channel.PHONE, received_at=w.now)
    w.do(s.report_again, Role.ASSOCIATION_WORKER, case, new_report)
    again = w.do(s.attribute, Role.PROSECUTOR, case, s.AttributionDecided(reasons="Danger de nouveau."))
    assert again.starts_on == old.met_on, "the day alone does not tell the two apart"
    with pytest.raises(s.CannotDo, match="earlier attribution"):
        withdraw(w, case, again, WithdrawalGround.RULES_NOT_RESPECTED, committee=old.pk)
    new = w.do(s.record_committee, Role.PROSECUTOR, case, about)
    assert new.attribution == again
    withdraw(w, case, again, WithdrawalGround.RULES_NOT_RESPECTED, committee=new.pk)


def test_an_opinion_of_a_day_before_the_attribution_is_not_on_it_whenever_it_is_recorded(after: After) -> None:
    w, case, attribution = after
    before = s.CommitteeMet(
        met_on=attribution.starts_on - timedelta(days=1), opinion="Au retrait.", proposes_measure=False,
        proposed_by="M. Lemoine", on_withdrawal=True,
    )  # fmt: skip
    late = w.do(s.record_committee, Role.PROSECUTOR, case, before)
    for linked in (attribution, None):  # None: as those recorded before opinions kept their attribution
        CommitteeReview.objects.filter(pk=late.pk).update(attribution=linked)
        with pytest.raises(s.CannotDo, match="earlier attribution"):
            withdraw(w, case, attribution, WithdrawalGround.RULES_NOT_RESPECTED, committee=late.pk)


def test_the_database_refuses_a_disciplinary_withdrawal_without_the_committee(after: After) -> None:
    w, case, attribution = after
    row = withdraw(w, case, attribution, WithdrawalGround.DANGER_CEASED)
    with pytest.raises(IntegrityError), transaction.atomic():
        Withdrawal.objects.filter(pk=row.pk).update(ground=WithdrawalGround.RULES_NOT_RESPECTED)


def test_a_withdrawal_is_decided_once(after: After) -> None:
    w, case, attribution = after
    withdraw(w, case, attribution, WithdrawalGround.DANGER_CEASED)
    with pytest.raises(s.CannotDo, match="already"):
        withdraw(w, case, attribution, WithdrawalGround.DANGER_CEASED)
    assert Withdrawal.objects.filter(attribution=attribution).count() == 1


def test_cohabitation_that_resumes_opens_a_review_and_ends_nothing(after: After) -> None:
    w, case, attribution = after
    since = w.today - timedelta(days=2)
    row = w.do(s.resume_cohabitation, Role.ASSOCIATION_WORKER, case, s.CohabitationResumed(on=since))
    task = open_task(case, "review_cohabitation")
    assert task.due_at == end_of_day(since + timedelta(days=1))
    assert rings(attribution)
    with pytest.raises(s.Blocked) as refused:
        w.do(s.renew, Role.PROSECUTOR, case, s.Renewed(attribution=attribution.pk, reasons="Motifs."))
    assert refused.value.rule == "TGD-09"
    kept = s.ReviewDone(review=row.pk, outcome=ReviewOutcome.PROTECTION_KEPT, words="Sous emprise, elle le garde.")
    w.do(s.review_cohabitation, Role.ASSOCIATION_WORKER, case, kept)
    assert "review_cohabitation" not in open_kinds(case)
    attribution.refresh_from_db()
    assert attribution.status == AttributionStatus.ACTIVE


def test_a_review_that_proposes_the_end_asks_the_prosecutor(after: After) -> None:
    w, case, attribution = after
    row = w.do(s.resume_cohabitation, Role.ASSOCIATION_WORKER, case, s.CohabitationResumed(on=w.today))
    end = s.ReviewDone(review=row.pk, outcome=ReviewOutcome.WITHDRAWAL_PROPOSED, words="Elle le souhaite.")
    w.do(s.review_cohabitation, Role.ASSOCIATION_WORKER, case, end)
    assert open_task(case, "decide_withdrawal").agency == w.agency(Role.PROSECUTOR)
    assert rings(attribution)


def test_a_term_that_passes_without_a_decision_stays_late_and_the_phone_rings_on(after: After) -> None:
    w, case, attribution = after
    w.now = datetime(2027, 1, 15, 12, 0, tzinfo=PARIS)
    with w.at():
        s.refresh(case)
    term = open_task(case, "term")
    assert term.due_at == end_of_day(attribution.ends_on)
    assert term.due_at < w.now
    assert rings(attribution)
    assert Attribution.objects.get(pk=attribution.pk).status == AttributionStatus.ACTIVE


def test_a_renewal_after_the_term_begins_a_new_count_and_the_gap_shows(after: After) -> None:
    w, case, attribution = after
    w.now = datetime(2026, 9, 20, 12, 0, tzinfo=PARIS)
    w.do(s.renew, Role.PROSECUTOR, case, s.Renewed(attribution=attribution.pk, reasons="Motifs."))
    attribution.refresh_from_db()
    assert attribution.ends_on == date(2027, 3, 20)


def test_a_measure_left_to_run_out_is_due_back_after_its_term_and_rings_until_then(after: After) -> None:
    w, case, attribution = after
    w.now = datetime(2026, 8, 20, 12, 0, tzinfo=PARIS)
    out = s.LeftToRunOut(attribution=attribution.pk, reasons="Le danger ne le justifie plus.")
    w.do(s.let_run_out, Role.PROSECUTOR, case, out)
    assert open_task(case, "return_phone").due_at == end_of_day(attribution.ends_on + timedelta(days=7))
    assert rings(attribution)
    assert "term" not in open_kinds(case)


def left_to_run_out(w: World, case: Case, attribution: Attribution) -> None:
    """Three weeks before its term nobody renews it."""
    w.now = datetime(2026, 8, 20, 12, 0, tzinfo=PARIS)
    out = s.LeftToRunOut(attribution=attribution.pk, reasons="Le danger ne le justifie plus.")
    w.do(s.let_run_out, Role.PROSECUTOR, case, out)


@pytest.mark.parametrize("days", [5, 40])
def test_a_decision_not_to_renew_is_overtaken_by_a_renewal_while_she_holds_the_phone(after: After, days: int) -> None:
    w, case, attribution = after
    left_to_run_out(w, case, attribution)
    before = attribution.ends_on
    with w.at(w.later(days=days)):
        s.after_alarm(case, w.now, "incident-1")
    w.do(s.renew, Role.PROSECUTOR, case, s.Renewed(attribution=attribution.pk, reasons="Une alerte."))
    attribution.refresh_from_db()
    assert attribution.status == AttributionStatus.ACTIVE
    assert attribution.ends_on > before
    assert open_task(case, "term").due_at == end_of_day(attribution.ends_on)
    assert "return_phone" not in open_kinds(case)
    assert rings(attribution)
    assert case.attributions.count() == 1, "no other phone"


def test_a_decision_not_to_renew_is_overtaken_by_a_withdrawal_and_by_one_only(after: After) -> None:
    w, case, attribution = after
    left_to_run_out(w, case, attribution)
    w.later(hours=20)
    review = w.do(s.ask_to_withdraw, Role.ASSOCIATION_WORKER, case, s.AskedToWithdraw(words="Je le rends."))
    kept = s.CallMade(review=review.pk, outcome=ReviewOutcome.REQUEST_MAINTAINED, alone=True, words="Confirmé.")
    w.do(s.record_call, Role.ASSOCIATION_WORKER, case, kept)
    assert "decide_withdrawal" in open_kinds(case)
    withdraw(w, case, attribution, WithdrawalGround.PERSON_NO_LONGER_WANTS)
    assert open_task(case, "return_phone").due_at == end_of_day(w.today + timedelta(days=7))
    assert rings(attribution)
    with pytest.raises(s.CannotDo, match="already"):
        withdraw(w, case, attribution, WithdrawalGround.DANGER_CEASED)
    with pytest.raises(s.CannotDo, match="not running"):
        w.do(s.renew, Role.PROSECUTOR, case, s.Renewed(attribution=attribution.pk, reasons="Motifs."))


def test_a_phone_left_to_run_out_that_came_back_is_over(after: After) -> None:
    w, case, attribution = after
    left_to_run_out(w, case, attribution)
    returned(w, case, attribution)
    assert "decide_after_return" not in open_kinds(case)
    with pytest.raises(s.CannotDo, match="not running"):
        w.do(s.renew, Role.PROSECUTOR, case, s.Renewed(attribution=attribution.pk, reasons="Motifs."))
    with pytest.raises(s.CannotDo, match="already"):
        withdraw(w, case, attribution, WithdrawalGround.DANGER_CEASED)


def test_a_ban_that_ends_first_is_still_told_of_a_phone_left_to_run_out_until_its_term(after: After) -> None:
    w, case, attribution = after
    case.orders.update(until_lifted=False, ends_on=date(2026, 8, 28))
    left_to_run_out(w, case, attribution)
    assert "ban_ends_first" in open_kinds(case)
    with w.at(datetime(2026, 10, 1, 12, 0, tzinfo=PARIS)):
        s.refresh(case)
    assert "ban_ends_first" not in open_kinds(case)


def test_a_phone_that_comes_back_without_a_decision_asks_the_prosecutor_why(after: After) -> None:
    w, case, attribution = after
    returned(w, case, attribution)
    assert not rings(attribution)
    assert "decide_after_return" in open_kinds(case)
    assert case.stage == Stage.DECISION
    withdraw(w, case, attribution, WithdrawalGround.DANGER_CEASED)
    told(w, case)
    assert "decide_after_return" not in open_kinds(case)
    assert case.stage == Stage.ENDED


def test_whoever_simply_hands_the_phone_back_is_called_and_may_no_longer_want_it(after: After) -> None:
    w, case, attribution = after
    returned(w, case, attribution)
    with pytest.raises(s.CannotDo, match="call"):
        withdraw(w, case, attribution, WithdrawalGround.PERSON_NO_LONGER_WANTS)
    review = w.do(s.ask_to_withdraw, Role.ASSOCIATION_WORKER, case, s.AskedToWithdraw(words="Je n’en veux plus."))
    assert review.attribution == attribution
    assert open_task(case, "call_same_day").due_at == end_of_day(w.today)
    kept = s.CallMade(review=review.pk, outcome=ReviewOutcome.REQUEST_MAINTAINED, alone=True, words="Confirmé.")
    w.do(s.record_call, Role.ASSOCIATION_WORKER, case, kept)
    withdraw(w, case, attribution, WithdrawalGround.PERSON_NO_LONGER_WANTS)
    with pytest.raises(s.CannotDo, match="holds no phone"):
        w.do(s.ask_to_withdraw, Role.ASSOCIATION_WORKER, case, s.AskedToWithdraw())
    told(w, case)
    assert case.stage == Stage.ENDED


def test_where_the_end_is_decided_no_wish_is_asked_for_and_nobody_says_that_no_phone_is_held(after: After) -> None:
    w, case, attribution = after
    assert reviewing.may_be_asked(s.Whole(case)) == attribution
    withdraw(w, case, attribution, WithdrawalGround.DANGER_CEASED)
    assert reviewing.may_be_asked(s.Whole(case)) is None
    with pytest.raises(s.CannotDo, match="decided already"):
        w.do(s.ask_to_withdraw, Role.ASSOCIATION_WORKER, case, s.AskedToWithdraw())


def test_the_provider_has_three_days_from_the_receipt_and_the_logs_six_months(after: After) -> None:
    w, case, attribution = after
    withdraw(w, case, attribution, WithdrawalGround.DANGER_CEASED)
    returned(w, case, attribution)
    w.now = datetime(2026, 8, 31, 12, 0, tzinfo=PARIS)
    got = s.CertificateReceived(attribution=attribution.pk)
    w.do(s.acknowledge_certificate, Role.TECHNICIAN, case, got)
    assert open_task(case, "erase_provider").due_at == end_of_day(date(2026, 9, 3))
    assert open_task(case, "erase_logs").due_at == end_of_day(date(2027, 2, 28))
    assert open_task(case, "erase_logs").agency is None


def test_an_archive_that_is_too_early_names_each_task_that_is_open_and_who_owes_it(after: After) -> None:
    w, case, attribution = after
    red = tuple(Answer(item, Value.YES, Speaker.PROTECTED_PERSON, w.today) for item in ("P02", "R01"))
    w.do(s.assess_danger, Role.ASSOCIATION_WORKER, case, s.AssessmentGiven(answers=red))
    withdraw(w, case, attribution, WithdrawalGround.DANGER_CEASED)
    told(w, case)
    returned(w, case, attribution)
    with pytest.raises(s.StillOpen) as refused:
        w.do(s.archive, Role.PROSECUTOR, case, s.Archived(words="Fin."))
    assert {(one.data["step"], one.agency) for one in refused.value.tasks} == {
        ("medical", w.agency(Role.ASSOCIATION_WORKER)),
        ("complete", w.agency(Role.ASSOCIATION_WORKER)),
        ("weapon", w.agency(Role.PROSECUTOR)),  # the mandate of the police ended with the phone
    }
    for task in refused.value.tasks:
        role = Role.PROSECUTOR if task.data["step"] == "weapon" else Role.ASSOCIATION_WORKER
        w.do(s.tick_off, role, case, s.TickedOff(task=task.pk, outcome="Fait."))
    w.do(s.archive, Role.PROSECUTOR, case, s.Archived(words="Fin."))
    assert case.stage == Stage.ARCHIVED


def test_nothing_is_archived_while_somebody_waits(after: After) -> None:
    w, case, attribution = after
    with pytest.raises(s.CannotDo, match="left to do"):
        w.do(s.archive, Role.PROSECUTOR, case, s.Archived(words="Fin."))
    withdraw(w, case, attribution, WithdrawalGround.DANGER_CEASED)
    told(w, case)
    returned(w, case, attribution)
    with pytest.raises(s.CannotDo, match="prosecution office"):
        w.do(s.archive, Role.ASSOCIATION_WORKER, case, s.Archived(words="Fin."))
    w.do(s.archive, Role.PROSECUTOR_CLERK, case, s.Archived(words="Fin."))
    with pytest.raises(s.CannotDo, match="archived"):
        w.do(s.refuse, Role.PROSECUTOR, case, s.Refused(reasons="Non."))
