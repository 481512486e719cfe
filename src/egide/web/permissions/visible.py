"""Which cases does somebody see in a list or a search? The same answer as `lens_for`, as one condition of a query.

What opens a case to a role is asked of `core.access` itself, once a role, and kept: no rule is written here again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from egide.core import access
from egide.core.access import Category, Condition, Role, Stage
from egide.core.law.calendar import paris_day
from egide.web.audit.trail import current
from egide.web.cases.models import Bar, BreakGlass, Case, Consent, Mandate
from egide.web.permissions.standing import alarm_open, live_consents, live_mandates, memberships

if TYPE_CHECKING:
    from egide.web.accounts.models import User
    from egide.web.agencies.models import Membership

# What may open a case: a condition of the table, an open alarm, a consent for one category, an emergency access.
Need = Condition | Stage | Category | str
EMERGENCY = "emergency"
_AT = datetime(2030, 6, 1, 12, tzinfo=UTC)
_PLAIN: tuple[Need, ...] = (Condition.MANDATE, Condition.TERRITORY, Condition.AUTHORISED, Stage.ALARM, EMERGENCY)


@cache
def openings(role: Role) -> Mapping[Stage, tuple[frozenset[Need], ...]]:
    """By stage, the smallest sets of needs that open a case to a role. An empty set: always open; no set: never."""
    found: dict[Stage, tuple[frozenset[Need], ...]] = {}
    if not any(access.rows_for(role, group) for group in access.Group):
        return found
    needs = _needs(role)
    for stage in Stage:
        least: list[frozenset[Need]] = []
        for size in range(4):  # no row has more than three conditions (a test holds that)
            for chosen in combinations(needs, size):
                some = frozenset(chosen)
                if sum(isinstance(one, Category) for one in some) > 1 or any(known <= some for known in least):
                    continue
                if _opens(role, stage, some):
                    least.append(some)
        if stage is not Stage.ALARM and least:
            found[stage] = tuple(least)
    return found


def _needs(role: Role) -> tuple[Need, ...]:
    """What the role's rows ask for at all: the others would only be tried in vain, and a first page waits for this."""
    rows = {(group, row) for group in access.Group for row in access.rows_for(role, group)}
    asked: set[Need] = {condition for _, row in rows for condition in row.conditions}
    if any(Stage.ALARM in row.stages for _, row in rows):
        asked.add(Stage.ALARM)
    if access.ROLES[role].break_glass:
        asked.add(EMERGENCY)
    consented = {access.GROUPS[group].category for group, row in rows if Condition.CONSENT in row.conditions}
    return (*(need for need in _PLAIN if need in asked), *(c for c in Category if c.consentable and c in consented))


def _opens(role: Role, stage: Stage, needs: frozenset[Need]) -> bool:
    """Does an actor who has just these see a case that stands there?"""
    since, until = _AT - timedelta(hours=1), _AT + timedelta(hours=1)
    authorised = Condition.AUTHORISED in needs
    actor = access.Actor(
        id="actor",
        role=role,
        agency="agency",
        territories=frozenset({"here"} if Condition.TERRITORY in needs else ()),
        authorised_from=since if authorised else None,
        authorised_until=until if authorised else None,
        break_glass=access.BreakGlass("case", "a reason", since, until) if EMERGENCY in needs else None,
    )
    subject = access.CaseView(
        id="case",
        stage=stage,
        protected_person="person",
        territories=frozenset({"here"}),
        alarm_open=Stage.ALARM in needs,
        mandates=(access.Mandate("agency", since, until),) if Condition.MANDATE in needs else (),
        consents=tuple(
            access.Consent(category, category, "agency", access.Purpose.PROTECTION, since, until)
            for category in needs
            if isinstance(category, Category)
        ),
    )
    return access.may_open(actor, subject, _AT)


def visible_cases(user: User, at: datetime | None = None) -> QuerySet[Case]:
    """The cases that exist for a user, at an instant (now). In a request: for the membership acted as; else for all.

    A list made of it is a read: record it (`record("list", …)`).
    """
    now = at or timezone.now()
    held = memberships(user, paris_day(now))
    trail = current()
    acted = trail.membership if trail is not None and trail.is_of(user.pk) else None
    if acted is not None and any(one.pk == acted for one in held):
        acting = [one for one in held if one.pk == acted]
    elif trail is not None and trail.is_of(user.pk):
        acting = held[:1]  # nothing picked: the first, as in `actor_for`
    else:
        acting = held
    wanted = Q(pk__in=[])
    for membership in acting:
        for condition in _conditions(membership, now):
            wanted |= condition
    bars = Bar.objects.filter(case=OuterRef("pk"))
    kept_out = bars.filter(Q(user=user) | Q(agency__in=[one.agency_id for one in held]))
    return Case.objects.filter(wanted).exclude(Exists(kept_out))


def _conditions(membership: Membership, at: datetime) -> Iterator[Q]:
    """One condition for each set of needs, with all the stages it opens."""
    by_needs: dict[frozenset[Need], list[str]] = {}
    for stage, sets in openings(Role(membership.role)).items():
        for needs in sets:
            by_needs.setdefault(needs, []).append(stage.value)
    for needs, stages in by_needs.items():
        if Condition.AUTHORISED in needs and not membership.authorised_by.strip():
            continue
        condition = Q(stage__in=stages)
        for need in needs - {Condition.AUTHORISED}:
            condition &= _condition(need, membership, at)
        yield condition


def _condition(need: Need, membership: Membership, at: datetime) -> Q:
    if need is Condition.TERRITORY:
        return Q(jurisdiction=membership.agency.jurisdiction_id)
    if need is Condition.MANDATE:
        mandates = Mandate.objects.filter(live_mandates(at), case=OuterRef("pk"), agency=membership.agency_id)
        return Q(Exists(mandates))
    if need is Stage.ALARM:
        return alarm_open()
    if need == EMERGENCY:
        taken = BreakGlass.objects.filter(case=OuterRef("pk"), user=membership.user_id, starts_at__lte=at)
        return Q(Exists(taken.filter(ends_at__gt=at, starts_at__gt=at - access.BREAK_GLASS_LIMIT)))
    assert isinstance(need, Category), need
    consents = Consent.objects.filter(live_consents(at), case=OuterRef("pk"), recipient=membership.agency_id)
    return Q(Exists(consents.filter(category=need.value, purpose__in=[purpose.value for purpose in access.Purpose])))
