"""The prosecutor's decision: the law's checklist from the rows, what blocks, what is recorded all the same."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from importlib import import_module

import pytest
from django.db import connection

from egide.core.access import Role
from egide.core.law.answers import Actor as LawActor
from egide.core.law.answers import Status
from egide.core.law.calendar import add_months
from egide.core.law.frames import Frame
from egide.web.cases import services as s
from egide.web.cases.models import Case, ConsentKind, Decision, Stage
from egide.web.people.profile import Channel
from egide.web.registry.models import Device
from tests.web.cases.world import (
    PARIS,
    World,
    banned,
    consent,
    decided,
    evaluated,
    handed,
    open_kinds,
    open_task,
    reported,
    respondent_of,
    someone,
)

ATTRIBUTE = s.AttributionDecided(reasons="Danger grave.")


def answers(w: World, case: Case) -> dict[str, Status]:
    """The law's answers by rule, for the best respondent."""
    with w.at():
        sheet = s.checklists(case)[0]
    return {f"{a.rule}{a.case}": a.status for a in sheet.answers}


def test_what_nobody_has_said_is_unknown_and_never_satisfied(w: World) -> None:
    case = reported(w, violence=None, cohabitation=None)
    assert answers(w, case) == {
        "TGD-07": Status.UNKNOWN, "TGD-08": Status.UNKNOWN, "TGD-09": Status.UNKNOWN, "TGD-11": Status.UNKNOWN,
        "TGD-14A": Status.UNKNOWN, "TGD-15B": Status.UNKNOWN,
    }  # fmt: skip


def test_a_ban_in_force_makes_case_a_and_a_register_that_holds_nothing_makes_it_no(w: World) -> None:
    case = evaluated(w)
    assert answers(w, case)["TGD-14A"] is Status.UNKNOWN
    w.do(s.check_register, Role.PROSECUTOR, case, s.RegisterChecked(respondent=respondent_of(case).pk))
    assert answers(w, case)["TGD-14A"] is Status.NOT_SATISFIED
    banned(w, case)
    assert answers(w, case)["TGD-14A"] is Status.SATISFIED


def test_a_person_at_large_and_an_imminent_danger_make_case_b_without_any_ban(w: World) -> None:
    case = evaluated(w)
    said = s.RespondentSaid(respondent=respondent_of(case).pk, said={"is_at_large": True})
    w.do(s.say_respondent, Role.PROSECUTOR, case, said)
    w.do(s.say_situation, Role.PROSECUTOR, case, s.SituationSaid(said={"imminent_danger": True}))
    assert answers(w, case)["TGD-15B"] is Status.SATISFIED
    row = w.do(s.attribute, Role.PROSECUTOR, case, ATTRIBUTE)
    assert row.decision.basis == "B"


def test_nothing_is_prepared_without_the_persons_consent(w: World) -> None:
    case = evaluated(w)
    consent(w, case, ConsentKind.TGD, given=False)
    with pytest.raises(s.Blocked) as refused:
        w.do(s.attribute, Role.PROSECUTOR, case, ATTRIBUTE)
    assert refused.value.rule == "TGD-11"
    assert not Decision.objects.filter(case=case).exists()


@pytest.mark.parametrize("cohabitation", [True, None])
def test_nothing_is_prepared_with_cohabitation_or_without_having_asked(w: World, cohabitation: bool | None) -> None:
    case = evaluated(w)
    w.do(s.say_situation, Role.PROSECUTOR, case, s.SituationSaid(said={"cohabitation": cohabitation}))
    with pytest.raises(s.Blocked) as refused:
        w.do(s.attribute, Role.PROSECUTOR, case, ATTRIBUTE)
    assert refused.value.rule == "TGD-09"


def test_conditions_that_are_missing_otherwise_are_shown_and_kept_and_do_not_block(w: World) -> None:
    case = evaluated(w)
    row = w.do(s.attribute, Role.PROSECUTOR, case, ATTRIBUTE)
    assert set(row.decision.defects) == {"TGD-14", "TGD-15"}
    kept = {line["rule"]: line["status"] for line in row.decision.checklist}
    assert kept["TGD-11"] == "satisfied"
    assert kept["TGD-12"] == "satisfied"


def test_a_decision_taken_outside_is_recorded_with_its_defects_and_protection_starts(w: World) -> None:
    case = reported(w, cohabitation=True)
    w.later(hours=5)
    outside = s.DecidedOutside(
        decided_at=w.now - timedelta(hours=1), magistrate="Mme la procureure", months=3, decided_by=LawActor.PROSECUTOR
    )
    row = w.do(s.record_outside, Role.PROSECUTOR, case, outside)
    assert {"TGD-07", "TGD-09", "TGD-11", "TGD-27"} <= set(row.decision.defects)
    assert case.stage == Stage.HAND_OVER
    assert {"hand_over", "remedy_defects", "tell_outcome"} <= open_kinds(case)
    over = s.HandedOver(
        attribution=row.pk, phone=w.phones[0].pk, place="Tribunal", accompanied_by="Association",
        tested_with_platform=True, rules_explained=True,
    )  # fmt: skip
    w.do(s.hand_over, Role.PROSECUTOR_CLERK, case, over)
    assert Device.objects.get(pk=w.phones[0].device_id).status == "issued"
    task = open_task(case, "remedy_defects")
    w.do(s.tick_off, Role.PROSECUTOR_CLERK, case, s.TickedOff(task=task.pk, outcome="Consentement recueilli."))
    assert "remedy_defects" not in open_kinds(case)


