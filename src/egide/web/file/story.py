"""“Follow the story”: the way into the demonstration, one fictional account a click. It exists in a demo only.

A demo is told by three things at once: it runs without HTTPS on this machine, a file of demo logins lies in EGIDE_HOME,
and the password in it still opens the account. Nothing here knows a password of its own or goes round the sign-in.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.auth import authenticate, login
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from egide.core.access import Role
from egide.web.accounts.models import OPERATOR, User
from egide.web.cases.models import Case
from egide.web.file.gate import ACTING_AS
from egide.web.file.saying import an_instant, pick, since_words, words
from egide.web.file.words import STAGES, named

LOGINS = "demo-logins.json"

# What to look at, by role: read aloud, one sentence each.
LOOK_AT: dict[str, tuple[str, str]] = {
    Role.ASSOCIATION_WORKER: ("Ouvrez l’accueil : ce qui est dû, par quelle règle. Dans un dossier, lisez d’abord comment joindre la personne sans danger.", "Open the home: what is due, by which rule. In a case, read first how to reach the person safely."),
    Role.ASSOCIATION_MANAGER: ("Regardez ce qui est en retard dans votre association, et qui le doit.", "Look at what is late in your association, and who owes it."),
    Role.PROSECUTOR: ("Ouvrez « À décider » : l’attente, le danger, les conditions sur les deux fondements. Décidez en quatre minutes.", "Open “To decide”: the wait, the danger, the conditions on both bases. Decide in four minutes."),
    Role.PROSECUTOR_CLERK: ("Regardez les téléphones du tribunal, puis remettez-en un et envoyez les fiches navettes.", "Look at the court's phones, then hand one over and send the liaison sheets."),
    Role.FAMILY_JUDGE: ("Ouvrez un dossier dont vous êtes saisi : ce qui vous concerne y est, le reste n’y est pas.", "Open a case you are seised of: what concerns you is there, the rest is not."),
    Role.OPERATOR_TGD: ("Un dossier sans rien sur la personne mise en cause : c’est voulu (TGD-41).", "A case with nothing about the respondent: that is intended (TGD-41)."),
    Role.POLICE_DISPATCHER: ("Les interdictions en vigueur à toute heure ; l’adresse dissimulée seulement pendant une alerte.", "The bans in force at any hour; the hidden address during an alarm only."),
    Role.INVESTIGATOR: ("Faites un signalement, puis une évaluation du danger.", "Make a report, then assess the danger."),
    Role.PROBATION: ("Ce que voit le SPIP : la personne mise en cause et la décision, rien de la personne protégée.", "What probation sees: the respondent and the order, nothing of the protected person."),
    OPERATOR: ("La salle des alertes : prenez une alerte, levez le doute, demandez une intervention.", "The alarm room: take an alarm, remove the doubt, ask for an intervention."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Account:
    """One fictional account: who, for which agency, what to look at."""

    login: str
    name: str
    role: str
    agency: str
    look_at: str


def logins_file() -> Path:
    """Where `egide up` keeps the demo's logins."""
    return Path(settings.EGIDE.path("EGIDE_HOME")) / LOGINS


def is_demo() -> bool:
    """Whether this is a demonstration on somebody's own machine."""
    return not settings.SECURE and logins_file().is_file()


def _logins() -> dict[str, str]:
    if not is_demo():
        raise Http404
    read: dict[str, str] = json.loads(logins_file().read_text(encoding="utf-8"))
    return read


@require_GET
def story(request: HttpRequest) -> HttpResponseBase:
    """The start page of the demo."""
    accounts = [_account(user) for user in _users(_logins())]
    now = timezone.now()
    cases = [
        {"number": c.number, "state": named(STAGES, c.stage), "opened": since_words(c.opened_at, now)}
        for c in Case.objects.order_by("pk")[:12]
    ]
    context = {"accounts": accounts, "cases": cases, "now": an_instant(now), "demo": True}
    return render(request, "file/story.html", context)


def enter(request: HttpRequest) -> HttpResponseBase:
    """Signs in as one of the demo's people, with the password of the file, through the usual back-ends."""
    logins = _logins()  # first: outside a demo nobody learns that there is such an address
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    name = request.POST.get("login", "")
    password = logins.get(name)
    user = authenticate(request, username=name, password=password) if password else None
    if user is None:
        raise Http404
    login(request, user)
    request.session.pop(ACTING_AS, None)
    return redirect("home")


def _users(logins: dict[str, str]) -> list[User]:
    rows = User.objects.filter(username__in=logins, is_active=True).order_by("pk")
    return list(rows.prefetch_related("memberships__agency", "groups"))


def _account(user: User) -> Account:
    held = next(iter(user.memberships.all()), None)
    if held is not None:
        role = words(Role(held.role)) if held.role in set(Role) else held.role
        return Account(user.username, user.shown_name, role, held.agency.name, pick(*LOOK_AT.get(held.role, ("", ""))))
    role = pick("Salle des alertes", "Alarm room") if any(g.name == OPERATOR for g in user.groups.all()) else ""
    return Account(user.username, user.shown_name, role, "", pick(*LOOK_AT.get(OPERATOR if role else "", ("", ""))))
