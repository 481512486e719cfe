"""The evaluation: who is mandated, from when the clock runs, what is written, when it is sent (TGD-05, TGD-21).

The clock runs from the receipt or the sending of the mandate, as the district sets; a mandate that nobody acknowledges
rings by itself. Facts, statements and opinion stay apart (RQ-87); a report that was sent is never changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from egide.core.law import tgd
from egide.core.law.calendar import utc
from egide.web.agencies.models import Agency, AgencyKind
from egide.web.cases.models import Evaluation, Mandate, MandatePurpose
from egide.web.cases.services.acting import Doing, act
from egide.web.cases.services.errors import CannotDo, Changed


@dataclass(frozen=True, slots=True, kw_only=True)
class MandateGiven:
    """Asks an association for an evaluation. `agency` None: the lead association of the district."""

    agency: Agency | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MandateReceived:
    """The association acknowledges. `received_at` None: now."""

    evaluation: int
    received_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationWritten:
    """The report as it stands: facts, what was said, what the evaluator thinks, apart (RQ-87)."""

    evaluation: int
    facts: str | None = None
    statements: str | None = None
    opinion: str | None = None
    proposes_tgd: bool | None = None
    seen: datetime | None = None  # when the text on the writer's page was last written; None: not said


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationSent:
    """The report goes to the prosecutor. `seen`: as in `EvaluationWritten`."""

    evaluation: int
    seen: datetime | None = None


@act("association_mandated", "mandates", rule="TGD-05", finishes=("read_report",))
def mandate_association(doing: Doing, given: MandateGiven) -> Evaluation:
    """Mandates an association for an evaluation (TGD-05 a, EV-05). Raises CannotDo."""
    from egide.web.cases.services.reports import handle_reports

    agency = given.agency or doing.whole.lead_association
    if agency is None or agency.pk in {bar.agency_id for bar in doing.whole.bars}:
        raise CannotDo(
            "Aucune association référente ne peut être saisie dans ce ressort : choisissez-en une autre.",
            "No lead association of this district can be mandated: choose another one.",
            "TGD-05",
        )
    if agency.kind != AgencyKind.SUPPORT_ASSOCIATION:
        raise CannotDo(
            "L’évaluation est confiée à une association d’aide aux victimes agréée.",
            "The evaluation is entrusted to an approved victim-support association.",
            "EV-05",
        )
    if any(e.sent_at is None and e.agency_id == agency.pk for e in _open(doing)):
        raise CannotDo(
            "Cette association est déjà saisie et n’a pas encore rendu son rapport.",
            "This association is mandated already, and its report is still to come.",
            "TGD-05",
        )
    row = open_evaluation(doing, agency, sent_at=doing.now, received_at=None)
    handle_reports(doing)
    doing.about(row)
    return row


def open_evaluation(doing: Doing, agency: Agency, *, sent_at: datetime, received_at: datetime | None) -> Evaluation:
    """The evaluation and the mandate that go together; the clock starts as the district sets (TGD-21)."""
    if not any(m.agency_id == agency.pk and m.purpose == MandatePurpose.EVALUATION for m in doing.whole.mandates):
        Mandate.objects.create(
            case=doing.case, agency=agency, purpose=MandatePurpose.EVALUATION, starts_at=doing.now,
            given_by=doing.actor.user,
        )  # fmt: skip
    row = Evaluation(
        case=doing.case, agency=agency, requested_by=doing.actor.user, mandate_sent_at=sent_at,
        mandate_received_at=received_at,
    )  # fmt: skip
    row.due_at = _due(doing, row)
    row.save()
    return row


@act("mandate_acknowledged", "evaluation_report", rule="TGD-21", finishes=("acknowledge_mandate",))
def acknowledge_mandate(doing: Doing, given: MandateReceived) -> Evaluation:
    """The association says when the mandate reached it: the 48 hours run from then (TGD-21). Raises CannotDo."""
    row = _own(doing, given.evaluation)
    at = utc(given.received_at or doing.now)
    if row.mandate_received_at is not None:
        return row
    if row.mandate_sent_at is not None and not row.mandate_sent_at <= at <= doing.now:
        raise CannotDo(
            "La saisine a été reçue entre son envoi et maintenant : corrigez l’heure.",
            "The mandate was received between its sending and now: correct the time.",
            "TGD-21",
        )
    row.mandate_received_at = at
    row.due_at = _due(doing, row)
    row.save()
    doing.about(row)
    return row


@act("evaluation_written", "evaluation_report", rule="RQ-87")
def write_evaluation(doing: Doing, given: EvaluationWritten) -> Evaluation:
    """Saves the report as far as it is written; None leaves a part as it is. Raises CannotDo once it is sent.

    A draft: it changes no version of the case. Raises Changed where a colleague has written to it since it was `seen`.
    """
    row = _unsent(doing, given.evaluation)
    _not_written_by_another(doing, row, given.seen)
    doing.draft = True
    for name in ("facts", "statements", "opinion", "proposes_tgd"):
        value = getattr(given, name)
        if value is not None:
            setattr(row, name, value)
    row.written_at, row.written_by = doing.now, doing.user
    row.save()
    doing.about(row)
    return row


@act(
    "evaluation_sent", "evaluation_report", rule="TGD-21",
    finishes=("send_evaluation", "first_contact", "find_safe_channel", "acknowledge_mandate", "danger_step"),
)  # fmt: skip
def send_evaluation(doing: Doing, given: EvaluationSent) -> Evaluation:
    """Sends the report to the prosecutor, once. Late is late, and sent all the same. Raises CannotDo.

    A report that was not acknowledged first is taken as received when it is sent: work came before the click.
    """
    row = _unsent(doing, given.evaluation)
    _not_written_by_another(doing, row, given.seen)
    if not (row.facts.strip() or row.statements.strip()) or not row.opinion.strip() or row.proposes_tgd is None:
        raise CannotDo(
            "Écrivez les faits ou les propos, votre avis, et si vous proposez un téléphone : « non » est une réponse.",
            "Write the facts or what was said, your opinion, and whether you propose a phone: “no” is an answer.",
            "TGD-21",
        )
    row.mandate_received_at = row.mandate_received_at or doing.now
    row.sent_at, row.sent_by = doing.now, doing.user
    row.save()
    doing.paper("evaluation_report", evaluation=row)
    doing.about(row)
    return row


def _not_written_by_another(doing: Doing, row: Evaluation, seen: datetime | None) -> None:
    if seen is None or row.written_at is None or row.written_by_id == doing.user.pk or row.written_at <= utc(seen):
        return
    raise Changed(
        "Une ou un collègue a écrit dans cette évaluation pendant ce temps. Copiez votre texte, rechargez la page, puis "
        "ajoutez-le au sien.",
        "A colleague has written to this evaluation meanwhile. Copy your text, load the page again, and add it.",
        "RQ-87",
    )


def _due(doing: Doing, row: Evaluation) -> datetime | None:
    case = tgd.CaseFacts(mandate_sent_at=row.mandate_sent_at, mandate_received_at=row.mandate_received_at)
    return tgd.evaluation_due(case, doing.practice)


def _open(doing: Doing) -> list[Evaluation]:
    decided = [d.recorded_at for d in doing.whole.decisions]
    return [e for e in doing.whole.evaluations if not any(e.mandate_sent_at and d > e.mandate_sent_at for d in decided)]


def _own(doing: Doing, number: int) -> Evaluation:
    row = doing.own(Evaluation, number)
    if doing.actor.agency is None or row.agency_id != doing.actor.agency.pk:
        raise CannotDo(
            "Cette évaluation est confiée à un autre organisme.", "This evaluation is another agency’s.", "TGD-42"
        )
    return row


def _unsent(doing: Doing, number: int) -> Evaluation:
    row = _own(doing, number)
    if row.sent_at is not None:
        raise CannotDo(
            "Ce rapport est envoyé et ne change plus : ajoutez un entretien ou demandez une nouvelle évaluation.",
            "This report was sent and changes no more: add an interview or ask for a new evaluation.",
            "TGD-21",
        )
    return row
