"""What was agreed, decided, handed over and ordered, and until when: conditions, consents, decisions, phone, orders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from egide.core.access import Category
from egide.core.law import tgd
from egide.core.law.answers import Status
from egide.core.law.calendar import paris_day
from egide.web.cases.law import came_back
from egide.web.cases.models import (
    Attribution,
    AttributionStatus,
    CaseRespondent,
    Consent,
    ConsentKind,
    Decision,
    PhoneExchange,
    ReturnCertificate,
    Withdrawal,
)
from egide.web.cases.services import facts
from egide.web.cases.services.ports import Lens
from egide.web.cases.services.whole import Whole
from egide.web.file.laws import Condition, condition
from egide.web.file.presenters.fields import Field, one
from egide.web.file.saying import a_day, an_instant, last_day, pick, words
from egide.web.file.words import (
    ATTRIBUTIONS,
    CONSENTS,
    DECISIONS,
    PARTNERS,
    PURPOSES,
    SHEET_MEANS,
    WITHDRAWALS,
    named,
)

_MARKS = {Status.SATISFIED: "yes", Status.NOT_SATISFIED: "no", Status.UNKNOWN: "unknown"}


@dataclass(frozen=True, slots=True)
class Checklist:
    """The conditions for one respondent on one day, on both bases, and what must be signed beside them."""

    common: tuple[Condition, ...]
    bases: tuple[Condition, ...]
    beside: tuple[Condition, ...]
    status: str
    sentence: str
    may_prepare: bool
    basis: str


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """One consent or refusal as it stands."""

    kind: str
    mark: str
    words: str
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """One decision. `reasons` is empty where the reader may only know that there are some."""

    kind: str
    when: str
    who: str
    reasons: str
    reasons_exist: bool
    outside: bool
    defects: tuple[str, ...]
    told: str


def checklist(whole: Whole, respondent: CaseRespondent | None, now: datetime) -> Checklist:
    """The conditions as the file shows them now (TGD-07 to 09, 11, 14, 15)."""
    day = paris_day(now)
    told = facts.tgd_facts(whole, respondent, now)
    answers = tgd.eligibility(told, day)
    status = tgd.overall(answers)
    ready = tgd.preparation(answers)
    sentences = {
        Status.SATISFIED: pick("Toutes les conditions sont remplies.", "Every condition is satisfied."),
        Status.NOT_SATISFIED: pick(
            "Une condition au moins n’est pas remplie.", "One condition at least is not satisfied."
        ),
        Status.UNKNOWN: pick(
            "Il manque des réponses : rien ne permet encore de conclure.",
            "Answers are missing: nothing can be concluded yet.",
        ),
    }
    return Checklist(
        tuple(condition(a, day) for a in answers if not a.case),
        tuple(condition(a, day) for a in answers if a.case),
        tuple(condition(a, day) for a in tgd.formalities(told, day, whole.practice)),
        _MARKS[status], sentences[status], ready.allowed, tgd.basis(answers) or "",
    )  # fmt: skip


def consents(lens: Lens, whole: Whole, now: datetime) -> tuple[ConsentLine, ...] | None:
    """How each consent stands; None where the reader may not even see its days. Never inferred (rule 8)."""
    if not lens.may("consents", "dates"):
        return None
    shown = [ConsentKind.TGD, ConsentKind.TGD_GEOLOCATION, ConsentKind.POLICE_SHEETS]
    own = [_consent(kind, facts.latest(whole.consents, kind, now), now) for kind in shown]
    reads = lens.may("consents")
    shared = [_sharing(row, now) for row in reversed(whole.consents) if reads and row.kind == ConsentKind.SHARING]
    return (*own, *shared)


def _sharing(row: Consent, now: datetime) -> ConsentLine:
    """One answer on sharing: what of, with whom, for what, until when (SH-16)."""
    what = words(Category(row.category)) if row.category in set(Category) else row.category
    who = row.recipient.name if row.recipient is not None else ""
    kind = pick(f"Partage : {what}, à {who}", f"Sharing: {what}, with {who}")
    purpose = named(PURPOSES, row.purpose)
    day = a_day(paris_day(row.given_at))
    if not row.given:
        return ConsentLine(kind, "no", pick(f"refusé le {day}", f"refused on {day}"), (purpose,))
    if row.withdrawn_at is not None:
        gone = an_instant(row.withdrawn_at)
        return ConsentLine(kind, "no", pick(f"retiré le {gone}", f"withdrawn on {gone}"), (purpose,))
    last = a_day(last_day(row.until)) if row.until is not None else pick("date inconnue", "date unknown")
    if row.until is not None and row.until <= now:
        return ConsentLine(kind, "no", pick(f"terminé le {last}", f"over on {last}"), (purpose,))
    return ConsentLine(
        kind, "yes", pick(f"donné le {day}", f"given on {day}"), (purpose, pick(f"jusqu’au {last}", f"until {last}"))
    )


def _consent(kind: ConsentKind, row: Consent | None, now: datetime) -> ConsentLine:
    name = named(CONSENTS, kind)
    if row is None:
        return ConsentLine(name, "unknown", pick("non demandé", "not asked"), ())
    day = a_day(paris_day(row.given_at))
    if not row.given:
        return ConsentLine(name, "no", pick(f"refusé le {day}", f"refused on {day}"), ())
    if row.withdrawn_at is not None and row.withdrawn_at <= now:
        gone = a_day(paris_day(row.withdrawn_at))
        return ConsentLine(name, "no", pick(f"retiré le {gone}", f"withdrawn on {gone}"), ())
    signed = (
        pick(f"signé le {a_day(row.signed_on)}", f"signed on {a_day(row.signed_on)}")
        if row.signed_on
        else pick("formulaire non signé", "form not signed")
    )
    copy = (
        pick("copie remise", "copy handed over")
        if row.copy_handed_on
        else pick("copie non remise", "copy not handed over")
    )
    helped = pick(f"interprète : {row.interpreter}", f"interpreter: {row.interpreter}") if row.interpreter else ""
    return ConsentLine(
        name, "yes", pick(f"donné le {day}", f"given on {day}"), tuple(part for part in (signed, copy, helped) if part)
    )


def decisions(lens: Lens, whole: Whole) -> tuple[DecisionLine, ...]:
    """What was decided, the latest first."""
    if not lens.may("decision_reasons", "exists"):
        return ()
    reads = lens.may("decision_reasons")
    return tuple(_decision(row, reads) for row in reversed(whole.decisions))


def _decision(row: Decision, reads: bool) -> DecisionLine:
    who = row.magistrate or (row.decided_by.shown_name if row.decided_by else "")
    told = (
        pick(
            f"annoncée à la personne le {an_instant(row.told_person_at)}",
            f"told to the person on {an_instant(row.told_person_at)}",
        )
        if row.told_person_at
        else pick("pas encore annoncée à la personne", "the person has not been told yet")
    )
    return DecisionLine(
        named(DECISIONS, row.kind), a_day(paris_day(row.decided_at)), who, row.reasons if reads else "", not reads,
        row.taken_outside, tuple(row.defects) if reads else (), told,
    )  # fmt: skip


def phone(lens: Lens, whole: Whole) -> list[tuple[str, tuple[Field, ...]]]:
    """Each attribution with its phone, tests, sheets and end."""
    if not lens.may("attribution", "dates"):
        return []
    reads, tests = lens.may("attribution"), lens.may("device")
    return [(_status(a), _attribution(a, reads, tests)) for a in reversed(whole.attributions)]


def _status(row: Attribution) -> str:
    if isinstance(came_back(row), Withdrawal):
        return pick("Retiré avant la remise", "Withdrawn before the hand-over")
    return named(ATTRIBUTIONS, row.status)


def _attribution(row: Attribution, reads: bool, tests: bool) -> tuple[Field, ...]:
    last = row.shortened_to or row.ends_on
    fields = [
        one(
            pick("Durée", "Duration"),
            pick(
                f"du {a_day(row.starts_on)} au {a_day(last)} à minuit",
                f"from {a_day(row.starts_on)} to {a_day(last)} at midnight",
            ),
        )
    ]
    if reads and row.device is not None:
        fields.append(one(pick("Téléphone", "Phone"), str(row.device)))
    handed = getattr(row, "handover", None)
    if reads and handed is not None:
        fields.append(one(pick("Remise", "Hand-over"), an_instant(handed.at), handed.place, handed.accompanied_by))
    if tests and row.status in (AttributionStatus.ACTIVE, AttributionStatus.WITHDRAWN):
        fields.append(_tests(row))
    if reads:
        sheets = [
            pick(
                f"{named(PARTNERS, s.partner)} : établie le {an_instant(s.sent_at)}, {named(SHEET_MEANS, s.sent_by_means)}",
                f"{named(PARTNERS, s.partner)}: made on {an_instant(s.sent_at)}, {named(SHEET_MEANS, s.sent_by_means)}",
            )
            + ("" if s.received_at else pick(", non accusée", ", not acknowledged"))
            for s in row.liaison_sheets.all()
        ]
        fields.append(one(pick("Fiches navettes", "Liaison sheets"), *sheets))
    if tests:
        fields.extend(_exchanged(one) for one in row.exchanges.all())
    gone = getattr(row, "withdrawal", None)
    if reads and gone is not None:
        fields.append(
            one(
                pick("Motif du retrait", "Ground of withdrawal"),
                named(WITHDRAWALS, gone.ground),
                an_instant(gone.at),
                tone="warn",
            )
        )
    if tests and isinstance(came_back(row), Withdrawal):
        fields.append(one(pick("Effacement", "Erasure"), *_erasures(row.withdrawal, facts.told_provider(row))))
    back = getattr(row, "return_certificate", None)
    if back is not None:
        fields.append(
            one(pick("Restitution", "Return"), an_instant(back.returned_at), *(_erasures(back) if tests else ()))
        )
    return tuple(f for f in fields if f is not None)


def _exchanged(row: PhoneExchange) -> Field | None:
    """A phone that another one replaced: when it came back, and whether it is erased (TGD-43)."""
    erased = row.phone_erased_at
    state = pick("pas encore effacé", "not erased yet")
    if erased is not None:
        state = pick(f"effacé le {an_instant(erased)}", f"erased on {an_instant(erased)}")
    tone = "warn" if erased is None else ""
    return one(pick("Téléphone échangé", "Exchanged phone"), f"{row.device}, {an_instant(row.at)}", state, tone=tone)


def _erasures(row: ReturnCertificate | Withdrawal, told: bool = True) -> list[str]:
    """How far the erasure is (TGD-43). `told`: the provider was sent its sheet."""
    asked = [(pick("journaux effacés", "logs erased"), row.logs_erased_at)]
    if told:
        asked.insert(0, (pick("données du prestataire effacées", "provider’s data erased"), row.provider_erased_at))
    if isinstance(row, ReturnCertificate):
        received = pick("attestation reçue par le prestataire", "certificate received by the provider")
        gone = (pick("téléphone effacé", "phone erased"), row.phone_erased_at)
        asked = [(received, row.provider_received_at), gone, *asked]
    not_yet = pick("pas encore", "not yet")
    return [pick(f"{what} : ", f"{what}: ") + (an_instant(at) if at is not None else not_yet) for what, at in asked]


def _tests(row: Attribution) -> Field | None:
    done = sorted(row.tests.all(), key=lambda t: (t.at, t.pk))
    if not done:
        return one(pick("Essais", "Tests"), pick("aucun essai enregistré", "no test recorded"), tone="warn")
    last = done[-1]
    state = pick("réussi", "worked") if last.worked else pick("échoué", "failed")
    return one(
        pick("Dernier essai", "Last test"),
        f"{an_instant(last.at)}, {state}",
        last.note,
        tone="" if last.worked else "warn",
    )
