"""What a document may say of the respondents and of the orders between the two (TGD-39), group by group.

The same human may be protected in another case: no address marked hidden and no channel marked safe leaves through here.
"""

from __future__ import annotations

from typing import TypedDict

from egide.core.access.groups import Group
from egide.core.access.scale import Action
from egide.core.law.frames import FRAMES, Frame
from egide.core.law.orders import period
from egide.web.cases.models import CaseRespondent, Order
from egide.web.documents.fields.gate import Field, Sources
from egide.web.documents.fields.person import (
    PlaceRow,
    ReachRow,
    birth,
    current_addresses,
    full_name,
    place_rows,
    profile_of,
    reach_of_respondent,
)
from egide.web.documents.law import known_order
from egide.web.documents.values import day, words
from egide.web.documents.words import LINKS

G = Group


class RespondentRow(TypedDict):
    """Who it is, as far as anybody knows."""

    name: str | None
    alias: str | None
    description: str | None
    born: str | None
    link: str | None


class RespondentReachRow(TypedDict):
    """How a respondent is reached."""

    name: str | None
    phones: list[ReachRow]


class RespondentHomeRow(TypedDict):
    """Where and how a respondent lives."""

    name: str | None
    places: list[PlaceRow]
    family_situation: str | None
    pets: str | None


class BanRow(TypedDict):
    """One order, as it was made."""

    against: str | None
    frame: str | None
    contact: bool
    places: bool
    court: str | None
    reference: str | None
    decided_on: str | None
    notified_on: str | None
    starts_on: str | None
    until: str | None


class BanDatesRow(TypedDict):
    """From when to when a contact ban binds; None: not recorded."""

    starts_on: str | None
    ends_on: str | None


class OrderRow(TypedDict):
    """What an order says to the person it is addressed to, and nothing of anybody else."""

    frame: str | None
    contact: bool
    places: bool
    court: str | None
    reference: str | None
    decided_on: str | None
    notified_on: str | None
    starts_on: str | None
    ends_on: str | None
    civil: bool


def _respondents(sources: Sources) -> list[CaseRespondent]:
    return list(sources.case.respondents.select_related("person").order_by("id"))


def _name(respondent: CaseRespondent) -> str | None:
    return full_name(respondent.person) if respondent.person else None


def _identities(sources: Sources) -> list[RespondentRow]:
    return [
        RespondentRow(
            name=_name(r),
            alias=words(r.alias),
            description=words(r.description),
            born=birth(r.person) if r.person else None,
            link=LINKS.get(r.link),
        )
        for r in _respondents(sources)
    ]


def _phones(sources: Sources) -> list[RespondentReachRow]:
    return [
        RespondentReachRow(name=_name(r), phones=reach_of_respondent(r.person) if r.person else [])
        for r in _respondents(sources)
    ]


def _homes(sources: Sources) -> list[RespondentHomeRow]:
    rows = []
    for r in _respondents(sources):
        profile = profile_of(r.person) if r.person else None
        homes = current_addresses(r.person, sources.at).filter(kind__in=("home", "host")) if r.person else None
        rows.append(
            RespondentHomeRow(
                name=_name(r),
                places=place_rows(homes.filter(hidden=False)) if homes is not None else [],
                family_situation=words(profile.family_situation) if profile else None,
                pets=words(profile.pets) if profile else None,
            )
        )
    return rows


def frame_label(code: str) -> str | None:
    """The French name of a frame; None for a code the law does not know."""
    return FRAMES[Frame(code)].label.fr if code in set(Frame) else None


def _orders(sources: Sources) -> list[Order]:
    return list(sources.case.orders.select_related("respondent__person").order_by("-starts_on", "id"))


def _bans(sources: Sources) -> list[BanRow]:
    return [
        BanRow(
            against=_name(row.respondent),
            frame=frame_label(row.frame),
            contact=row.bans_contact,
            places=row.bans_places,
            court=words(row.court),
            reference=words(row.reference),
            decided_on=day(row.decided_on),
            notified_on=day(row.notified_on),
            starts_on=day(row.starts_on),
            until=_until(row),
        )
        for row in _orders(sources)
    ]


def _until(order: Order) -> str | None:
    """Until when, in the words of `core.law`: an end that nobody recorded is said as such."""
    known = known_order(order)
    return period(known).why.fr if known else day(order.ends_on)


def _ban_dates(sources: Sources) -> list[BanDatesRow]:
    rows = []
    for order in _orders(sources):
        if order.bans_contact:
            known = known_order(order)
            span = period(known) if known else None
            first, last = (span.first, span.last) if span else (order.starts_on, order.lifted_on or order.ends_on)
            rows.append(BanDatesRow(starts_on=day(first), ends_on=day(last)))
    return rows


def _order(sources: Sources) -> OrderRow | None:
    row = sources.order
    if row is None:
        return None
    return OrderRow(
        frame=frame_label(row.frame),
        contact=row.bans_contact,
        places=row.bans_places,
        court=words(row.court),
        reference=words(row.reference),
        decided_on=day(row.decided_on),
        notified_on=day(row.notified_on),
        starts_on=day(row.starts_on),
        ends_on=day(row.ends_on),
        civil=row.frame in (Frame.PROTECTION_ORDER, Frame.IMMEDIATE_PROTECTION_ORDER),
    )


def _addressee(sources: Sources) -> str | None:
    return _name(sources.order.respondent) if sources.order else None


def _one(*groups: Group) -> frozenset[Group]:
    return frozenset(groups)


RESPONDENTS = Field("respondents", _one(G.RESPONDENT_IDENTITY), _identities)
RESPONDENT_PHONES = Field("respondent_phones", _one(G.RESPONDENT_IDENTITY, G.RESPONDENT_CONTACT), _phones)
RESPONDENT_HOMES = Field("respondent_homes", _one(G.RESPONDENT_IDENTITY, G.RESPONDENT_ADDRESS), _homes)
BANS = Field("bans", _one(G.RESPONDENT_IDENTITY, G.BAN_DECISION, G.BAN_DATES), _bans)
BAN_DATES = Field("ban_dates", _one(G.BAN_DATES), _ban_dates, Action.SEE_DATES)
ORDER = Field("order", _one(G.BAN_DECISION, G.BAN_DATES), _order)
ADDRESSEE = Field("addressee", _one(G.RESPONDENT_IDENTITY), _addressee)
