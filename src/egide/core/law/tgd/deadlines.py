"""What is due in a TGD case, by whom and by when? Every clock from the mandate to the last erasure, in one list.

A thing leaves the list when the file says that it is done, never because time passed: what is late stays, marked late.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from egide.core.law.answers import Actor, Deadline, deadline
from egide.core.law.calendar import after_hours, end_of_day, paris_day, start_of_day, utc
from egide.core.law.model import LawBook
from egide.core.law.orders import Period, certain_last, contact_ban_until, contact_bans, period
from egide.core.law.practice import PracticeSettings
from egide.core.law.rules import LAW
from egide.core.law.tgd.duration import renewal_window, term_of
from egide.core.law.tgd.ending import file_kept, logs_kept, position_erased_at, provider_erasure
from egide.core.law.tgd.facts import CaseFacts, Ground
from egide.core.law.words import Message, say


@dataclass(frozen=True, slots=True)
class _Clock:
    """What every clock needs: the case, the instant asked about, the district's practice, the law."""

    case: CaseFacts
    now: datetime
    practice: PracticeSettings
    law: LawBook

    def due(
        self, rule: str, key: str, at: datetime, who: Actor, what: Message, ref: str = "", opens: date | None = None
    ) -> Deadline:
        opens_at = None if opens is None else start_of_day(opens)
        return deadline(self.law, rule, key, at, who, what, self.now, ref, opens_at)

    def by(
        self, rule: str, key: str, last: date, who: Actor, what: Message, ref: str = "", opens: date | None = None
    ) -> Deadline:
        """Due by 24:00 of that day."""
        return self.due(rule, key, end_of_day(last), who, what, ref, opens)

    @property
    def phone_is_out(self) -> bool:
        return self.case.attribution is not None and self.case.returned_at is None


def deadlines(
    case: CaseFacts, now: datetime, practice: PracticeSettings | None = None, law: LawBook = LAW
) -> tuple[Deadline, ...]:
    """Everything due in the case as it stands, earliest first, late ones included.

    Raises NaiveInstantError if an instant has no zone.
    """
    clock = _Clock(case, utc(now), practice or PracticeSettings(), law)
    found = (one for clock_of in _CLOCKS for one in clock_of(clock))
    return tuple(sorted(found, key=lambda d: (d.due, d.key, d.ref)))


def evaluation_due(case: CaseFacts, practice: PracticeSettings) -> datetime | None:
    """When the evaluation report is due (TGD-21): hours after the mandate's receipt, or its sending as the district sets."""
    received = practice.evaluation_clock_starts == "mandate_received"
    start = case.mandate_received_at if received else case.mandate_sent_at
    return None if start is None else after_hours(start, practice.evaluation_report_hours)


def _evaluation(clock: _Clock) -> Iterator[Deadline]:
    at = evaluation_due(clock.case, clock.practice)
    if at is not None and clock.case.report_sent_at is None and clock.case.decided_at is None:
        yield clock.due("TGD-21", "send_evaluation", at, Actor.ASSOCIATION, say("due.evaluation"))


def _outcome(clock: _Clock) -> Iterator[Deadline]:
    case = clock.case
    if case.decided_at is not None and case.outcome_told_at is None:
        at = after_hours(case.decided_at, clock.practice.outcome_told_hours)
        yield clock.due("TGD-23", "tell_outcome", at, Actor.ASSOCIATION, say("due.outcome"))


def _phone_test(clock: _Clock) -> Iterator[Deadline]:
    case = clock.case
    started = case.last_test_at or case.handed_over_at
    if clock.phone_is_out and started is not None:
        last = paris_day(started) + timedelta(days=clock.practice.phone_test_days)
        yield clock.by("TGD-31", "test_phone", last, Actor.PROVIDER, say("due.test"))


def _term(clock: _Clock) -> Iterator[Deadline]:
    """The term, told from the day the renewal opens on; after a withdrawal, the return."""
    case = clock.case
    if case.attribution is None or not clock.phone_is_out:
        return
    if case.withdrawal is not None and case.withdrawal.decided_on is not None:
        back = case.withdrawal.decided_on + timedelta(days=clock.practice.return_days)
        yield clock.by("TGD-34", "return_phone", back, Actor.ASSOCIATION, say("due.return"))
        return
    window = renewal_window(case.attribution, clock.practice, clock.law)
    ready = max(window.first, window.last - timedelta(days=clock.practice.renewal_ready_days))
    what = say("due.prepare_renewal", day=window.last)
    yield clock.by("TGD-27", "prepare_renewal", ready, Actor.ASSOCIATION, what, opens=window.first)
    term = say("due.term", day=window.last)
    yield clock.by("TGD-27", "term", window.last, Actor.PROSECUTOR, term, opens=window.first)


