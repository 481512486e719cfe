"""Two cases, one human being: what is said once is then said for both, and their orders stand in one register.

Protected is joined with protected, and somebody complained of with somebody complained of beside the same protected
person. Nothing ever joins the two sides: who is protected here and complained of there stays two persons (RQ-08).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from egide.web.cases.models import Case, CaseChild, CaseRespondent, Consent, Contact
from egide.web.cases.services.acting import Doing, act, bring_along, lock_hers, told_in
from egide.web.cases.services.duplicates import as_given, known_to
from egide.web.cases.services.errors import CannotDo, Elsewhere
from egide.web.cases.services.keeping_out import close_to, close_too, may_close, missing_bars
from egide.web.cases.services.ports import Actor, reads, visible_cases
from egide.web.console.models import Incident
from egide.web.measures.models import Measure
from egide.web.people.models import Person
from egide.web.people.profile import Address, Channel, Profile, Relative, name_key
from egide.web.registry.models import Device
from egide.web.tasks import engine
from egide.web.tasks.models import Task, TaskStatus

ASKED = ("possible_duplicate", "archived_case", "kept_apart")  # the tasks that ask whether it is the same person
ONE_AT_A_TIME = (Address.Kind.HOME, Address.Kind.HOST, Address.Kind.DECLARED)
SAME = "Même personne : les deux dossiers sont rapprochés."  # what came of the task, for whoever owed it

# What `_gather` may write beside what the act itself writes, as the trail of the other cases names it.
_GATHERED = ("safe_contact", "address", "hidden_address", "emergency_contacts")
_GATHERED_OF_RESPONDENT = ("respondent_contact", "respondent_address")


@dataclass(frozen=True, slots=True, kw_only=True)
class SamePerson:
    """The case of the same person, by number, and how somebody knows."""

    case: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SameRespondent:
    """A respondent of this case, and the one of another case of the same protected person who is the same human."""

    respondent: int
    known: int
    why: str


@act("same_person", "identity", "contact", rule="RQ-47", along=("case",))
def say_same_person(doing: Doing, given: SamePerson) -> Case:
    """Says that this case protects somebody another case protects already, of those the reader sees. Raises CannotDo."""
    if not given.why.strip():
        raise CannotDo("Dites comment vous le savez.", "Say how you know.", "RQ-47")
    join(doing, known_to(doing.actor, as_given(doing.case)), given.case)
    doing.about(doing.case, given.why.strip())
    return doing.case


@act("same_respondent", "respondent_identity", rule="RQ-47", along=())
def say_same_respondent(doing: Doing, given: SameRespondent) -> CaseRespondent:
    """Says that a respondent is the one of another case of this protected person (TGD-14: one register). Raises CannotDo.

    The protected person must be the same row: a respondent of hers is found in no other way.
    """
    row = doing.own(CaseRespondent, given.respondent)
    if not given.why.strip():
        raise CannotDo("Dites comment vous le savez.", "Say how you know.", "RQ-47")
    known = next((one for one in respondents_elsewhere(doing.actor, doing.case) if one.pk == given.known), None)
    if known is None or known.person is None:
        raise Elsewhere("Ce dossier n’est pas de cette personne.", "That case is not of this person.")
    _same_respondent(row, known.person, doing)
    for one in _cases_of_respondent(known.person, doing.case):
        bring_along(one, doing.now)
    doing.about(row, given.why.strip())
    return row


def respondents_elsewhere(actor: Actor, case: Case) -> list[CaseRespondent]:
    """Those named in other cases of the same protected person, where the actor may read who they are."""
    hers = Case.objects.filter(protected_person=case.protected_person_id).exclude(pk=case.pk)
    mine = [one for one in visible_cases(actor, hers) if reads(actor, one, "respondent_identity")]
    here = CaseRespondent.objects.filter(case=case).exclude(person=None).values("person")
    rows = CaseRespondent.objects.filter(case__in=mine).exclude(person=None).exclude(person__in=here)
    return list(rows.select_related("person", "case").order_by("pk"))


def needs_closing(actor: Actor, of: Case, case: Case) -> bool:
    """Whether joining would close a case to somebody, and the actor may not do that there (RQ-08)."""
    return bool(missing_bars(of, case)) and not may_close(actor, case)


def join(doing: Doing, seen: Iterable[Case], number: int, *, new: bool = False) -> None:
    """Makes the protected person of another case that of this one. `seen`: the cases the actor may name. CannotDo.

    `new`: the case is opened in this very act, and whoever opens it may close it to anybody.
    """
    case = doing.case
    other = next((one for one in seen if one.pk == number and one.pk != case.pk), None)
    if other is None:
        raise Elsewhere("Ce dossier n’est pas de ceux que vous voyez.", "That case is not among those you see.")
    if new:
        lock_hers([other.pk])
        other.refresh_from_db()
    mine, kept = case.protected_person, other.protected_person
    if mine.pk == kept.pk:
        raise CannotDo("Les deux dossiers sont déjà rapprochés.", "The two cases are joined already.", "RQ-47")
    if _complained_of(case, kept) or _complained_of(other, mine):
        raise CannotDo(
            "Une personne protégée et une personne mise en cause ne se rapprochent jamais.",
            "A protected person and a respondent are never joined.",
            "RQ-08",
        )
    if not _stands_here_only(mine, case):
        raise CannotDo(
            "Ce dossier est déjà lié à un autre, ou un dispositif y est en service : rapprochez depuis l’autre dossier.",
            "This case is joined to another, or a device is in service in it: join them from the other case.",
            "RQ-47",
        )
    if needs_closing(doing.actor, case, other) or (not new and needs_closing(doing.actor, other, case)):
        raise CannotDo(
            "Un magistrat du parquet doit d’abord dire qui est écarté de ces deux dossiers : demandez-le-lui.",
            "A prosecutor must first say who is kept out of these two cases: ask for it.",
            "RQ-08",
        )
    hers = list(Case.objects.filter(protected_person=kept).order_by("pk"))
    _same_bars(case, hers, other, doing)
    _same_bars(other, [case], case, doing)
    case.protected_person = kept
    case.save(update_fields=["protected_person"])
    Consent.objects.filter(case=case, person=mine).update(person=kept)
    _gather(mine, kept, doing)
    for one in hers:
        told_in(doing, one, "same_person", kept, more=_GATHERED)
    for row in CaseRespondent.objects.filter(case=case).exclude(person=None).select_related("person"):
        found = _namesake(row, other)
        if found is not None:
            _same_respondent(row, found, doing)
    ours = Task.objects.filter(case__in=(case, other), kind__in=ASKED, status=TaskStatus.OPEN)
    for task in ours.filter(agency=None if doing.actor.agency is None else doing.actor.agency.pk):
        engine.end(task, TaskStatus.DONE, doing.now, doing.actor.user, SAME)
    for one in hers:
        bring_along(one, doing.now)


def _complained_of(case: Case, person: Person) -> bool:
    rows = CaseRespondent.objects.filter(case=case, person=person), CaseChild.objects.filter(case=case, person=person)
    return any(found.exists() for found in rows)


def _stands_here_only(person: Person, case: Case) -> bool:
    """Whether the row serves this case alone: then it may give way to the one another case knows."""
    role = Q(protected_person=person) | Q(respondents__person=person) | Q(children__person=person)
    measures = Measure.objects.filter(Q(protected_person=person) | Q(wearer_person=person))
    elsewhere = Case.objects.exclude(pk=case.pk).filter(role).exists()
    return not (elsewhere or measures.exists() or Device.objects.filter(person=person).exists())


def _same_bars(of: Case, hers: list[Case], named: Case, doing: Doing) -> None:
    """Whoever is kept out of one case of a person reads nothing of that person through the others (RQ-08).

    Raises CannotDo where nobody would be left in the case that was named.
    """
    for case in hers:
        for bar in missing_bars(of, case):
            whom = bar.user or bar.agency
            assert whom is not None
            if case.pk != named.pk:
                close_too(doing, case, whom, bar.reason)
            else:
                told_in(doing, case, "kept_out", close_to(case, whom, bar.reason, doing.now), bar.reason)


def _cases_of_respondent(person: Person, but: Case) -> list[Case]:
    rows = Case.objects.filter(respondents__person=person).exclude(pk=but.pk)
    return list(rows.distinct().order_by("pk"))


def _namesake(row: CaseRespondent, other: Case) -> Person | None:
    """The respondent of the other case who bears the same name, where no day of birth contradicts it."""
    person = row.person
    assert person is not None
    key, born = name_key(person.given_name, person.family_name), _born(person)
    for one in CaseRespondent.objects.filter(case=other).exclude(person=None).select_related("person").order_by("pk"):
        assert one.person is not None
        same = key != "" and name_key(one.person.given_name, one.person.family_name) == key
        if (same and None in (born, _born(one.person))) or (same and born == _born(one.person)):
            return one.person
    return None


def _born(person: Person) -> object:
    return Profile.objects.filter(person=person).values_list("birth_date", flat=True).first()


def _same_respondent(row: CaseRespondent, known: Person, doing: Doing) -> None:
    """Makes a respondent of the case the person another case of the pair knows. Raises CannotDo."""
    old = row.person
    if old is not None and old.pk == known.pk:
        return
    taken = CaseRespondent.objects.filter(case=doing.case, person=known).exists()
    if (
        taken
        or known.pk == doing.case.protected_person_id
        or (old is not None and not _stands_here_only(old, doing.case))
    ):
        raise CannotDo(
            "Ces deux personnes ne peuvent pas être rapprochées ici : l’une est déjà dans le dossier, ou porte un dispositif.",
            "These two cannot be joined here: one is in the case already, or wears a device.",
            "RQ-47",
        )
    row.person = known
    row.save(update_fields=["person"])
    if old is not None:
        _gather(old, known, doing)
    for one in _cases_of_respondent(known, doing.case):
        told_in(doing, one, "same_respondent", known, more=_GATHERED_OF_RESPONDENT)


def _gather(old: Person, kept: Person, doing: Doing) -> None:
    """What was known of one row of a human being is known of the other: what was empty is filled, the newest word counts.

    The row that gives way keeps no name and no number: nothing would ever erase it (TGD-43).
    """
    _ways(old, kept)
    theirs = list(Address.objects.filter(person=old))
    for kind in {row.kind for row in theirs if row.until is None and row.kind in ONE_AT_A_TIME}:
        Address.objects.filter(person=kept, kind=kind, until=None).update(until=doing.today)
    Address.objects.filter(person=old).update(person=kept)
    Relative.objects.filter(person=old).update(person=kept)
    _profile(old, kept)
    _alarms(old, kept)
    kept.phone = kept.phone or old.phone
    kept.save(update_fields=["phone"])
    Person.objects.filter(pk=old.pk).update(given_name="", family_name="", phone="")


def _ways(old: Person, kept: Person) -> None:
    """Ways to reach somebody. Of one that both know, the last word on whether it is safe holds."""
    known = {one.value_key: one for one in Channel.objects.filter(person=kept)}
    for row in Channel.objects.filter(person=old).order_by("pk"):
        same = known.get(row.value_key)
        if same is None:
            row.person = kept
            row.save()
            continue
        if row.is_safe is not None and row.checked_at >= same.checked_at:
            same.is_safe, same.safe_hours, same.note = row.is_safe, row.safe_hours, row.note
            same.leave_no_message, same.checked_at = row.leave_no_message, row.checked_at
            same.save()
        Contact.objects.filter(via=row).update(via=same)
        row.delete()


def _alarms(old: Person, kept: Person) -> None:
    """Alarms of before are the kept row's: what each took with it of how to reach the person goes with that row's file."""
    for row in Incident.objects.filter(frozen__people__protected__person=old.pk):
        row.frozen["people"]["protected"]["person"] = kept.pk
        row.save(update_fields=["frozen"])
    Incident.objects.filter(person=old).update(person=kept)


def _profile(old: Person, kept: Person) -> None:
    theirs = Profile.objects.filter(person=old).first()
    if theirs is None:
        return
    profile = Profile.objects.filter(person=kept).first() or Profile(person=kept)
    nothing: tuple[object, ...] = (None, "", [], False)
    for field in Profile._meta.fields:
        if field.name not in ("id", "person", "name_key") and getattr(profile, field.name) in nothing:
            setattr(profile, field.name, getattr(theirs, field.name))
    profile.person = kept
    profile.save()
    theirs.delete()
