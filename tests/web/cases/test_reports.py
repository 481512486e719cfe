"""Reports: from anyone, never turned away, numbered without holes, and silent about strangers' cases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from egide.core.access import ROLES, Role
from egide.web.agencies.models import AgencyKind
from egide.web.cases import services as s
from egide.web.cases.models import Bar, Case, Contact, CoupleLink, Mandate, Report, Stage
from egide.web.cases.services.erasing import erase_due
from egide.web.cases.services.ports import Actor
from egide.web.documents.retention import kept_until
from egide.web.people.profile import Channel
from egide.web.tasks.models import Task
from tests.web import factories
from tests.web.cases.world import World, evaluated, open_kinds, open_task, reported, someone, told


def test_the_person_herself_may_report_and_is_routed_like_anybody(w: World) -> None:
    with w.at():
        answer = s.report(
            Actor(None), None,
            s.ReportGiven(
                protected=someone(), reporter=Report.Reporter.PERSON, channel=Report.Channel.PHONE, received_at=w.now,
                received_by=w.agency(Role.ASSOCIATION_WORKER),
            ),
        )  # fmt: skip
    assert answer.case.stage == Stage.EVALUATION
    assert answer.case.respondents.count() == 0  # nobody named yet, and the case works


@pytest.mark.parametrize("reporter", list(Report.Reporter))
def test_every_reporter_and_every_channel_is_taken(w: World, reporter: Report.Reporter) -> None:
    for channel in Report.Channel:
        assert reported(w, reporter=reporter, channel=channel).reports.count() == 1


@pytest.mark.parametrize("role", [Role.OPERATOR_TGD, Role.TECHNICIAN, Role.CLERK])
def test_a_role_that_does_not_report_is_told_whom_to_tell(w: World, role: Role) -> None:
    assert not ROLES[role].reports
    with pytest.raises(s.CannotDo, match="pass it on"):
        reported(w, role)


def test_a_discreet_sign_at_a_reception_asks_to_see_the_person_within_a_quarter_of_an_hour(w: World) -> None:
    case = reported(w, Role.INVESTIGATOR, channel=Report.Channel.RECEPTION_SIGN)
    task = open_task(case, "see_person_now")
    assert task.due_at == w.now + timedelta(minutes=15)
    assert task.agency == w.agency(Role.INVESTIGATOR)
    assert Mandate.objects.filter(case=case, agency=task.agency).exists()


def test_somebody_who_was_seen_is_not_waited_for_any_more(w: World) -> None:
    case = reported(w, channel=Report.Channel.RECEPTION_SIGN)
    assert "see_person_now" in open_kinds(case)
    w.later(minutes=4)
    w.do(s.record_contact, Role.ASSOCIATION_WORKER, case, s.ContactMade(outcome=Contact.Outcome.REACHED))
    assert "see_person_now" not in open_kinds(case)
    assert Task.objects.get(case=case, kind="see_person_now").status == "done"


def test_a_sign_made_again_after_an_interview_asks_to_see_the_person_now(w: World) -> None:
    case = evaluated(w)
    w.later(days=3)
    sign = s.MoreGiven(reporter=Report.Reporter.PERSON, channel=Report.Channel.RECEPTION_SIGN, received_at=w.now)
    w.do(s.report_again, Role.INVESTIGATOR, case, sign)
    assert open_task(case, "see_person_now").due_at == w.now + timedelta(minutes=15)
    w.later(minutes=6)
    w.do(s.start_sitting, Role.ASSOCIATION_WORKER, case, s.SittingStarted())
    assert "see_person_now" not in open_kinds(case)


def test_a_rape_needs_no_couple_and_no_name(w: World) -> None:
    case = reported(w, respondents=(s.RespondentGiven(link=CoupleLink.NONE, description="Un inconnu"),), rape=True)
    with w.at():
        (sheet,) = s.checklists(case)
    link = next(a for a in sheet.answers if a.rule == "TGD-08")
    assert link.satisfied
    assert sheet.respondent is not None
    assert sheet.respondent.person is None


def test_numbers_run_by_year_and_district_without_a_hole(w: World) -> None:
    first = [reported(w).number for _ in range(3)]
    code = w.district.code.upper()
    assert first == [f"{code}-2026-000{n}" for n in (1, 2, 3)]
    w.later(days=365)
    assert reported(w).number == f"{code}-2027-0001"
    with pytest.raises(s.CannotDo):
        reported(w, received_at=w.now + timedelta(hours=1))
    assert reported(w).number == f"{code}-2027-0002"  # what was refused took no number


def test_a_strangers_case_is_never_told_of_but_those_who_follow_the_person_are(w: World) -> None:
    same = someone()
    known = reported(w, protected=same)
    elsewhere = factories.district()
    for kind in (AgencyKind.PROSECUTION_OFFICE, AgencyKind.GENDARMERIE):
        factories.agency(kind, jurisdiction=elsewhere)
    officer = factories.user()
    place = elsewhere.agencies.get(kind=AgencyKind.GENDARMERIE)
    stranger = Actor(officer, factories.membership(officer, place, Role.INVESTIGATOR.value))

    def tell(person: s.PersonGiven) -> s.ReportAnswer:
        given = s.ReportGiven(
            protected=person, reporter=Report.Reporter.POLICE, channel=Report.Channel.IN_PERSON, received_at=w.now
        )
        with w.at():
            return s.report(stranger, None, given)

    found, unknown = tell(same), tell(someone())
    assert (found.known, found.sentence) == (unknown.known, unknown.sentence) == ((), s.SAID_TO_EVERYBODY)
    task = open_task(known, "possible_duplicate")
    assert task.agency == w.agency(Role.ASSOCIATION_WORKER)
    assert str(found.case.number) not in str(task.data)
    assert not Task.objects.filter(case=found.case, kind="possible_duplicate").exists()


@pytest.mark.parametrize(
    ("given", "family", "phone"),
    [("Zoe", "DA COSTA", ""), ("zoé", "da-costa", ""), ("Da Costa", "Zoé", ""), ("Autre", "Nom", "+33 6 39 98 12 34")],
)
def test_one_person_is_found_under_many_spellings(w: World, given: str, family: str, phone: str) -> None:
    def person(g: str, f: str, p: str) -> s.PersonGiven:
        channels = (s.ChannelGiven(kind=Channel.Kind.PHONE, value=p),) if p else ()
        return s.PersonGiven(given_name=g, family_name=f, channels=channels)

    known = reported(w, protected=person("Zoé", "Da Costa", "06 39 98 12 34"))
    with w.at():
        found = s.look_for(w.actors[Role.INVESTIGATOR], person(given, family, phone))
    assert known in (*found.visible, *found.hidden)


def test_that_somebody_is_complained_of_elsewhere_is_never_said(w: World) -> None:
    same = someone()
    reported(w, respondents=(s.RespondentGiven(person=same),))
    with w.at():
        found = s.look_for(w.actors[Role.INVESTIGATOR], same)
    assert (found.visible, found.hidden) == ((), ())


def test_a_policeman_husbands_station_never_gets_the_case(w: World) -> None:
    station = w.agency(Role.INVESTIGATOR)
    case = reported(
        w, Role.INVESTIGATOR, kept_out=(station,), reason_kept_out="Le mis en cause y est affecté.",
        channel=Report.Channel.RECEPTION_SIGN,
    )  # fmt: skip
    assert Bar.objects.get(case=case).agency == station
    assert not Mandate.objects.filter(case=case, agency=station).exists()
    assert not Task.objects.filter(case=case, agency=station).exists()
    assert "see_person_now" in open_kinds(case)  # somebody else is asked


def test_nobody_is_kept_out_without_a_reason(w: World) -> None:
    with pytest.raises(s.CannotDo, match="why"):
        reported(w, kept_out=(w.agency(Role.INVESTIGATOR),))
    assert Case.objects.filter(jurisdiction=w.district).count() == 0


def test_a_district_whose_prosecution_office_is_kept_out_sends_the_report_elsewhere(w: World) -> None:
    with pytest.raises(s.CannotDo) as refused:
        reported(w, kept_out=(w.agency(Role.PROSECUTOR),), reason_kept_out="Le mis en cause y travaille.")
    assert refused.value.rule == "IN-10"


def test_a_public_official_is_reminded_of_article_40_before_any_consent(w: World) -> None:
    def answer(role: Role) -> bool:
        given = s.ReportGiven(
            protected=someone(), reporter=Report.Reporter.OTHER, channel=Report.Channel.PHONE, received_at=w.now
        )
        with w.at():
            return s.report(w.actors[role], None, given).article_40

    assert answer(Role.INVESTIGATOR)
    assert not answer(Role.ASSOCIATION_WORKER)


def test_a_new_request_after_a_refusal_is_taken_the_same_day(w: World) -> None:
    case = evaluated(w)
    w.do(s.refuse, Role.PROSECUTOR, case, s.Refused(reasons="Pas de danger grave relevé."))
    told(w, case)
    assert case.stage == Stage.ENDED
    again = s.MoreGiven(reporter=Report.Reporter.LAWYER, channel=Report.Channel.EMAIL, received_at=w.now)
    w.do(s.report_again, Role.ASSOCIATION_WORKER, case, again)
    assert case.stage == Stage.REPORT
    assert "read_report" in open_kinds(case)
    w.do(s.mandate_association, Role.PROSECUTOR, case, s.MandateGiven())
    assert case.stage == Stage.EVALUATION


def test_a_report_may_be_answered_without_an_evaluation_but_not_without_a_word(w: World) -> None:
    case = reported(w, Role.INVESTIGATOR)
    row = case.reports.get()
    with pytest.raises(s.CannotDo):
        w.do(s.read_report, Role.PROSECUTOR, case, s.ReportRead(report=row.pk, what_follows=" "))
    w.do(s.read_report, Role.PROSECUTOR, case, s.ReportRead(report=row.pk, what_follows="Garde à vue en cours."))
    assert open_kinds(case) == {"look_at_case"}


def test_a_report_made_by_mistake_is_archived_once_read_and_nobody_is_told_of_a_refusal(w: World) -> None:
    case = reported(w, Role.INVESTIGATOR)
    over = s.Archived(words="Signalement fait par erreur.")
    with pytest.raises(s.StillOpen):
        w.do(s.archive, Role.PROSECUTOR, case, over)
    row = case.reports.get()
    w.do(s.read_report, Role.PROSECUTOR, case, s.ReportRead(report=row.pk, what_follows="Erreur de personne."))
    w.do(s.archive, Role.PROSECUTOR, case, over)
    assert (case.stage, open_kinds(case), case.decisions.count()) == (Stage.ARCHIVED, set(), 0)
    assert not case.mandates.filter(ends_at=None).exists()
    assert kept_until(case) is None  # no text says until when: nothing of it goes by itself
    w.later(days=4000)
    assert erase_due(w.now) == 0
