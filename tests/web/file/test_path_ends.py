"""How a TGD ends, is refused, or goes on: each step by whoever owns it, through the pages themselves."""

from __future__ import annotations

from datetime import timedelta

import pytest

from egide.core.access import Role
from egide.web.cases import services as s
from egide.web.cases.models import (
    Attribution,
    AttributionStatus,
    Case,
    Decision,
    LiaisonSheet,
    Review,
    ReviewCause,
    StockPhone,
)
from egide.web.registry.models import Device, DeviceStatus
from egide.web.tasks.models import Task
from tests.web.cases.world import World, decided, evaluated, open_kinds, open_task, reported, told
from tests.web.file.hands import Hands, at

WORKER, PROSECUTOR, CLERK = Role.ASSOCIATION_WORKER, Role.PROSECUTOR, Role.PROSECUTOR_CLERK
TECHNICIAN, OPERATOR = Role.TECHNICIAN, Role.OPERATOR_TGD
RINGS = "L’alarme sonne toujours"


After = tuple[World, Case, Attribution]


@pytest.fixture
def held(after: After) -> After:
    """A phone in somebody's hands."""
    after[0].later(hours=30)
    return after


@pytest.fixture
def w(after: After) -> World:
    """The same district, for another case."""
    return after[0]


def status_of(attribution: Attribution) -> AttributionStatus:
    attribution.refresh_from_db()
    return AttributionStatus(attribution.status)


def still_rings(attribution: Attribution) -> bool:
    attribution.refresh_from_db()
    assert attribution.device is not None
    return attribution.device.status == DeviceStatus.ISSUED


def test_a_refusal_says_why_how_to_contest_it_and_that_one_may_ask_again(w: World) -> None:
    case = evaluated(w)
    prosecutor, worker = at(w, PROSECUTOR, case), at(w, WORKER, case)
    decide = prosecutor.url("/decide")
    kept = prosecutor.send(decide, refused=True, what="refuse", reasons="")
    assert "rien n’a été changé" in kept.words.lower()
    after = prosecutor.send(decide, what="refuse", reasons="Les faits sont anciens.")
    assert "Une nouvelle demande reste possible à tout moment" in after.words
    assert "tell_outcome" in open_kinds(case)

    form = worker.look(worker.url("/do/told")).words
    assert "À dire avec un refus" in form
    assert "avocat" in form
    worker.do("told", channel="Téléphone")
    assert "une nouvelle demande est possible" in worker.look().words

    w.later(hours=2)
    worker.do("again", reporter="person", channel="phone", narrative="Il est revenu hier soir.")
    assert {"read_report"} <= open_kinds(case)
    assert "Il est revenu hier soir." in prosecutor.look().words
    prosecutor.do("mandate", sure=True)
    assert {"acknowledge_mandate"} <= open_kinds(case)
    worker.do("acknowledge")


def test_when_the_danger_has_ceased_the_phone_rings_until_it_is_back_and_is_erased(
    held: After,
) -> None:
    w, case, attribution = held
    prosecutor, worker, clerk = at(w, PROSECUTOR, case), at(w, WORKER, case), at(w, CLERK, case)
    after = prosecutor.do("withdraw", ground="danger_ceased", reasons="La personne mise en cause a quitté le pays.")
    assert RINGS in after.words
    assert still_rings(attribution)
    w.later(hours=1)
    told(w, case)
    worker.do("return", association_present="Association, Mme Lune")
    assert status_of(attribution) is AttributionStatus.RETURNED
    assert not still_rings(attribution)
    assert {"receive_certificate", "erase_phone", "erase_provider"} & open_kinds(case)

    phone = StockPhone.objects.get(device=attribution.device_id)
    technician = at(w, TECHNICIAN, case)
    assert technician.look().status == 404  # opens no case, and erases what is in a phone all the same
    here = f"/file/phones/{phone.pk}"
    w.later(hours=1)
    early = press(technician, here, "shelf", 422)
    assert "pas effacées" in early
    for act in ("received", "phone-erased", "provider-erased", "shelf"):
        w.later(hours=1)
        press(technician, here, act)
    phone.device.refresh_from_db()
    assert phone.device.status == DeviceStatus.STOCK
    done = clerk.look().words
    assert "téléphone effacé : " in done
    assert "pas encore" in done  # the logs, which Égide erases by itself


