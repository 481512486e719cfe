"""Every address of the web, as a table: who may be there, with which method, and what of a case it needs.

A new address fails the suite until it has a row here. A row does not repeat a rule: it names the field groups an address
needs, and `core.access` says who has them. `ground` lays the cases the walk goes through, with a canary in every group.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Any

from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from egide.core.access import Category, Group, Role
from egide.web.accounts.models import User
from egide.web.agencies.models import Agency, AgencyKind, Membership
from egide.web.cases import models as rows_of
from egide.web.cases.models import Case
from egide.web.danger.models import Assessment
from egide.web.documents.kinds import Kind
from egide.web.documents.models import Document
from egide.web.file.acting import FORMS
from egide.web.people.profile import Address, Relative
from tests.web import factories as f
from tests.web.pictures import png

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
READ, WRITE = "read", "write"


class Who(Enum):
    """For whom an address is, before any case."""

    ANYBODY = "anybody, signed in or not"
    SIGNED_IN = "whoever is signed in"
    ROOM = "operators of the room"
    MEMBER = "members of an agency, of any role"
    SOME_ROLES = "members of an agency in some roles"
    CASE = "whoever the case opens to"
    DEMO = "nobody outside of a demo"
    PHONE = "a phone with a key of its own; everybody else finds nothing"


Needs = Callable[[dict[str, Any]], tuple[tuple[Group, str], ...]]


def nothing(_: dict[str, Any]) -> tuple[tuple[Group, str], ...]:
    """An address that shows each reader what the reader may see."""
    return ()


def writes(*groups: Group) -> Needs:
    """An address that is for those who may write these groups."""
    return lambda _: tuple((group, WRITE) for group in groups)


def reads(*groups: Group) -> Needs:
    """An address that is for those who may read these groups."""
    return lambda _: tuple((group, READ) for group in groups)


def writes_of_act(sample: dict[str, Any]) -> tuple[tuple[Group, str], ...]:
    """The form of an act: whoever may write its groups, and read those it shows."""
    row = FORMS[sample["slug"]]
    reads: tuple[str, ...] = getattr(row, "reads", ())
    return (*((Group(group), WRITE) for group in row.groups), *((Group(group), READ) for group in reads))


def reads_of_document(sample: dict[str, Any]) -> tuple[tuple[Group, str], ...]:
    """A document: whoever may read its kind."""
    kind = Document.objects.values_list("kind", flat=True).get(public_id=sample["public_id"])
    return ((Kind(kind).row.group, READ),)


def writes_of_kind(sample: dict[str, Any]) -> tuple[tuple[Group, str], ...]:
    """Drawing a document up: whoever may write its kind."""
    return ((Kind(sample["slug"]).row.group, WRITE),)


Samples = Callable[["Ground", Case], list[dict[str, Any]]]


def the_case(_: Ground, case: Case) -> list[dict[str, Any]]:
    """The case itself."""
    return [{"public_id": case.public_id}]


def each_act(_: Ground, case: Case) -> list[dict[str, Any]]:
    """Every form there is."""
    return [{"public_id": case.public_id, "slug": slug} for slug in FORMS]


def each_step(ground: Ground, case: Case) -> list[dict[str, Any]]:
    """A step of a draft of one's own."""
    return [{"public_id": case.public_id, "number": ground.drafts[case.pk], "step": 1}]


def each_document(ground: Ground, case: Case) -> list[dict[str, Any]]:
    """A document of every kind."""
    return [{"public_id": document.public_id} for document in ground.documents[case.pk]]


def each_kind(_: Ground, case: Case) -> list[dict[str, Any]]:
    """Every kind of document, to be drawn up."""
    return [{"public_id": case.public_id, "slug": kind.value} for kind in Kind]


@dataclass(frozen=True, slots=True)
class Row:
    """One address. `methods`: those it takes; others get 405, or the answer of a stranger."""

    route: str
    who: Who
    methods: tuple[str, ...] = ("GET",)
    needs: Needs = nothing
    samples: Samples | None = None
    endless: bool = False  # a stream: read from a real server in tests/web/test_stream.py


