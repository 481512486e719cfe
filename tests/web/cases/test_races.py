"""Two people act on one case at once: one act is done, the other is told, and nothing is done twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection

from egide.core.access import Role
from egide.web.cases import services as s
from egide.web.cases.models import Attribution, Bar, Case, Decision, WithdrawalGround
from egide.web.people.models import Person
from egide.web.registry.models import Device
from egide.web.tasks.models import Task
from tests.web.cases.lenses import TableLens
from tests.web.cases.world import World, banned, decided, evaluated, handed, reported, someone


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Runs them in threads with connections of their own; answers results and refusals."""
    answers: list[Any] = []
    gate = threading.Barrier(len(acts))

    def run(one: Callable[[], Any]) -> None:
        try:
            gate.wait()
            answers.append(one())
        except s.CannotDo as refused:
            answers.append(refused)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(one,)) for one in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def doing(w: World, act: Callable[..., Any], role: Role, case: Case, given: Any, **more: Any) -> Callable[[], Any]:
    """One act, with the case as its own page had read it."""
    own = Case.objects.get(pk=case.pk)

    def run() -> Any:
        with w.at():
            return act(w.actors[role], TableLens(role, own), own, given, **more)

    return run


def refusals(answers: list[Any]) -> list[s.CannotDo]:
    return [one for one in answers if isinstance(one, s.CannotDo)]


def test_two_prosecutors_decide_at_once_and_one_phone_is_attributed(committed: World) -> None:
    w = committed
    case = evaluated(w)
    banned(w, case)
    w.later(hours=1)
    decide = s.AttributionDecided(reasons="Danger grave.")
    answers = at_once(*(doing(w, s.attribute, Role.PROSECUTOR, case, decide) for _ in range(3)))
    assert len(refusals(answers)) == 2
    assert Attribution.objects.filter(case=case).count() == 1
    assert Decision.objects.filter(case=case).count() == 1


def test_one_decides_and_one_refuses_at_once_and_only_one_is_recorded(committed: World) -> None:
    w = committed
    case = evaluated(w)
    version = case.version
    w.later(hours=1)
    attribute = doing(w, s.attribute, Role.PROSECUTOR, case, s.AttributionDecided(reasons="Oui."), version=version)
    refuse = doing(w, s.refuse, Role.PROSECUTOR, case, s.Refused(reasons="Non."), version=version)
    answers = at_once(attribute, refuse)
    assert len(refusals(answers)) == 1
    assert Decision.objects.filter(case=case).count() == 1


def test_one_phone_is_not_handed_to_two_persons(committed: World) -> None:
    w = committed
    cases = [decided(w) for _ in range(2)]

    def over(case: Case, attribution: Attribution) -> Callable[[], Any]:
        given = s.HandedOver(
            attribution=attribution.pk, phone=w.phones[0].pk, place="Tribunal", accompanied_by="Association",
            tested_with_platform=True, rules_explained=True,
        )  # fmt: skip
        return doing(w, s.hand_over, Role.PROSECUTOR_CLERK, case, given)

    answers = at_once(*(over(case, attribution) for case, attribution in cases))
    assert len(refusals(answers)) == 1
    assert Attribution.objects.filter(device=w.phones[0].device_id).count() == 1


def test_a_return_and_a_withdrawal_at_once_both_stand(committed: World) -> None:
    w = committed
    case, attribution = handed(w)
    ground = s.Withdrawn(attribution=attribution.pk, ground=WithdrawalGround.DANGER_CEASED, reasons="Apaisement.")
    back = s.Returned(attribution=attribution.pk, association_present="Oui")
    answers = at_once(
        doing(w, s.withdraw, Role.PROSECUTOR, case, ground),
        doing(w, s.record_return, Role.PROSECUTOR_CLERK, case, back),
    )
    assert refusals(answers) == []
    attribution.refresh_from_db()
    assert attribution.status == "returned"
    assert Device.objects.get(pk=attribution.device_id).status == "returned"


def test_four_reports_at_once_get_four_numbers_in_a_row(committed: World) -> None:
    w = committed
    answers = at_once(*(lambda: reported(w).number for _ in range(4)))
    assert sorted(answers) == [f"{w.district.code.upper()}-2026-000{n}" for n in range(1, 5)]


def test_an_alarm_told_twice_at_once_asks_for_one_call(committed: World) -> None:
    w = committed
    case, _ = handed(w)
    own = [Case.objects.get(pk=case.pk) for _ in range(3)]
    at_once(*(lambda one=one: s.after_alarm(one, w.now, "incident-1") for one in own))
    assert Task.objects.filter(case=case, kind="call_after_alarm").count() == 1


def test_two_workers_join_two_cases_at_once_from_both_sides_and_one_person_is_left(committed: World) -> None:
    w = committed
    her = someone()
    one, two = reported(w, protected=her), reported(w, protected=her)

    def joins(case: Case, other: Case) -> Callable[[], Any]:
        return doing(w, s.say_same_person, Role.ASSOCIATION_WORKER, case, s.SamePerson(case=other.pk, why="Elle."))

    answers = at_once(joins(one, two), joins(two, one))
    assert (len(answers), len(refusals(answers))) == (2, 1)
    (person,) = {case.protected_person_id for case in Case.objects.all()}
    assert Person.objects.get(pk=person).family_name == her.family_name


def test_two_keep_somebody_out_of_a_persons_cases_at_once_and_neither_waits_for_ever(committed: World) -> None:
    w = committed
    her = someone()
    one = reported(w, protected=her)
    two = reported(w, protected=her, same_as=one.pk)
    for role in (Role.INVESTIGATOR, Role.CLERK, Role.OPERATOR_TGD):
        out = s.KeptOut(whom=w.agency(role), reason="Conflit.")
        answers = at_once(*(doing(w, s.keep_out, Role.ASSOCIATION_WORKER, case, out) for case in (one, two)))
        assert (len(answers), refusals(answers)) == (2, [])
        assert Bar.objects.filter(agency=w.agency(role)).count() == 2