def test_a_phone_withdrawn_before_its_hand_over_is_erased_at_the_provider_by_the_registry(w: World) -> None:
    case, attribution = decided(w)
    sheet = s.SheetSent(
        attribution=attribution.pk, partner=LiaisonSheet.Partner.OPERATOR, agency=w.agency(Role.OPERATOR_TGD)
    )
    w.do(s.send_sheet, CLERK, case, sheet)
    prosecutor, clerk = at(w, PROSECUTOR, case), at(w, CLERK, case)
    prosecutor.do("withdraw", ground="danger_ceased", reasons="Elle est partie à l’étranger.")
    assert "Retiré avant la remise" in clerk.look().words
    assert "données du prestataire effacées : pas encore" in clerk.look().words
    w.later(hours=1)
    clerk.do("erased")
    assert "erase_provider" not in open_kinds(case)
    assert "données du prestataire effacées : pas encore" not in clerk.look().words


def press(hands: Hands, path: str, act: str, status: int = 302) -> str:
    """Presses one button of a phone's page."""
    assert f'value="{act}"' in hands.look(path).body, act
    with hands._now():
        answer = hands.client.post(path, {"act": act})
    assert answer.status_code == status
    return answer.content.decode()


def test_imprisonment_is_recorded_first_and_opens_a_re_examination_before_release(
    held: After,
) -> None:
    w, case, attribution = held
    prosecutor, clerk = at(w, PROSECUTOR, case), at(w, CLERK, case)
    refused = prosecutor.fail("withdraw", ground="imprisoned", reasons="Mandat de dépôt.")
    assert "Notez d’abord la détention" in refused.words
    clerk.do("detention", imprisoned="yes")
    prosecutor.do("withdraw", ground="imprisoned", reasons="Mandat de dépôt.", respondent="personne mise en cause 1")
    assert Review.objects.filter(case=case, cause=ReviewCause.RELEASE_PLANNED, done_at=None).exists()
    assert "watch_release" in open_kinds(case)
    assert still_rings(attribution)

    release = (w.now + timedelta(days=20)).strftime("%Y-%m-%dT%H:%M")
    clerk.do("detention", imprisoned="yes", release_at=release)
    assert "reexamine_before_release" in open_kinds(case)
    assert "Réexamen avant libération" in prosecutor.look().words
    assert "la personne n’est pas avisée" in prosecutor.look().words
    early = prosecutor.fail("reexamine", outcome="measure_proposed", words="Un nouveau téléphone est nécessaire.")
    assert "pas encore avisée" in early.words
    worker = at(w, WORKER, case)  # of the respondent an association knows the dates of the ban only (TGD-42)
    assert worker.look(worker.url("/do/release-told")).status == 403
    assert "Réexamen avant libération" not in worker.look().words
    assert "sortie prévue le" in clerk.look(clerk.url("/do/release-told")).words
    assert "/do/reexamine" not in clerk.look().body  # the judicial authority's (TGD-37)
    clerk.do("release-told", channel="en personne")
    assert "personne avisée le" in prosecutor.look().words
    prosecutor.do("reexamine", outcome="measure_proposed", words="Un nouveau téléphone est nécessaire à la sortie.")
    assert "reexamine_before_release" not in open_kinds(case)
    assert Review.objects.get(case=case, cause=ReviewCause.RELEASE_PLANNED).outcome == "measure_proposed"


