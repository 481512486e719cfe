"""What does Égide itself erase of a case, and when? Parts I and II of the data with the ban, logs after six months (TGD-43).

Only what the arrêté lists: who the persons are, where and how they are found, and what was said of an alarm. The account
(reports, interviews, evaluation, decisions) is no part of that list and no text that was read says until when it is kept.
Nothing goes while a phone is out, while a ban has no certain end, or while somebody works on a new request; nobody goes
who still wears or carries a device or whose alarm is open, and the file counts as erased only once everybody did.
"""

from __future__ import annotations

from datetime import datetime
from itertools import islice

from django.db import transaction
from django.db.models import Q

from egide.web.audit.models import AuditText, Entry
from egide.web.cases.models import Attribution, Case, CaseChild, CaseRespondent, Stage
from egide.web.cases.services.returning import Part, platform_erased
from egide.web.console.models import Contacts, Incident, IncidentStatus
from egide.web.documents.retention import kept_until
from egide.web.measures.models import Measure, MeasureStatus
from egide.web.people.models import Person
from egide.web.people.profile import Address, Channel, Profile, Relative
from egide.web.permissions.database import everything
from egide.web.registry.models import Device, DeviceStatus
from egide.web.tasks.models import Task, TaskStatus

_ITS_OWN = ("erase_file", "erase_logs")  # the kinds of task that the platform owes
_QUIET = (Stage.ENDED, Stage.ARCHIVED)


def erase_due(now: datetime, limit: int = 100) -> int:
    """Erases what is due in at most so many cases; answers how many erasures were made. Each case is one transaction.

    A task only says where to look: the day is worked out anew before anything goes, since a ban may be prolonged. One
    that has to wait takes no other case's turn.
    """
    with everything("the platform erases what is over, in every case"):
        tasks = Task.objects.filter(kind__in=_ITS_OWN, status=TaskStatus.OPEN, due_at__lte=now, case__stage__in=_QUIET)
        cases = dict.fromkeys(tasks.order_by("due_at").values_list("case_id", flat=True))
        erased = filter(None, (_erase(case, now) for case in cases if case is not None))
        return sum(islice(erased, limit))


def _erase(number: int, now: datetime) -> int:
    """What is due in one case."""
    with transaction.atomic():
        case = Case.objects.select_for_update(of=("self",)).select_related("jurisdiction").get(pk=number)
        if case.stage not in _QUIET:
            return 0
        done = 0
        until = kept_until(case)
        if until is not None and until <= now and _still_asked(case, "erase_file", now) and _file(case):
            platform_erased(case, Part.FILE)
            done += 1
        if _still_asked(case, "erase_logs", now):
            done += _logs(case, now)
        return done


def _still_asked(case: Case, kind: str, now: datetime) -> bool:
    return Task.objects.filter(case=case, kind=kind, status=TaskStatus.OPEN, due_at__lte=now).exists()


def _file(case: Case) -> bool:
    """Parts I and II (TGD-38, TGD-39), and the words about alarms (TGD-40). A person who stands elsewhere stays there.

    Whether that is all: who wears or carries a device in service, or has an alarm that is open, is left for later, and
    the task stays open for them.
    """
    people = {case.protected_person_id, *case.children.values_list("person_id", flat=True)}
    people |= {one for one in case.respondents.values_list("person_id", flat=True) if one is not None}
    here = {one for one in people if not _stands_elsewhere(one, case)}
    waiting = {one for one in here if _in_service(one)}
    gone = here - waiting
    Person.objects.filter(pk__in=gone).update(given_name="", family_name="", phone="")
    Channel.objects.filter(person__in=gone).update(value="", value_key="", safe_hours="", note="")
    for kind in (Profile, Address, Relative):
        kind._default_manager.filter(person__in=gone).delete()
    CaseChild.objects.filter(case=case).update(school="", school_phone="", visiting_rights="")
    CaseRespondent.objects.filter(case=case).update(alias="", description="", former_names=[])
    case.alarm_follow_ups.update(outcome="")
    # How to reach somebody, as each alarm took it with it when it opened: words to hide by, numbers, places of the order.
    Contacts.objects.filter(incident__frozen__people__protected__person__in=gone).delete()
    Task.objects.filter(case=case, kind="read_crossing").update(data={}, outcome="")
    return not waiting


def _stands_elsewhere(person: int, case: Case) -> bool:
    """Whether the same row serves another case: that one erases it in its turn."""
    cases = Case.objects.exclude(pk=case.pk).filter(file_erased_at=None)
    role = Q(protected_person=person) | Q(respondents__person=person) | Q(children__person=person)
    return cases.filter(role).exists()


def _in_service(person: int) -> bool:
    """Whether a bracelet measure that is not over, a device that is out or an open alarm still needs to know who that is."""
    role = Q(protected_person=person) | Q(wearer_person=person)
    measures = Measure.objects.filter(role).exclude(status=MeasureStatus.ENDED)
    devices = Device.objects.filter(person=person, status=DeviceStatus.ISSUED)
    alarms = Incident.objects.filter(frozen__people__protected__person=person, status=IncidentStatus.OPEN)
    return measures.exists() or devices.exists() or alarms.exists()


def _logs(case: Case, now: datetime) -> int:
    """The words in the trail of this case, for each attribution whose six months are over. The entries and hashes stay."""
    due = Task.objects.filter(case=case, kind="erase_logs", status=TaskStatus.OPEN, due_at__lte=now)
    asked = set(due.values_list("key", flat=True))
    done = 0
    for row in Attribution.objects.filter(case=case).order_by("pk"):
        if f"erase_logs:a{row.pk}" not in asked:
            continue
        later = Attribution.objects.filter(case=case, pk__gt=row.pk).order_by("pk").select_related("decision").first()
        entries = Entry.objects.filter(case=case.pk)
        if later is not None:  # what was written since then is the later phone's, and has six months of its own
            entries = entries.filter(at__lt=later.decision.decided_at)
        AuditText.objects.filter(entry_seq__in=entries.values("seq")).delete()
        platform_erased(case, Part.LOGS, row.pk)
        done += 1
    return done
