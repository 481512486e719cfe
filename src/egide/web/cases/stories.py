"""Three stories of the demo: a woman and her two children near a renewal, a man threatened by his husband at the decision,

a rape by a stranger at the evaluation. Nobody here exists; every step is an act of somebody who may do it.
"""

from __future__ import annotations

from datetime import date, timedelta

from egide.core.law.calendar import add_months, paris_day
from egide.core.law.frames import Frame
from egide.simulation.names import Name
from egide.web.cases import services as s
from egide.web.cases.models import (
    Attribution,
    Case,
    ConsentKind,
    Contact,
    CoupleLink,
    FollowUpStep,
    Report,
    StatementNature,
)
from egide.web.cases.services import clock
from egide.web.cases.teller import Teller
from egide.web.people.profile import Address, Channel, Relative

FACT, SAID, OPINION = StatementNature.FACT, StatementNature.SAID, StatementNature.OPINION
NEAR_TERM_DAYS = 20  # before the term of the first story


def phone_of(name: Name, is_safe: bool | None = True, hours: str = "9 h – 11 h, en semaine") -> s.ChannelGiven:
    """A telephone from the range kept for fiction."""
    return s.ChannelGiven(kind=Channel.Kind.PHONE, value=name.phone, is_safe=is_safe, safe_hours=hours)


def person(name: Name, birth: date | None = None, safe: bool = True, **profile: object) -> s.PersonGiven:
    """Somebody with a name of the generator."""
    channels = (phone_of(name),) if safe else ()
    return s.PersonGiven(
        given_name=name.given, family_name=name.family, phone=name.phone, birth_date=birth, channels=channels,
        profile=profile,
    )  # fmt: skip


def a_woman_with_two_children(t: Teller, names: list[Name], phone: int) -> Case:
    """Five months of a phone: alarm, follow-up, a shelter told by consent; the term is twenty days away."""
    term = paris_day(t.now) + timedelta(days=NEAR_TERM_DAYS)
    first = add_months(term, -6)
    case = _reported_by_the_police(t, names, first)
    _evaluated(t, case, first)
    t.on(first, 10)
    order = s.OrderGiven(
        respondent=case.respondents.get().pk, frame=Frame.PROTECTION_ORDER, bans_places=True,
        decided_on=first - timedelta(days=1), notified_on=first, starts_on=first, ends_on=add_months(first, 12),
        court="Tribunal judiciaire de Valombre, juge aux affaires familiales", reference="RG fictif 24/0117",
    )  # fmt: skip
    t.do("procureure", s.record_order, case, order)
    t.seise(case, "court")
    attribution = t.decide(case, "Menaces de mort réitérées après la séparation ; interdiction de contact en cours.")
    t.later(hours=2)
    t.tell(case)
    t.on(first + timedelta(days=1), 9)
    t.hand_over(case, attribution, phone)
    _lived_with(t, case, attribution, first)
    return case


def _reported_by_the_police(t: Teller, names: list[Name], first: date) -> Case:
    mother, father, elder, younger = names[:4]
    t.on(first - timedelta(days=5), 11)
    case = t.report(
        "enquetrice", reporter=Report.Reporter.POLICE, received_by=t.district.agencies["office"],
        protected=person(
            mother, date(1989, 4, 17), address_as="Madame", languages=["français", "portugais"], french_level="fluent",
            agreed_opening_phrase="Bonjour, c’est la bibliothèque, pour votre réservation.", duress_word="catalogue",
            family_situation="Séparée depuis huit mois, deux enfants",
        ),
        respondents=(
            s.RespondentGiven(
                person=s.PersonGiven(given_name=father.given, family_name=father.family), link=CoupleLink.FORMER_COHABITANT,
                is_at_large=False,
            ),
        ),
        children=(
            s.ChildGiven(
                person=s.PersonGiven(given_name=elder.given, family_name=mother.family, birth_date=date(2015, 9, 2)),
                lives_with_protected_person=True, school="École des Tilleuls", school_phone="01 99 00 20 01",
            ),
            s.ChildGiven(
                person=s.PersonGiven(given_name=younger.given, family_name=mother.family, birth_date=date(2019, 1, 23)),
                lives_with_protected_person=True, school="École maternelle du Parc", school_phone="01 99 00 20 02",
            ),
        ),
        narrative="Plainte ce jour pour menaces de mort et passages répétés devant le domicile.",
        violence=True, cohabitation=False,
    )  # fmt: skip
    t.later(hours=3)
    t.mandate(case)
    return case


