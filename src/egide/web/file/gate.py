"""The one door of the file's pages: who is signed in, as what they act, which case they may open.

Who may see what is decided by `egide.web.permissions` alone; a page asks the lens and shows nothing it does not grant.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Concatenate, ParamSpec, cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone

from egide.core.access import Group, Level, Role, rows_for, wall_for
from egide.core.law.calendar import paris_day
from egide.web.accounts.access import sign_in
from egide.web.accounts.models import User
from egide.web.agencies.models import Membership
from egide.web.cases.models import Case
from egide.web.cases.services.ports import Actor, Lens
from egide.web.permissions import PICKED, Reader, actor_for, lens_for
from egide.web.permissions.standing import memberships

P = ParamSpec("P")

ACTING_AS = PICKED  # session key: the membership acted as


@dataclass
class Desk:
    """Who is at the screen: the user, and every membership that holds today; one of them is acted as."""

    user: User
    membership: Membership

    @cached_property
    def memberships(self) -> list[Membership]:
        """Those that hold today, with their agencies, in an order that does not change."""
        return memberships(self.user, paris_day(timezone.now()))

    @property
    def role(self) -> Role | None:
        """The role acted as; None for a word that is no role."""
        return Role(self.membership.role) if self.membership.role in set(Role) else None

    @property
    def actor(self) -> Actor:
        """Who acts, for a service."""
        return Actor(self.user, self.membership)

    @cached_property
    def reader(self) -> Reader:
        """What this desk sees in lists: which cases, and what of each."""
        return Reader(self.user)

    def role_may(self, group: Group, level: Level = Level.READ) -> bool:
        """Whether some row gives the role that much of the group in some case, before any condition.

        For menus and the heads of columns only: what is shown of a case is asked of `reader`, or of a lens.
        """
        role = self.role
        if role is None or wall_for(role, group) is not None:
            return False
        return any(row.level >= level for row in rows_for(role, group))


View = Callable[Concatenate[HttpRequest, Desk, P], HttpResponseBase]


def staff_only(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Lets in whoever is a member of an agency today, with a desk; anonymous people sign in, strangers get 404."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return sign_in(request)
        standing = actor_for(request)  # says to PostgreSQL and to the trail who acts
        if standing is None:
            raise Http404
        return view(request, Desk(standing.user, standing.membership), *args, **kwargs)

    return guarded


def open_case(request: HttpRequest, public_id: UUID) -> tuple[Case, Lens]:
    """The case and the lens on it, or 404 for whoever is a stranger to it."""
    case, lens = lens_for(request, public_id)
    return case, cast(Lens, lens)