C = Who.CASE
FORM = ("GET", "HEAD", "POST")
CASE = "file/cases/<uuid:public_id>"
INCIDENT = "console/incidents/<uuid:public_id>"

TABLE = (
    Row("", Who.SIGNED_IN),
    Row("sign-in/", Who.ANYBODY, FORM),
    Row("sign-out/", Who.ANYBODY, ("POST",)),
    Row("sign-in/second", Who.ANYBODY, FORM),
    Row("sign-in/key", Who.ANYBODY, FORM),
    Row("account/", Who.SIGNED_IN, FORM),
    Row("account/sessions/end-others", Who.SIGNED_IN, ("POST",)),
    Row("account/sessions/<uuid:public_id>/end", Who.SIGNED_IN, ("POST",)),
    Row("account/factors/app", Who.SIGNED_IN, FORM),
    Row("account/factors/key", Who.SIGNED_IN, FORM),
    Row("account/factors/codes", Who.SIGNED_IN, FORM),
    Row("account/factors/<int:number>/remove", Who.SIGNED_IN, ("POST",)),
    Row("account/password", Who.SIGNED_IN, FORM),
    Row("language/", Who.ANYBODY, ("GET", "POST")),
    Row("livez", Who.ANYBODY),
    Row("readyz", Who.ANYBODY),
    Row("console/", Who.ROOM),
    Row("console/back", Who.ROOM),
    Row("console/confirm", Who.ROOM),
    Row("console/state", Who.ROOM),
    Row("console/stream", Who.ROOM, endless=True),
    Row(INCIDENT, Who.ROOM),
    Row(f"{INCIDENT}/take", Who.ROOM, ("POST",)),
    Row(f"{INCIDENT}/close", Who.ROOM, ("POST",)),
    Row(f"{INCIDENT}/do", Who.ROOM, ("POST",)),
    Row("console/open", Who.ROOM, ("POST",)),
    Row("console/open/find", Who.ROOM, ("POST",)),
    Row("console/shift", Who.ROOM, ("POST",)),
    Row("console/painted", Who.ROOM, ("POST",)),
    Row("console/past", Who.ROOM, FORM),
    Row(f"{INCIDENT}/replay", Who.ROOM),
    Row("console/training", Who.ROOM),
    Row("console/training/begin", Who.ROOM, ("POST",)),
    Row("console/training/end", Who.ROOM, ("POST",)),
    Row("console/training/state", Who.ROOM),
    Row("console/training/shift", Who.ROOM, ("POST",)),
    Row("console/training/results/<uuid:public_id>", Who.ROOM),
    Row("console/training/calls/<uuid:public_id>", Who.ROOM),
    Row("console/training/calls/<uuid:public_id>/take", Who.ROOM, ("POST",)),
    Row("console/training/calls/<uuid:public_id>/close", Who.ROOM, ("POST",)),
    Row("console/training/calls/<uuid:public_id>/do", Who.ROOM, ("POST",)),
    Row("console/wall", Who.ROOM),
    Row("carnet/", Who.ANYBODY),
    Row("carnet/send", Who.PHONE, ("POST",)),
    Row("carnet/manifest.webmanifest", Who.ANYBODY),
    Row("carnet/worker.js", Who.ANYBODY),
    Row("police/", Who.SOME_ROLES),
    Row("police/requests/<uuid:public_id>", Who.SOME_ROLES),
    Row("police/requests/<uuid:public_id>/photo", Who.SOME_ROLES, ("GET", "HEAD")),
    Row("police/requests/<uuid:public_id>/step", Who.SOME_ROLES, ("POST",)),
    Row("police/outbox", Who.ROOM),
    Row("police/outbox/decide", Who.ROOM, ("POST",)),
    Row("file/", Who.MEMBER),
    Row("file/act-as", Who.MEMBER, ("POST",)),
    Row("file/cases", Who.MEMBER),
    Row("file/search", Who.MEMBER, ("GET", "POST")),
    Row("file/to-decide", Who.SOME_ROLES),
    Row("file/agency", Who.MEMBER, FORM),
    Row("file/district", Who.SOME_ROLES, FORM),
    Row("file/members", Who.SOME_ROLES, FORM),
    Row("file/phones", Who.SOME_ROLES),
    Row("file/trail", Who.SOME_ROLES),
    Row("file/emergency", Who.SOME_ROLES, FORM),
    Row("file/phones/add", Who.SOME_ROLES, FORM),
    Row("file/phones/<int:number>", Who.SOME_ROLES, FORM),
    Row("file/story", Who.DEMO),
    Row("file/story/enter", Who.DEMO, ("POST",)),
    Row("file/report", Who.SOME_ROLES, FORM),
    Row(CASE, C, samples=the_case),
    Row(f"{CASE}/photo", C, ("GET", "HEAD"), reads(Group.PHOTO), the_case),
    Row(f"{CASE}/decide", C, FORM, writes(Group.ATTRIBUTION, Group.DECISION_REASONS), the_case),
    Row(f"{CASE}/danger", C, FORM, writes(Group.DANGER_PROTECTED), the_case),
    Row(f"{CASE}/danger/<int:number>/<int:step>", C, FORM, writes(Group.DANGER_PROTECTED), each_step),
    Row(f"{CASE}/do/<slug:slug>", C, FORM, writes_of_act, each_act),
    Row("documents/<uuid:public_id>/", C, ("GET", "HEAD"), reads_of_document, each_document),
    Row("documents/cases/<uuid:public_id>/<slug:slug>", C, ("POST",), writes_of_kind, each_kind),
)


