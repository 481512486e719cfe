"""Does a bracelet ring too much for one of the two, and who is asked to propose a revision (BAR-35, OF-01)?

Frequency and weight a day, over the days on which the measure was in force, against the two settings of the district. It
proposes a human step to whoever may ask the judge, or to the judge who may act of office; it changes no distance.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from egide.core.law.calendar import after_hours, paris_day
from egide.core.law.practice import PracticeSettings
from egide.web.accounts.models import User
from egide.web.cases.models import Case
from egide.web.cases.services.crossings import authority
from egide.web.cases.services.whole import Whole
from egide.web.measures.models import Burden, Measure, MeasureStatus
from egide.web.permissions.database import everything
from egide.web.tasks import engine
from egide.web.tasks.kinds import KINDS
from egide.web.tasks.models import Task, TaskStatus

KIND = "propose_revision"
RULE = "BAR-35"
LOOKED_AT = 14  # days
AT_LEAST = 3  # days in force before anything is proposed: one bad evening is no reason yet; ours
AGAIN_DAYS = 30  # after an answer, so long nothing is proposed again for the same measure; ours
_OUTCOMES = {TaskStatus.DONE: "", TaskStatus.NOT_NEEDED: engine.NO_LONGER}
LIGHTEST = PracticeSettings(bar_alerts_a_day=1, bar_weight_a_day=5)  # no district can propose earlier


@dataclass(frozen=True, slots=True)
class Weighed:
    """What rang for one person under one measure: how often, over how many days, and how much a day (in technical calls)."""

    rung: int
    days: int
    weight: float

    @property
    def mean(self) -> float:
        """Alerts and pre-alerts a day."""
        return self.rung / self.days

    def heavy(self, practice: PracticeSettings) -> bool:
        """Whether a revision is to be proposed, by the district's settings."""
        often = self.mean >= practice.bar_alerts_a_day or self.weight / self.days >= practice.bar_weight_a_day
        return self.days >= AT_LEAST and often


def since(measure: Measure, today: date) -> date:
    """The first day that counts: a fortnight ago, or the day since which the measure has been in force."""
    return max(measure.starts_on, today - timedelta(days=LOOKED_AT - 1))


def weigh(measure: Measure, rows: Iterable[Burden], today: date) -> Weighed:
    """The days of one person under this measure, today included. Days before it was in force count neither way."""
    first, last = since(measure, today), min(today, measure.ends_on)
    days = max(1, (last - first).days + 1)
    counted = [row for row in rows if first <= row.day <= last]
    return Weighed(sum(r.alerts + r.pre_alerts for r in counted), days, sum(r.weight for r in counted) / 100)


def propose_due(now: datetime) -> int:
    """Opens the task for every measure in force that rings too much; gives how many. Asked again, it opens none twice."""
    today = paris_day(now)
    with everything("the platform looks at what every measure weighs"):
        rows: dict[int, list[Burden]] = {}
        for row in Burden.objects.filter(day__gt=today - timedelta(days=LOOKED_AT), day__lte=today).iterator():
            rows.setdefault(row.person_id, []).append(row)
        measures = Measure.objects.filter(
            status=MeasureStatus.ACTIVE, starts_on__lte=today, ends_on__gte=today
        ).select_related("protected_person")
        return sum(_propose(one, rows, now) for one in measures.order_by("pk") if _heavy(one, rows, today, LIGHTEST))


def answered(measure: Measure, at: datetime, by: User | None, status: TaskStatus) -> None:
    """The proposal that is open is answered by what was decided of the measure, in whichever case of the pair it stands."""
    for task in _proposals(measure).filter(status=TaskStatus.OPEN).select_for_update():
        engine.end(task, status, at, by if status == TaskStatus.DONE else None, _OUTCOMES[status])


def _proposals(measure: Measure) -> QuerySet[Task]:
    return Task.objects.filter(kind=KIND, key__startswith=f"{KIND}:{measure.pk}:")


def _heavy(measure: Measure, rows: dict[int, list[Burden]], today: date, practice: PracticeSettings) -> bool:
    sides = (measure.protected_person_id, measure.wearer_person_id)
    return any(weigh(measure, rows.get(person, ()), today).heavy(practice) for person in sides)


def _propose(measure: Measure, rows: dict[int, list[Burden]], now: datetime) -> bool:
    """Whether a task was opened for this measure: in its case, by the settings of its district, unless one was lately."""
    pair = {"protected_person": measure.protected_person_id, "respondents__person": measure.wearer_person_id}
    found = Case.objects.filter(**pair, closed_at=None).order_by("-pk").first()
    if found is None:
        return False
    with transaction.atomic():
        case = Case.objects.select_for_update().get(pk=found.pk)
        whole = Whole(case)
        if not _heavy(measure, rows, paris_day(now), whole.practice) or _lately(case, measure, now):
            return False
        to, _ = authority(whole, measure.wearer_person_id, now)
        row = KINDS[KIND]
        assert row.hours is not None
        engine.open_task(
            case,
            engine.Wanted(
                f"{KIND}:{measure.pk}:{paris_day(now)}", KIND, after_hours(now, row.hours), to.agency, to.role, RULE,
                data={"measure": measure.number},
            ),
            now,
        )  # fmt: skip
    return True


def _lately(case: Case, measure: Measure, now: datetime) -> bool:
    """Whether a revision of this measure is proposed already, or was answered within the last weeks.

    One that a suspension made needless was not answered: the measure that runs again may weigh as much.
    """
    mine = _proposals(measure).filter(case=case)
    lately = mine.filter(status=TaskStatus.DONE, ended_at__gt=now - timedelta(days=AGAIN_DAYS))
    return mine.filter(status=TaskStatus.OPEN).exists() or lately.exists()