def test_a_release_that_is_off_is_said_by_the_same_forms(held: After) -> None:
    w, case, _ = held
    clerk = at(w, CLERK, case)
    release = (w.now + timedelta(days=20)).strftime("%Y-%m-%dT%H:%M")
    clerk.do("detention", imprisoned="yes", release_at=release)
    clerk.do("release-told", channel="en personne")
    assert "n’a plus lieu" in clerk.fail("detention", imprisoned="yes").words
    clerk.do("detention", imprisoned="yes", called_off=True)
    assert "la personne n’en est pas avisée" in clerk.look().words
    assert "la sortie annoncée n’a plus lieu" in clerk.look(clerk.url("/do/release-told")).words
    clerk.do("release-told", channel="en personne")
    assert "tell_release_off" not in open_kinds(case)


def test_whoever_asks_to_give_the_phone_back_is_called_alone_the_same_day(
    held: After,
) -> None:
    w, case, attribution = held
    prosecutor, worker = at(w, PROSECUTOR, case), at(w, WORKER, case)
    early = prosecutor.fail("withdraw", ground="person_no_longer_wants", reasons="À sa demande.")
    assert "Avant ce retrait" in early.words
    asked = worker.do("ask-to-withdraw", words="« Je n’en veux plus. »")
    assert "aujourd’hui" in asked.words
    due = open_task(case, "call_same_day").due_at
    assert due is not None
    assert due <= w.now + timedelta(hours=24)
    assert still_rings(attribution)

    not_alone = worker.fail("confidential-call", alone="no", outcome="request_maintained", words="« Oui, oui. »")
    assert "n’était pas seule" in not_alone.words
    worker.do(
        "confidential-call",
        alone="yes",
        outcome="request_maintained",
        words="« Il est loin, je veux tourner la page. »",
    )
    assert {"decide_withdrawal"} <= open_kinds(case)
    assert still_rings(attribution)
    after = prosecutor.do("withdraw", ground="person_no_longer_wants", reasons="Demande maintenue, seule.")
    assert RINGS in after.words
    assert still_rings(attribution)


def test_a_phone_simply_handed_back_still_asks_for_the_call(held: After) -> None:
    w, case, _ = held
    prosecutor, worker, clerk = at(w, PROSECUTOR, case), at(w, WORKER, case), at(w, CLERK, case)
    clerk.do("return", association_present="Association Trait d’union")
    worker.do("ask-to-withdraw", words="« Je n’en veux plus. »")
    worker.do("confidential-call", alone="yes", outcome="request_maintained", words="« Oui, c’est mon choix. »")
    prosecutor.do("withdraw", ground="person_no_longer_wants", reasons="Demande maintenue, seule.")
    assert not any("ask-to-withdraw" in link for link in worker.look().links)


def test_the_call_after_an_alarm_stays_due_until_the_person_is_reached_alone(held: After) -> None:
    w, case, _ = held
    worker = at(w, WORKER, case)
    with w.at():
        s.after_alarm(case, w.now, "incident-1")
    w.later(hours=12)
    tried = worker.do("alarm-call", channel="Téléphone", outcome="no_answer")
    assert "il reste à faire" in tried.words
    assert "call_after_alarm" in open_kinds(case)
    unsaid = worker.fail("alarm-call", channel="Téléphone", outcome="reached", words="« Il est parti. »")
    assert "seule et libre de parler" in unsaid.words
    worker.do("alarm-call", channel="Téléphone", outcome="reached", alone="yes", words="« Il est parti. »")
    assert "call_after_alarm" not in open_kinds(case)


def test_a_decision_not_to_renew_may_still_become_a_renewal(held: After) -> None:
    w, case, attribution = held
    prosecutor = at(w, PROSECUTOR, case)
    assert "peut encore être décidé" in prosecutor.look(prosecutor.url("/do/run-out")).words
    prosecutor.do("run-out", reasons="Plus rien depuis trois mois.")
    assert status_of(attribution) is AttributionStatus.WITHDRAWN
    prosecutor.do("renew", reasons="Une alerte cette nuit.")
    assert status_of(attribution) is AttributionStatus.ACTIVE


