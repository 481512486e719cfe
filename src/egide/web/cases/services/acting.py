"""How is an act done? The lens first, the case locked, the rows changed, the tasks brought into line, the act recorded:

one transaction, or nothing. Every service is such an act, named in `ACTS`, with the field group it writes and the rule it
serves. No act deletes a row.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import wraps
from typing import Any, Protocol, TypeVar
from uuid import UUID

from django.db import models, transaction

from egide.core.law.calendar import after_hours, paris_day, start_of_day
from egide.core.law.practice import PracticeSettings
from egide.web.accounts.models import User
from egide.web.agencies.models import Agency
from egide.web.cases.models import Case, CaseEvent
from egide.web.cases.services import clock, ports
from egide.web.cases.services.errors import CannotDo, Changed, Elsewhere
from egide.web.cases.services.owners import owner
from egide.web.cases.services.ports import Actor, Lens
from egide.web.cases.services.whole import Whole
from egide.web.documents.models import Document
from egide.web.permissions.database import everything
from egide.web.tasks import engine
from egide.web.tasks.kinds import KINDS

LOG = logging.getLogger("egide.web.cases")

G = TypeVar("G")
R = TypeVar("R")
G_contra = TypeVar("G_contra", contravariant=True)
R_co = TypeVar("R_co", covariant=True)
Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True, slots=True)
class ActRow:
    """One act: its name, the field groups it writes and those it reads, its rule, the kinds of task it finishes.

    `shown_in`: the group somebody must be granted to see it in the timeline. `in_archive`: also on an archived case.
    """

    name: str
    writes: tuple[str, ...]
    reads: tuple[str, ...]
    rule: str
    finishes: frozenset[str]
    shown_in: str
    in_archive: bool


ACTS: dict[str, ActRow] = {}


class Act(Protocol[G_contra, R_co]):
    """How a service is called. `version`: the case as the page showed it; another one raises Changed."""

    def __call__(
        self, actor: Actor, lens: Lens, case: Case, given: G_contra, *, version: int | None = None
    ) -> R_co: ...


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that the act asks for; `made` is told when it exists."""

    kind: str
    about: dict[str, Any]
    made: Callable[[Document], None] | None = None


@dataclass
class Doing:
    """An act in hand: on which case, by whom, when."""

    row: ActRow
    case: Case
    actor: Actor
    lens: Lens
    now: datetime
    object_kind: str = ""
    object_id: str = ""
    text: str = ""
    finishes: set[str] = field(default_factory=set)
    papers: list[Paper] = field(default_factory=list)
    draft: bool = False  # what was written counts for nobody yet: no page of the case is out of date because of it
    whole: Whole = field(init=False)

    def __post_init__(self) -> None:
        self.finishes |= self.row.finishes
        self.whole = Whole(self.case)

    @property
    def today(self) -> date:
        """The day it is in Paris."""
        return paris_day(self.now)

    @property
    def practice(self) -> PracticeSettings:
        """The district's settings."""
        return self.whole.practice

    @property
    def user(self) -> User:
        """Who acts. Raises CannotDo where nobody is signed in."""
        if self.actor.user is None:
            raise CannotDo("Connectez-vous pour faire cela.", "Sign in to do this.")
        return self.actor.user

    @property
    def agency(self) -> Agency:
        """In whose name. Raises CannotDo for somebody without an agency."""
        if self.actor.agency is None:
            raise CannotDo(
                "Choisissez au nom de quel organisme vous agissez.", "Choose the agency in whose name you act."
            )
        return self.actor.agency

    @property
    def name(self) -> str:
        """How colleagues see who acts."""
        return self.user.shown_name

    def about(self, row: models.Model, text: str = "") -> None:
        """Says which row the act is about; `text`, personal words for the erasable part of the audit."""
        self.object_kind = row._meta.model_name or ""
        self.object_id = str(getattr(row, "public_id", row.pk))
        self.text = text or self.text

    def paper(self, kind: str, made: Callable[[Document], None] | None = None, **about: Any) -> None:
        """Asks for a document once the act is done. One that cannot be made holds no act up: it becomes a task."""
        self.papers.append(Paper(kind, about, made))

    def own(self, kind: type[Row], number: int | None) -> Row:
        """A row of this very case, by number. Raises Elsewhere: every child is checked against its case."""
        row = kind._default_manager.filter(pk=number, **{_path_to_case(kind): self.case}).first()
        if row is None:
            raise Elsewhere("Cet élément n’est pas de ce dossier.", "This item does not belong to this case.")
        return row


def act(
    name: str, *writes: str, reads: tuple[str, ...] = (), rule: str = "", finishes: Iterable[str] = (),
    shown_in: str = "", in_archive: bool = False, along: tuple[str, ...] | None = None,
) -> Callable[[Callable[[Doing, G], R]], Act[G, R]]:  # fmt: skip
    """Makes a service of a body: it takes (actor, lens, case, given) and raises what the body raises.

    The lens must grant writing and reading the groups named, or PermissionDenied; the case is locked meanwhile. `along`:
    the act changes the person's other cases too; the fields of `given` that name a case of another row of hers.
    """
    shown = shown_in or next(iter((*writes, *reads)), "case_state")
    row = ActRow(name, writes, reads, rule, frozenset(finishes), shown, in_archive)
    assert name not in ACTS, f"two acts are called {name}"
    ACTS[name] = row

    def wrap(body: Callable[[Doing, G], R]) -> Act[G, R]:
        @wraps(body)
        def do(actor: Actor, lens: Lens, case: Case, given: G, *, version: int | None = None) -> R:
            with transaction.atomic():
                if along is not None:
                    lock_hers([case.pk, *(getattr(given, name) for name in along)])
                doing = _begin(row, actor, lens, case, version)
                with everything("an act brings tasks of every agency into line, whoever does it"):
                    answered = body(doing, given)
                    finish(doing)
            return answered

        return do

    return wrap


