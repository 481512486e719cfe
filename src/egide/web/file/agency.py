"""Who works here, as what, until when; and how long the association is approved (AC-10). One page an agency, for its members.

A prosecution office sees the approvals of its district beside its own people: a mandate goes to an approved association.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from egide.core.access import Role
from egide.core.law.calendar import paris_day
from egide.core.law.text import Text
from egide.web.agencies.fitting import NAMED_ROLES
from egide.web.agencies.models import Agency, AgencyKind, Membership
from egide.web.audit.trail import record
from egide.web.cases.services import clock
from egide.web.cases.services.agency import KINDS, may_renew, not_yours, record_approval
from egide.web.cases.services.errors import CannotDo
from egide.web.file.forms.base import t
from egide.web.file.gate import Desk, staff_only
from egide.web.file.laws import rule
from egide.web.file.members import Authorisation, authorisation_of
from egide.web.file.saying import a_day, pick, words
from egide.web.file.shell import decides, page, say_done
from egide.web.file.writing import problem

_t = Text.of
# Who belongs to a case and not to an office: a colleague's name would say whose case it is.
APART = frozenset({Role.PROTECTED_PERSON, Role.RESPONDENT, Role.LAWYER_PROTECTED, Role.LAWYER_RESPONDENT})
APPROVALS = {KINDS[0]: _t("général", "general"), KINDS[1]: _t("spécialisé", "specialised")}
_SET = _t("L’agrément est enregistré.", "The approval is recorded.")


@dataclass(frozen=True, slots=True)
class MemberLine:
    """One colleague of today. `until`: empty where no end is set. `stands`: None where nobody authorises the role by name."""

    name: str
    role: str
    until: str
    stands: Authorisation | None


@dataclass(frozen=True, slots=True)
class ApprovalLine:
    """The approval of one association. `ended`: it is over, or none was ever recorded."""

    name: str
    words: str
    ended: bool


class ApprovalForm(forms.Form):
    """The approval as its decision says it."""

    kind = forms.ChoiceField(label=t("Agrément", "Approval"), widget=forms.RadioSelect)
    until = forms.DateField(
        label=t("Valable jusqu’au", "Valid until"), help_text=t("Le dernier jour, tel que l’écrit la décision.", "The last day, as the decision writes it."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip

    def __init__(self, here: Agency, data: Any = None) -> None:
        super().__init__(data, label_suffix="", initial={"kind": here.approval_kind, "until": here.approval_until})
        self.fields["kind"].choices = [(one, words(text)) for one, text in APPROVALS.items()]  # type: ignore[attr-defined]


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def agency(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """The agency acted for: its people of today and, for an association, its approval."""
    here, now = desk.membership.agency, clock.now()
    today, found, status = paris_day(now), None, 200
    form = ApprovalForm(here, request.POST if request.method == "POST" else None) if _approvable(here) else None
    if request.method == "POST":
        status = 422
        if form is None:
            found = problem(not_yours(), now)
        elif form.is_valid():
            try:
                record_approval(desk.actor, form.cleaned_data["kind"], form.cleaned_data["until"], today)
            except CannotDo as error:
                found = problem(error, now)
            else:
                say_done(request, _SET)
                return redirect("file:agency")
    record("list", object_kind="agency", object_id=here.public_id)
    context = {
        "agency": here, "members": _members(here, today) if desk.role not in APART else [], "problem": found, "rules": [rule("AC-10", today)] if form else [],
        "approval": _approval(here, today) if form is not None else None,
        "form": form if form is not None and may_renew(desk.actor) else None, "names_them": decides(desk),
        "approvals": _of_the_district(here, today) if decides(desk) else [],
    }  # fmt: skip
    return page(request, desk, "file/agency.html", context, status=status)


def _approvable(here: Agency) -> bool:
    return here.kind == AgencyKind.SUPPORT_ASSOCIATION


def _members(here: Agency, today: date) -> list[MemberLine]:
    rows = Membership.objects.filter(Q(ends_on=None) | Q(ends_on__gte=today), agency=here, starts_on__lte=today)
    known = [
        row
        for row in rows.select_related("user").order_by("role", "user__last_name", "pk")
        if row.user.is_active and row.role not in APART
    ]
    return [
        MemberLine(
            row.user.shown_name, words(Role(row.role)) if row.role in set(Role) else row.role,
            a_day(row.ends_on) if row.ends_on is not None else "",
            authorisation_of(row, today) if row.role in NAMED_ROLES else None,
        )
        for row in known
    ]  # fmt: skip


def _approval(here: Agency, today: date) -> ApprovalLine:
    until, kind = here.approval_until, APPROVALS.get(here.approval_kind)
    if until is None:
        return ApprovalLine(here.name, pick("aucun agrément enregistré", "no approval recorded"), ended=True)
    said = words(kind) if kind is not None else pick("agrément", "approval")
    if until < today:
        return ApprovalLine(
            here.name, pick(f"{said}, fini depuis le {a_day(until)}", f"{said}, ended on {a_day(until)}"), ended=True
        )
    return ApprovalLine(
        here.name, pick(f"{said}, jusqu’au {a_day(until)}", f"{said}, until {a_day(until)}"), ended=False
    )


def _of_the_district(here: Agency, today: date) -> list[ApprovalLine]:
    rows = Agency.objects.filter(jurisdiction=here.jurisdiction_id, kind=AgencyKind.SUPPORT_ASSOCIATION).order_by(
        "name", "pk"
    )
    return [_approval(row, today) for row in rows]
