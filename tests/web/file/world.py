"""A district at work, laid down through the services as people would: nobody in it exists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from egide.core.instruments import Answer, Speaker, Value
from egide.web.accounts.models import User
from egide.web.agencies.models import Agency, AgencyKind, Jurisdiction
from egide.web.cases.models import Case, CoupleLink, Report
from egide.web.cases.services import consents, contacts, danger, deciding, evaluations, reports, situation
from egide.web.cases.services.persons import ChannelGiven, ChildGiven, PersonGiven
from egide.web.cases.services.ports import Actor
from egide.web.people.profile import Channel
from tests.web import factories

GIVEN, FAMILY, PHONE, PLACE = "Quitterie", "Vaubrezac", "06 39 98 12 34", "17 rue de Nulle-Part"


class Open:
    """A lens that grants everything: what is laid down here is not what is tested."""

    def may(self, group: str, action: str = "read") -> bool:
        return True

    def require(self, group: str, action: str = "read") -> None:
        return None


@dataclass
class World:
    """A district, its agencies, its staff and one case."""

    district: Jurisdiction
    office: Agency
    association: Agency
    other_association: Agency
    provider: Agency
    probation: Agency
    prosecutor: User
    clerk: User
    worker: User
    stranger: User
    operator: User
    probation_officer: User
    case: Case

    def actor(self, user: User) -> Actor:
        """Somebody as the one thing they are."""
        return Actor(user, user.memberships.select_related("agency").get())

    def client(self, user: User) -> Client:
        """Signed in."""
        client = Client()
        client.force_login(user)
        return client

    def url(self, tail: str = "") -> str:
        """An address of the case."""
        return f"/file/cases/{self.case.public_id}{tail}"


def world() -> World:
    """A report to the lead association: the evaluation runs."""
    district = factories.district()
    office = factories.agency(AgencyKind.PROSECUTION_OFFICE, jurisdiction=district)
    association = factories.agency(jurisdiction=district, is_lead_association=True)
    other = factories.agency(jurisdiction=district)
    provider = factories.agency(AgencyKind.REMOTE_ASSISTANCE, jurisdiction=district)
    probation = factories.agency(AgencyKind.PROBATION, jurisdiction=district)
    worker = factories.member(association)
    made = reports.report(
        Actor(worker, worker.memberships.get()),
        None,
        reports.ReportGiven(
            protected=PersonGiven(
                given_name=GIVEN,
                family_name=FAMILY,
                phone=PHONE,
                channels=(
                    ChannelGiven(
                        kind=Channel.Kind.PHONE, value=PHONE, is_safe=True, safe_hours="en semaine, de 9 h à 11 h"
                    ),
                    ChannelGiven(kind=Channel.Kind.EMAIL, value="q.v@example.org", is_safe=False),
                ),
                profile={"french_level": "basic", "agreed_opening_phrase": "C’est pour le rendez-vous du dentiste"},
            ),
            reporter=Report.Reporter.PERSON,
            channel=Report.Channel.IN_PERSON,
            received_at=timezone.now() - timedelta(minutes=5),
            narrative="Elle dit avoir peur de rentrer.",
            respondents=(
                reports.RespondentGiven(
                    person=PersonGiven(given_name="Barnabé", family_name="Ostrelet"), link=CoupleLink.FORMER_SPOUSE
                ),
            ),
            children=(ChildGiven(person=PersonGiven(given_name="Lilou", family_name=FAMILY)),),
            cohabitation=False,
            violence=True,
        ),
    )
    case = made.case
    built = World(
        district, office, association, other, provider, probation,
        factories.member(office), factories.member(office, "prosecutor_clerk"), worker, factories.member(other),
        factories.member(provider), factories.member(probation), case,
    )  # fmt: skip
    factories.address(case.protected_person, text=PLACE)
    return built


def evaluated(built: World) -> World:
    """The same, with a contact, a timeline, a danger assessment, consents and the evaluation sent."""
    actor, lens, case = built.actor(built.worker), Open(), built.case
    channel = case.protected_person.channels.filter(is_safe=True).get()

    def do(service: Any, given: Any) -> Any:
        return service(actor, lens, case, given)

    do(contacts.record_contact, contacts.ContactMade(outcome="reached", channel=channel.pk, note="Rendez-vous pris."))
    do(
        contacts.add_statement,
        contacts.StatementGiven(
            nature="said", text="« Il m’attend en bas. »", date_words="l’hiver dernier", source="la personne"
        ),
    )
    do(
        contacts.add_statement,
        contacts.StatementGiven(
            nature="fact", text="Certificat médical, 4 jours d’ITT.", source="UMJ", violence_forms=("physical",)
        ),
    )
    do(
        contacts.add_statement,
        contacts.StatementGiven(nature="opinion", text="La peur est constante.", source="intervenante"),
    )
    today = timezone.localdate()
    answers = tuple(
        Answer(item, Value.YES, Speaker.PROTECTED_PERSON, today) for item in ("P01", "P02", "R01", "R05", "R06")
    )
    do(danger.assess_danger, danger.AssessmentGiven(answers=answers))
    do(situation.say_situation, situation.SituationSaid(said={"serious_danger": True, "imminent_danger": True}))
    respondent = case.respondents.get()
    do(situation.say_respondent, situation.RespondentSaid(respondent=respondent.pk, said={"is_at_large": True}))
    do(consents.record_consent, consents.ConsentGiven(kind="tgd", given=True, signed_on=today, copy_handed_on=today))
    do(consents.record_consent, consents.ConsentGiven(kind="tgd_geolocation", given=False))
    evaluation = case.evaluations.get()
    do(
        evaluations.write_evaluation,
        evaluations.EvaluationWritten(
            evaluation=evaluation.pk,
            facts="Certificat du 3.",
            statements="« Il m’attend. »",
            opinion="Danger très élevé.",
            proposes_tgd=True,
        ),
    )
    do(evaluations.send_evaluation, evaluations.EvaluationSent(evaluation=evaluation.pk))
    case.refresh_from_db()
    return built


def attributed(built: World) -> World:
    """The same, decided."""
    deciding.attribute(
        built.actor(built.prosecutor), Open(), built.case, deciding.AttributionDecided(reasons="Danger avéré.")
    )
    built.case.refresh_from_db()
    return built
