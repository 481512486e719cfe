"""“Follow the story”: the way into the demonstration, one fictional account a click. It exists in a demo only.

A demo is told by three things at once: it runs without HTTPS on this machine, a file of demo logins lies in EGIDE_HOME,
and the password in it still opens the account. Nothing here knows a password of its own or goes round the sign-in.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.contrib.auth import authenticate, login
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from egide.core.access import Role
from egide.web.accounts.models import OPERATOR, User
from egide.web.cases import demo_file
from egide.web.cases.models import Case
from egide.web.file.gate import ACTING_AS
from egide.web.file.guide import LOOK_AT, STORIES, Story
from egide.web.file.presenters.work import task_line
from egide.web.file.saying import an_instant, pick, since_words, words
from egide.web.file.words import STAGES, named
from egide.web.permissions import everything
from egide.web.tasks.models import Task, TaskStatus

LOGINS = "demo-logins.json"
CLOCKS = 2  # tasks of a story's clock
OTHERS = 20  # cases beside the stories


@dataclass(frozen=True, slots=True)
class Account:
    """One fictional account: who, for which agency, what to look at."""

    login: str
    name: str
    role: str
    agency: str
    look_at: str


@dataclass(frozen=True, slots=True)
class Clock:
    """Where a case stands and what is due next in it."""

    number: str
    state: str
    opened: str
    due: tuple[tuple[str, str, str], ...]  # what, when, tone


@dataclass(frozen=True, slots=True)
class Told:
    """One story: its words, its clock, and the desks in their order."""

    key: str
    title: str
    now: str
    clock: Clock | None
    steps: tuple[Account, ...]


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
    """The start page of the demo. Whoever sits at no desk sees the cases' clocks here, and nobody's name."""
    accounts = {user.username: _account(user) for user in _users(_logins())}
    now = timezone.now()
    with everything("the demo's start page tells where the fictional cases stand, to somebody who is nobody yet"):
        cases = demo_file.story_cases()
        clocks = _clocks([*cases.values(), *demo_file.other_cases()[:OTHERS]], now)
    context = {
        "stories": [_told(one, accounts, clocks.get(_pk(cases.get(one.key)))) for one in STORIES],
        "others": [clock for pk, clock in clocks.items() if pk not in {case.pk for case in cases.values()}],
        "accounts": list(accounts.values()), "now": an_instant(now), "demo": True,
    }  # fmt: skip
    return render(request, "file/story.html", context)


def enter(request: HttpRequest) -> HttpResponseBase:
    """Signs in as one of the demo's people, with the password of the file, through the usual back-ends.

    `story` (posted): the one to follow; then the desk opens on its case, if that desk may open it.
    """
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
    return redirect(_where(request.POST.get("story", ""), user))


def _where(key: str, user: User) -> str:
    """The story's case, if it is among those the desk may open; else the desk's first page."""
    from egide.web.permissions import visible_cases

    with everything("which case a demo's story is about, before its desk is asked whether it may open it"):
        case = demo_file.story_cases().get(key)
        opens = case is not None and visible_cases(user).filter(pk=case.pk).exists()
    return reverse("file:case", args=[case.public_id]) if case is not None and opens else reverse("home")


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


def _told(one: Story, accounts: dict[str, Account], clock: Clock | None) -> Told:
    steps = []
    for step in one.steps:
        desk = accounts.get(step.login)
        if desk is not None:
            steps.append(Account(desk.login, desk.name, desk.role, desk.agency, pick(*step.look_at)))
    return Told(one.key, pick(*one.title), pick(*one.now), clock, tuple(steps))


def _clocks(cases: list[Case], now: datetime) -> dict[int, Clock]:
    """The clock of each case, in two queries."""
    due: dict[int, list[Task]] = {case.pk: [] for case in cases}
    rows = Task.objects.filter(case__in=cases, status=TaskStatus.OPEN, due_at__isnull=False)
    for task in rows.select_related("agency", "assignee").order_by("due_at", "pk"):
        assert task.case_id is not None
        due[task.case_id].append(task)
    found = {}
    for case in cases:
        lines = [task_line(task, now) for task in due[case.pk][:CLOCKS]]
        found[case.pk] = Clock(
            case.number, named(STAGES, case.stage), since_words(case.opened_at, now),
            tuple((line.what, line.when, line.tone) for line in lines),
        )  # fmt: skip
    return found


def _pk(case: Case | None) -> int:
    return 0 if case is None else case.pk
