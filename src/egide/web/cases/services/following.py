"""What does the association do with the person meanwhile: rights, housing, childcare, work; and the call after an alarm?

Each step has an owner and an outcome (TGD-32). The prosecutor sees that there are steps, not what they are, and reads the
summary that is written for a decision (PR-06).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from egide.core.law.calendar import utc
from egide.web.accounts.models import User
from egide.web.cases.models import AlarmFollowUp, Case, Contact, FollowUpStep, FollowUpSummary
from egide.web.cases.services import clock
from egide.web.cases.services.acting import ACTS, Doing, act, finish
from egide.web.cases.services.contacts import channel_of, check_safe
from egide.web.cases.services.errors import CannotDo
from egide.web.cases.services.ports import NOTHING, PLATFORM
from egide.web.people.profile import Channel
from egide.web.permissions.database import everything


@dataclass(frozen=True, slots=True, kw_only=True)
class StepGiven:
    """A step, new (`step` None) or moved on. `owner` None: the agency."""

    step: int | None = None
    domain: FollowUpStep.Domain | None = None
    what: str = ""
    owner: User | None = None
    due_on: date | None = None
    status: FollowUpStep.Status = FollowUpStep.Status.TO_DO
    outcome: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryWritten:
    """The summary before a renewal."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmCallMade:
    """The call after an alarm, or an attempt. `alone`: and free to speak, None if nobody asked; `channel` None: in person."""

    outcome: Contact.Outcome
    words: str = ""
    alone: bool | None = None
    channel: int | None = None
    hidden_number: bool = True


@act("step_moved", "needs", rule="TGD-32", finishes=("follow_up_step",))
def move_step(doing: Doing, given: StepGiven) -> FollowUpStep:
    """Adds a follow-up step, or moves one on (TGD-32). A step that is over says what came of it. Raises CannotDo."""
    if given.step is None:
        if given.domain is None or not given.what.strip():
            raise CannotDo("Dites de quoi il s’agit.", "Say what it is about.", "TGD-32")
        row = FollowUpStep(case=doing.case, agency=doing.agency, domain=given.domain, what=given.what.strip())
    else:
        row = doing.own(FollowUpStep, given.step)
        row.what = given.what.strip() or row.what
    over = given.status in (FollowUpStep.Status.DONE, FollowUpStep.Status.NOT_WANTED)
    if over and not (given.outcome or row.outcome).strip():
        raise CannotDo("Dites en quelques mots ce qui en est sorti.", "Say in a few words what came of it.", "TGD-32")
    row.status, row.outcome, row.updated_at = given.status, given.outcome or row.outcome, doing.now
    row.owner = given.owner or row.owner
    row.due_on = given.due_on or row.due_on
    row.save()
    doing.about(row)
    return row


@act("summary_written", "for_decision", rule="TGD-32", finishes=("prepare_renewal",))
def write_summary(doing: Doing, given: SummaryWritten) -> FollowUpSummary:
    """Writes the summary of the follow-up, before a renewal (TGD-32). An earlier one stays. Raises CannotDo."""
    if not given.text.strip():
        raise CannotDo("Écrivez la synthèse.", "Write the summary.", "TGD-32")
    row = FollowUpSummary.objects.create(
        case=doing.case, agency=doing.agency, text=given.text.strip(), written_by=doing.user, written_at=doing.now
    )
    doing.about(row)
    return row


@act("alarm_call_made", "contacts_log", rule="TGD-32", finishes=("call_after_alarm", "danger_step"))
def record_alarm_call(doing: Doing, given: AlarmCallMade) -> list[AlarmFollowUp]:
    """The person was called after an alarm (TGD-32): one call answers all that wait. Answers the alarms it closes.

    Only a person who was reached, alone, was called: anything else is an attempt, kept in the log, and the call stays due.
    Raises UnsafeChannel, and CannotDo without a word on what came of a call that reached her or him.
    """
    rows = [row for row in doing.whole.alarms if row.called_at is None]
    if not rows:
        raise CannotDo("Aucune alerte n’attend d’appel.", "No alarm waits for a call.", "TGD-32")
    channel = None if given.channel is None else channel_of(doing, given.channel)
    if channel is not None:
        check_safe(channel)
    if given.outcome is not Contact.Outcome.REACHED or given.alone is False:
        _attempt(doing, given, channel)
        return []
    if given.alone is None:
        raise CannotDo(
            "Dites si la personne était seule et libre de parler.",
            "Say whether the person was alone and free to speak.",
            "TGD-32",
        )
    if not given.words.strip():
        raise CannotDo("Dites ce qui ressort de l’appel.", "Say what came of the call.", "TGD-32")
    for row in rows:
        row.called_at, row.called_by, row.outcome = doing.now, doing.user, given.words.strip()
        row.save()
    doing.about(rows[-1])
    return rows


def _attempt(doing: Doing, given: AlarmCallMade, channel: Channel | None) -> None:
    """One line of the log: nobody was reached, or not alone."""
    reached = given.outcome is Contact.Outcome.REACHED
    row = Contact.objects.create(
        case=doing.case, at=doing.now, by=doing.user, agency=doing.agency, via=channel,
        channel="in_person" if channel is None else channel.kind, note=given.words.strip(),
        outcome=Contact.Outcome.UNSAFE_TO_TALK if reached else given.outcome, hidden_number=given.hidden_number,
    )  # fmt: skip
    doing.about(row)


def after_alarm(case: Case, at: datetime, ref: str = "") -> AlarmFollowUp:
    """An alarm was raised: the association calls the person the day after (TGD-32). Told twice, it is one.

    For the room and the monitor's side: no position, no lens, nothing of what was said. `ref` names the alarm; without
    one, its instant does. An alarm on an archived case is kept all the same.
    """
    pressed = utc(at)
    with everything("the platform acts on a case without being somebody"):
        case.refresh_from_db(from_queryset=Case.objects.select_for_update())
        row, made = AlarmFollowUp.objects.get_or_create(
            case=case, ref=ref or pressed.isoformat(timespec="seconds"), defaults={"at": pressed}
        )
        if made:
            doing = Doing(ACTS["alarm_raised"], case, PLATFORM, NOTHING, clock.now())
            doing.about(row)
            finish(doing)
    return row


@act("alarm_raised", shown_in="alarm_record", rule="TGD-32", in_archive=True)
def _alarm_raised(doing: Doing, given: None) -> None:
    """Names the act; `after_alarm` does it, for whoever tells of an alarm has no lens."""
    raise AssertionError("call after_alarm")