def lock_hers(numbers: Iterable[int]) -> None:
    """Locks these cases and every case of the persons they protect, in one order: two acts never wait for each other."""
    with everything("an act on one case of a person locks the others, whoever may see them"):
        hers = Case.objects.filter(protected_person__in=Case.objects.filter(pk__in=numbers).values("protected_person"))
        list(hers.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))


def _begin(row: ActRow, actor: Actor, lens: Lens, case: Case, version: int | None) -> Doing:
    """Locks the case until the end of the transaction, and reads it anew: whoever was waiting sees what was done."""
    case.refresh_from_db(from_queryset=Case.objects.select_for_update())
    if version is not None and case.version != version:
        raise Changed(
            "Le dossier a changé entre-temps : relisez-le avant d’agir.",
            "The case has changed meanwhile: read it again before you act.",
        )
    if case.closed_at is not None and not row.in_archive:
        raise CannotDo(
            "Ce dossier est archivé : un nouveau signalement en ouvre un autre.",
            "This case is archived: a new report opens another one.",
        )
    for group in row.writes:
        lens.require(group, "write")
    for group in row.reads:
        lens.require(group, "read")
    return Doing(row, case, actor, lens, clock.now())


def finish(doing: Doing) -> None:
    """Brings stage and tasks into line with the rows, writes the timeline and the audit."""
    from egide.web.cases.services.clocks import wanted
    from egide.web.cases.services.stages import stage_of

    case, whole = doing.case, Whole(doing.case)
    if not doing.draft:
        case.changed_at = doing.now
        case.version += 1
        case.stage = stage_of(whole, doing.now)
        case.save()
        engine.align(case, wanted(whole, doing.now), doing.now, doing.actor.user, doing.finishes)
    event = _to_the_trail(doing)
    if doing.draft and _told_today(doing):
        return
    _to_the_timeline(doing, event)
    for paper in doing.papers:
        _print(doing, paper)
    ports.reschedule_documents(case)


def told_in(doing: Doing, case: Case, name: str, row: models.Model, text: str = "", more: tuple[str, ...] = ()) -> None:
    """Tells what the act in hand did to another case of the person there too, as the act of that name would have done.

    `more`: field groups that were written there beside those of that act.
    """
    named = ACTS[name]
    there = Doing(replace(named, writes=(*named.writes, *more)), case, doing.actor, doing.lens, doing.now)
    there.about(row, text)
    _to_the_timeline(there, _to_the_trail(there))


def bring_along(case: Case, now: datetime) -> None:
    """After an act changed another case than the one in hand: its pages are out of date, its tasks and papers follow its rows."""
    Case.objects.filter(pk=case.pk).update(version=models.F("version") + 1, changed_at=now)
    refresh(case)
    ports.reschedule_documents(case)


def _to_the_trail(doing: Doing) -> UUID:
    return ports.record(
        doing.actor, "write", object_kind=doing.object_kind, object_id=doing.object_id, case=doing.case,
        groups=doing.row.writes, rule=doing.row.rule, text=doing.text,
    )  # fmt: skip


def _to_the_timeline(doing: Doing, event: UUID) -> None:
    CaseEvent.objects.create(
        case=doing.case, at=doing.now, act=doing.row.name, group=doing.row.shown_in,
        by=doing.actor.user, agency=doing.actor.agency, object_kind=doing.object_kind, object_id=doing.object_id,
        event=event,
    )  # fmt: skip


def _told_today(doing: Doing) -> bool:
    """Whether the timeline tells of this draft today: a text that saves itself is one line a day, not one a minute."""
    same = CaseEvent.objects.filter(case=doing.case, act=doing.row.name, by=doing.actor.user, object_id=doing.object_id)
    return same.filter(at__gte=start_of_day(doing.today)).exists()


def _print(doing: Doing, paper: Paper) -> None:
    """Makes a document, or leaves a task to make it: a page that cannot be set must not undo a protection."""
    try:
        with transaction.atomic():
            document = ports.make_document(paper.kind, doing.case, doing.actor, doing.now, **paper.about)
            if document is not None and paper.made is not None:
                paper.made(document)
    except Exception as error:  # whatever typesetting may raise
        LOG.error("a document of kind %s could not be made: %s", paper.kind, type(error).__name__)
        row = KINDS["make_document"]
        asked = owner(Whole(doing.case), row.who)
        assert row.hours is not None
        key = f"make_document:{paper.kind}:{doing.object_kind}:{doing.object_id}"
        due = after_hours(doing.now, row.hours)
        engine.open_task(
            doing.case,
            engine.Wanted(key, row.name, due, asked.agency, asked.role, row.rule, data={"document": paper.kind}),
            doing.now,
        )


def refresh(case: Case) -> None:
    """Brings stage and tasks into line because time passed, or a row changed elsewhere. No act, nothing recorded."""
    from egide.web.cases.services.clocks import wanted
    from egide.web.cases.services.stages import stage_of

    with everything("tasks follow the file when time passes"):
        case.refresh_from_db(from_queryset=Case.objects.select_for_update())
        now, whole = clock.now(), Whole(case)
        stage = stage_of(whole, now)
        if stage != case.stage:
            case.stage = stage
            case.save(update_fields=["stage"])
        engine.align(case, wanted(whole, now), now, None)


def _path_to_case(kind: type[models.Model]) -> str:
    """How to reach the case from a row of that kind."""
    for path in ("case", "attribution__case", "interview__case"):
        name = path.split("__", 1)[0]
        if any(f.name == name for f in kind._meta.get_fields()):
            return path
    raise AssertionError(f"{kind.__name__} hangs on no case")