def _ban(clock: _Clock) -> Iterator[Deadline]:
    """The ban's end against the phone's (IN-11), told in advance by the district's days of notice.

    It leaves the list when another ban begins or the phone's term changes; a ban that is over stays in it, as late.
    """
    case = clock.case
    if case.attribution is None or not clock.phone_is_out or case.orders is None:
        return
    term, today = term_of(case.attribution, clock.law).last, paris_day(clock.now)
    span = contact_ban_until(case.orders, today, clock.law)
    if span is None:
        over = [s for o in case.orders if o.contact_ban and _ended_within(s := period(o, clock.law), case, today)]
        span = max(over, key=lambda s: certain_last(s) or today, default=None)
    ends = None if span is None else certain_last(span)
    if span is not None and ends is not None and ends < term:
        known = span.doubtful_after is None
        what = say("due.ban_ends", day=ends) if known else say("due.ban_unknown")
        opens = ends - timedelta(days=clock.practice.ban_end_notice_days)
        yield clock.by("IN-11", "ban_ends_first", ends, Actor.PROSECUTOR, what, opens=opens)
    elif span is None and contact_bans(case.orders, today, clock.law):
        at = start_of_day(case.attribution.starts_on)
        yield clock.due("IN-11", "ban_end_unknown", at, Actor.REGISTRY, say("due.ban_unknown"))


def _ended_within(span: Period, case: CaseFacts, today: date) -> bool:
    """Whether a ban stood during the attribution and is over."""
    ends = certain_last(span)
    if case.attribution is None or span.first is None or ends is None:
        return False
    return max(span.first, case.attribution.starts_on) <= ends < today


def _after_alarms(clock: _Clock) -> Iterator[Deadline]:
    for alarm in clock.case.alarms:
        if not alarm.followed_up:
            last = paris_day(alarm.at) + timedelta(days=clock.practice.alarm_follow_up_days)
            yield clock.by("TGD-32", "call_after_alarm", last, Actor.ASSOCIATION, say("due.after_alarm"), alarm.ref)


def _positions(clock: _Clock) -> Iterator[Deadline]:
    for alarm in clock.case.alarms:
        if alarm.position_recorded_at is not None and not alarm.position_erased:
            at = position_erased_at(alarm.position_recorded_at, alarm.longer_authorised, clock.law)
            yield clock.due("TGD-43", "erase_position", at, Actor.PLATFORM, say("due.erase_position"), alarm.ref)


def _withdrawal_request(clock: _Clock) -> Iterator[Deadline]:
    asked = clock.case.withdrawal
    if asked is None or asked.ground is not Ground.PERSON_NO_LONGER_WANTS or asked.requested_at is None:
        return
    if asked.called_at is None:
        last = paris_day(asked.requested_at)
        yield clock.by("TGD-33", "call_same_day", last, Actor.ASSOCIATION, say("due.call_same_day"))


def _release(clock: _Clock) -> Iterator[Deadline]:
    case = clock.case
    if case.release_planned_at is not None and case.reexamined_at is None:
        at = case.release_planned_at
        what = say("due.reexamine", at=at)
        yield clock.due("TGD-37", "reexamine_before_release", at, Actor.JUDICIAL_AUTHORITY, what)


def _cohabitation(clock: _Clock) -> Iterator[Deadline]:
    case = clock.case
    if case.cohabitation_resumed_on is not None and not case.cohabitation_reviewed:
        last, what = case.cohabitation_resumed_on + timedelta(days=1), say("due.review_cohabitation")
        yield clock.by("TGD-09", "review_cohabitation", last, Actor.ASSOCIATION, what)


def _erasures(clock: _Clock) -> Iterator[Deadline]:
    case = clock.case
    if case.returned_at is not None and not case.phone_erased:
        last = paris_day(case.returned_at)
        yield clock.by("TGD-43", "erase_phone", last, Actor.PROVIDER, say("due.erase_phone"))
    if case.certificate_received_at is not None:
        if not case.provider_erased:
            last = provider_erasure(case.certificate_received_at, clock.law).last
            yield clock.by("TGD-43", "erase_provider", last, Actor.PROVIDER, say("due.erase_provider", day=last))
        if not case.logs_erased:
            last = logs_kept(case.certificate_received_at, clock.law).last
            yield clock.by("TGD-43", "erase_logs", last, Actor.PLATFORM, say("due.erase_logs", day=last))
    if case.attribution is not None and case.orders is not None and not case.file_erased:
        kept = file_kept(case.attribution, case.orders, case.returned_at, clock.practice, clock.law)
        if kept.last is not None:
            what = say("due.erase_file", day=kept.last)
            yield clock.by(kept.rule, "erase_file", kept.last, Actor.PLATFORM, what)


_CLOCKS: tuple[Callable[[_Clock], Iterator[Deadline]], ...] = (
    _evaluation,
    _outcome,
    _phone_test,
    _term,
    _ban,
    _after_alarms,
    _positions,
    _withdrawal_request,
    _release,
    _cohabitation,
    _erasures,
)
