"""What tired people stumbled on when somebody walked the path at every desk: each sentence is one of those stones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from egide.core.access import Role
from egide.web.agencies.models import AgencyKind
from egide.web.cases.models import Contact, Evaluation, Mandate
from egide.web.file.saying import due_words
from tests.web import factories
from tests.web.cases.world import World, decided, evaluated, handed, reported
from tests.web.file.hands import Hands, at

WORKER, PROSECUTOR, CLERK = Role.ASSOCIATION_WORKER, Role.PROSECUTOR, Role.PROSECUTOR_CLERK


def test_notes_of_an_interview_are_still_there_when_it_is_over(w: World) -> None:
    case = reported(w)
    worker = at(w, WORKER, case)
    worker.do("interview", interview="nouvel entretien")
    worker.do("pause", notes="Reste : les enfants, le travail.")
    worker.do("interview")  # the paused one is chosen already
    assert "Reste : les enfants" in worker.look(worker.url("/do/end-interview")).words
    worker.do("end-interview")
    assert "Reste : les enfants, le travail." in worker.look().words


def test_an_evaluation_begins_with_what_the_timeline_holds(w: World) -> None:
    case = reported(w)
    worker = at(w, WORKER, case)
    worker.do("statement", nature="fact", text="Certificat du CHU.")
    worker.do("statement", nature="said", text="« Il me retrouvera. »", date_words="dimanche")
    fields = worker.look(worker.url("/do/evaluation")).form().fields
    assert "Certificat du CHU." in fields["facts"].value[0]
    assert "Il me retrouvera" in fields["statements"].value[0]
    assert fields["opinion"].value == [""]
    worker.do("evaluation", facts="Deux plaintes.")
    assert Evaluation.objects.get(case=case).facts == "Deux plaintes."
    assert "CHU" not in worker.look(worker.url("/do/evaluation")).form().fields["facts"].value[0]


def test_a_clock_of_hours_tells_its_hour() -> None:
    now = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    assert "avant 9 h 30, dans 2 jours" in due_words(now + timedelta(hours=48, minutes=30), now).replace("\u00a0", " ")
    assert "avant" not in due_words(now + timedelta(days=30), now)


def test_somebody_met_in_person_has_no_number_to_hide(w: World) -> None:
    case = reported(w)
    at(w, WORKER, case).do("contact", channel="en personne", outcome="reached")
    met = Contact.objects.get(case=case)
    assert (met.channel, met.hidden_number) == ("in_person", False)


def test_a_magistrate_completes_what_is_unknown_and_is_back_at_the_decision(w: World) -> None:
    case = evaluated(w)
    prosecutor = at(w, PROSECUTOR, case)
    view = prosecutor.look(prosecutor.url("/decide"))
    wanted = next(link for link in view.links if "/do/respondent" in link)
    after = prosecutor.send(wanted, is_at_large="yes")
    assert after.at.startswith(prosecutor.url("/decide"))
    assert "Votre décision" in after.words
    respondent = case.respondents.get()
    assert respondent.is_at_large is True
    assert respondent.person is not None
    assert respondent.person.family_name in prosecutor.look(prosecutor.url("/decide")).words


def test_each_decision_to_be_told_says_which_one_it_is(w: World) -> None:
    case, _ = decided(w)
    assert "Attribution · Dire la décision" in at(w, WORKER, case).look().words


def test_a_judge_finds_nothing_until_seised_and_nothing_once_it_is_over(w: World) -> None:
    case = evaluated(w)
    court = factories.agency(AgencyKind.COURT, jurisdiction=w.district, name="Tribunal de Fictionville")
    judge = Hands(factories.member(court, Role.FAMILY_JUDGE.value), case, w)
    assert judge.look().status == 404
    assert "Aucun dossier ne vous est ouvert" in judge.look("/file/cases").words
    prosecutor = at(w, PROSECUTOR, case)
    prosecutor.do("seise", agency="Fictionville")
    assert "juge saisi" in prosecutor.look().words
    assert case.number in judge.look("/file/cases").words
    assert judge.look().status == 200
    assert "Fictionville" not in prosecutor.look(prosecutor.url("/do/seise")).words.partition("Organisme")[2], (
        "asked once"
    )
    prosecutor.do("release", mandate="Fictionville")
    assert judge.look().status == 404
    assert Mandate.objects.get(case=case, agency=court).ends_at is not None


def test_the_respondents_side_never_learns_from_a_list_when_something_happened(w: World) -> None:
    case = evaluated(w)
    programme = factories.agency(AgencyKind.PERPETRATOR_CENTRE, jurisdiction=w.district)
    at(w, PROSECUTOR, case).do("seise", agency="prise en charge")
    carer = Hands(factories.member(programme, Role.PERPETRATOR_PROGRAMME.value), case, w)
    listed = carer.look("/file/cases").words
    assert case.number in listed
    assert "Dernier changement" not in listed
    assert "Où il en est" not in listed


def test_whoever_came_in_person_is_not_called_for_a_first_time(w: World) -> None:
    worker = Hands(w.actors[WORKER].user, world=w)
    page = worker.send(
        "/file/report", given_name="Capucine", family_name="Thibaudet", reporter="la personne elle-même",
        channel="en personne", phone="06 39 98 11 11", phone_is_safe="yes",
    )  # fmt: skip
    assert "Premier appel" not in page.words
    assert "Envoyer le rapport d’évaluation" in page.words


def test_whoever_examines_before_a_release_reads_when_it_is(w: World) -> None:
    case, _ = handed(w)
    clerk, prosecutor = at(w, CLERK, case), at(w, PROSECUTOR, case)
    release = (w.now + timedelta(days=9)).strftime("%Y-%m-%dT10:30")
    clerk.do("detention", imprisoned="yes", release_at=release)
    assert "sortie prévue le" in prosecutor.look(prosecutor.url("/do/reexamine")).words


def test_every_desk_is_led_to_the_cases_that_are_open_to_it(w: World) -> None:
    worker, prosecutor = Hands(w.actors[WORKER].user, world=w), Hands(w.actors[PROSECUTOR].user, world=w)
    assert "/file/cases" in worker.look("/file/").links
    assert "/file/cases" in prosecutor.look("/file/to-decide").links