def _evaluated(t: Teller, case: Case, first: date) -> None:
    t.later(hours=3)
    t.reach(case, "Seule, peut parler. Rendez-vous demain.")
    t.on(first - timedelta(days=4), 14)
    statements = (
        s.StatementGiven(
            nature=FACT, text="Deux mains courantes et une plainte au commissariat.", source="Commissariat"
        ),
        s.StatementGiven(
            nature=SAID,
            text="Il dit qu’il n’a plus rien à perdre.",
            date_words="depuis l’automne",
            violence_forms=("threats",),
        ),
        s.StatementGiven(
            nature=SAID, text="Les enfants l’ont vu attendre devant l’école.", date_words="deux fois ce mois-ci"
        ),
        s.StatementGiven(nature=OPINION, text="Peur constante, sommeil très réduit."),
    )
    t.meet(case, statements)
    _describe(t, case)
    t.assess(case, ("P01", "P04", "P08", "R02", "R06", "R12"), ("P02", "P03", "R01"), "Entretien au calme.")
    said = {"serious_danger": True, "imminent_danger": False, "is_rape_victim": False}
    t.do(t.worker, s.say_situation, case, s.SituationSaid(said=said))
    t.on(first - timedelta(days=3), 11)
    for kind in (ConsentKind.TGD, ConsentKind.TGD_GEOLOCATION, ConsentKind.POLICE_SHEETS):
        t.consent(case, kind)
    t.evaluate(
        case, "Plainte, mains courantes, messages lus par l’enquêtrice.", "Menaces de mort, surveillance, guet à l’école.",
        "Danger grave ; la séparation récente l’aggrave. Nous proposons un téléphone.",
    )  # fmt: skip


def _describe(t: Teller, case: Case) -> None:
    for given in (
        s.AddressGiven(kind=Address.Kind.HOST, text="3 impasse des Lilas, 00000 Valombre", host="Chez une amie", housing="Appartement, 2e étage"),
        s.AddressGiven(kind=Address.Kind.USUAL, text="Marché couvert, le samedi matin"),
        s.AddressGiven(kind=Address.Kind.ACCESS_RIGHTS, text="Espace de rencontre de Valombre", hidden=False),
    ):  # fmt: skip
        t.do(t.worker, s.write_address, case, given)
    for relative in (
        s.RelativeGiven(kind=Relative.Kind.EMERGENCY, name="Sa sœur", link="sœur", phone="06 39 98 40 01", order=1),
        s.RelativeGiven(
            kind=Relative.Kind.TRUSTED, name="Une voisine", link="voisine", phone="06 39 98 40 02", order=2
        ),
    ):
        t.do(t.worker, s.add_relative, case, relative)
    values = {"workplace": "Médiathèque de Valombre", "workplace_phone": "01 99 00 20 03", "pets": "un chien"}
    t.do(t.worker, s.write_fields, case, s.FieldsGiven(values=values))


def _lived_with(t: Teller, case: Case, attribution: Attribution, first: date) -> None:
    """Tests, steps, an alarm and its call, a shelter told, the danger looked at again."""
    today = paris_day(t.now)
    t.on(first + timedelta(days=9), 14)
    for category in ("identity", "contact", "follow_up"):  # what a shelter needs to find a home, each asked by itself
        share = s.ConsentGiven(
            kind=ConsentKind.SHARING, given=True, category=category, recipient=t.district.agencies["shelter"],
            purpose="housing", until=t.now + timedelta(days=90), signed_on=t.today, copy_handed_on=t.today,
        )  # fmt: skip
        t.do(t.worker, s.record_consent, case, share)
    housing = _step(
        t,
        case,
        FollowUpStep.Domain.HOUSING,
        "Demande de logement social, dossier prioritaire",
        first + timedelta(days=60),
    )
    _step(
        t,
        case,
        FollowUpStep.Domain.CHILDREN,
        "Espace de rencontre : demander une remise séparée",
        today + timedelta(days=6),
    )
    _step(t, case, FollowUpStep.Domain.WORK, "Aménager les horaires avec l’employeur", today - timedelta(days=2))
    t.on(first + timedelta(days=58), 16)
    done = s.StepGiven(step=housing, status=FollowUpStep.Status.DONE, outcome="Logement attribué pour le 1er du mois.")
    t.do(t.worker, s.move_step, case, done)
    alarm = first + timedelta(days=72)
    with clock.at(t.on(alarm, 21, 14)):
        s.after_alarm(case, t.at, "demo-alarm-1")
    t.on(alarm + timedelta(days=1), 10)
    call = s.AlarmCallMade(
        outcome=Contact.Outcome.REACHED,
        alone=True,
        words="Il était devant l’immeuble ; parti à l’arrivée de la police. Elle a complété sa plainte.",
    )
    t.do(t.worker, s.record_alarm_call, case, call)
    t.on(first + timedelta(days=1), 15)
    t.test_until(case, attribution, today - timedelta(days=4))
    t.ago(days=4, hours=2)
    t.assess(
        case, ("P01", "P04", "P08", "R05"), ("P02", "P03", "R01", "R02"), "Une alerte en cinq mois ; la peur demeure."
    )


