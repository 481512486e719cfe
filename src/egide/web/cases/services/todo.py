"""Tasks that a person ends or takes: those the file cannot show done by itself. The others end with the act they ask for."""

from __future__ import annotations

from dataclasses import dataclass

from egide.web.accounts.models import User
from egide.web.cases.models import Bar
from egide.web.cases.services.acting import Doing, act
from egide.web.cases.services.errors import CannotDo, Elsewhere
from egide.web.tasks import engine
from egide.web.tasks.models import Task, TaskStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class TickedOff:
    """It was done, and this came of it."""

    task: int
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """Somebody takes a task, or is given it; None gives it back to the agency."""

    task: int
    to: User | None


@act("task_done", "tasks", rule="RQ-84")
def tick_off(doing: Doing, given: TickedOff) -> Task:
    """Ends a task that a person may end, with its outcome. Raises CannotDo for one that ends with its act."""
    row = _task(doing, given.task)
    _own(doing, row)
    try:
        engine.tick_off(row, doing.now, doing.user, given.outcome)
    except engine.TaskError as error:
        raise CannotDo(
            "Dites ce qui en est sorti. Si cette tâche demande un acte, faites-le : elle se termine avec lui.",
            "Say what came of it. If the task asks for an act, do it: the task ends with it.",
            "RQ-84",
        ) from error
    doing.about(row, given.outcome)
    return row


@act("task_assigned", "tasks", rule="RQ-84")
def assign(doing: Doing, given: Assigned) -> Task:
    """Gives a task to a colleague of the agency that owes it, or back. Raises CannotDo for somebody kept out."""
    row = _task(doing, given.task)
    _own(doing, row)
    if given.to is not None:
        if not given.to.memberships.filter(agency=row.agency_id).exists():
            raise CannotDo("Cette personne n’est pas de l’organisme.", "This person is not of the agency.", "RQ-84")
        if Bar.objects.filter(case=doing.case, user=given.to, ended_at=None).exists():
            raise CannotDo("Cette personne est écartée du dossier.", "This person is kept out of the case.", "RQ-08")
    row.assignee = given.to
    row.save(update_fields=["assignee"])
    doing.about(row)
    return row


def _own(doing: Doing, row: Task) -> None:
    """Only the agency that owes a task ends it or gives it away, whoever else may see it."""
    if row.agency_id != doing.agency.pk:
        raise CannotDo("Cette tâche revient à un autre organisme.", "This task is another agency’s.", "RQ-84")


def _task(doing: Doing, number: int) -> Task:
    row = Task.objects.filter(pk=number, case=doing.case).first()
    if row is None or row.status != TaskStatus.OPEN:
        raise Elsewhere(
            "Cette tâche n’est plus ouverte dans ce dossier.", "This task is not open in this case any more."
        )
    return row
