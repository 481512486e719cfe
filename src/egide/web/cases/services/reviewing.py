"""Something threatens a measure: the person asks to give the phone back, cohabitation resumes, a release is planned.

Each opens a review with somebody's name at its end, and none ends anything: an end is a prosecutor's decision
(TGD-33, TGD-37). A wish said under pressure is not taken at its word.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from egide.core.access import Role
from egide.core.access.roles import CRIMINAL_JUDGES
from egide.core.law.calendar import paris_day, start_of_day, utc
from egide.web.cases.models import Attribution, CaseRespondent, Review, ReviewCause, ReviewOutcome
from egide.web.cases.services import facts
from egide.web.cases.services.acting import Doing, act
from egide.web.cases.services.contacts import channel_of, check_safe
from egide.web.cases.services.errors import CannotDo
from egide.web.cases.services.whole import Whole

EXAMINERS = CRIMINAL_JUDGES | {Role.PROSECUTOR}  # the judicial authority that examines before a release (TGD-37)
_OF_A_CALL = (ReviewOutcome.REQUEST_MAINTAINED, ReviewOutcome.REQUEST_TAKEN_BACK, ReviewOutcome.UNDER_PRESSURE)
_OF_A_REVIEW = (ReviewOutcome.PROTECTION_KEPT, ReviewOutcome.MEASURE_PROPOSED, ReviewOutcome.WITHDRAWAL_PROPOSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedToWithdraw:
    """The person says that she no longer wants the phone. `at` None: now."""

    at: datetime | None = None
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallMade:
    """The confidential call: the person was alone, and said this."""

    review: int
    outcome: ReviewOutcome
    alone: bool
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CohabitationResumed:
    """They live together again, since that day."""

    on: date
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewDone:
    """What came of a review. `not_told`: before a release, why the person could not be told of it first."""

    review: int
    outcome: ReviewOutcome
    words: str
    not_told: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseTold:
    """The person knows of the release, or that it is off. `channel` None: in person; `at` None: now."""

    review: int
    channel: int | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DetentionSaid:
    """A respondent is imprisoned, or not any more; `release_at`: when a release, even for a day, is planned.

    `called_off`: the release that was announced does not take place, and none is planned.
    """

    respondent: int
    imprisoned: bool
    release_at: datetime | None = None
    called_off: bool = False


@act("withdrawal_asked", "consents", rule="TGD-33")
def ask_to_withdraw(doing: Doing, given: AskedToWithdraw) -> Review:
    """The person no longer wants the phone, or gave it back: a confidential call the same day (TGD-33).

    The alarm key works until the return. Raises CannotDo where no end is left to decide.
    """
    at = utc(given.at or doing.now)
    if at > doing.now:
        raise CannotDo("Cette demande est datée dans l’avenir.", "This request is dated in the future.", "TGD-33")
    row = open_request(doing, at, given.words)
    if row is None and doing.whole.out:
        raise CannotDo(
            "La fin de cette attribution est déjà décidée : il reste à rendre le téléphone, qui sonne jusque-là.",
            "The end of this attribution is decided already: the phone is to be given back, and rings until then.",
            "TGD-33",
        )
    if row is None:
        raise CannotDo("Aucun téléphone n’est entre ses mains.", "The person holds no phone.", "TGD-33")
    doing.about(row, given.words)
    return row


def open_request(doing: Doing, at: datetime, words: str = "") -> Review | None:
    """Opens the review of a wish to withdraw, once while it waits; None where no end is left to decide."""
    about = may_be_asked(doing.whole)
    if about is None:
        return None
    waiting = doing.case.reviews.filter(cause=ReviewCause.WITHDRAWAL_REQUESTED, attribution=about, done_at=None).first()
    if waiting is not None:
        return waiting
    if about.return_asked_by_person_at is None:
        about.return_asked_by_person_at = at
        about.save(update_fields=["return_asked_by_person_at"])
    return Review.objects.create(
        case=doing.case, cause=ReviewCause.WITHDRAWAL_REQUESTED, attribution=about, at=at, opened_at=doing.now,
        opened_by=doing.actor.user, words=words,
    )  # fmt: skip


def may_be_asked(whole: Whole) -> Attribution | None:
    """What a wish to give the phone back is about: the attribution that runs, else the last whose end nobody decided.

    Whoever simply hands the phone back is called too: on the ground that she or he no longer wants it, the prosecutor
    decides after that call only (TGD-33). None: an end that is decided needs no wish.
    """
    undecided = [a for a in whole.attributions if not facts.is_ended(whole, a)]
    return whole.running or next(reversed(undecided), None)


@act("confidential_call_made", "contacts_log", rule="TGD-33", finishes=("call_same_day", "danger_step"))
def record_call(doing: Doing, given: CallMade) -> Review:
    """The confidential call after a request to withdraw (TGD-33). Raises CannotDo where the person was not alone."""
    row = _waiting(doing, given.review, ReviewCause.WITHDRAWAL_REQUESTED)
    if given.outcome not in _OF_A_CALL:
        raise CannotDo(
            "Dites si la demande est maintenue, reprise, ou dite sous pression.",
            "Say whether the request is maintained, taken back, or was made under pressure.",
            "TGD-33",
        )
    if not given.alone and given.outcome is not ReviewOutcome.UNDER_PRESSURE:
        raise CannotDo(
            "La personne n’était pas seule : rappelez-la à un autre moment aujourd’hui, ou notez une pression.",
            "The person was not alone: call again at another moment today, or record pressure.",
            "TGD-33",
        )
    return _close(doing, row, given.outcome, given.words)


@act("cohabitation_resumed", "family", rule="TGD-09")
def resume_cohabitation(doing: Doing, given: CohabitationResumed) -> Review:
    """They live together again: a review with the person, never an automatic end (TGD-09). Raises CannotDo."""
    if given.on > doing.today:
        raise CannotDo("Ce jour est dans l’avenir.", "This day lies in the future.", "TGD-09")
    doing.case.cohabitation = True
    row = doing.case.reviews.filter(cause=ReviewCause.COHABITATION_RESUMED, done_at=None).first()
    if row is None:
        row = Review.objects.create(
            case=doing.case, cause=ReviewCause.COHABITATION_RESUMED, attribution=doing.whole.running,
            at=start_of_day(given.on), opened_at=doing.now, opened_by=doing.actor.user, words=given.words,
        )  # fmt: skip
    doing.about(row, given.words)
    return row


@act("cohabitation_ended", "family", rule="TGD-09")
def end_cohabitation(doing: Doing, given: CohabitationResumed) -> None:
    """They live apart (again), since that day. A review that is open stays open: somebody still speaks with the person."""
    if given.on > doing.today:
        raise CannotDo("Ce jour est dans l’avenir.", "This day lies in the future.", "TGD-09")
    doing.case.cohabitation = False
    doing.about(doing.case, given.words)


@act("cohabitation_reviewed", "family", rule="TGD-09", finishes=("review_cohabitation",))
def review_cohabitation(doing: Doing, given: ReviewDone) -> Review:
    """What came of the review (TGD-09): the phone is kept, or its withdrawal proposed to the prosecutor."""
    row = _waiting(doing, given.review, ReviewCause.COHABITATION_RESUMED)
    _one_of(given.outcome, _OF_A_REVIEW)
    return _close(doing, row, given.outcome, given.words)


@act("detention_said", "detention", rule="TGD-37")
def say_detention(doing: Doing, given: DetentionSaid) -> Review | None:
    """A respondent is imprisoned: the release is watched from then on, and re-examined before it (TGD-37, IN-07).

    A release known moves the watch to its instant; a release that took place without re-examination stays late. One that
    was announced is off only where that is said: a date left out must not undo it. Raises CannotDo.
    """
    respondent = doing.own(CaseRespondent, given.respondent)
    announced = _announced(doing, respondent) if given.imprisoned and given.release_at is None else None
    if announced is not None and not given.called_off:
        raise CannotDo(
            "Une sortie est annoncée dans ce dossier : redonnez sa date, ou dites qu’elle n’a plus lieu.",
            "A release is announced in this case: give its date again, or say that it is off.",
            "TGD-37",
        )
    if given.called_off and announced is None:
        raise CannotDo(
            "Aucune sortie à venir n’est annoncée, ou sa date est donnée en même temps : corrigez l’un des deux.",
            "No release to come is announced, or its date is given at the same time: correct one of the two.",
            "TGD-37",
        )
    respondent.is_imprisoned = given.imprisoned
    respondent.release_expected_on = None if given.release_at is None else paris_day(given.release_at)
    if given.imprisoned:
        respondent.is_arrested, respondent.is_at_large = True, False
    respondent.save()
    doing.about(respondent)
    if announced is not None:
        return _call_off(doing, announced)
    if given.imprisoned or given.release_at is not None:
        return watch_release(doing, respondent, given.release_at)
    open_one = _watch_of(doing, respondent)
    if open_one is not None and (open_one.at is None or open_one.at > doing.now):  # out already, before anybody said
        _move(open_one, doing.now, doing.now)
    return open_one


def watch_release(doing: Doing, respondent: CaseRespondent | None, at: datetime | None) -> Review:
    """Opens the watch for a release, or moves it to the instant that is known now."""
    row = _watch_of(doing, respondent)
    if row is None:
        return Review.objects.create(
            case=doing.case, cause=ReviewCause.RELEASE_PLANNED, respondent=respondent, attribution=doing.whole.running,
            at=at, known_at=None if at is None else doing.now, opened_at=doing.now, opened_by=doing.actor.user,
        )  # fmt: skip
    if at is not None and row.at != utc(at):
        _move(row, utc(at), doing.now)
    return row


def _announced(doing: Doing, respondent: CaseRespondent) -> Review | None:
    """The release to come that is the last one said of a respondent, re-examined or not."""
    rows = doing.case.reviews.filter(cause=ReviewCause.RELEASE_PLANNED, respondent=respondent)
    last: Review | None = rows.order_by("pk").last()
    return last if last is not None and last.at is not None and last.at > doing.now else None


def _call_off(doing: Doing, row: Review) -> Review:
    """The release is watched as before it was known. That the person was told of it stays: the person is told it is off."""
    if row.done_at is None:
        row.at, row.known_at = None, doing.now
        row.save(update_fields=["at", "known_at"])
        return row
    return Review.objects.create(
        case=doing.case, cause=ReviewCause.RELEASE_PLANNED, respondent=row.respondent, attribution=doing.whole.running,
        known_at=doing.now, opened_at=doing.now, opened_by=doing.actor.user, told_person_at=row.told_person_at,
        told_person_by=row.told_person_by, told_by_channel=row.told_by_channel,
    )  # fmt: skip


def _move(row: Review, at: datetime, now: datetime) -> None:
    """The release is at another instant than the one that was known: nobody has told the person of this one."""
    row.at, row.known_at = at, now
    row.told_person_at, row.told_person_by, row.told_by_channel = None, None, ""
    row.save(update_fields=["at", "known_at", "told_person_at", "told_person_by", "told_by_channel"])


@act("release_told", "detention", rule="IN-07", finishes=("tell_release", "tell_release_off"))
def tell_release(doing: Doing, given: ReleaseTold) -> Review:
    """The person knows when the other one comes out, or that it is off (IN-07, OF-10), in person or by a safe way.

    The judicial authority tells it: of the respondent an association receives the dates of the ban only (TGD-42).
    Raises CannotDo and UnsafeChannel.
    """
    row = doing.own(Review, given.review)
    if row.cause != ReviewCause.RELEASE_PLANNED or (row.at is None and not row.off_untold):
        raise CannotDo("Aucune sortie n’est annoncée ici.", "No release is announced here.", "IN-07")
    means = "in_person"
    if given.channel is not None:
        channel = channel_of(doing, given.channel)
        check_safe(channel)
        means = channel.kind
    at = utc(given.at or doing.now)
    if at > doing.now:
        raise CannotDo("Ce moment est dans l’avenir.", "This moment lies in the future.", "IN-07")
    if row.off_untold:
        row.told_person_at, row.told_person_by, row.told_by_channel = None, None, ""
    elif row.told_person_at is None:
        row.told_person_at, row.told_person_by, row.told_by_channel = at, doing.user, means
    row.save(update_fields=["told_person_at", "told_person_by", "told_by_channel"])
    doing.about(row)
    return row


@act("reexamined", "detention", rule="TGD-37", finishes=("reexamine_before_release", "watch_release"))
def reexamine(doing: Doing, given: ReviewDone) -> Review:
    """Re-examination before release: is a ban needed, must a TGD or a BAR reinforce it (TGD-37)? Raises CannotDo.

    The judicial authority concludes it; whoever else writes of a detention announces it, and reads nothing of it here.
    The person is notified first. Where that could not be, the reason is kept beside what came of it, and it is still owed.
    """
    if doing.actor.role not in EXAMINERS:  # first: the other refusals tell of the protected person
        raise CannotDo(
            "Un magistrat du parquet ou le juge saisi conclut ce réexamen.",
            "A prosecutor or the judge who is seised concludes this re-examination.",
            "TGD-37",
        )
    row = _waiting(doing, given.review, ReviewCause.RELEASE_PLANNED)
    _one_of(given.outcome, (ReviewOutcome.PROTECTION_KEPT, ReviewOutcome.MEASURE_PROPOSED))
    why, told = given.not_told.strip(), row.told_person_at is not None and not row.off_untold
    if not told and not why:
        raise CannotDo(
            "La personne n’est pas encore avisée de la sortie : faites-la aviser d’abord, ou dites pourquoi ce n’est pas "
            "possible.",
            "The person does not know of the release yet: have her or him told first, or say why that is not possible.",
            "TGD-37",
        )
    row.untold_because = "" if told else why
    return _close(doing, row, given.outcome, given.words)


def _watch_of(doing: Doing, respondent: CaseRespondent | None) -> Review | None:
    rows = doing.case.reviews.filter(cause=ReviewCause.RELEASE_PLANNED, done_at=None, respondent=respondent)
    return rows.first()


def _waiting(doing: Doing, number: int, cause: ReviewCause) -> Review:
    row = doing.own(Review, number)
    if row.cause != cause or row.done_at is not None:
        raise CannotDo("Cet examen n’attend plus de réponse.", "This review waits for no answer any more.")
    return row


def _close(doing: Doing, row: Review, outcome: ReviewOutcome, words: str) -> Review:
    if not words.strip():
        raise CannotDo("Écrivez en quelques mots ce qui en ressort.", "Write in a few words what came of it.")
    row.outcome, row.done_at, row.done_by = outcome, doing.now, doing.user
    row.words = "\n".join(part for part in (row.words, words.strip()) if part)
    row.save()
    doing.about(row, words)
    return row


def _one_of(outcome: ReviewOutcome, allowed: tuple[ReviewOutcome, ...]) -> None:
    if outcome not in allowed:
        raise CannotDo("Cette réponse ne répond pas à la question posée.", "This answer does not answer the question.")