def test_a_refusal_gives_reasons_says_what_can_be_done_and_closes_no_door(w: World) -> None:
    case = evaluated(w)
    with pytest.raises(s.CannotDo):
        w.do(s.refuse, Role.PROSECUTOR, case, s.Refused(reasons=""))
    w.do(s.refuse, Role.PROSECUTOR, case, s.Refused(reasons="Pas de danger grave."))
    assert [a.why.key for a in s.refusal_information(w.today)] == [
        "refusal.reasons",
        "refusal.contest",
        "refusal.again",
    ]
    assert {"tell_outcome"} <= open_kinds(case)
    assert not any("appeal" in kind for kind in open_kinds(case))  # no term runs
    w.later(minutes=5)
    w.do(s.attribute, Role.PROSECUTOR, case, ATTRIBUTE)  # the door is open


def test_the_outcome_is_told_by_a_safe_channel_only(w: World) -> None:
    case, attribution = decided(w)
    unsafe = w.do(
        s.check_channel, Role.ASSOCIATION_WORKER, case,
        s.ChannelChecked(kind=Channel.Kind.EMAIL, value="a@example.org", is_safe=None),
    )  # fmt: skip
    tell = s.OutcomeTold(decision=attribution.decision_id, channel=unsafe.pk)
    with pytest.raises(s.UnsafeChannel):
        w.do(s.tell_outcome, Role.ASSOCIATION_WORKER, case, tell)
    w.do(s.check_channel, Role.ASSOCIATION_WORKER, case, s.ChannelChecked(channel=unsafe.pk, is_safe=True))
    row = w.do(s.tell_outcome, Role.ASSOCIATION_WORKER, case, tell)
    assert row.told_by_channel == "email"
    assert "tell_outcome" not in open_kinds(case)


def test_a_district_that_never_writes_tells_no_outcome_by_post(w: World) -> None:
    w.district.practice = {"outcome_channels": ["phone"]}
    w.district.save()
    case, attribution = decided(w)
    post = w.do(
        s.check_channel, Role.ASSOCIATION_WORKER, case,
        s.ChannelChecked(kind=Channel.Kind.POST, value="Chez une amie", is_safe=True),
    )  # fmt: skip
    with pytest.raises(s.CannotDo, match="district"):
        w.do(
            s.tell_outcome,
            Role.ASSOCIATION_WORKER,
            case,
            s.OutcomeTold(decision=attribution.decision_id, channel=post.pk),
        )
    w.do(s.tell_outcome, Role.ASSOCIATION_WORKER, case, s.OutcomeTold(decision=attribution.decision_id))  # in person


def test_another_cases_rows_are_never_touched(w: World) -> None:
    case, attribution = decided(w)
    stranger = evaluated(w)
    channel = Channel.objects.get(person=stranger.protected_person)
    with pytest.raises(s.Elsewhere):
        w.do(
            s.tell_outcome, Role.ASSOCIATION_WORKER, case,
            s.OutcomeTold(decision=attribution.decision_id, channel=channel.pk),
        )  # fmt: skip
    with pytest.raises(s.Elsewhere):
        w.do(s.tell_outcome, Role.ASSOCIATION_WORKER, stranger, s.OutcomeTold(decision=attribution.decision_id))


def test_with_several_respondents_the_checklist_speaks_of_each(w: World) -> None:
    case = evaluated(w, respondents=tuple(s.RespondentGiven(person=someone()) for _ in range(2)))
    banned(w, case)
    with w.at():
        first, second = s.checklists(case)
    assert (first.basis, second.basis) == ("A", None)
    assert first.respondent == respondent_of(case)


@pytest.mark.parametrize(
    ("decided_at", "last"),
    [
        (datetime(2026, 8, 31, 10, tzinfo=PARIS), date(2027, 2, 28)),
        (datetime(2027, 8, 31, 10, tzinfo=PARIS), date(2028, 2, 29)),
        (datetime(2028, 2, 29, 10, tzinfo=PARIS), date(2028, 8, 29)),
        (datetime(2026, 10, 25, 2, 30, tzinfo=PARIS), date(2027, 4, 25)),
        (datetime(2026, 3, 29, 0, 30, tzinfo=PARIS), date(2026, 9, 29)),
    ],
)
def test_six_months_end_on_the_same_day_number_else_the_last_of_the_month(
    w: World, decided_at: datetime, last: date
) -> None:
    w.now = decided_at - timedelta(days=3)
    case = evaluated(w)
    w.now = decided_at
    row = w.do(s.attribute, Role.PROSECUTOR, case, ATTRIBUTE)
    assert row.ends_on == last
    term = open_task(case, "term")
    assert term.due_at is not None
    local = term.due_at.astimezone(PARIS)
    assert (local.date(), local.hour) == (last + timedelta(days=1), 0)  # 24:00 of the last day


