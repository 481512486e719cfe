"""On what standing does somebody meet a case? Rows become the facts `core.access` decides on, and nothing else.

It grants nothing and reads no content of a case: mandates, consents, bars, parties, stage, and whether an alarm is open.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from egide.core import access
from egide.core.law.calendar import end_of_day, paris_day, start_of_day
from egide.web.accounts.models import User
from egide.web.agencies.models import Membership
from egide.web.audit.trail import current
from egide.web.cases.beside import beside
from egide.web.cases.models import AttributionStatus, BreakGlass, Case, Consent, ConsentKind, Mandate
from egide.web.console.models import Incident, IncidentKind, IncidentStatus
from egide.web.permissions.database import name_actor

PICKED = "acting_as"  # where the session keeps which membership is acted as
KNOWN_ROLES = frozenset(role.value for role in access.Role)


@dataclass(frozen=True, slots=True)
class Standing:
    """A user in one membership, with the others that count today: a bar on any of their agencies holds for all."""

    user: User
    membership: Membership
    agencies: frozenset[int]

    @property
    def actor(self) -> access.Actor:
        """Who asks, in the words of `core.access`."""
        return actor_of(self.membership)


def memberships(user: User, day: date) -> list[Membership]:
    """Those of an active user that count on a day, with agency and district, in an order that does not change.

    In a request the actor's own are asked for once.
    """
    if not user.is_active:
        return []
    trail = current()
    known = trail.known if trail is not None and trail.is_of(user.pk) else {}
    if (found := known.get((Membership, day))) is None:
        found = known[(Membership, day)] = _held(user, day)
    return list(found)


def _held(user: User, day: date) -> list[Membership]:
    held = Membership.objects.filter(Q(ends_on=None) | Q(ends_on__gte=day), user=user, starts_on__lte=day)
    rows = held.filter(role__in=KNOWN_ROLES).select_related("agency__jurisdiction").order_by("pk")
    return list(rows)


def actor_for(request: HttpRequest) -> Standing | None:
    """Who acts in this request: the membership picked in this session, else the first; None for a member of nothing.

    Says it to PostgreSQL and to the trail, once a request.
    """
    known = getattr(request, "egide_standing", None)
    if isinstance(known, Standing):
        return known
    user = request.user
    if not isinstance(user, User):  # nobody signed in
        return None
    held = memberships(user, paris_day(timezone.now()))
    if not held:
        return None
    picked = request.session.get(PICKED)
    chosen = next((one for one in held if one.pk == picked), held[0])
    standing = Standing(user, chosen, frozenset(one.agency_id for one in held))
    request.egide_standing = standing  # type: ignore[attr-defined]
    trail = current()
    if trail is not None and trail.is_of(user.pk):
        if len(held) > 1 and trail.membership != chosen.pk:
            name_actor(user.pk, chosen.pk)
        trail.act_as(chosen.pk, chosen.agency_id, chosen.role)
    return standing


def standing_of(user: User, membership: Membership) -> Standing:
    """The same outside of a request: a user in one membership, with every other that counts today."""
    held = memberships(user, paris_day(timezone.now()))
    return Standing(user, membership, frozenset({membership.agency_id, *(one.agency_id for one in held)}))


def actor_of(membership: Membership) -> access.Actor:
    """A membership in the words of `core.access`. Individually authorised is whoever somebody authorised by name."""
    since, until = authorisation(membership)
    return access.Actor(
        id=str(membership.user_id),
        role=access.Role(membership.role),
        agency=str(membership.agency_id),
        territories=frozenset({str(membership.agency.jurisdiction_id)}),
        authorised_from=since,
        authorised_until=until,
    )


def authorisation(membership: Membership) -> tuple[datetime | None, datetime | None]:
    """From when until when somebody is individually authorised (TGD-41, TGD-42), UTC; None, None: not at all.

    It lasts no longer than the membership, and to the end of the day it names in Paris.
    """
    if not membership.authorised_by.strip():
        return None, None
    days = [day for day in (membership.ends_on, membership.authorised_until) if day is not None]
    return start_of_day(membership.starts_on), end_of_day(min(days)) if days else None


def in_emergency(actor: access.Actor, row: BreakGlass) -> access.Actor:
    """The actor with an emergency access in hand."""
    glass = access.BreakGlass(str(row.case_id), row.reason, row.starts_at, row.ends_at)
    return replace(actor, break_glass=glass)


def view_of(case: Case, standing: Standing) -> access.CaseView:
    """What a decision must know of a case. Five queries, of which those are saved whose rows came with the case."""
    bars = beside(case, "bars")
    respondents = frozenset(row.person_id for row in beside(case, "respondents") if row.person_id is not None)
    barred = {
        access.Barred(access.BarredKind.ACTOR, str(bar.user_id))
        if bar.user_id is not None
        else access.Barred(access.BarredKind.AGENCY, str(bar.agency_id))
        for bar in bars
    }
    if any(bar.agency_id in standing.agencies for bar in bars):  # also through an agency not acted for just now
        barred.add(access.Barred(access.BarredKind.ACTOR, str(standing.user.pk)))
    return access.CaseView(
        id=str(case.pk),
        stage=access.Stage(case.stage),
        protected_person=str(case.protected_person_id),
        respondents=frozenset(map(str, respondents)),
        territories=frozenset({str(case.jurisdiction_id)}),
        alarm_open=_has_alarm(case, respondents),
        mandates=tuple(_mandate(row) for row in beside(case, "mandates")),
        consents=tuple(found for row in beside(case, "consents") if (found := _consent(row)) is not None),
        barred=frozenset(barred),
    )


def _mandate(row: Mandate) -> access.Mandate:
    """A mandate that rests on a consent lasts no longer than it; one whose consent opens nothing never began."""
    starts_at, ends = row.starts_at, [row.ends_at]
    if (consent := row.consent) is not None:
        opens = consent.given and consent.kind == ConsentKind.SHARING
        starts_at = max(starts_at, consent.given_at)
        ends += [consent.withdrawn_at, consent.until if opens and consent.until else row.starts_at]
    known = [end for end in ends if end is not None]
    return access.Mandate(str(row.agency_id), starts_at, min(known) if known else None)


def _consent(row: Consent) -> access.Consent | None:
    """A sharing consent; None for another kind, a refusal, one without an end, no known category or purpose (SH-16)."""
    known = (
        row.kind == ConsentKind.SHARING and row.category in set(access.Category) and row.purpose in set(access.Purpose)
    )
    if not row.given or row.until is None or not known:
        return None
    return access.Consent(
        id=f"consent {row.pk}",
        category=access.Category(row.category),
        recipient=str(row.recipient_id),
        purpose=access.Purpose(row.purpose),
        starts_at=row.given_at,
        ends_at=row.until,
        withdrawn_at=row.withdrawn_at,
    )


def _has_alarm(case: Case, respondents: frozenset[int]) -> bool:
    """Is an incident open on the phone in the person's hands, or on a bracelet measure between the person and a respondent

    of the case? Technical trouble is none. A query of its own: as a part of the case's, PostgreSQL plans it ten times longer.
    """
    in_hands = case.attributions.filter(status__in=[AttributionStatus.ACTIVE, AttributionStatus.WITHDRAWN])
    on = Q(device__in=in_hands.values("device"))
    if respondents:
        on |= Q(measure__protected_person=case.protected_person_id, measure__wearer_person__in=respondents)
    ringing = Incident.objects.filter(status=IncidentStatus.OPEN).exclude(kind=IncidentKind.TECHNICAL)
    return ringing.filter(on).exists()


def cases_with_alarm() -> frozenset[int]:
    """The primary keys of the cases for which `_has_alarm` holds: a few of them at any time. Two queries."""
    ringing = Incident.objects.filter(status=IncidentStatus.OPEN).exclude(kind=IncidentKind.TECHNICAL)
    in_hands = [AttributionStatus.ACTIVE, AttributionStatus.WITHDRAWN]
    phones = Case.objects.filter(
        attributions__status__in=in_hands, attributions__device__in=ringing.exclude(device=None).values("device")
    )
    pairs = ringing.exclude(measure=None).values_list("measure__protected_person", "measure__wearer_person")
    found = set(phones.values_list("pk", flat=True))
    wanted = Q(pk__in=[])
    for protected, wearer in set(pairs):
        wanted |= Q(protected_person=protected, respondents__person=wearer)
    return frozenset(found.union(Case.objects.filter(wanted).values_list("pk", flat=True)))


def mandated_cases(user_id: int, agencies: Collection[int], at: datetime) -> frozenset[int]:
    """The primary keys of the cases these agencies hold a live mandate in: thousands of a large association's.

    In a request of the user's own they are read once: what lies in them is asked for by number afterwards.
    """
    trail = current()
    known = trail.known if trail is not None and trail.is_of(user_id) else {}
    key = (Mandate, frozenset(agencies))
    if (found := known.get(key)) is None:
        rows = Mandate.objects.filter(live_mandates(at), agency__in=sorted(agencies))
        # As one array: thousands of rows of one number each cost the driver more than PostgreSQL.
        found = known[key] = frozenset(rows.aggregate(cases=ArrayAgg("case_id", default=[]))["cases"])
    return frozenset(found)


def live_mandates(at: datetime) -> Q:
    """For a query of mandates: in force at an instant, and no longer than the consent they rest on."""
    running = Q(starts_at__lte=at) & (Q(ends_at=None) | Q(ends_at__gt=at))
    # As a list of its own: joined, PostgreSQL compares each mandate of an agency with every consent of the country.
    return running & (Q(consent=None) | Q(consent__in=Consent.objects.filter(live_consents(at)).values("pk")))


def live_consents(at: datetime) -> Q:
    """For a query of consents: sharing consents in force at an instant."""
    kept = Q(withdrawn_at=None) | Q(withdrawn_at__gt=at)
    return Q(kind=ConsentKind.SHARING, given=True, given_at__lte=at, until__gt=at) & kept
