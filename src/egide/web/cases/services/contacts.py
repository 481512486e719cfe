"""How is the person reached, heard, and what was said? Contacts and interviews, each line with who, when and how (RQ-53).

Only a way that the person said is safe is used, with a hidden number, without a word of the phone and without a message
(TGD-20). What somebody said, a fact and an opinion are three things (RQ-87), and a date may be as vague as it was told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from egide.core.law.calendar import utc
from egide.core.law.text import Text
from egide.web.cases.models import Contact, Interview, InterviewSession, Statement, StatementNature
from egide.web.cases.services.acting import Doing, act
from egide.web.cases.services.errors import CannotDo, Elsewhere, UnsafeChannel
from egide.web.cases.services.whole import Whole
from egide.web.people.profile import Channel

# What a contact must not do (TGD-20), and what is said where it is not to happen. The name stands in the row of one that did.
RULES = {
    "unsafe_way": Text.of(
        "Ce moyen de contact n’est pas marqué sûr : ne l’utilisez pas. Demandez-en un autre à qui a signalé, "
        "ou voyez la personne là où elle vient.",
        "This channel is not marked safe: do not use it. Ask whoever reported for another one, or meet the person "
        "where she comes.",
    ),
    "message_left": Text.of(
        "Aucun message ne se laisse sur ce moyen de contact. Si c’est arrivé, notez-le comme un contact contraire aux "
        "consignes.",
        "No message is left on this channel. If it happened, record it as a contact against the rules.",
    ),
    "named_the_phone": Text.of(
        "Au premier appel, le téléphone grave danger n’est pas nommé : dites que l’entretien sert à évaluer la "
        "situation. Si c’est arrivé, notez-le comme un contact contraire aux consignes.",
        "On the first call the phone is not named: say that the meeting is to evaluate the situation. If it happened, "
        "record it as a contact against the rules.",
    ),
    "number_shown": Text.of(
        "L’appel se fait en numéro masqué. S’il a été fait autrement, notez-le comme un contact contraire aux consignes.",
        "Call with a hidden number. If the call was made otherwise, record it as a contact against the rules.",
    ),
}


@dataclass(frozen=True, slots=True)
class ContactRules:
    """How to use one way of reaching the person; read before the call is made."""

    hidden_number: bool
    may_leave_message: bool
    may_name_the_phone: bool
    opening_phrase: str
    duress_word: str
    safe_hours: str
    interpreter_language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactMade:
    """A contact, or an attempt. `channel`: a row of the person's channels; None where the person came in herself.

    `against_because`: it broke a rule of contact and happened all the same, and this is how it came to that.
    """

    outcome: Contact.Outcome
    at: datetime | None = None
    channel: int | None = None
    means: str = "in_person"
    incoming: bool = False
    with_whom: str = ""
    note: str = ""
    next_at: datetime | None = None
    hidden_number: bool = True
    message_left: bool = False
    named_the_phone: bool = False
    agreed_phrase_used: bool | None = None
    against_because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentGiven:
    """An interview is planned, in a room where nobody listens."""

    at: datetime
    place: str
    confidential_room: bool | None = None
    interpreter_present: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SittingStarted:
    """The person sits down; `interview` None: without an appointment."""

    interview: int | None = None
    confidential_room: bool | None = None
    phone_left_outside: bool | None = None
    interpreter_present: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SittingPaused:
    """The interview stops for now, and will go on."""

    interview: int
    reason: str = ""
    draft: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewEnded:
    """The interview is over."""

    interview: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementGiven:
    """One entry of the timeline. Dates as well as anybody knows; `date_words` keeps how it was said."""

    nature: StatementNature
    text: str
    happened_from: date | None = None
    happened_until: date | None = None
    date_words: str = ""
    violence_forms: tuple[str, ...] = field(default_factory=tuple)
    source: str = ""
    interview: int | None = None


def contact_rules(whole: Whole, channel: Channel) -> ContactRules:
    """How this channel may be used (TGD-20, GR-02). Raises UnsafeChannel unless the person said that it is safe."""
    check_safe(channel)
    profile = whole.profile
    return ContactRules(
        hidden_number=True,
        may_leave_message=not channel.leave_no_message,
        may_name_the_phone=_may_name_the_phone(whole),
        opening_phrase="" if profile is None else profile.agreed_opening_phrase,
        duress_word="" if profile is None else profile.duress_word,
        safe_hours=channel.safe_hours,
        interpreter_language="" if profile is None else profile.interpreter_language,
    )


def check_safe(channel: Channel) -> None:
    """Raises UnsafeChannel unless the person said that the channel is safe: nobody asked is not safe."""
    if channel.is_safe is not True:
        raise _refused("unsafe_way")


@act("contact_made", "contacts_log", rule="TGD-20", finishes=("first_contact", "call_back", "see_person_now", "danger_step"))  # fmt: skip
def record_contact(doing: Doing, given: ContactMade) -> Contact:
    """Records a contact or an attempt (RQ-53). Raises UnsafeChannel, and CannotDo for a call made against TGD-20.

    One that happened all the same is accepted with its reason, and opens a task: the log loses no dangerous contact.
    """
    channel = None if given.channel is None else channel_of(doing, given.channel)
    broken = [] if channel is None or given.incoming else _broken(doing.whole, channel, given)
    because = given.against_because.strip()
    if broken and not because:
        raise _refused(broken[0])
    if because and not broken:
        raise CannotDo(
            "Ce contact suit les consignes : notez-le comme les autres.",
            "This contact follows the rules: record it as any other.",
            "TGD-20",
        )
    at = utc(given.at or doing.now)
    if at > doing.now:
        raise CannotDo("Un contact se note une fois fait.", "A contact is recorded once it was made.", "RQ-53")
    if given.next_at is not None and utc(given.next_at) <= at:
        raise CannotDo("Le prochain contact vient après celui-ci.", "The next contact comes after this one.", "RQ-21")
    row = Contact.objects.create(
        case=doing.case, at=at, by=doing.user, agency=doing.agency, via=channel,
        channel=channel.kind if channel is not None else given.means, incoming=given.incoming, outcome=given.outcome,
        with_whom=given.with_whom, note=given.note, next_at=given.next_at, hidden_number=given.hidden_number,
        message_left=given.message_left, purpose_not_named=not given.named_the_phone,
        agreed_phrase_used=given.agreed_phrase_used, against=broken, against_because=because,
    )  # fmt: skip
    doing.about(row)
    return row


@act("appointment_made", "contacts_log", rule="TGD-20", finishes=("first_contact", "call_back", "danger_step"))
def make_appointment(doing: Doing, given: AppointmentGiven) -> Interview:
    """Plans an interview (TGD-20). A room where others hear is recorded, and warned of by the screen (RQ-22)."""
    row = Interview.objects.create(
        case=doing.case, agency=doing.agency, led_by=doing.user, appointment_at=given.at, place=given.place,
        confidential_room=given.confidential_room, interpreter_present=given.interpreter_present,
    )  # fmt: skip
    doing.about(row)
    return row


@act("interview_started", "contacts_log", rule="RQ-04", finishes=("hold_interview", "resume_interview", "first_contact", "see_person_now", "danger_step"))  # fmt: skip
def start_sitting(doing: Doing, given: SittingStarted) -> InterviewSession:
    """Begins an interview, or goes on with one that was paused (RQ-04). Raises CannotDo."""
    if given.interview is None:
        row = Interview(case=doing.case, agency=doing.agency, led_by=doing.user)
    else:
        row = _going_on(doing, given.interview)
        if _sitting(row) is not None:
            raise CannotDo("Cet entretien est déjà en cours.", "This interview is going on already.", "RQ-04")
    for name in ("confidential_room", "phone_left_outside", "interpreter_present"):
        value = getattr(given, name)
        if value is not None:
            setattr(row, name, value)
    row.save()
    doing.about(row)
    return InterviewSession.objects.create(interview=row, started_at=doing.now)


@act("interview_paused", "contacts_log", rule="RQ-04")
def pause_sitting(doing: Doing, given: SittingPaused) -> Interview:
    """Pauses: what was written so far is kept, nothing is lost by stopping (RQ-04). Raises CannotDo."""
    row = _going_on(doing, given.interview)
    sitting = _sitting(row)
    if sitting is None:
        raise CannotDo("Cet entretien est déjà suspendu.", "This interview is paused already.", "RQ-04")
    sitting.paused_at, sitting.reason = doing.now, given.reason
    sitting.save()
    if given.draft is not None:
        row.draft = dict(given.draft)
        row.save(update_fields=["draft"])
    doing.about(row)
    return row


@act("interview_ended", "contacts_log", rule="RQ-04", finishes=("hold_interview", "resume_interview"))
def end_interview(doing: Doing, given: InterviewEnded) -> Interview:
    """The interview is over. Raises CannotDo if it never began."""
    row = _going_on(doing, given.interview)
    if not row.sessions.exists():
        raise CannotDo("Cet entretien n’a pas eu lieu.", "This interview has not taken place.", "RQ-04")
    sitting = _sitting(row)
    if sitting is not None:
        sitting.paused_at = doing.now
        sitting.save(update_fields=["paused_at"])
    row.ended_at = doing.now
    row.save(update_fields=["ended_at"])
    doing.about(row)
    return row


@act("statement_added", "narrative", rule="RQ-87")
def add_statement(doing: Doing, given: StatementGiven) -> Statement:
    """Adds a fact, a statement or an opinion to the timeline (RQ-87, RQ-09). Raises CannotDo."""
    if not given.text.strip():
        raise CannotDo("Écrivez ce qui est rapporté.", "Write what is reported.", "RQ-87")
    if given.happened_from and given.happened_until and given.happened_until < given.happened_from:
        raise CannotDo("La fin vient avant le début.", "The end comes before the beginning.", "RQ-09")
    interview = None if given.interview is None else doing.own(Interview, given.interview)
    row = Statement.objects.create(
        case=doing.case, interview=interview, nature=given.nature, text=given.text.strip(),
        happened_from=given.happened_from, happened_until=given.happened_until, date_words=given.date_words,
        violence_forms=list(given.violence_forms), source=given.source, recorded_by=doing.user, recorded_at=doing.now,
    )  # fmt: skip
    doing.about(row)
    return row


def channel_of(doing: Doing, number: int) -> Channel:
    """A channel of the protected person of this case. Raises Elsewhere."""
    row = Channel.objects.filter(pk=number, person=doing.case.protected_person_id).first()
    if row is None:
        raise Elsewhere("Ce moyen de contact n’est pas de ce dossier.", "This channel does not belong to this case.")
    return row


def _broken(whole: Whole, channel: Channel, given: ContactMade) -> list[str]:
    """The rules that a call or a message of ours broke, by their names in `RULES` (TGD-20)."""
    found = {
        "unsafe_way": channel.is_safe is not True,
        "message_left": given.message_left and channel.leave_no_message,
        "named_the_phone": given.named_the_phone and not _may_name_the_phone(whole),
        "number_shown": not given.hidden_number and channel.kind == Channel.Kind.PHONE,
    }
    return [name for name in RULES if found[name]]


def _refused(name: str) -> CannotDo:
    text = RULES[name]
    return (UnsafeChannel if name == "unsafe_way" else CannotDo)(text.fr, text.en, "TGD-20")


def _may_name_the_phone(whole: Whole) -> bool:
    return whole.practice.first_contact_names_the_phone or bool(whole.decisions)


def _going_on(doing: Doing, number: int) -> Interview:
    row = doing.own(Interview, number)
    if row.ended_at is not None:
        raise CannotDo(
            "Cet entretien est terminé : commencez-en un autre.", "This interview is over: begin another one."
        )
    return row


def _sitting(row: Interview) -> InterviewSession | None:
    return row.sessions.filter(paused_at=None).first() if row.pk else None
