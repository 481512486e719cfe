"""Where does a case stand? The one word that access hangs on, read from the rows, so that it cannot be forgotten.

An alarm is not a stage of the file: the operators' room knows whether one is open.
"""

from __future__ import annotations

from datetime import datetime

from egide.core.law import tgd
from egide.core.law.calendar import start_of_day
from egide.web.cases.law import law_attribution
from egide.web.cases.models import AttributionStatus, Stage
from egide.web.cases.services import facts
from egide.web.cases.services.clocks import View, is_open
from egide.web.cases.services.path_tasks import awaiting_decision
from egide.web.cases.services.whole import Whole


def stage_of(whole: Whole, now: datetime) -> Stage:
    """The stage at that instant. A phone in somebody's hands comes before everything else."""
    view = View(whole, now)
    running = whole.running
    if whole.case.closed_at is not None:
        return Stage.ARCHIVED
    if running is not None and running.status == AttributionStatus.DECIDED and not whole.out:
        return Stage.HAND_OVER
    if running is not None:
        return Stage.RENEWAL if _renewal_open(whole, now) else Stage.ACTIVE
    if whole.out:
        return Stage.WITHDRAWAL
    if any(is_open(evaluation, view) for evaluation in whole.evaluations):
        return Stage.EVALUATION
    if _something_to_decide(view):
        return Stage.DECISION
    if any(report.handled_at is None for report in whole.reports) or not whole.decisions:
        return Stage.REPORT
    return Stage.ENDED


def _something_to_decide(view: View) -> bool:
    """Whether a magistrate or the person still waits for an answer: ended is only what nobody waits for."""
    whole = view.whole
    untold = any(d.told_person_at is None for d in whole.decisions)
    under_review = any(r.done_at is None for r in whole.reviews)
    unexplained = any(not facts.is_ended(whole, a) for a in whole.attributions)
    return bool(awaiting_decision(view)) or untold or under_review or unexplained


def _renewal_open(whole: Whole, now: datetime) -> bool:
    running = whole.running
    assert running is not None
    window = tgd.renewal_window(law_attribution(running, whole.decisions), whole.practice)
    return start_of_day(window.first) <= now
