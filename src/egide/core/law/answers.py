"""What an answer of the law looks like: satisfied, not satisfied or unknown, why, and from where. And a deadline.

Unknown is never satisfied. Joining answers follows that: a conjunction with an unknown is unknown unless something in
it is already not satisfied.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from egide.core.law.calendar import utc
from egide.core.law.model import InForce, LawBook, Level
from egide.core.law.rules import citation
from egide.core.law.text import Text
from egide.core.law.words import Message


class Status(StrEnum):
    """The three answers there are."""

    SATISFIED = "satisfied"
    NOT_SATISFIED = "not_satisfied"
    UNKNOWN = "unknown"

    @property
    def label(self) -> Text:
        """Its name for a screen."""
        return _STATUS[self]


_STATUS = {
    Status.SATISFIED: Text.of("remplie", "satisfied"),
    Status.NOT_SATISFIED: Text.of("non remplie", "not satisfied"),
    Status.UNKNOWN: Text.of("inconnue", "unknown"),
}


def status_of(fact: bool | None) -> Status:
    """A fact as an answer; nobody has said: unknown."""
    if fact is None:
        return Status.UNKNOWN
    return Status.SATISFIED if fact else Status.NOT_SATISFIED


def all_of(statuses: Iterable[Status]) -> Status:
    """Satisfied only if every one is; not satisfied if any one is not; else unknown."""
    seen = set(statuses)
    if Status.NOT_SATISFIED in seen:
        return Status.NOT_SATISFIED
    return Status.UNKNOWN if Status.UNKNOWN in seen else Status.SATISFIED


def any_of(statuses: Iterable[Status]) -> Status:
    """Satisfied if any one is; unknown if one might be; else not satisfied."""
    seen = set(statuses)
    if Status.SATISFIED in seen:
        return Status.SATISFIED
    return Status.UNKNOWN if Status.UNKNOWN in seen else Status.NOT_SATISFIED


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer about one rule. `case` is A or B for the two alternatives of the fifth condition, else empty.

    `blocks`: unless it is satisfied, an attribution may not be prepared. `other` is the reading that lost, to be shown.
    """

    rule: str
    status: Status
    why: Message
    source: Text
    level: Level
    case: str = ""
    blocks: bool = False
    other: Text | None = None

    @property
    def satisfied(self) -> bool:
        """Whether it is satisfied: never for an unknown."""
        return self.status is Status.SATISFIED


def answer(
    law: LawBook, rule_id: str, day: date, status: Status, why: Message, *, case: str = "", blocks: bool = False
) -> Answer:
    """An answer that cites the rule as it held on that day, or as it reads now if it did not hold."""
    held = law.held_on(rule_id, day)
    version = held.version or held.rule.latest
    return Answer(rule_id, status, why, citation(version), held.rule.level, case, blocks, held.rule.other)


def holds(law: LawBook, rule_id: str, day: date) -> bool:
    """Whether a function may apply the rule on that day: it held, or only its start is unknown."""
    return law.held_on(rule_id, day).status is not InForce.NO


class Actor(StrEnum):
    """Who must act or decides; G.1 of the domain facts."""

    PROSECUTOR = "prosecutor"
    FAMILY_JUDGE = "family_judge"
    JUDICIAL_AUTHORITY = "judicial_authority"
    REGISTRY = "registry"
    ASSOCIATION = "support_association"
    POLICE = "law_enforcement"
    PROVIDER = "alarm_platform"
    COMMITTEE = "steering_committee"
    PROTECTED_PERSON = "protected_person"
    PLATFORM = "platform"

    @property
    def label(self) -> Text:
        """Its name for a screen."""
        return _ACTORS[self]


_ACTORS = {
    Actor.PROSECUTOR: Text.of("procureur de la République", "public prosecutor"),
    Actor.FAMILY_JUDGE: Text.of("juge aux affaires familiales", "family judge"),
    Actor.JUDICIAL_AUTHORITY: Text.of("autorité judiciaire", "judicial authority"),
    Actor.REGISTRY: Text.of("greffe", "registry"),
    Actor.ASSOCIATION: Text.of("association d’aide aux victimes", "victim-support association"),
    Actor.POLICE: Text.of("police ou gendarmerie", "police or gendarmerie"),
    Actor.PROVIDER: Text.of("plateforme de téléassistance", "remote-assistance platform"),
    Actor.COMMITTEE: Text.of("comité de pilotage", "steering committee"),
    Actor.PROTECTED_PERSON: Text.of("personne protégée", "protected person"),
    Actor.PLATFORM: Text.of("Égide, sans intervention", "Égide, by itself"),
}


@dataclass(frozen=True, slots=True)
class Deadline:
    """Something due: `due` is the first instant at which it is late (UTC). `ref` names what it is about, if several.

    `opens_at`: from when it is shown as coming; None: from now on.
    """

    rule: str
    key: str
    due: datetime
    who: Actor
    what: Message
    level: Level
    overdue: bool
    ref: str = ""
    opens_at: datetime | None = None


def deadline(
    law: LawBook,
    rule_id: str,
    key: str,
    due: datetime,
    who: Actor,
    what: Message,
    now: datetime,
    ref: str = "",
    opens_at: datetime | None = None,
) -> Deadline:
    """A deadline as it stands at `now`. Raises NaiveInstantError if an instant has no zone."""
    due = utc(due)
    return Deadline(rule_id, key, due, who, what, law[rule_id].level, utc(now) >= due, ref, opens_at)
