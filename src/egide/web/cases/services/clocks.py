"""Which tasks does the file ask for, as it stands? Every clock of the law, and every step of the path, in one list.

A pure reading of the rows: an act changes the file, and the tasks follow. Nothing here ends a measure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from egide.core.law import tgd
from egide.core.law.answers import Actor, Deadline
from egide.core.law.calendar import paris_day
from egide.web.agencies.models import Agency
from egide.web.cases.law import came_back
from egide.web.cases.models import AttributionStatus, Evaluation, ReviewCause, Withdrawal
from egide.web.cases.services import facts
from egide.web.cases.services.owners import owner
from egide.web.cases.services.whole import Whole
from egide.web.tasks.engine import Wanted
from egide.web.tasks.kinds import KINDS

# Clocks that come again and again: each occurrence is a task of its own, named by its due instant.
_EACH = frozenset({"test_phone", "term", "prepare_renewal", "return_phone", "ban_ends_first"})
# A ban that ends first matters while the attribution runs; after its end the phone is only waited for.
_WHILE_IT_RUNS = frozenset({"ban_ends_first", "ban_end_unknown"})
# Done by the gateway and the worker on their own tables, under their own keys.
_ELSEWHERE = frozenset({"erase_position"})
WATCH_DAYS = 30  # so often somebody asks whether a release is planned; ours


@dataclass(frozen=True, slots=True)
class View:
    """The case as it stands at an instant."""

    whole: Whole
    now: datetime

    def task(
        self, kind: str, ref: str, due: datetime | None, agency: Agency | None = None, who: Actor | None = None,
        as_role: str = "", **more: Any,
    ) -> Wanted:  # fmt: skip
        """A task of that kind, owed by whom its row says."""
        row = KINDS[kind]
        found = owner(self.whole, who or row.who, agency, as_role or row.role)
        return Wanted(f"{kind}:{ref}", kind, due, found.agency, found.role, row.rule, **more)

    def after(self, kind: str, since: datetime) -> datetime:
        """The instant at which a kind with hours of ours is late."""
        hours = KINDS[kind].hours
        assert hours is not None
        return since + (timedelta(hours=hours) if hours else timedelta(minutes=15))


def wanted(whole: Whole, now: datetime) -> list[Wanted]:
    """Every task the file asks for at that instant, the loose ones apart; never empty while the case is open."""
    from egide.web.cases.services.path_tasks import PATH

    view = View(whole, now)
    found = [task for clock in (*_LAW, *PATH) for task in clock(view)]
    if not found and whole.case.closed_at is None:
        due = view.after("look_at_case", whole.case.changed_at)
        found.append(view.task("look_at_case", f"{paris_day(whole.case.changed_at)}", due))
    return found


def evaluation_of(evaluation: Evaluation, view: View) -> tgd.CaseFacts:
    """The clock of one evaluation: it runs until the report is sent, or a decision is taken without it."""
    asked = evaluation.mandate_sent_at or evaluation.mandate_received_at
    decided = [d.decided_at for d in view.whole.decisions if asked is not None and d.recorded_at > asked]
    return tgd.CaseFacts(
        mandate_sent_at=evaluation.mandate_sent_at,
        mandate_received_at=evaluation.mandate_received_at,
        report_sent_at=evaluation.sent_at,
        decided_at=decided[0] if decided else None,
        outcome_told_at=decided[0] if decided else None,
    )


def is_open(evaluation: Evaluation, view: View) -> bool:
    """Whether the evaluation is still to be made."""
    return evaluation.sent_at is None and evaluation_of(evaluation, view).decided_at is None


def _evaluations(view: View) -> Iterator[Wanted]:
    for evaluation in view.whole.evaluations:
        yield from _law(view, f"e{evaluation.pk}", evaluation_of(evaluation, view), agency=evaluation.agency)


def _outcomes(view: View) -> Iterator[Wanted]:
    for decision in view.whole.decisions:
        told = tgd.CaseFacts(decided_at=decision.decided_at, outcome_told_at=decision.told_person_at)
        for task in _law(view, f"d{decision.pk}", told):
            yield replace(task, data={"decision": decision.kind})


def _attributions(view: View) -> Iterator[Wanted]:
    for attribution in view.whole.attributions:
        over = attribution.status in (AttributionStatus.WITHDRAWN, AttributionStatus.RETURNED)
        if facts.left_to_run_out(view.whole, attribution):
            over = attribution.ends_on < paris_day(view.now)
        never = isinstance(came_back(attribution), Withdrawal)
        for task in _law(view, f"a{attribution.pk}", facts.attribution_facts(view.whole, attribution)):
            if task.kind == "prepare_renewal" and _summary_written(view, task):
                continue
            if task.kind in _WHILE_IT_RUNS and over:
                continue
            # The provider has no phone of it in the stock and no mandate any more: the registry has it erased.
            yield _asked_of_registry(view, task) if never and task.kind == "erase_provider" else task


def _asked_of_registry(view: View, task: Wanted) -> Wanted:
    to = owner(view.whole, Actor.REGISTRY)
    return replace(task, agency=to.agency, role=to.role)


def _summary_written(view: View, task: Wanted) -> bool:
    """Whether the association has written its summary since the preparation of this renewal opened."""
    return any(task.opens_at is None or s.written_at >= task.opens_at for s in view.whole.summaries)


def _alarms(view: View) -> Iterator[Wanted]:
    alarms = tuple(
        tgd.Alarm(ref=alarm.ref, at=alarm.at, followed_up=alarm.called_at is not None) for alarm in view.whole.alarms
    )
    yield from _law(view, "alarm", tgd.CaseFacts(alarms=alarms))


def _reviews(view: View) -> Iterator[Wanted]:
    """Releases and resumed cohabitation; a request to withdraw comes with its attribution."""
    for review in view.whole.reviews:
        done = review.done_at is not None
        if review.cause == ReviewCause.RELEASE_PLANNED and not done:
            if review.at is None:
                yield view.task("watch_release", f"r{review.pk}", None, remind_every_days=WATCH_DAYS)
            else:
                released = tgd.CaseFacts(release_planned_at=review.at)
                yield from _law(view, f"r{review.pk}", released)
        elif review.cause == ReviewCause.COHABITATION_RESUMED and review.at is not None:
            resumed = tgd.CaseFacts(cohabitation_resumed_on=paris_day(review.at), cohabitation_reviewed=done)
            yield from _law(view, f"r{review.pk}", resumed)


def _releases_untold(view: View) -> Iterator[Wanted]:
    """The person is told of the last release announced of each respondent, re-examined or not, anew if it moves (IN-07).

    Of one that is off too, where the person had been told of it.
    """
    planned = {r.respondent_id: r for r in view.whole.reviews if r.cause == ReviewCause.RELEASE_PLANNED}
    for review in planned.values():
        since = review.known_at or (review.opened_at if review.done_at is None else None)
        if review.off_untold and since is not None:
            yield view.task("tell_release_off", f"r{review.pk}", view.after("tell_release_off", since))
        if review.at is None or since is None or review.told_person_at is not None:
            continue
        due = min(review.at, view.after("tell_release", since))
        yield view.task("tell_release", f"r{review.pk}:{review.at:%Y%m%dT%H%M%S}", due)


def _law(view: View, ref: str, case: tgd.CaseFacts, agency: Agency | None = None) -> Iterator[Wanted]:
    for due in tgd.deadlines(case, view.now, view.whole.practice):
        if due.key not in _ELSEWHERE:
            yield _as_task(view, ref, due, agency)


def _as_task(view: View, ref: str, due: Deadline, agency: Agency | None) -> Wanted:
    """A deadline of the law as a task: its rule, its owner, its sentence's own parameters left to the screen."""
    key = ":".join(
        part for part in (due.key, ref, due.ref, str(paris_day(due.due)) if due.key in _EACH else "") if part
    )
    found = owner(view.whole, due.who, agency, KINDS[due.key].role)
    return Wanted(key, due.key, due.due, found.agency, found.role, due.rule, due.opens_at)


Clock = Callable[[View], Iterator[Wanted]]
_LAW: tuple[Clock, ...] = (_evaluations, _outcomes, _attributions, _alarms, _reviews, _releases_untold)