def test_a_wish_said_under_pressure_ends_nothing(held: After) -> None:
    w, case, attribution = held
    prosecutor, worker = at(w, PROSECUTOR, case), at(w, WORKER, case)
    worker.do("ask-to-withdraw")
    worker.do("confidential-call", alone="no", outcome="under_pressure", words="Une voix derrière elle.")
    refused = prosecutor.fail("withdraw", ground="person_no_longer_wants", reasons="À sa demande.")
    assert "n’a pas maintenu sa demande" in refused.words
    assert status_of(attribution) is AttributionStatus.ACTIVE


def test_rules_not_respected_need_the_committee_and_the_committee_needs_a_name(
    held: After,
) -> None:
    w, case, attribution = held
    prosecutor, clerk = at(w, PROSECUTOR, case), at(w, CLERK, case)
    early = prosecutor.fail("withdraw", ground="rules_not_respected", reasons="Téléphone laissé chez un tiers.")
    assert "comité" in early.words
    clerk.do("agenda", meets_on=w.today.isoformat(), question="Retirer, ou expliquer encore ?", on_withdrawal=True)
    waiting = prosecutor.look().words
    assert "Qui propose la mesure ?" in waiting
    assert "who_proposes" in open_kinds(case)
    told_nothing = clerk.fail(
        "committee",
        met_on=w.today.isoformat(),
        opinion="Favorable.",
        proposes="yes",
        proposed_by=" ",
        on_withdrawal=True,
    )
    assert "Favorable." in told_nothing.body
    assert "who_proposes" in open_kinds(case)
    clerk.do(
        "committee", met_on=w.today.isoformat(), opinion="Favorable au retrait.", proposes="no",
        proposed_by="Mme Orme, parquet", on_withdrawal=True,
    )  # fmt: skip
    assert "who_proposes" not in open_kinds(case)
    assert "Mme Orme, parquet" in prosecutor.look().words
    prosecutor.do("withdraw", ground="rules_not_respected", committee=_day(w), reasons="Avis du comité.")
    assert status_of(attribution) is AttributionStatus.WITHDRAWN
    assert still_rings(attribution)


def test_the_form_offers_the_opinions_on_this_attribution_and_the_questions_that_wait(held: After) -> None:
    w, case, attribution = held
    prosecutor, clerk = at(w, PROSECUTOR, case), at(w, CLERK, case)
    day = {"meets_on": w.today.isoformat()}
    clerk.do("agenda", question="Faut-il un bracelet ?", **day)
    clerk.do("agenda", question="Les consignes ?", on_withdrawal=True, **day)
    page = prosecutor.look().words
    assert "Faut-il un bracelet ?" in page
    assert "Les consignes ?" in page
    met = {"met_on": w.today.isoformat(), "proposed_by": "Mme Orme", "proposes": "no"}
    clerk.do("committee", item="Les consignes", opinion="Favorable au retrait.", **met)
    before = (attribution.starts_on - timedelta(days=3)).isoformat()
    clerk.do("committee", item="aucune", opinion="Ancien avis.", on_withdrawal=True, **(met | {"met_on": before}))
    form = prosecutor.look(prosecutor.url("/do/withdraw")).words
    assert "Favorable au retrait." in form
    assert "Ancien avis." not in form
    assert "who_proposes" in open_kinds(case), "the other question waits"


def test_a_measure_proposed_beside_a_phone_is_followed_or_the_prosecutor_says_why_not(held: After) -> None:
    w, case, _ = held
    prosecutor, clerk, worker = at(w, PROSECUTOR, case), at(w, CLERK, case), at(w, WORKER, case)
    opinion, because = "Un bracelet en plus du téléphone.", "Le juge ne peut l’ordonner dans ce cadre."
    clerk.do("committee", met_on=w.today.isoformat(), opinion=opinion, proposes="yes", proposed_by="Mme Orme, parquet")
    due = prosecutor.look()
    assert "Répondre à la mesure proposée" in due.words
    assert "/do/not-follow" in due.body
    assert "/do/not-follow" not in clerk.look().body
    assert "Répondre à la mesure proposée" in prosecutor.look("/file/to-decide").words
    assert "Répondre à la mesure proposée" not in worker.look().words, "the committee is not the association's"
    form = prosecutor.look(prosecutor.url("/do/not-follow")).words
    assert opinion in form
    assert "Mme Orme, parquet" in form
    w.later(hours=1)
    after = prosecutor.do("not-follow", reasons=because)
    assert because in after.words
    assert "answer_proposal" not in open_kinds(case)
    assert because in clerk.look().words
    assert because not in worker.look().words