def test_renewals_from_the_31st_do_not_drift(w: World) -> None:
    w.now = datetime(2026, 8, 28, 9, tzinfo=PARIS)
    case = evaluated(w)
    w.now = datetime(2026, 8, 31, 9, tzinfo=PARIS)
    row = w.do(s.attribute, Role.PROSECUTOR, case, ATTRIBUTE)
    over = s.HandedOver(
        attribution=row.pk, phone=w.phones[0].pk, place="Tribunal", accompanied_by="A", tested_with_platform=True,
        rules_explained=True,
    )  # fmt: skip
    w.do(s.hand_over, Role.PROSECUTOR_CLERK, case, over)
    ends = []
    for at in (
        datetime(2027, 2, 1, tzinfo=PARIS),
        datetime(2027, 8, 1, tzinfo=PARIS),
        datetime(2028, 2, 1, tzinfo=PARIS),
    ):
        w.now = at
        w.do(s.renew, Role.PROSECUTOR, case, s.Renewed(attribution=row.pk, reasons="Motifs."))
        row.refresh_from_db()
        ends.append(row.ends_on)
    assert ends == [date(2027, 8, 31), date(2028, 2, 29), date(2028, 8, 31)]


def test_six_months_may_be_shortened_only_after_an_oppi_that_nothing_followed(w: World) -> None:
    case, attribution = handed(w)
    short = s.Shortened(
        attribution=attribution.pk, to=w.today + timedelta(days=30), reasons="OPPI terminée.", no_order_followed=True
    )
    with pytest.raises(s.CannotDo) as refused:
        w.do(s.shorten, Role.PROSECUTOR, case, short)
    assert refused.value.rule == "TGD-28"
    oppi = banned(w, case, Frame.IMMEDIATE_PROTECTION_ORDER, notified_on=w.today, ends_on=None, until_lifted=False)
    w.later(days=10)
    w.do(s.lift_order, Role.PROSECUTOR, case, s.OrderLifted(order=oppi.pk, lifted_on=w.today))
    w.do(s.shorten, Role.PROSECUTOR, case, short)
    attribution.refresh_from_db()
    assert attribution.ends_on == short.to
    w.now = datetime.combine(short.to - timedelta(days=3), w.now.timetz())
    w.do(s.renew, Role.PROSECUTOR, case, s.Renewed(attribution=attribution.pk, reasons="Danger persistant."))
    attribution.refresh_from_db()
    assert attribution.ends_on == add_months(short.to, 6)  # not from the six months that were cut (TGD-27)
    early = s.Shortened(attribution=attribution.pk, to=short.to, reasons="Encore.", no_order_followed=True)
    with pytest.raises(s.CannotDo, match="a renewal to come"):
        w.do(s.shorten, Role.PROSECUTOR, case, early)  # the renewal has not begun: it cannot end before


def test_a_shortening_decided_before_decisions_bore_its_day_is_dated_by_the_migration(w: World) -> None:
    case, attribution = handed(w)
    old = Decision.objects.create(
        case=case, kind="shortening", attribution=attribution, decided_at=w.now, decided_by=None, reasons="Motifs."
    )
    case.attributions.update(shortened_to=w.today)
    known = import_module("egide.web.cases.migrations.0009_shortening_dated").KNOWN
    with connection.cursor() as cursor:
        cursor.execute(known)
    dated = Decision.objects.exclude(shortened_to=None).values_list("pk", "shortened_to")
    assert list(dated) == [(old.pk, w.today)]


def test_a_parquet_ban_that_ends_before_the_phone_is_told_in_time(w: World) -> None:
    case = evaluated(w)
    ends = w.today + timedelta(days=60)
    banned(w, case, Frame.ALTERNATIVE_TO_PROSECUTION, ends_on=ends)
    w.do(s.attribute, Role.PROSECUTOR, case, ATTRIBUTE)
    task = open_task(case, "ban_ends_first")
    assert task.rule == "IN-11"
    assert task.opens_at is not None
    assert task.opens_at.astimezone(PARIS).date() == ends - timedelta(days=30)
    banned(w, case, Frame.CONVICTION)
    assert "ban_ends_first" not in open_kinds(case)


def test_a_ban_whose_end_nobody_knows_is_looked_for(w: World) -> None:
    case = evaluated(w)
    order = banned(w, case, Frame.JUDICIAL_SUPERVISION, until_lifted=False)
    w.do(s.attribute, Role.PROSECUTOR, case, ATTRIBUTE)
    assert open_task(case, "ban_end_unknown").role == "prosecutor_clerk"
    known = s.OrderCompleted(order=order.pk, ends_on=w.today + timedelta(days=700))
    w.do(s.complete_order, Role.PROSECUTOR_CLERK, case, known)
    assert "ban_end_unknown" not in open_kinds(case)