def _step(t: Teller, case: Case, domain: FollowUpStep.Domain, what: str, due_on: date) -> int:
    given = s.StepGiven(domain=domain, what=what, due_on=due_on, status=FollowUpStep.Status.UNDER_WAY)
    row = t.do(t.worker, s.move_step, case, given)
    return int(row.pk)


def a_man_threatened_by_his_husband(t: Teller, names: list[Name]) -> Case:
    """The report is with the prosecutor: imminent danger, the husband at large, no ban yet (case B). He wants no position."""
    he, husband = names[:2]
    t.ago(days=2, hours=4)
    case = t.report(
        "intervenante", reporter=Report.Reporter.PERSON, channel=Report.Channel.IN_PERSON,
        protected=person(he, date(1978, 11, 30), address_as="Monsieur", languages=["français"], french_level="fluent",
                         agreed_opening_phrase="C’est le garage, votre voiture est prête."),
        respondents=(
            s.RespondentGiven(
                person=s.PersonGiven(given_name=husband.given, family_name=husband.family), link=CoupleLink.SPOUSE,
                is_at_large=True, is_arrested=False,
            ),
        ),
        narrative="Venu à la permanence. Hébergé chez son frère depuis quatre jours.",
        violence=True, cohabitation=False,
    )  # fmt: skip
    t.later(hours=1)
    statements = (
        s.StatementGiven(nature=SAID, text="Il m’a serré le cou dans la cuisine.", date_words="la nuit du départ"),
        s.StatementGiven(nature=FACT, text="Certificat médical : traces au cou, trois jours d’ITT.", source="Certificat"),
        s.StatementGiven(nature=SAID, text="Il écrit qu’il me retrouvera, chez mon frère ou ailleurs.", violence_forms=("threats",)),
    )  # fmt: skip
    t.meet(case, statements)
    t.do(
        t.worker,
        s.write_address,
        case,
        s.AddressGiven(kind=Address.Kind.HOST, text="12 chemin du Moulin, 00000 Valombre", host="Chez son frère"),
    )
    t.assess(case, ("P01", "P02", "P04", "R06", "R11"), ("P08", "P09", "R01"), "Le jour même, au calme.")
    said = {"serious_danger": True, "imminent_danger": True, "is_rape_victim": False}
    t.do(t.worker, s.say_situation, case, s.SituationSaid(said=said))
    t.later(hours=20)
    t.consent(case, ConsentKind.TGD)
    t.consent(case, ConsentKind.TGD_GEOLOCATION, given=False)
    t.consent(case, ConsentKind.POLICE_SHEETS)
    t.evaluate(
        case, "Certificat médical, messages, départ du domicile.", "Strangulation, menaces de mort, recherche de l’adresse.",
        "Danger grave et imminent ; son mari est recherché. Nous proposons un téléphone, sans géolocalisation.",
    )  # fmt: skip
    t.later(hours=3)
    asked = s.RespondentSaid(respondent=case.respondents.get().pk, said={"is_at_large": True, "ban_requested": True})
    t.do("procureure", s.say_respondent, case, asked)
    return case


def a_rape_by_a_stranger(t: Teller, names: list[Name]) -> Case:
    """Reported by a hospital yesterday; nobody knows who it was; the interview is paused at the person's wish."""
    t.ago(hours=20)
    case = t.report(
        "intervenante", reporter=Report.Reporter.HEALTH, channel=Report.Channel.PHONE,
        protected=person(names[0], date(2001, 6, 8), address_as="Madame", languages=["arabe", "français"], french_level="little",
                         interpreter_language="arabe", agreed_opening_phrase="Bonjour, c’est la pharmacie."),
        respondents=(s.RespondentGiven(link=CoupleLink.NONE, description="Inconnu, rencontré dans un bus de nuit"),),
        narrative="Le service d’urgence signale avec l’accord de la personne. L’auteur a gardé ses papiers et son adresse.",
        rape=True, violence=False, cohabitation=False, contact_of_reporter="01 99 00 20 09",
    )  # fmt: skip
    t.later(hours=2)
    t.reach(case, "Jointe avec une interprète. Préfère venir ce matin.")
    t.ago(hours=3)
    session = t.do(t.worker, s.start_sitting, case, s.SittingStarted(confidential_room=True, interpreter_present=True))
    told = s.StatementGiven(
        nature=SAID, text="Il a dit qu’il savait où elle habite maintenant.", date_words="cette nuit-là"
    )
    t.do(t.worker, s.add_statement, case, told)
    t.later(hours=1)
    paused = s.SittingPaused(
        interview=session.interview_id, reason="À sa demande : elle reprendra demain matin.",
        draft={"notes": "Reste à voir : les lieux habituels, les personnes à prévenir ; expliquer les deux accords."},
    )  # fmt: skip
    t.do(t.worker, s.pause_sitting, case, paused)
    return case