def _day(w: World) -> str:
    from egide.web.file.saying import a_day

    return a_day(w.today)


def test_living_together_again_opens_a_review_and_nothing_else(held: After) -> None:
    w, case, attribution = held
    worker = at(w, WORKER, case)
    after = worker.do("cohabitation", on=w.today.isoformat(), words="« Il est revenu à la maison. »")
    assert "Le téléphone sonne toujours" in after.words
    assert status_of(attribution) is AttributionStatus.ACTIVE
    assert "review_cohabitation" in open_kinds(case)
    worker.do("review-cohabitation", outcome="protection_kept", words="Vue seule : la peur reste.")
    assert status_of(attribution) is AttributionStatus.ACTIVE
    assert still_rings(attribution)
    assert not Decision.objects.filter(case=case, kind="withdrawal").exists()
    worker.do("apart", on=w.today.isoformat())
    case.refresh_from_db()
    assert case.cohabitation is False


def test_a_term_is_renewed_by_a_decision_after_the_summary_and_never_without_consent(
    held: After,
) -> None:
    w, case, attribution = held
    prosecutor, worker = at(w, PROSECUTOR, case), at(w, WORKER, case)
    before = attribution.ends_on
    w.later(days=150)
    with w.at():
        from egide.web.cases.services import refresh

        refresh(case)
    assert "prepare_renewal" in open_kinds(case)
    worker.do("summary", text="Logement obtenu ; la peur reste.")
    worker.do("withdraw-consent", consent="Consentement au téléphone")
    blocked = prosecutor.fail("renew", reasons="Danger persistant.")
    assert "Ce qui bloque" in blocked.words or "Rien ne peut être préparé" in blocked.words
    worker.do("consent", kind="tgd", given_now="yes", signed_on=w.today.isoformat(), copy_handed_on=w.today.isoformat())
    prosecutor.do("renew", reasons="Danger persistant.")
    attribution.refresh_from_db()
    assert attribution.ends_on > before
    assert attribution.renewals == 1
    assert "renouvelé 1" in prosecutor.look().words


def test_a_duration_is_shortened_only_where_no_order_followed_an_immediate_one(after: After) -> None:
    w, case, attribution = after
    w.later(hours=3)
    prosecutor = at(w, PROSECUTOR, case)
    to = (w.today + timedelta(days=40)).isoformat()
    refused = prosecutor.fail("shorten", to=to, no_order_followed="yes", reasons="Pas de suite.")
    assert "La durée ne peut pas être réduite" in refused.words
    prosecutor.do(
        "order", frame="immediate_protection_order", decided_on=w.today.isoformat(), notified_on=w.today.isoformat()
    )
    pending = prosecutor.fail("shorten", to=to, no_order_followed="yes", reasons="Pas de suite.")
    assert "La durée ne peut pas être réduite" in pending.words
    w.later(days=7)
    prosecutor.do("lift-order", order="immédiate", lifted_on=w.today.isoformat())
    assert "levée le" in prosecutor.look().words
    prosecutor.do("shorten", to=to, no_order_followed="yes", reasons="Pas de suite.")
    attribution.refresh_from_db()
    assert attribution.ends_on.isoformat() == to


