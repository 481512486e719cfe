"""What must be known to answer about a TGD, as plain frozen values. None always means: nobody has said.

Keys are opaque; no name, address or position stands here, and no function of this package needs one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from egide.core.law.answers import Actor, Status
from egide.core.law.orders import Order


class CoupleLink(StrEnum):
    """The link with the respondent (TGD-08). `NONE` is an answer; `UNKNOWN` is a gap, as None is."""

    SPOUSE = "spouse"
    COHABITANT = "cohabitant"
    PACS = "pacs"
    FORMER_SPOUSE = "former_spouse"
    FORMER_COHABITANT = "former_cohabitant"
    FORMER_PACS = "former_pacs"
    NONE = "none"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One consent with its days (TGD-11, TGD-12): given, refused, withdrawn. It is never inferred."""

    given_on: date | None = None
    refused_on: date | None = None
    withdrawn_on: date | None = None

    def on(self, day: date) -> Status:
        """Whether it stood at the end of that day: a withdrawal acts the same day; what came last counts."""
        said = [
            (at, rank, status)
            for rank, (at, status) in enumerate(
                (
                    (self.given_on, Status.SATISFIED),
                    (self.refused_on, Status.NOT_SATISFIED),
                    (self.withdrawn_on, Status.NOT_SATISFIED),
                )
            )
            if at is not None and at <= day
        ]
        return max(said)[2] if said else Status.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Forms:
    """The signed sheets of TGD-13: for each, signed by the person, and a copy handed over."""

    consent_signed: bool | None = None
    consent_copy: bool | None = None
    geolocation_signed: bool | None = None
    geolocation_copy: bool | None = None
    police_sheets_signed: bool | None = None
    police_sheets_copy: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TgdFacts:
    """What the file says about one protected person and one respondent. Complaints are not here: none is required.

    `orders`: the register of the pair; None if nobody looked it up, empty if it holds nothing. `imminent_danger`: proven
    and imminent (TGD-15). `ban_requested`: a ban is asked for and not ruled on yet (OP-18).
    """

    serious_danger: bool | None = None
    link: CoupleLink | None = None
    violence: bool | None = None
    rape: bool | None = None
    cohabitation: bool | None = None
    consent: Consent = field(default_factory=Consent)
    geolocation: Consent = field(default_factory=Consent)
    forms: Forms = field(default_factory=Forms)
    orders: tuple[Order, ...] | None = None
    imminent_danger: bool | None = None
    at_large: bool | None = None
    not_yet_arrested: bool | None = None
    ban_not_yet_ordered: bool | None = None
    ban_requested: bool = False
    basic_french: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A decision to attribute that was taken, here or outside; `months` None: not recorded."""

    taken_on: date
    decided_by: Actor | None
    months: int | None


@dataclass(frozen=True, slots=True, order=True)
class Shortening:
    """The term shortened (TGD-28): the day of the decision, and the new last day."""

    decided_on: date
    to: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """An attribution, its renewals and its shortenings. `starts_on`: the first day of the six months."""

    decided_on: date
    starts_on: date
    renewed_on: tuple[date, ...] = ()
    shortened: tuple[Shortening, ...] = ()


class Ground(StrEnum):
    """The four grounds of withdrawal (TGD-33)."""

    DANGER_CEASED = "danger_ceased"
    IMPRISONED = "imprisoned"
    PERSON_NO_LONGER_WANTS = "person_no_longer_wants"
    RULES_NOT_RESPECTED = "rules_not_respected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """A withdrawal under way. `called_at`: the confidential call; `reexamination_opened`: TGD-37.

    `began_on`: the first day of the attribution that ends; an opinion given before it was about another one.
    """

    ground: Ground
    requested_at: datetime | None = None
    called_at: datetime | None = None
    began_on: date | None = None
    committee_opinion_on: date | None = None
    reexamination_opened: bool = False
    decided_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One alarm: what must follow it. `position_recorded_at` None: no position exists (no agreement, or none came)."""

    ref: str
    at: datetime
    followed_up: bool = False
    position_recorded_at: datetime | None = None
    longer_authorised: bool = False
    position_erased: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """Where a case stands, for its deadlines. Instants are aware; a thing done carries its instant or its flag."""

    mandate_sent_at: datetime | None = None
    mandate_received_at: datetime | None = None
    report_sent_at: datetime | None = None
    decided_at: datetime | None = None
    outcome_told_at: datetime | None = None
    attribution: Attribution | None = None
    handed_over_at: datetime | None = None
    last_test_at: datetime | None = None
    orders: tuple[Order, ...] | None = None
    alarms: tuple[Alarm, ...] = ()
    withdrawal: Withdrawal | None = None
    release_planned_at: datetime | None = None
    reexamined_at: datetime | None = None
    cohabitation_resumed_on: date | None = None
    cohabitation_reviewed: bool = False
    returned_at: datetime | None = None
    certificate_received_at: datetime | None = None
    phone_erased: bool = False
    provider_erased: bool = False
    logs_erased: bool = False
    file_erased: bool = False
