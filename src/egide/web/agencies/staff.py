"""Districts, agencies and who works in them, as an administrator of the machine makes them; every act goes into the trail.

It authorises nobody: an association or a provider gets a case by a mandate, and its people read it once the prosecutor
authorised them by name (`cases.services.authorising`).
"""

from __future__ import annotations

import getpass
from collections.abc import Iterable
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q, QuerySet

from egide.core.access import Role
from egide.web.accounts.models import User
from egide.web.agencies.fitting import ROLES_OF, other_side
from egide.web.agencies.models import Agency, AgencyKind, Jurisdiction, Membership
from egide.web.audit.trail import record


class Refused(Exception):  # noqa: N818 - reads as what it is
    """Nothing was done; the words say why and what to do."""


def note(kind: str, of: object, what: str) -> None:
    """One entry of the trail: the machine's account that did it stands in the words, which can be erased."""
    record("write", object_kind=kind, object_id=of, text=f"{getpass.getuser()}: {what}")


def add_district(code: str, name: str) -> tuple[Jurisdiction, bool]:
    """A court district, and whether it is new. Raises Refused: the code is another district's, or is no code."""
    with transaction.atomic():
        known = Jurisdiction.objects.select_for_update().filter(code=code).first()
        if known is not None:
            if known.name != name:
                raise Refused(f"{code} is “{known.name}” already. Choose another code, or write the name as it stands.")
            return known, False
        made = Jurisdiction(code=code, name=name.strip())
        _checked(made, "A code is letters, digits and hyphens, and a district has a name.")
        made.save()
        note("district", made.code, "district made")
        return made, True


def add_agency(
    district: str, kind: str, name: str, *, lead: bool = False, phone: str = "", email: str = ""
) -> tuple[Agency, bool]:
    """An agency of a district, and whether it is new. Raises Refused: no such district or kind, or it stands there otherwise."""
    here = Jurisdiction.objects.filter(code=district).first()
    if here is None:
        raise Refused(
            f"There is no district {district}. {_those_there_are(districts())} Make one: district add CODE NAME."
        )
    if kind not in AgencyKind.values:
        raise Refused(f"{kind} is no kind of agency. There are: {', '.join(AgencyKind.values)}.")
    if lead and kind != AgencyKind.SUPPORT_ASSOCIATION:
        raise Refused("Only a support_association leads for the phones of a district: leave --lead away.")
    with transaction.atomic():
        Jurisdiction.objects.select_for_update().get(pk=here.pk)  # two at once do not make it twice
        known = Agency.objects.filter(jurisdiction=here, name=name).first()
        if known is not None:
            if (known.kind, known.is_lead_association) != (kind, lead):
                raise Refused(f"“{name}” stands in {district} as number {known.pk}, otherwise: choose another name.")
            return known, False
        made = Agency(
            kind=kind, name=name.strip(), jurisdiction=here, phone=phone, email=email, is_lead_association=lead
        )
        _checked(made, "An agency has a name, a telephone of at most 30 signs, and an e-mail address that is one.")
        made.save()
        made.refresh_from_db()
        note("agency", made.public_id, "agency made")
        return made, True


def join(
    user: User, agency: Agency, role: str, since: date | None, until: date | None, today: date
) -> tuple[Membership, bool]:
    """Makes somebody a member in a role, or moves the last day of who is one; and whether anything changed. Raises Refused."""
    wanted = fitting_role(agency, role)
    begins = since or today
    if until is not None and until < begins:
        raise Refused(f"The last day, {until}, lies before the first, {begins}.")
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        later = Membership.objects.filter(Q(ends_on=None) | Q(ends_on__gte=begins), user=user)
        held = later.filter(agency=agency, role=wanted).order_by("starts_on").last()
        if held is not None:
            return _moved(held, since, until)
        for other in later.filter(role__in=set(Role)):
            if other_side(wanted, Role(other.role)):
                raise Refused(
                    f"{user.username} is {other.role} already: nobody stands on the respondent’s side and elsewhere. "
                    "Leave that agency first, or give the person a second account."
                )
        if Membership.objects.filter(user=user, agency=agency, role=wanted, starts_on=begins).exists():
            raise Refused(f"A membership that began on {begins} has ended: begin another day, with --from.")
        made = Membership.objects.create(user=user, agency=agency, role=wanted, starts_on=begins, ends_on=until)
        note("membership", made.pk, f"{wanted} from {begins} until {until or 'further notice'}")
        return made, True


def fitting_role(agency: Agency, role: str) -> Role:
    """The role, if an agency of that kind may hold it. Raises Refused with the list of those it may."""
    fit = ", ".join(sorted(ROLES_OF[AgencyKind(agency.kind)]))
    if role not in set(Role):
        raise Refused(f"{role} is no role. {agency.name} ({agency.kind}) may hold: {fit}.")
    if Role(role) not in ROLES_OF[AgencyKind(agency.kind)]:
        raise Refused(f"An agency of the kind {agency.kind} has no {role}. It may hold: {fit}.")
    return Role(role)


def _moved(held: Membership, since: date | None, until: date | None) -> tuple[Membership, bool]:
    """The membership there is, with its last day moved where one was told."""
    if since is not None and since != held.starts_on:
        raise Refused(f"That membership began on {held.starts_on}: leave --from away, or leave the agency first.")
    if until is None or until == held.ends_on:
        return held, False
    if until < held.starts_on:
        raise Refused(f"The last day, {until}, lies before the first, {held.starts_on}.")
    held.ends_on = until
    held.save(update_fields=["ends_on"])
    note("membership", held.pk, f"until {until}")
    return held, True


def leave(user: User, agency: Agency, today: date) -> int:
    """Ends every membership of somebody in an agency at once, those to come too; answers how many there were."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        rows = list(in_force(Membership.objects.filter(user=user, agency=agency), today))
        for row in rows:
            note("membership", row.pk, f"{row.role} ended")
            if row.starts_on >= today:  # it has no day before this one to end on
                row.delete()
            else:
                row.ends_on = today - timedelta(days=1)
                row.save(update_fields=["ends_on"])
    return len(rows)


def in_force(rows: QuerySet[Membership], today: date) -> QuerySet[Membership]:
    """Those that have not ended, in an order that does not change."""
    return rows.filter(Q(ends_on=None) | Q(ends_on__gte=today)).order_by("pk")


def agency_called(told: str) -> Agency:
    """The agency of a number, or of a name that only one has. Raises Refused."""
    rows = (
        Agency.objects.filter(pk=int(told)) if told.isdecimal() and len(told) < 10 else Agency.objects.filter(name=told)
    )
    found = list(rows[:2])
    if not found:
        raise Refused(f"There is no agency {told}. Their numbers: agency list.")
    if len(found) > 1:
        raise Refused(f"Several agencies are called “{told}”: say the number, from agency list.")
    return found[0]


def districts() -> list[str]:
    """Codes of all districts."""
    return list(Jurisdiction.objects.order_by("code").values_list("code", flat=True))


def _those_there_are(codes: Iterable[str]) -> str:
    known = ", ".join(codes)
    return f"There are: {known}." if known else "There is none yet."


def _checked(row: models.Model, what: str) -> None:
    try:
        row.full_clean()
    except ValidationError as error:
        raise Refused(f"{what} ({'; '.join(error.messages)})") from error
