"""Who may ask for a TGD, who decides, what a refusal says, and who proposes: people, not conditions.

No request is ever turned away here, and no answer stands in for the prosecutor's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from egide.core.law.answers import Actor, Answer, Status, answer, holds
from egide.core.law.model import LawBook
from egide.core.law.rules import LAW
from egide.core.law.text import Text
from egide.core.law.words import say


class Reporter(StrEnum):
    """Who reports or asks (TGD-03, TGD-06). The list is open: `OTHER` is as good as any."""

    PROTECTED_PERSON = "protected_person"
    RELATIVE = "relative"
    LAWYER = "lawyer"
    ASSOCIATION = "support_association"
    PROSECUTOR = "prosecutor"
    POLICE = "police_officer"
    STATION_SOCIAL_WORKER = "station_social_worker"
    STATION_PSYCHOLOGIST = "station_psychologist"
    PROBATION_SERVICE = "probation_service"
    HOSPITAL = "hospital"
    PUBLIC_SERVICE = "public_service"
    FAMILY_JUDGE = "family_judge"
    CRIMINAL_JUDGE = "criminal_judge"
    SENTENCE_JUDGE = "sentence_judge"
    OTHER = "other"


REPORTERS: dict[Reporter, Text] = {
    Reporter.PROTECTED_PERSON: Text.of("la personne elle-même", "the person"),
    Reporter.RELATIVE: Text.of("un proche", "a relative or friend"),
    Reporter.LAWYER: Text.of("avocat", "lawyer"),
    Reporter.ASSOCIATION: Text.of("association", "association"),
    Reporter.PROSECUTOR: Text.of("parquet", "prosecution office"),
    Reporter.POLICE: Text.of("police ou gendarmerie", "police or gendarmerie"),
    Reporter.STATION_SOCIAL_WORKER: Text.of(
        "intervenant social en commissariat et gendarmerie", "station social worker"
    ),
    Reporter.STATION_PSYCHOLOGIST: Text.of("psychologue en commissariat", "station psychologist"),
    Reporter.PROBATION_SERVICE: Text.of("SPIP", "probation service"),
    Reporter.HOSPITAL: Text.of("hôpital", "hospital"),
    Reporter.PUBLIC_SERVICE: Text.of("autre service public", "other public service"),
    Reporter.FAMILY_JUDGE: Text.of("juge aux affaires familiales", "family judge"),
    Reporter.CRIMINAL_JUDGE: Text.of("juge pénal", "criminal judge"),
    Reporter.SENTENCE_JUDGE: Text.of("juge de l’application des peines", "sentence judge"),
    Reporter.OTHER: Text.of("autre", "other"),
}


class Act(StrEnum):
    """A decision about a TGD."""

    ATTRIBUTION = "attribution"
    RENEWAL = "renewal"
    SHORTENING = "shortening"
    REFUSAL = "refusal"
    WITHDRAWAL = "withdrawal"
    LONGER_POSITION = "longer_position"
    COMMITTEE_OPINION = "committee_opinion"


@dataclass(frozen=True, slots=True)
class Decider:
    """Who takes a decision, and the rule that says so."""

    actor: Actor
    rule: str


DECIDERS: dict[Act, Decider] = {
    Act.ATTRIBUTION: Decider(Actor.PROSECUTOR, "TGD-02"),
    Act.RENEWAL: Decider(Actor.PROSECUTOR, "TGD-02"),
    Act.SHORTENING: Decider(Actor.PROSECUTOR, "TGD-28"),
    Act.REFUSAL: Decider(Actor.PROSECUTOR, "TGD-02"),
    Act.WITHDRAWAL: Decider(Actor.PROSECUTOR, "TGD-33"),
    Act.LONGER_POSITION: Decider(Actor.PROSECUTOR, "TGD-43"),
    Act.COMMITTEE_OPINION: Decider(Actor.COMMITTEE, "TGD-36"),
}


def may_ask(reporter: Reporter, day: date, law: LawBook = LAW) -> Answer:
    """Whether a request by this reporter is received: always satisfied since the law says so (TGD-03, CF-01).

    Before it, no text said who may ask: unknown, and the report is received all the same (TGD-04).
    """
    if not holds(law, "TGD-03", day):
        return answer(law, "TGD-03", day, Status.UNKNOWN, say("ask.no_rule"))
    if reporter not in REPORTERS:
        raise ValueError(f"{reporter} is no reporter of the list: use `other`")
    return answer(law, "TGD-03", day, Status.SATISFIED, say("ask.by_any_means"))


def who_decides(act: Act) -> Decider:
    """Who takes this decision, and the rule."""
    return DECIDERS[act]


def decided_by(actor: Actor | None, day: date, law: LawBook = LAW) -> Answer:
    """Whether an attribution was decided by whom the law names (TGD-02)."""
    if actor is None:
        return answer(law, "TGD-02", day, Status.UNKNOWN, say("decider.unknown"))
    if actor is not Actor.PROSECUTOR:
        return answer(law, "TGD-02", day, Status.NOT_SATISFIED, say("decider.other", who=actor.label))
    return answer(law, "TGD-02", day, Status.SATISFIED, say("decider.prosecutor"))


def refusal_information(day: date, law: LawBook = LAW) -> tuple[Answer, ...]:
    """What is said with a refusal (TGD-26, CF-05): reasons, contesting with a lawyer, a new request at any time.

    It is information: there is no appeal in the text, and no clock runs.
    """
    keys = ("refusal.reasons", "refusal.contest", "refusal.again")
    return tuple(answer(law, "TGD-26", day, Status.SATISFIED, say(key)) for key in keys)


def may_ask_again(refused_on: date, day: date, law: LawBook = LAW) -> Answer:
    """Whether a new request is possible after a refusal: at any time, the same day included (TGD-26).

    Raises ValueError if `day` comes before the refusal.
    """
    if day < refused_on:
        raise ValueError(f"{day} comes before the refusal of {refused_on}")
    return answer(law, "TGD-26", day, Status.SATISFIED, say("refusal.again"))


def who_proposes(named_person: str | None, day: date, law: LawBook = LAW) -> Answer:
    """For one case that a committee discusses: who proposes the measure? Satisfied by a person's name only (OF-10).

    The name is repeated in the answer for the minutes: never log it.
    """
    name = (named_person or "").strip()
    if not name:
        return answer(law, "OF-10", day, Status.NOT_SATISFIED, say("proposes.nobody"))
    return answer(law, "OF-10", day, Status.SATISFIED, say("proposes.named", who=name))
