"""What is known of people, what is agreed, ordered and shared, who works on it and who must not: through the pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from egide.core.access import Role
from egide.core.instruments import Level, Speaker
from egide.core.law.calendar import PARIS
from egide.web.agencies.models import AgencyKind
from egide.web.cases.models import Bar, Case, CaseEvent, Consent, Contact, Evaluation, LiaisonSheet, Order, StockPhone
from egide.web.cases.services import PhoneGiven, add_phone, assess_danger
from egide.web.cases.services import danger as danger_service
from egide.web.cases.services.danger import AssessmentGiven, LevelRaised, raise_level
from egide.web.danger.models import Assessment
from egide.web.file.saying import a_day
from egide.web.outbox.models import Message
from egide.web.people.profile import Address, Channel, Profile, Relative
from egide.web.tasks.models import Task
from tests.web import factories
from tests.web.cases.world import World, decided, evaluated, open_kinds, reported, respondent_of
from tests.web.file.hands import Hands, at

WORKER, PROSECUTOR, CLERK = Role.ASSOCIATION_WORKER, Role.PROSECUTOR, Role.PROSECUTOR_CLERK
SECRET = "3 impasse du Cèdre"


def test_who_the_person_is_in_which_language_and_how_to_speak_on_the_phone(w: World) -> None:
    case = reported(w)
    worker = at(w, WORKER, case)
    worker.do("identity", address_as="Madame", birth_place="Ville-Sans-Nom")
    worker.do(
        "expression", locale="tigrinya", french_level="un peu", languages="tigrinya, arabe", interpreter_language="tigrinya",
        expression_difficulty="yes",
    )  # fmt: skip
    worker.do("rules", agreed_opening_phrase="C’est la bibliothèque", duress_word="cannelle", call_back_forbidden=True)
    worker.do("family", family_situation="Séparée", pets="un chien")
    worker.do("work", workplace="Marché couvert", workplace_phone="01 99 00 11 22")
    profile = Profile.objects.get(person=case.protected_person)
    assert (profile.languages, profile.expression_difficulty, profile.call_back_forbidden) == (
        ["tigrinya", "arabe"],
        True,
        True,
    )
    case.protected_person.refresh_from_db()
    assert case.protected_person.locale == "ti", "the room's script follows"
    shown = worker.look().words
    for said in (
        "Madame",
        "tigrinya, arabe",
        "C’est la bibliothèque",
        "cannelle",
        "Séparée",
        "un chien",
        "Marché couvert",
    ):
        assert said in shown, said
    before_a_call = worker.look(worker.url("/do/contact")).words
    assert "C’est la bibliothèque" in before_a_call
    assert "cannelle" in before_a_call
    worker.do("expression", languages="arabe", expression_difficulty="")
    profile.refresh_from_db()
    assert (profile.languages, profile.expression_difficulty, profile.french_level) == (["arabe"], None, "little")


def test_a_way_to_reach_somebody_that_was_safe_stops_being_used_the_day_it_is_not(w: World) -> None:
    case = reported(w)
    worker = at(w, WORKER, case)
    channel = Channel.objects.get(person=case.protected_person)
    worker.do("channel", channel=channel.value, is_safe="no", note="il regarde le téléphone")
    channel.refresh_from_db()
    assert channel.is_safe is False
    assert "Aucun moyen sûr" in worker.look().words
    missing = worker.fail("channel", safe_hours="le matin")
    assert "Nécessaire pour un nouveau moyen" in missing.words


def test_a_call_that_should_not_have_been_made_is_told_as_such_and_asks_for_a_task(w: World) -> None:
    case = reported(w)
    worker = at(w, WORKER, case)
    channel = Channel.objects.get(person=case.protected_person)
    worker.do("channel", channel=channel.value, is_safe="no", note="il regarde le téléphone")
    said = {"channel": channel.value, "outcome": "no_answer", "message_left": True, "because": "Ancien numéro composé."}
    assert Contact.objects.count() == 0
    worker.fail("contact-against", **said)  # nobody says that it happened: refused
    assert Contact.objects.count() == 0
    worker.do("contact-against", happened=True, **said)
    page = worker.look().words
    for told in (
        "Contraire aux consignes de contact",
        "moyen non marqué sûr, message laissé sans accord",
        "Ancien numéro composé",
    ):
        assert told in page, told
    assert "tell_of_contact" in open_kinds(case)
    worker.do("channel", kind="through_somebody", value="sa sœur", is_safe="yes")
    assert Channel.objects.filter(person=case.protected_person, is_safe=True).count() == 1


def test_an_address_is_hidden_unless_the_person_says_otherwise(w: World) -> None:
    case, _ = decided(w)
    worker, operator = at(w, WORKER, case), at(w, Role.OPERATOR_TGD, case)
    factories.mandate(case, w.agency(Role.OPERATOR_TGD))
    worker.do("address", kind="home", text=SECRET, housing="2e étage")
    assert Address.objects.get(text=SECRET).hidden
    assert "dissimulée : jamais à l’autre partie" in worker.look().words
    dispatcher = at(w, Role.POLICE_DISPATCHER, case)
    factories.mandate(case, w.agency(Role.POLICE_DISPATCHER))
    seen = dispatcher.look()
    assert seen.status == 200
    assert SECRET not in seen.words
    assert operator.look().status == 200
    worker.do("address", kind="work", text="Place du Lavoir", may_be_shown=True)
    assert not Address.objects.get(text="Place du Lavoir").hidden


def test_children_and_people_around_stand_in_the_case(w: World) -> None:
    case = reported(w)
    worker = at(w, WORKER, case)
    worker.do(
        "child",
        given_name="Mahaut",
        birth_date="2019-05-04",
        lives_with="yes",
        school="École des Tilleuls",
        visiting_rights="un samedi sur deux",
    )
    worker.do("relative", kind="trusted", name="Capucine", link="sa voisine", phone="06 39 98 00 11", order="1")
    shown = worker.look().words
    for said in ("Mahaut", "École des Tilleuls", "un samedi sur deux", "Capucine", "sa voisine"):
        assert said in shown, said
    assert Relative.objects.get(name="Capucine").order == 1
    nobody = worker.fail("relative", kind="trusted", link="une amie")
    assert Relative.objects.filter(person=case.protected_person).count() == 1
    assert "rien n’a été changé" in nobody.words.lower()


def test_somebody_unknown_is_identified_later_and_lives_somewhere_nobody_hides(w: World) -> None:
    case = reported(w, respondents=(_nobody_knows(),))
    clerk = at(w, CLERK, case)
    row = respondent_of(case)
    assert row.person is None
    clerk.do(
        "identify", respondent="personne mise en cause 1", given_name="Anselme", family_name="Brunoy", alias="Momo"
    )
    row.refresh_from_db()
    assert row.person is not None
    clerk.do("respondent-phone", respondent="1", phone="06 39 98 44 44")
    clerk.do(
        "respondent-home",
        respondent="1",
        kind="home",
        text="8 quai Neuf",
        housing="studio",
        family_situation="vit seul",
    )
    home = Address.objects.get(person=row.person)
    assert not home.hidden
    shown = clerk.look().words
    for said in ("Anselme Brunoy", "Momo", "06 39 98 44 44", "8 quai Neuf", "studio", "vit seul"):
        assert said in shown, said
    assert "Anselme" not in at(w, WORKER, case).look().words
    clerk.do("identify", respondent="0", description="Un homme grand, un tatouage au cou")
    assert case.respondents.count() == 2


def _nobody_knows() -> Any:
    from egide.web.cases.services import RespondentGiven

    return RespondentGiven()


def test_an_order_is_completed_and_lifted_and_says_that_a_related_request_prolongs_it(w: World) -> None:
    case = evaluated(w)
    clerk = at(w, CLERK, case)
    clerk.do("order", frame="protection_order", decided_on=w.today.isoformat(), court="Tribunal de Nulle-Part")
    assert "fin inconnue" in clerk.look().words
    filed = (w.today - timedelta(days=2)).isoformat()
    clerk.do(
        "complete-order",
        notified_on=w.today.isoformat(),
        ends_on=(w.today + timedelta(days=200)).isoformat(),
        related_case_filed_on=filed,
    )
    shown = clerk.look().words
    assert "requête liée déposée le" in shown
    wrong = clerk.fail("complete-order", ends_on="2001-01-01", until_lifted=True)
    assert wrong.status == 422
    clerk.do("lift-order", lifted_on=w.today.isoformat())
    assert "levée le" in clerk.look().words
    clerk.do("order", frame="judicial_supervision", decided_on=w.today.isoformat(), until_lifted=True)
    clerk.do("complete-order", ends_on=(w.today + timedelta(days=9)).isoformat(), until_lifted=False)
    assert Order.objects.get(case=case, lifted_on=None).until_lifted is False


def test_an_order_of_an_older_file_is_recorded_under_the_name_it_bears_there(w: World) -> None:
    case = evaluated(w)
    clerk = at(w, CLERK, case)
    unknown = clerk.fail("order", as_written="ordonnance de séparation", decided_on=w.today.isoformat())
    assert "choisissez dans la liste" in unknown.words
    neither = clerk.fail("order", decided_on=w.today.isoformat())
    assert "Choisissez un cadre" in neither.words
    clerk.do("order", as_written="Sursis avec mise à l'épreuve", decided_on=w.today.isoformat(), until_lifted=True)
    assert Order.objects.get(case=case).frame == "conviction"
    assert "condamnation" in clerk.look().words


def test_beside_a_family_judges_order_stand_its_measures_its_appeal_and_what_a_breach_costs(w: World) -> None:
    case = evaluated(w)
    clerk, worker = at(w, CLERK, case), at(w, WORKER, case)
    notified = {"decided_on": w.today.isoformat(), "notified_on": w.today.isoformat()}
    wrong = clerk.fail("order", frame="judicial_supervision", also=["weapon_ban"], **notified)
    assert "juge aux affaires familiales" in wrong.words
    clerk.do("order", frame="protection_order", also=["contributions"], **notified)
    shown = clerk.look().words
    for said in ("contributions à payer", "Appel possible jusqu’au", "puni de 3 ans et 45 000 euros", "Aucune interdiction d’arme", "7 500 euros"):  # fmt: skip
        assert said in shown, said
    assert "puni de" not in worker.look().words, "the association reads the days of the ban and no more (TGD-42)"
    clerk.do("complete-order", also=["contributions", "weapon_ban"])
    again = clerk.look().words
    assert "interdiction de détenir une arme" in again
    assert "Aucune interdiction d’arme" not in again


def test_a_third_partys_address_is_declared_only_with_that_persons_agreement(w: World) -> None:
    case = reported(w)
    worker = at(w, WORKER, case)
    declared = {"kind": "declared", "text": SECRET, "host": "Chez son frère"}
    assert "avec son accord" in worker.fail("address", **declared).words
    assert "avec son accord" in worker.fail("address", third_party_agrees="no", **declared).words
    worker.do("address", third_party_agrees="yes", **declared)
    shown = worker.look().words
    assert "Adresse déclarée chez un tiers" in shown
    assert "la personne chez qui c’est est d’accord" in shown


def test_a_wrong_name_is_corrected_and_the_one_before_stays(w: World) -> None:
    case = reported(w)
    clerk = at(w, CLERK, case)
    row = respondent_of(case)
    assert row.person is not None
    old = f"{row.person.given_name} {row.person.family_name}"
    same = clerk.fail("correct-name", respondent="1", why="Relu.")
    assert "Rien n’est différent" in same.words
    silent = clerk.fail("correct-name", respondent="1", family_name="Vandevelde")
    assert silent.status == 422
    clerk.do("correct-name", respondent="1", given_name="Anselme", family_name="Vandevelde", why="Carte d’identité.")
    shown = clerk.look().words
    assert "Anselme Vandevelde" in shown
    assert f"{old}, jusqu’au" in shown
    assert "Carte d’identité." in shown
    row.refresh_from_db()
    assert [one["why"] for one in row.former_names] == ["Carte d’identité."]
    assert Profile.objects.get(person=row.person_id).name_key == "anselme vandevelde"
    assert CaseEvent.objects.filter(case=case, act="respondent_corrected").count() == 1
    assert "Vandevelde" not in at(w, WORKER, case).look().words


def test_a_discreet_sign_at_a_reception_asks_somebody_there_to_see_the_person_now(w: World) -> None:
    there = at(w, Role.INVESTIGATOR, reported(w))
    there.case = None
    assert "/file/report?sign" in there.look("/file/report").body
    after = there.send("/file/report?sign", given_name="Ondine")
    assert "Recevez la personne maintenant, à l’écart" in after.words
    case = Case.objects.order_by("-pk")[0]
    there.case = case
    task = Task.objects.get(case=case, kind="see_person_now")
    assert (task.agency, task.role, task.rule) == (w.agency(Role.INVESTIGATOR), "", "RQ-90")
    assert task.due_at == w.now + timedelta(minutes=15)
    done = next(one for one in there.look().links if one.endswith(f"/do/tick-off?on={task.pk}"))
    there.send(done, outcome="Reçue salle 2, seule.")
    assert "see_person_now" not in open_kinds(case)


def test_what_was_noted_before_a_pause_is_there_when_the_interview_goes_on(w: World) -> None:
    case = reported(w)
    worker = at(w, WORKER, case)
    worker.do("interview", confidential_room="yes")
    worker.do("pause", reason="Elle est fatiguée.", notes="Il a pris ses papiers.")
    shown = worker.look()
    assert "Il a pris ses papiers." in shown.words
    resume = next(one for one in shown.links if "/do/interview" in one)
    assert "Il a pris ses papiers." in worker.look(resume).words
    worker.do("interview", interview="entretien 1")
    assert worker.look(worker.url("/do/pause")).form().fields["notes"].value == ["Il a pris ses papiers."]
    assert "Il a pris ses papiers." not in at(w, PROSECUTOR, case).look().words


def test_both_papers_are_signed_and_copied_each_by_itself(w: World) -> None:
    case = reported(w)
    worker = at(w, WORKER, case)
    worker.do("consent", kind="tgd", given_now="yes")
    worker.do("consent", kind="tgd_geolocation", given_now="yes")
    empty = worker.fail("sign", consent="Consentement au téléphone")
    assert "l’un des deux jours" in empty.words
    worker.do(
        "sign", consent="Consentement au téléphone", signed_on=w.today.isoformat(), copy_handed_on=w.today.isoformat()
    )
    worker.do("sign", consent="géolocalisation", signed_on=w.today.isoformat())
    rows = {c.kind: (c.signed_on, c.copy_handed_on) for c in Consent.objects.filter(case=case)}
    assert rows == {"tgd": (w.today, w.today), "tgd_geolocation": (w.today, None)}


def test_a_consent_to_share_opens_one_category_and_taking_it_back_closes_it_at_once(w: World) -> None:
    case = reported(w)
    worker = at(w, WORKER, case)
    shelter = factories.agency(AgencyKind.OTHER, jurisdiction=w.district)
    there = Hands(factories.member(shelter), case, w)
    assert there.look().status == 404
    refused = worker.fail(
        "share", category="follow_up", recipient=shelter.name, purpose="housing", given_now="yes", until="2001-01-01"
    )
    assert "jusqu’à quand" in refused.words
    until = "2099-01-01"
    worker.do("share", category="follow_up", recipient=shelter.name, purpose="housing", given_now="yes", until=until)
    assert there.look().status == 200
    assert f"à {shelter.name}" in worker.look().words
    worker.do("withdraw-consent", consent=shelter.name)
    assert there.look().status == 404
    assert "retiré le" in worker.look().words


@pytest.mark.parametrize(
    ("means", "said"), [("email", "par messagerie, hors d’Égide"), ("paper", "sur papier, hors d’Égide")]
)
def test_a_sheet_that_goes_outside_is_said_to_be_for_somebody_to_send_and_no_mail_leaves(
    w: World, means: str, said: str
) -> None:
    case, _ = decided(w)
    w.district.practice = {"liaison_sheets_by": means}
    w.district.save()
    clerk = at(w, CLERK, case)
    assert "c’est à vous de le faire" in clerk.look(clerk.url("/do/sheet")).words
    queued = Message.objects.count()
    clerk.do("sheet")
    assert Message.objects.count() == queued
    assert said in clerk.look().words


def test_each_partner_acknowledges_its_own_sheet_and_no_other(w: World) -> None:
    case, _attribution = decided(w)
    clerk = at(w, CLERK, case)
    for _ in range(3):  # the next partner is proposed each time
        clerk.do("sheet")
    assert set(LiaisonSheet.objects.values_list("partner", flat=True)) == {"operator", "police", "association"}
    assert "à lire dans Égide, non accusée" in clerk.look().words
    wrong = clerk.fail("sheet", partner="police", agency=w.agency(WORKER).name)
    assert "n’est pas ce partenaire" in wrong.words
    for role in (Role.OPERATOR_TGD, Role.POLICE_DISPATCHER, WORKER):
        at(w, role, case).do("sheet-received")
    assert not LiaisonSheet.objects.filter(received_at=None).exists()
    assert "/do/sheet-received" not in clerk.look().body
    assert "receive_liaison_sheet" not in open_kinds(case)


def test_a_draft_that_saves_itself_never_stands_in_its_own_writers_way(w: World) -> None:
    case = reported(w)
    worker = at(w, WORKER, case)
    path = worker.url("/do/evaluation")
    page = worker.look(path).form()
    body = {name: one.value for name, one in page.fields.items() if one.value}
    before = Case.objects.get(pk=case.pk).version
    for text in ("Premiers", "Premiers faits", "Premiers faits, suite"):
        w.later(seconds=2)
        with w.at():
            saved = worker.client.post(path, body | {"facts": text, "autosave": "1"})
        assert saved.status_code == 200
    assert Case.objects.get(pk=case.pk).version == before
    assert CaseEvent.objects.filter(case=case, act="evaluation_written").count() == 1
    with w.at():
        sent = worker.client.post(path, body | {"facts": "Tout."})
    assert sent.status_code == 302
    assert Evaluation.objects.get(case=case).facts == "Tout."


def test_two_colleagues_never_write_over_each_other(w: World) -> None:
    case = reported(w)
    worker = at(w, WORKER, case)
    other = Hands(factories.member(w.agency(WORKER), WORKER.value), case, w)
    path = worker.url("/do/evaluation")
    stale = {name: one.value for name, one in other.look(path).form().fields.items() if one.value}
    w.later(minutes=1)
    worker.send(path, facts="Le texte de la première.")
    w.later(minutes=1)
    with w.at():
        answer = other.client.post(path, stale | {"facts": "Le texte du second."})
    assert answer.status_code == 409
    assert "Le texte du second." in answer.content.decode()
    assert Evaluation.objects.get(case=case).facts == "Le texte de la première."


def test_the_report_is_read_over_before_it_goes(w: World) -> None:
    case = reported(w)
    worker = at(w, WORKER, case)
    worker.do("evaluation", facts="Certificat du 3.", opinion="Danger.", proposes_tgd="yes")
    form = worker.look(worker.url("/do/send-evaluation")).words
    assert "Certificat du 3." in form
    assert "Un téléphone est-il proposé ? oui" in form
    worker.do("send-evaluation", sure=True)
    assert Evaluation.objects.get(case=case).sent_at is not None


def test_each_answer_on_danger_says_who_gave_it(w: World) -> None:
    case = reported(w)
    worker = at(w, WORKER, case)
    with w.at():
        path = worker.client.post(worker.url("/danger"))["Location"]
    worker.send(path, said_by="relative", P01="yes", P02="no", P02_by="police_record")
    draft = Assessment.objects.get(case=case)
    assert {a.item: a.said_by for a in danger_service.answers_of(draft)} == {
        "P01": Speaker.RELATIVE,
        "P02": Speaker.POLICE_RECORD,
    }
    again = worker.look(path).form().fields
    assert again["said_by"].value == ["relative"]
    assert again["P02_by"].value == ["police_record"]


def test_a_level_is_raised_with_a_reason_and_never_lowered(w: World) -> None:
    case = reported(w)
    worker = at(w, WORKER, case)
    w.do(assess_danger, WORKER, case, AssessmentGiven())
    worker.do("raise", level="very_high", reason="Il a acheté une arme hier.")
    assert "Il a acheté une arme hier." in worker.look().words
    lower = worker.fail("raise", level="medium", reason="Il s’est calmé.")
    assert "jamais abaissé" in lower.words


def test_a_level_that_falls_with_a_later_look_says_so_wherever_it_stands(w: World) -> None:
    case = evaluated(w)
    worker, prosecutor = at(w, WORKER, case), at(w, PROSECUTOR, case)
    first = w.do(assess_danger, WORKER, case, AssessmentGiven())
    w.do(
        raise_level,
        WORKER,
        case,
        LevelRaised(assessment=first.pk, level=Level.VERY_HIGH, reason="Il a acheté une arme."),
    )
    pages = (None, prosecutor.url("/decide"))
    before = [prosecutor.look(page).words for page in pages] + [prosecutor.look("/file/to-decide").words]
    assert not any("Plus bas que" in words or "plus bas qu’avant" in words for words in before)
    w.later(days=3)
    for _ in range(2):  # a second low one does not make the high one forgotten
        w.do(assess_danger, WORKER, case, AssessmentGiven())
        w.later(minutes=5)
    on = a_day(first.made_at.astimezone(PARIS).date()).replace("\u00a0", " ")
    for words in (worker.look().words, *(prosecutor.look(page).words for page in pages)):
        assert f"Plus bas que le {on} : " in words
        assert "Évaluations précédentes de la même personne (2)" in words
        assert "Il a acheté une arme." in words
    assert "plus bas qu’avant" in prosecutor.look("/file/to-decide").words


def test_a_task_is_given_to_a_colleague_and_ticked_off_with_a_word(w: World) -> None:
    case = reported(w)
    worker = at(w, WORKER, case)
    w.do(assess_danger, WORKER, case, AssessmentGiven(answers=_red(w)))
    task = Task.objects.filter(case=case, kind="danger_step", agency=w.agency(WORKER), status="open").order_by("pk")[0]
    colleague = factories.member(w.agency(WORKER), WORKER.value, since=w.today)
    links = worker.look().links
    give = next(one for one in links if one.endswith(f"/do/assign?on={task.pk}"))
    worker.send(give, to=colleague.shown_name)
    task.refresh_from_db()
    assert task.assignee == colleague
    done = next(one for one in links if one.endswith(f"/do/tick-off?on={task.pk}"))
    assert worker.look(done).form().fields["task"].value == [str(task.pk)]
    silent = worker.send(done, refused=True, outcome="")
    assert silent.status == 422
    worker.send(done, outcome="Plan de sécurité revu avec elle.")
    task.refresh_from_db()
    assert (task.status, task.outcome) == ("done", "Plan de sécurité revu avec elle.")


def _red(w: World) -> Any:
    from egide.core.instruments import Answer, Value

    return tuple(
        Answer(item, Value.YES, Speaker.PROTECTED_PERSON, w.today) for item in ("P01", "P02", "R01", "R05", "R06")
    )


def test_whoever_is_kept_out_finds_nothing_and_the_case_says_who_it_is(w: World) -> None:
    case = evaluated(w)
    worker, prosecutor = at(w, WORKER, case), at(w, PROSECUTOR, case)
    clerk = at(w, CLERK, case)
    nobody = worker.fail("keep-out", reason="Il est de la famille.")
    assert "Choisissez un organisme, ou une personne" in nobody.words
    assert clerk.look().status == 200
    assert clerk.case is not None
    user = w.actors[CLERK].user
    assert user is not None
    chosen = f"{user.shown_name}, {w.agency(CLERK).name}"  # by name and agency: nobody knows a colleague’s user name elsewhere
    worker.do("keep-out", member=chosen, reason="C’est le frère de la personne mise en cause.")
    assert Bar.objects.filter(case=case, user=user).exists()
    assert clerk.look().status == 404
    assert "C’est le frère" in prosecutor.look().words
    assert not any("/do/let-in" in link for link in worker.look().links)
    assert worker.send(worker.url("/do/let-in"), refused=True, reason="Il insiste.").status == 422
    prosecutor.do("let-in", reason="Ce n’était qu’un homonyme.")
    assert Bar.objects.get(case=case, user=user).ended_at is not None
    assert clerk.look().status == 200
    worker.do("keep-out", member=chosen, reason="C’était bien lui.")
    assert clerk.look().status == 404


def test_an_operator_of_the_room_is_kept_out_from_whatever_district_the_room_is_in(w: World) -> None:
    from django.contrib.auth.models import Group as Members

    room = factories.agency("remote_assistance", name="Salle d’un autre ressort")
    man, silent = factories.member(room, "operator_tgd"), factories.agency("remote_assistance", name="Sans salle")
    man.groups.add(Members.objects.get_or_create(name="operator")[0])
    case = evaluated(w)
    worker = at(w, WORKER, case)
    assert silent.name not in worker.look(worker.url("/do/keep-out")).words
    worker.do("keep-out", member=f"{man.shown_name}, {room.name}", reason="C’est son mari.")
    assert Bar.objects.get(case=case).user == man
    worker.do("keep-out", agency=room.name, reason="Il y travaille.")
    assert Bar.objects.filter(case=case, agency=room).exists()
    assert room.name not in worker.look(worker.url("/do/keep-out")).words
    worker.case = None
    said = {"reporter": "person", "channel": "phone", "given_name": "Ondine", "kept_out_person": str(man.pk)}
    worker.send("/file/report", **said, reason_kept_out="C’est son mari.")
    assert Bar.objects.get(case__protected_person__given_name="Ondine").user == man


def test_the_husbands_station_is_kept_out_from_the_moment_of_the_report(w: World) -> None:
    worker, officer = at(w, WORKER, reported(w)), w.actors[Role.INVESTIGATOR]
    worker.case = None
    said = {"reporter": "person", "channel": "phone", "given_name": "Ondine", "kept_out": [str(officer.agency.pk)]}
    why = worker.send("/file/report", refused=True, **said)
    assert "Dites pourquoi" in why.words
    assert not Case.objects.filter(protected_person__given_name="Ondine").exists()
    worker.send("/file/report", **said, reason_kept_out="Il y est brigadier.")
    case = Case.objects.get(protected_person__given_name="Ondine")
    assert Bar.objects.get(case=case).agency == officer.agency
    dispatcher = at(w, Role.POLICE_DISPATCHER, case)
    assert dispatcher.look().status == 404


def test_where_the_lead_association_is_kept_out_another_one_is_offered(w: World) -> None:
    case = reported(w, Role.INVESTIGATOR)
    lead = w.agency(WORKER)
    other = factories.agency(jurisdiction=w.district, name="Association du Pont")
    prosecutor = at(w, PROSECUTOR, case)
    prosecutor.do("keep-out", agency=lead.name, reason="Elle y est salariée.")
    page = prosecutor.look(prosecutor.url("/do/mandate"))
    assert "Association du Pont" in page.words
    assert lead.name not in page.words
    prosecutor.do("mandate", sure=True)
    assert case.evaluations.get().agency == other


def test_a_case_moves_to_a_district_that_can_take_it(w: World) -> None:
    case = evaluated(w)
    prosecutor = at(w, PROSECUTOR, case)
    empty = factories.district()
    refused = prosecutor.fail("move", district=empty.name, reason="La magistrate est la sœur.")
    assert "Aucun parquet de ce ressort" in refused.words
    there = factories.agency(AgencyKind.PROSECUTION_OFFICE, jurisdiction=empty)
    taker = Hands(factories.member(there), case, w)
    assert taker.look().status == 404
    after = prosecutor.do("move", district=empty.name, reason="La magistrate est la sœur.")
    assert "Le dossier est transmis" in after.words  # told on the first page: the case is not there any more
    assert taker.look().status == 200
    assert prosecutor.look().status == 404


def test_a_phone_enters_the_stock_breaks_and_works_again(w: World) -> None:
    technician = at(w, Role.TECHNICIAN, reported(w))
    court = w.agency(Role.CLERK)
    page = technician.send(
        "/file/phones/add", court=court.name, label="TGD 41", identifier="fiction-41", key="une clé remise par le prestataire", imei="0",
    )  # fmt: skip
    assert "TGD 41" in page.words
    assert "disponible" in page.words
    twice = technician.send(
        "/file/phones/add", refused=True, court=court.name, label="TGD 42", identifier="fiction-41", key="autre"
    )
    assert "Un appareil porte déjà cet identifiant" in twice.words
    row = StockPhone.objects.get(device__identifier="fiction-41")
    for act, broken in (("broken", True), ("works", False)):
        with w.at():
            assert technician.client.post(f"/file/phones/{row.pk}", {"act": act}).status_code == 302
        row.refresh_from_db()
        assert row.out_of_order is broken
    assert at(w, WORKER, reported(w)).look("/file/phones/add").status == 404
    far = add_phone(
        w.actors[Role.TECHNICIAN],
        factories.agency(AgencyKind.COURT),
        PhoneGiven(identifier="loin", label="Loin", key="k"),
    )
    assert technician.look(f"/file/phones/{far.pk}").status == 404


def test_every_page_says_since_when_nobody_has_verified_the_rules(w: World) -> None:
    case = evaluated(w)
    for page in (at(w, PROSECUTOR, case).look(), at(w, PROSECUTOR, case).look(at(w, PROSECUTOR, case).url("/decide"))):
        assert "non vérifiées depuis le 31 janvier 2025" in page.words


def test_what_others_owe_tells_nobody_what_they_may_not_know(w: World) -> None:
    case, _ = decided(w)
    w.do(assess_danger, WORKER, case, AssessmentGiven(answers=_red(w)))
    factories.mandate(case, w.agency(Role.OPERATOR_TGD))
    operator, technician = at(w, Role.OPERATOR_TGD, case), at(w, Role.TECHNICIAN, case)
    assert "Vérifier les armes" in at(w, WORKER, case).look().words
    for page in (operator.look(), operator.look("/file/")):
        assert page.status == 200
        assert "armes" not in page.words
        assert "interdiction non respectée" not in page.words
    assert case.number in operator.look("/file/").words
    assert case.number not in technician.look("/file/").words
