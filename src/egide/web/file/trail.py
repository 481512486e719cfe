"""Who read, wrote, looked for or was refused what? The audit trail as a list, for whoever controls the processing.

An auditor sees all of it, and never a person: cases by their inner number only. A prosecutor's office sees what was done
in the cases of its district, each with its number (TGD-44). What somebody typed (a name looked for) is never shown here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_GET

from egide.core.access import GROUPS, Group, Role
from egide.core.law.calendar import end_of_day, in_paris, start_of_day
from egide.core.law.text import Text
from egide.web import typed
from egide.web.accounts.models import User
from egide.web.agencies.models import Agency
from egide.web.audit.models import Entry
from egide.web.audit.trail import record
from egide.web.cases.models import Case
from egide.web.file.gate import Desk, staff_only
from egide.web.file.home import href
from egide.web.file.saying import pick, words
from egide.web.file.shell import page
from egide.web.file.tables import Column, Table, as_csv, shown, wants_csv

SHOWN = 50  # entries of a page
EXPORTED = 5000  # entries of a file: a month of a large office; more is asked for by the day
GROUPS_TOLD = 4
PARTIES = frozenset({Role.PROTECTED_PERSON, Role.RESPONDENT})  # a name of theirs would say whose case it is
FAR = 10**18  # no trail has as many entries

_t = Text.of
ACTIONS: dict[str, Text] = {
    "read": _t("a lu", "read"),
    "withhold": _t("n’a pas vu", "was not shown"),
    "refuse": _t("s’est vu refuser", "was refused"),
    "write": _t("a écrit", "wrote"),
    "list": _t("a vu une liste", "saw a list"),
    "search": _t("a cherché", "looked for"),
    "export": _t("a emporté un fichier", "took a file away"),
    "destroy": _t("a détruit", "destroyed"),
    "sign_in": _t("s’est connecté", "signed in"),
    "sign_out": _t("s’est déconnecté", "signed out"),
    "break_glass": _t("a ouvert en urgence", "opened in an emergency"),
}
# By the name of the table an act is about, or of the thing itself.
OBJECTS: dict[str, Text] = {
    name: _t(fr, en)
    for name, fr, en in (
        ("case", "dossier", "case"), ("document", "document", "document"), ("emergency", "accès d’urgence", "emergency access"),
        ("breakglass", "accès d’urgence", "emergency access"), ("stock", "téléphones", "phones"), ("stockphone", "téléphone", "phone"),
        ("device", "appareil", "device"), ("phoneexchange", "échange d’un téléphone", "exchange of a phone"),
        ("district", "ressort", "district"), ("agency", "organisme", "agency"), ("membership", "fonction", "function"),
        ("user", "compte", "account"), ("session", "session", "session"), ("password", "mot de passe", "password"),
        ("second_factor", "second facteur", "second factor"), ("recovery_code", "code de secours", "recovery code"),
        ("recovery_codes", "codes de secours", "recovery codes"), ("sign_in", "connexion", "signing in"),
        ("console_incident", "alerte de la salle", "alarm of the room"),
        ("police_request", "demande d’intervention", "request for intervention"), ("entry", "traces d’accès", "audit trail"),
        ("report", "signalement", "report"), ("contact", "contact", "contact"), ("interview", "entretien", "interview"),
        ("interviewsession", "entretien", "interview"), ("statement", "fait, propos ou avis", "fact, statement or opinion"),
        ("evaluation", "rapport d’évaluation", "evaluation report"), ("assessment", "évaluation du danger", "danger assessment"),
        ("review", "réexamen", "re-examination"), ("caserespondent", "personne mise en cause", "respondent"),
        ("casechild", "enfant", "child"), ("mandate", "saisine", "mandate"), ("bar", "personne écartée", "who is kept out"),
        ("attribution", "attribution", "attribution"), ("handover", "remise du téléphone", "hand-over"),
        ("devicetest", "essai du téléphone", "test of the phone"), ("liaisonsheet", "fiche navette", "liaison sheet"),
        ("withdrawal", "retrait", "withdrawal"), ("returncertificate", "attestation de restitution", "return certificate"),
        ("decision", "décision", "decision"), ("committeeitem", "comité", "committee"), ("committeereview", "comité", "committee"),
        ("followupstep", "étape de l’accompagnement", "step of the follow-up"), ("followupsummary", "synthèse", "summary"),
        ("alarmfollowup", "rappel après une alerte", "call after an alarm"), ("order", "ordonnance ou interdiction", "order or ban"),
        ("consent", "consentement", "consent"), ("profile", "identité", "identity"), ("person", "identité", "identity"),
        ("channel", "moyen de contact", "way to reach"), ("address", "adresse", "address"), ("relative", "proche", "relative"),
        ("measure", "bracelet", "bracelet"), ("task", "tâche", "task"),
    )
}  # fmt: skip

PARTS: dict[str, Text] = {
    "dates": _t("dates seules", "dates alone"),
    "exists": _t("existence seule", "that it exists"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One entry. `href`: the case, where it is open to the reader; `name`: of the account that acted, where it may stand."""

    seq: int
    at: datetime
    name: str
    who: str
    what: str
    case: str
    href: str
    groups: str
    rule: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; what it says amiss is not asked at all."""

    action: str
    day: date | None
    actor: int | None
    case: int | None
    before: int | None

    @classmethod
    def of(cls, request: HttpRequest) -> Asked:
        """From `?action=…&day=…&actor=…&case=…&before=…`."""
        said = request.GET
        action = said.get("action", "")
        numbers = (typed.number(said.get(name, "")) for name in ("actor", "case", "before"))
        return cls(action if action in ACTIONS else "", typed.day(said.get("day", "")), *numbers)

    def kept(self) -> dict[str, str]:
        """The filters, for an address."""
        rows = {"action": self.action, "day": self.day, "actor": self.actor, "case": self.case}
        return {name: str(value) for name, value in rows.items() if value}


@staff_only
@require_GET
def trail(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """The entries the desk may read, the latest first."""
    if not desk.role_may(Group.AUDIT):
        raise Http404
    asked = Asked.of(request)
    entries = _entries(desk, asked)
    if wants_csv(request):
        rows = _lines(entries[:EXPORTED], desk)
        return as_csv(_table(), rows, request, desk, object_id=asked.actor or "", case=asked.case)
    found = list(entries[: SHOWN + 1])
    lines = _lines(found[:SHOWN], desk)
    record("list", object_kind="entry", object_id=asked.actor or "", groups=[Group.AUDIT], case=asked.case)
    more = lines[-1].seq if len(found) > SHOWN else None
    export = f"?{urlencode(asked.kept() | {'format': 'csv'})}"
    context = {
        "table": replace(shown(_table(), lines, request, desk), export=export), "asked": asked, "filters": asked.kept(),
        "actions": [(name, words(text), name == asked.action) for name, text in ACTIONS.items()],
        "more": more, "all": desk.role is Role.AUDITOR,
        # From what is shown alone: by its number, anybody's name in the country could be asked for.
        "actor": next((line.name for line in lines if line.name), "") if asked.actor else "",
    }  # fmt: skip
    return page(request, desk, "file/trail.html", context)


def _entries(desk: Desk, asked: Asked) -> QuerySet[Entry]:
    rows = Entry.objects.filter(seq__lt=asked.before or FAR)
    if desk.role is not Role.AUDITOR:
        from egide.web.permissions import visible_cases

        here = visible_cases(desk.user).filter(jurisdiction=desk.membership.agency.jurisdiction_id)
        rows = rows.filter(Exists(here.filter(pk=OuterRef("case"))))
    if asked.action:
        rows = rows.filter(action=asked.action)
    if asked.day is not None:
        rows = rows.filter(at__gte=start_of_day(asked.day), at__lt=end_of_day(asked.day))
    if asked.actor is not None:
        rows = rows.filter(actor=asked.actor)
    if asked.case is not None:
        rows = rows.filter(case=asked.case)
    return rows.order_by("-seq")


def _lines(entries: Sequence[Entry] | QuerySet[Entry], desk: Desk) -> list[Line]:
    rows = list(entries)
    users = User.objects.in_bulk({row.actor_id for row in rows if row.actor_id})
    agencies = Agency.objects.in_bulk({row.agency for row in rows if row.agency})
    cases: dict[int, Case] = {}
    if desk.role is not Role.AUDITOR:  # to whom no case is open, not even its number
        cases = Case.objects.only("pk", "number", "public_id").in_bulk({row.case for row in rows if row.case})
    return [_line(row, users, agencies, cases) for row in rows]


def _line(row: Entry, users: dict[int, User], agencies: dict[int, Agency], cases: dict[int, Case]) -> Line:
    agency = agencies.get(row.agency) if row.agency else None
    role = words(Role(row.role)) if row.role in set(Role) else row.role
    name = _named(users.get(row.actor_id or 0)) if row.role not in PARTIES else ""
    who = " · ".join(part for part in (name, role, agency.name if agency else "") if part)
    case = cases.get(row.case) if row.case else None
    number = case.number if case is not None else pick(f"nº interne {row.case}", f"inner number {row.case}")
    thing = OBJECTS.get(row.object_kind)
    what = f"{words(ACTIONS[row.action]) if row.action in ACTIONS else row.action} · {words(thing) if thing else row.object_kind}"
    if row.object_kind == "entry" and row.object_id:  # whose acts somebody looked up
        what += pick(f" du compte nº {row.object_id}", f" of account no. {row.object_id}")
    return Line(
        row.seq, row.at, name, who or pick("Égide, sans intervention", "Égide, by itself"), what.strip(" ·"),
        number if row.case else "", href(case) if case is not None else "", _groups(row.groups), row.rule,
    )  # fmt: skip


def _named(user: User | None) -> str:
    return user.shown_name if user is not None else ""


def about(case: Case) -> str:
    """The address of what was done in one case."""
    return f"{reverse('file:trail')}?case={case.pk}"


def _groups(names: list[str]) -> str:
    known = [_group(*name.partition(":")[::2]) for name in names if name.partition(":")[0] in set(Group)]
    told = ", ".join(known[:GROUPS_TOLD])
    left = len(known) - GROUPS_TOLD
    return told if left <= 0 else told + pick(f" et {left} autres", f" and {left} more")


def _group(name: str, part: str) -> str:
    """A field group, and how little of it was shown where not all of it was."""
    return words(GROUPS[Group(name)]) + (f" ({words(PARTS[part])})" if part in PARTS else "")


def _table() -> Table[Line]:
    return Table(
        "entry",
        (
            Column("at", ("Quand", "When"), lambda r: f"{in_paris(r.at):%d/%m/%Y %H:%M:%S}"),
            Column("who", ("Qui", "Who"), lambda r: r.who),
            Column("what", ("Acte", "Act"), lambda r: r.what),
            Column("case", ("Dossier", "Case"), lambda r: r.case, link=lambda r: r.href),
            Column("groups", ("Ce qui était en cause", "What it was about"), lambda r: r.groups),
            Column("rule", ("Règle", "Rule"), lambda r: r.rule),
        ),
    )  # fmt: skip
