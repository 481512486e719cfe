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

    PERSON = "person"
    RELATIVE = "relative"
    LAWYER = "lawyer"
    ASSOCIATION = "association"
    POLICE = "police"
    PROSECUTION = "prosecution"
    JUDGE = "judge"
    STATION_SOCIAL_WORKER = "station_social_worker"
    STATION_PSYCHOLOGIST = "station_psychologist"
    PROBATION = "probation"
    HEALTH = "health"
    PUBLIC_SERVICE = "public_service"
    OTHER = "other"


REPORTERS: dict[Reporter, Text] = {
    Reporter.PERSON: Text.of("la personne elle-même", "the person"),
    Reporter.RELATIVE: Text.of("un proche", "a relative or friend"),
    Reporter.LAWYER: Text.of("avocat", "lawyer"),
    Reporter.ASSOCIATION: Text.of("association", "association"),
    Reporter.POLICE: Text.of("police ou gendarmerie", "police or gendarmerie"),
    Reporter.PROSECUTION: Text.of("parquet", "prosecution office"),
    Reporter.JUDGE: Text.of(
        "juge (affaires familiales, pénal, application des peines)", "judge (family, criminal, sentence)"
    ),
    Reporter.STATION_SOCIAL_WORKER: Text.of(
        "intervenant social en commissariat et gendarmerie", "station social worker"
    ),
    Reporter.STATION_PSYCHOLOGIST: Text.of("psychologue en commissariat", "station psychologist"),
    Reporter.PROBATION: Text.of("SPIP", "probation service"),
    Reporter.HEALTH: Text.of("hôpital, professionnel de santé", "hospital, health professional"),
    Reporter.PUBLIC_SERVICE: Text.of("autre service public", "other public service"),
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

    Before it, no text said who may ask: unknown, and the report is received all the same (TGD-04). Raises ValueError for
    a word that is no reporter; whoever it is, the answer is the same.
    """
    Reporter(reporter)
    if not holds(law, "TGD-03", day):
        return answer(law, "TGD-03", day, Status.UNKNOWN, say("ask.no_rule"))
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
