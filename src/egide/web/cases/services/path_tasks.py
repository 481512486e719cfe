"""Which step of the path is next, where no text sets a time? One function a step; the hours stand in `tasks.kinds`.

Each asks the file whether the step was taken; a step taken leaves the list by itself. Nothing here decides anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from egide.core.access import BREAK_GLASS_REVIEW
from egide.web.cases.models import (
    Attribution,
    AttributionStatus,
    Contact,
    Decision,
    Evaluation,
    FollowUpStep,
    LiaisonSheet,
    Report,
    Review,
    ReviewOutcome,
    Stage,
)
from egide.web.cases.services import danger, facts, proposals
from egide.web.cases.services.clocks import Clock, View, is_open
from egide.web.tasks.engine import Wanted

_UNDER_WAY = (FollowUpStep.Status.TO_DO, FollowUpStep.Status.UNDER_WAY)
_IN_VAIN = (
    Contact.Outcome.NO_ANSWER,
    Contact.Outcome.WRONG_PERSON,
    Contact.Outcome.UNSAFE_TO_TALK,
    Contact.Outcome.ASKED_TO_CALL_BACK,
)
_JUST_BEFORE = timedelta(days=1)  # between a report made in person and the mandate that follows it; ours
_PROPOSES_END = (ReviewOutcome.REQUEST_MAINTAINED, ReviewOutcome.WITHDRAWAL_PROPOSED)


def _report(view: View) -> Iterator[Wanted]:
    for report in view.whole.reports:
        ref = f"s{report.pk}"
        if report.channel == Report.Channel.RECEPTION_SIGN and not _met_since(view, report):
            now = view.task("see_person_now", ref, view.after("see_person_now", report.received_at), report.received_by)
            yield (
                replace(now, role="") if report.received_by is not None else now
            )  # whoever is there, whatever the role
        if report.handled_at is None:
            yield view.task("read_report", ref, view.after("read_report", report.received_at))


def _met_since(view: View, report: Report) -> bool:
    """Whether somebody met the person since this very sign: an interview before it answers an earlier one (RQ-90)."""
    met = [c.at for c in view.whole.contacts if c.outcome == Contact.Outcome.REACHED]
    met += [sitting.started_at for one in view.whole.interviews for sitting in one.sessions.all()]
    return any(at >= report.received_at for at in met)


def _evaluation(view: View) -> Iterator[Wanted]:
    """Mandate acknowledged, person reached."""
    for evaluation in view.whole.evaluations:
        if not is_open(evaluation, view):
            continue
        ref = f"e{evaluation.pk}"
        if evaluation.mandate_received_at is None:
            assert evaluation.mandate_sent_at is not None
            due = view.after("acknowledge_mandate", evaluation.mandate_sent_at)
            yield view.task("acknowledge_mandate", ref, due, evaluation.agency)
        since = evaluation.mandate_received_at or evaluation.mandate_sent_at
        assert since is not None
        if not _reached_since(view, evaluation):
            kind = "first_contact" if any(c.is_safe for c in view.whole.channels) else "find_safe_channel"
            yield view.task(kind, ref, view.after(kind, since), evaluation.agency)


def _reached_since(view: View, evaluation: Evaluation) -> bool:
    since = evaluation.mandate_received_at or evaluation.mandate_sent_at
    assert since is not None
    planned = any(i.ended_at is None or i.ended_at >= since for i in view.whole.interviews)
    # Whoever came by herself or himself is not called for a first time.
    came = [
        r for r in view.whole.reports if r.reporter == Report.Reporter.PERSON and r.channel == Report.Channel.IN_PERSON
    ]
    met = any(r.received_by_id == evaluation.agency_id and r.received_at >= since - _JUST_BEFORE for r in came)
    return planned or met or any(c.outcome == Contact.Outcome.REACHED and c.at >= since for c in view.whole.contacts)


def _call_back(view: View) -> Iterator[Wanted]:
    """The last contact agreed on a next one. An attempt in vain leaves what was agreed as it is."""
    contacts = [c for c in view.whole.contacts if c.next_at is not None or c.outcome not in _IN_VAIN]
    if contacts and contacts[-1].next_at is not None:
        last = contacts[-1]
        assert last.next_at is not None
        yield view.task("call_back", f"c{last.pk}", facts.day_after(last.next_at), assignee_id=last.by_id)


def _against_the_rules(view: View) -> Iterator[Wanted]:
    """A contact broke a rule: the person is told, the way is checked again, and somebody says what came of it (TGD-20)."""
    for contact in view.whole.contacts:
        if contact.against:
            due = view.after("tell_of_contact", contact.at)
            yield view.task("tell_of_contact", f"c{contact.pk}", due, contact.agency, assignee_id=contact.by_id)


def _interviews(view: View) -> Iterator[Wanted]:
    for interview in view.whole.interviews:
        if interview.ended_at is not None:
            continue
        sessions = list(interview.sessions.all())
        ref = f"i{interview.pk}"
        if not sessions:
            if interview.appointment_at is not None:
                due = facts.day_after(interview.appointment_at)
                yield view.task("hold_interview", ref, due, interview.agency, assignee_id=interview.led_by_id)
            continue
        last = max(sessions, key=lambda s: (s.started_at, s.pk))
        since = last.paused_at or last.started_at
        due = view.after("resume_interview", since)
        yield view.task("resume_interview", ref, due, interview.agency, assignee_id=interview.led_by_id)


def _danger(view: View) -> Iterator[Wanted]:
    """The next look, and the steps that the latest assessment of each assessor opened."""
    if not view.whole.assessments:
        return
    for step in danger.open_steps(view.whole):
        yield view.task(
            "danger_step", f"{step.assessment.pk}:{step.step.id}",
            step.assessment.made_at + timedelta(hours=step.step.due_h),
            who=danger.actor_of(step.step), agency=danger.agency_of(step, view.whole), as_role=danger.role_of(step),
            data={"step": step.step.id},
        )  # fmt: skip
    if view.whole.case.stage not in (Stage.ENDED, Stage.ARCHIVED) or view.whole.out:
        review = danger.next_look(view.whole, view.now)
        if review is not None:
            last = view.whole.assessments[-1]
            yield view.task("reassess_danger", f"{last.pk}:{review}", facts.day_after(facts.first_instant(review)))


def awaiting_decision(view: View) -> list[datetime]:
    """Since when the prosecutor has something to decide: a report sent, a committee or a re-examination that proposes."""
    whole = view.whole
    asked = [e.sent_at for e in whole.evaluations if e.sent_at is not None]
    decided = [d.recorded_at for d in whole.decisions if d.kind not in facts.ENDING]
    waiting = [at for at in asked if not any(d >= at for d in decided)]
    return sorted([*waiting, *(one.at for one in proposals.unanswered(whole))])


def _decide(view: View) -> Iterator[Wanted]:
    waiting = awaiting_decision(view)
    if waiting and view.whole.running is None:
        yield view.task("decide", f"{waiting[0]:%Y%m%dT%H%M%S}", view.after("decide", waiting[0]))


def _proposed(view: View) -> Iterator[Wanted]:
    """A measure is proposed beside a phone that runs: it is followed, or the prosecutor says why not (TGD-37, OF-10)."""
    if view.whole.running is None:
        return  # then it is an attribution that is decided, or refused
    for one in proposals.unanswered(view.whole):
        due = view.after("answer_proposal", one.at)
        yield view.task("answer_proposal", one.ref, due if one.before is None else min(one.before, due))


def _defects(view: View) -> Iterator[Wanted]:
    for decision in view.whole.decisions:
        if decision.taken_outside and decision.defects and _lives(view, decision):
            due = view.after("remedy_defects", decision.recorded_at)
            yield view.task("remedy_defects", f"d{decision.pk}", due, data={"defects": list(decision.defects)})


def _lives(view: View, decision: Decision) -> bool:
    return any(
        a.pk == decision.attribution_id and a.status != AttributionStatus.RETURNED for a in view.whole.attributions
    )


def _hand_over(view: View) -> Iterator[Wanted]:
    for attribution in view.whole.attributions:
        if attribution.status == AttributionStatus.DECIDED:
            due = view.after("hand_over", attribution.decision.decided_at)
            yield view.task("hand_over", f"a{attribution.pk}", due)


def _failed_tests(view: View) -> Iterator[Wanted]:
    for attribution in view.whole.out:
        tests = sorted(attribution.tests.all(), key=lambda test: (test.at, test.pk))
        if tests and not tests[-1].worked:
            due = view.after("repair_phone", tests[-1].at)
            yield view.task("repair_phone", f"a{attribution.pk}:{tests[-1].pk}", due)


def _liaison(view: View) -> Iterator[Wanted]:
    """Three partners, each its sheet, each acknowledged (TGD-25)."""
    for attribution in view.whole.attributions:
        if attribution.status not in (AttributionStatus.DECIDED, AttributionStatus.ACTIVE):
            continue
        sheets = {sheet.partner: sheet for sheet in attribution.liaison_sheets.all()}
        for partner in LiaisonSheet.Partner:
            ref = f"a{attribution.pk}:{partner.value}"
            sheet = sheets.get(partner)
            if sheet is None:
                due = view.after("send_liaison_sheet", attribution.decision.decided_at)
                yield view.task("send_liaison_sheet", ref, due, data={"partner": partner.value})
            elif sheet.received_at is None:
                due = view.after("receive_liaison_sheet", sheet.sent_at)
                yield view.task("receive_liaison_sheet", ref, due, sheet.agency, data={"partner": partner.value})


def _follow_up(view: View) -> Iterator[Wanted]:
    for step in view.whole.steps:
        if step.status in _UNDER_WAY and step.due_on is not None:
            due = facts.day_after(facts.first_instant(step.due_on))
            about = {"domain": step.domain}
            yield view.task("follow_up_step", f"f{step.pk}", due, step.agency, assignee_id=step.owner_id, data=about)


def _committee(view: View) -> Iterator[Wanted]:
    for item in view.whole.committee_items:
        if item.review_id is None:
            due = facts.day_after(facts.first_instant(item.meets_on))
            yield view.task("who_proposes", f"k{item.pk}", due)


def _end_proposed(view: View) -> Iterator[Wanted]:
    """A review that proposes the end, or a request maintained: the prosecutor answers, either way."""
    running = view.whole.running or facts.renewable(view.whole)
    if running is None:
        return
    for review in view.whole.reviews:
        if review.done_at is not None and review.outcome in _PROPOSES_END and _unanswered(view, review, running):
            due = view.after("decide_withdrawal", review.done_at)
            yield view.task("decide_withdrawal", f"r{review.pk}", due)


def _unanswered(view: View, review: Review, running: Attribution) -> bool:
    if review.attribution_id not in (None, running.pk):
        return False
    assert review.done_at is not None
    about = [d for d in view.whole.decisions if d.attribution_id == running.pk and d.decided_at >= review.done_at]
    return not about


def _returned(view: View) -> Iterator[Wanted]:
    """A phone came back: the provider acknowledges the certificate, and the prosecutor says on what ground it ended."""
    for attribution in view.whole.attributions:
        certificate = getattr(attribution, "return_certificate", None)
        if certificate is None:
            continue
        ref = f"a{attribution.pk}"
        if certificate.provider_received_at is None:
            due = view.after("receive_certificate", certificate.returned_at)
            yield view.task("receive_certificate", ref, due)
        if not facts.is_ended(view.whole, attribution):
            yield view.task("decide_after_return", ref, view.after("decide_after_return", certificate.returned_at))


def _exchanged(view: View) -> Iterator[Wanted]:
    """A phone that another one replaced came back: what is in it goes the same day, as for any return (TGD-43)."""
    for attribution in view.whole.attributions:
        for exchange in attribution.exchanges.all():
            if exchange.phone_erased_at is None:
                yield view.task("erase_phone", f"x{exchange.pk}", facts.day_after(exchange.at))


def _break_glass(view: View) -> Iterator[Wanted]:
    for access in view.whole.break_glass:
        yield view.task("review_break_glass", f"g{access.pk}", access.starts_at + BREAK_GLASS_REVIEW)


PATH: tuple[Clock, ...] = (
    _report,
    _evaluation,
    _call_back,
    _against_the_rules,
    _interviews,
    _danger,
    _decide,
    _proposed,
    _defects,
    _hand_over,
    _failed_tests,
    _liaison,
    _follow_up,
    _committee,
    _end_proposed,
    _returned,
    _exchanged,
    _break_glass,
)