def routes() -> list[str]:
    """Every route of the project, as it is written."""

    def walk(prefix: str, patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(route, pattern.url_patterns)
            else:
                yield route

    return list(walk("", get_resolver().url_patterns))


def address(route: str, sample: dict[str, Any]) -> str:
    """A route with its parameters filled in."""
    for name, value in sample.items():
        for kind in ("uuid", "int", "slug", "str"):
            route = route.replace(f"<{kind}:{name}>", str(value))
    assert "<" not in route, f"{route}: the row's samples do not fill it"
    return f"/{route}"


# The ground that is walked


@dataclass
class Ground:
    """One member of staff in one role, with a case of their own, somebody else's, and one they are barred from."""

    user: User
    membership: Membership
    own: Case
    other: Case
    barred: Case
    canaries: dict[int, dict[Group, str]]
    drafts: dict[int, int]
    documents: dict[int, list[Document]]


def patient() -> None:
    """This transaction may wait: a page's may not, and PostgreSQL would end it."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")


def grounds() -> dict[Role, Ground]:
    """One ground for all roles: a member of staff in each, all in one agency and before the same three cases.

    The agency gets everything it could have on its own case and on the barred one: district, mandate, consents. Half of
    the staff is barred by name, half through the agency's bar on a fourth case, which is theirs instead.
    """
    agency = f.agency(AgencyKind.OTHER)
    own, other = f.case(jurisdiction=agency.jurisdiction), f.case()
    by_name, by_agency = f.case(jurisdiction=agency.jurisdiction), f.case(jurisdiction=agency.jurisdiction)
    cases = (own, other, by_name, by_agency)
    for case in (own, by_name, by_agency):
        f.mandate(case, agency)
        for category in Category:
            if category.consentable:
                f.sharing_consent(case, agency, category.value)
    f.bar(by_agency, agency=agency)
    canaries = {case.pk: _canaries(case, agency) for case in cases}
    documents = {case.pk: _documents(case) for case in cases}
    laid = {}
    for n, role in enumerate(Role):
        user = f.user()
        if n % 2:
            f.bar(by_name, user=user)
        one = Ground(
            user, f.membership(user, agency, role.value), own, other, by_name if n % 2 else by_agency, canaries,
            {case.pk: _draft(case, user, agency) for case in cases}, documents,
        )  # fmt: skip
        laid[role] = one
    return laid


def _draft(case: Case, user: User, agency: Agency) -> int:
    made = Assessment.objects.create(case=case, assessor=user, agency=agency, instrument="egide-short", version="1")
    return int(made.pk)


def _documents(case: Case) -> list[Document]:
    body = b"%PDF canary"
    return [
        Document.objects.create(
            case=case, kind=kind.value, number=f"CANARY-{case.pk}-{kind.value}", title=kind.row.title, body=body,
            sha256=hashlib.sha256(body).digest(),
        )
        for kind in Kind
    ]  # fmt: skip


def _canaries(case: Case, agency: Agency) -> dict[Group, str]:
    """Puts words nobody else has into the groups of a case; answers which words stand in which group."""
    n = case.pk
    told = {
        Group.IDENTITY: f"Canarine{n}",
        Group.CONTACT: f"01 99 00 {n % 10000 // 100:02d} {n % 100:02d}",
        Group.ADDRESS: f"{n} allée du Canari",
        Group.HIDDEN_ADDRESS: f"{n} impasse Cachée",
        Group.WORKPLACE: f"Atelier du Canari {n}",
        Group.EMERGENCY_CONTACTS: f"Voisine Canari {n}",
        Group.CHILDREN: f"Petitcanari{n}",
        Group.CHILDREN_PLACES: f"École du Canari {n}",
        Group.RESPONDENT_IDENTITY: f"Rapacier{n}",
        Group.RESPONDENT_ADDRESS: f"{n} rue du Rapace",
        Group.NARRATIVE: f"elle a dit canari {n}",
        Group.REPORT: f"signalement canari {n}",
        Group.CONTACTS_LOG: f"note canari {n}",
        Group.DECISION_REASONS: f"motif canari {n}",
        Group.BARRED_LIST: f"récusation canari {n}",
        Group.COMMITTEE: f"avis canari {n}",
    }
    now, staff = timezone.now(), f.user()
    person = case.protected_person
    person.given_name, person.family_name, person.phone = "Quitterie", told[Group.IDENTITY], ""
    person.save()
    f.profile(person, workplace=told[Group.WORKPLACE], photo=png())
    f.channel(person, value=told[Group.CONTACT])
    f.address(person, text=told[Group.ADDRESS], hidden=False)
    f.address(person, text=told[Group.HIDDEN_ADDRESS], kind=Address.Kind.HOST, hidden=True)
    Relative.objects.create(person=person, kind=Relative.Kind.EMERGENCY, name=told[Group.EMERGENCY_CONTACTS])
    f.child(case, person=f.person(given_name=told[Group.CHILDREN], family_name="Enfant"), school=told[Group.CHILDREN_PLACES])  # fmt: skip
    watched = f.person(given_name="Ulric", family_name=told[Group.RESPONDENT_IDENTITY], phone="")
    f.respondent(case, person=watched)
    f.address(watched, text=told[Group.RESPONDENT_ADDRESS], hidden=False)
    case.statements.create(nature="said", text=told[Group.NARRATIVE], recorded_by=staff)
    case.reports.create(reporter="person", channel="phone", received_at=now, narrative=told[Group.REPORT])
    case.contacts.create(at=now, by=staff, agency=agency, channel="phone", outcome="reached", note=told[Group.CONTACTS_LOG])  # fmt: skip
    f.decision(case, reasons=told[Group.DECISION_REASONS])
    f.bar(case, user=f.user(), reason=told[Group.BARRED_LIST])
    rows_of.CommitteeReview.objects.create(
        case=case, met_on=(now - timedelta(days=9)).date(), opinion=told[Group.COMMITTEE], proposes_measure=True,
        proposed_by="Parquet", recorded_by=staff,
    )  # fmt: skip
    return told