def test_a_phone_that_fails_is_exchanged_and_the_new_one_rings_at_once(held: After) -> None:
    w, case, attribution = held
    clerk, operator = at(w, CLERK, case), at(w, Role.OPERATOR_TGD, case)
    old = attribution.device
    assert old is not None
    operator.do("test", worked="no", note="La touche ne répond plus.")
    assert "repair_phone" in open_kinds(case)
    w.later(hours=1)
    untested = clerk.fail("exchange", phone=w.phones[1].device.label, why="Touche cassée.")
    assert "appel d’essai" in untested.words
    before = attribution.ends_on
    clerk.do("exchange", phone=w.phones[1].device.label, why="Touche cassée.", tested_with_platform=True)
    attribution.refresh_from_db()
    old.refresh_from_db()
    assert attribution.device == w.phones[1].device
    assert (attribution.ends_on, attribution.status) == (before, AttributionStatus.ACTIVE)
    new = Device.objects.get(pk=w.phones[1].device_id)
    assert (new.status, new.person, old.status) == ("issued", case.protected_person, "returned")
    w.phones[0].refresh_from_db()
    assert w.phones[0].out_of_order
    assert "repair_phone" not in open_kinds(case)
    waiting = Task.objects.filter(case=case, kind="receive_liaison_sheet", status="open")
    assert waiting.count() == attribution.liaison_sheets.count() == 3
    assert "La touche" not in clerk.look("/file/phones").words
    assert "/do/exchange" not in operator.look().body


def test_what_is_in_a_phone_that_was_exchanged_is_erased_before_anybody_is_given_it_again(
    held: After,
) -> None:
    w, case, attribution = held
    clerk = at(w, CLERK, case)
    clerk.do("exchange", phone=w.phones[1].device.label, why="Touche cassée.", tested_with_platform=True)
    old = w.phones[0]
    assert "erase_phone" in open_kinds(case)
    assert "pas encore effacé" in clerk.look().words

    technician = Hands(w.actors[TECHNICIAN].user, world=w)
    page = f"/file/phones/{old.pk}"
    first = technician.look(page)
    assert "à effacer" in first.words
    assert 'value="provider-erased"' not in first.body, "the provider still protects the person"
    refused = technician.client.post(page, {"act": "shelf"})
    assert refused.status_code == 422
    assert "ne sont pas effacées" in refused.content.decode()

    technician.client.post(page, {"act": "phone-erased"})
    assert "erase_phone" not in open_kinds(case)
    technician.client.post(page, {"act": "shelf"})
    old.refresh_from_db()
    assert old.device.status == DeviceStatus.STOCK
    assert "hors service" in technician.look(page).words
    attribution.refresh_from_db()
    assert attribution.status == AttributionStatus.ACTIVE


def test_a_report_that_was_read_and_led_nowhere_is_offered_the_archive_and_an_unread_one_is_not(w: World) -> None:
    case = reported(w, Role.INVESTIGATOR)
    prosecutor = at(w, PROSECUTOR, case)
    assert "/do/archive" not in prosecutor.look().body
    prosecutor.do("read-report", what_follows="Erreur de personne.")
    assert "/do/archive" in prosecutor.look().body
    assert "aucun texte lu ne dit" in prosecutor.look(prosecutor.url("/do/archive")).words
    prosecutor.do("archive", words="Signalement fait par erreur.")
    case.refresh_from_db()
    assert case.closed_at is not None
    assert not case.decisions.exists()


def test_an_ended_case_is_archived_by_the_prosecution_office_and_by_nobody_else(
    held: After,
) -> None:
    w, case, _attribution = held
    prosecutor, worker, clerk = at(w, PROSECUTOR, case), at(w, WORKER, case), at(w, CLERK, case)
    prosecutor.do("withdraw", ground="danger_ceased", reasons="Plus de danger constaté.")
    told(w, case)
    too_early = prosecutor.fail("archive", words="Terminé.")
    assert "Quelque chose reste à faire" in too_early.words
    clerk.do("return", association_present="Association")
    w.later(hours=1)
    clerk.do("certificate")
    clerk.do("erased", part="phone")
    clerk.do("erased", part="provider")
    assert "/do/archive" not in worker.look().body
    prosecutor.do("archive", words="Plus rien n’est attendu.")
    case.refresh_from_db()
    assert case.closed_at is not None
