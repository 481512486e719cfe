"""Who must never see this case, and which court district has it? A named person or unit is kept out, break-glass included

(RQ-08); where that leaves no prosecution office, the case moves first (IN-10). What they owed passes to others at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from egide.core.access import Role
from egide.web.accounts.models import User
from egide.web.agencies.models import Agency, AgencyKind, Jurisdiction
from egide.web.cases.models import Bar, Case, Mandate, Stage
from egide.web.cases.services.acting import Doing, act, bring_along, told_in
from egide.web.cases.services.errors import CannotDo, Elsewhere
from egide.web.cases.services.ports import Actor, reads, writes
from egide.web.cases.services.whole import Whole
from egide.web.console.barred import let_go
from egide.web.tasks.models import Task, TaskStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptOut:
    """A user or a whole agency, and why."""

    whom: User | Agency
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetIn:
    """A bar of the case, by number, that is lifted, and why."""

    bar: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """The case goes to another court district."""

    jurisdiction: Jurisdiction
    reason: str


@act("kept_out", "barred_list", rule="RQ-08", along=())
def keep_out(doing: Doing, given: KeptOut) -> Bar:
    """Keeps a user or an agency out, from this instant: mandates end, tasks pass on (RQ-08). Raises CannotDo."""
    if not given.reason.strip():
        raise CannotDo("Dites pourquoi.", "Say why.", "RQ-08")
    row = close_to(doing.case, given.whom, given.reason, doing.now)
    # The person's other cases show the same addresses: whoever must not see them here must not see them there.
    hers = Case.objects.filter(protected_person=doing.case.protected_person_id).exclude(pk=doing.case.pk)
    for other in hers.order_by("pk"):
        if close_too(doing, other, given.whom, given.reason):
            bring_along(other, doing.now)
    doing.about(row, given.reason)
    return row


def close_too(doing: Doing, case: Case, whom: User | Agency, reason: str) -> bool:
    """Closes another case of the person to somebody and tells it there; False where nobody would be left, or it is closed."""
    user, agency = (whom, None) if isinstance(whom, User) else (None, whom)
    if _leaves_no_office(case, whom) or Bar.objects.filter(case=case, user=user, agency=agency, ended_at=None).exists():
        return False
    told_in(doing, case, "kept_out", close_to(case, whom, reason, doing.now), reason)
    return True


def close_to(case: Case, whom: User | Agency, reason: str, now: datetime) -> Bar:
    """Closes one case to a user or an agency; once closed it stays as it is. Raises CannotDo where nobody would be left."""
    user, agency = (whom, None) if isinstance(whom, User) else (None, whom)
    if _leaves_no_office(case, whom):
        raise CannotDo(
            "Ce parquet est le seul du ressort : transférez d’abord le dossier à un autre parquet (CPP art. 43).",
            "This is the only prosecution office of the district: move the case to another one first (CPP art. 43).",
            "IN-10",
        )
    if agency is not None:
        Mandate.objects.filter(case=case, agency=agency, ends_at=None).update(ends_at=now)
    else:
        Task.objects.filter(case=case, assignee=user, status=TaskStatus.OPEN).update(assignee=None)
    row, _ = Bar.objects.get_or_create(
        case=case, user=user, agency=agency, ended_at=None, defaults={"reason": reason.strip(), "at": now}
    )
    # What they have in hand in the operators' room must not wait for the end of their time.
    transaction.on_commit(lambda: let_go(_users(whom)), robust=True)
    return row


def missing_bars(of: Case, case: Case) -> list[Bar]:
    """Those kept out of one case whom the other lets in, the oldest first."""
    known = set(Bar.objects.filter(case=case, ended_at=None).values_list("user", "agency"))
    rows = Bar.objects.filter(case=of, ended_at=None).select_related("user", "agency").order_by("pk")
    return [row for row in rows if (row.user_id, row.agency_id) not in known]


def may_close(actor: Actor, case: Case) -> bool:
    """Whether the actor may close this case to somebody: as `keep_out` asks, through a lens on this very case (RQ-08).

    In one that is over nobody writes that list any more: the prosecution office that reads it closes it all the same.
    """
    if case.stage in (Stage.ENDED, Stage.ARCHIVED):
        return actor.role in (Role.PROSECUTOR, Role.PROSECUTOR_CLERK) and reads(actor, case, "identity")
    return writes(actor, case, "barred_list")


def _users(whom: User | Agency) -> list[int]:
    return [whom.pk] if isinstance(whom, User) else list(whom.memberships.values_list("user", flat=True))


def _leaves_no_office(case: Case, whom: User | Agency) -> bool:
    offices = [a.pk for a in Whole(case).district if a.kind == AgencyKind.PROSECUTION_OFFICE]
    return isinstance(whom, Agency) and offices == [whom.pk]


@act("let_in", "barred_list", rule="RQ-08")
def let_in(doing: Doing, given: LetIn) -> Bar:
    """Lets somebody in again who was kept out of this case (RQ-08). A prosecutor decides, and says why. Raises CannotDo.

    What had ended does not come back: no mandate, no task. The person's other cases stay closed until each is opened.
    """
    if doing.actor.role != Role.PROSECUTOR:
        raise CannotDo("Un magistrat du parquet en décide.", "A prosecutor decides that.", "RQ-08")
    row = doing.own(Bar, given.bar)
    if row.ended_at is not None:
        raise Elsewhere("Cet accès est déjà rouvert.", "This access is open again already.")
    if not given.reason.strip():
        raise CannotDo("Dites pourquoi.", "Say why.", "RQ-08")
    row.ended_at = doing.now
    row.save(update_fields=["ended_at"])
    doing.about(row, given.reason.strip())
    return row


@act("moved", "mandates", rule="IN-10")
def move(doing: Doing, given: Moved) -> Case:
    """Moves the case to another court district (IN-10, CPP 43 al. 2). Raises CannotDo if nobody could take it there."""
    if not given.reason.strip():
        raise CannotDo("Dites pourquoi.", "Say why.", "IN-10")
    out = {bar.agency_id for bar in doing.whole.bars}
    offices = Agency.objects.filter(jurisdiction=given.jurisdiction, kind=AgencyKind.PROSECUTION_OFFICE)
    if not any(office.pk not in out for office in offices):
        raise CannotDo(
            "Aucun parquet de ce ressort ne peut recevoir le dossier.",
            "No prosecution office of that district can take the case.",
            "IN-10",
        )
    doing.case.jurisdiction = given.jurisdiction
    doing.about(doing.case, given.reason)
    return doing.case
