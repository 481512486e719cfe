"""The other cases of the demo's district: one line each, so that every list of every role has something to show.

The phones of the alarm room belong to these cases and to the first story: room and file tell of the same persons.
"""

from __future__ import annotations

from datetime import time, timedelta

from egide.core.law.calendar import paris_day
from egide.core.law.frames import Frame
from egide.simulation.names import Name
from egide.web.cases import services as s
from egide.web.cases.models import (
    Attribution,
    Case,
    ConsentKind,
    CoupleLink,
    Report,
    WithdrawalGround,
)
from egide.web.cases.services import bar
from egide.web.cases.stories import person
from egide.web.cases.teller import Teller
from egide.web.measures.models import Burden, Measure


def with_a_phone(
    t: Teller, names: tuple[Name, Name], phone: int, days: int, geolocation: bool
) -> tuple[Case, Attribution]:
    """A phone handed over so many days ago, tested nine days ago."""
    t.ago(days=days + 2, hours=2)
    case = _evaluated(t, names)
    if geolocation:
        t.consent(case, ConsentKind.TGD_GEOLOCATION)
    else:
        t.consent(case, ConsentKind.TGD_GEOLOCATION, given=False)
    t.evaluate(case, "Plainte et certificat.", "Menaces répétées.", "Danger grave : nous proposons un téléphone.")
    t.later(hours=4)
    order = s.OrderGiven(
        respondent=case.respondents.get().pk, frame=Frame.JUDICIAL_SUPERVISION, decided_on=t.today, starts_on=t.today,
        until_lifted=True, court="Tribunal judiciaire de Valombre",
    )  # fmt: skip
    t.do("procureure", s.record_order, case, order)
    attribution = t.decide(case, "Danger grave, interdiction de contact en cours.")
    t.tell(case)
    t.ago(days=days, hours=1)
    t.hand_over(case, attribution, phone)
    t.ago(days=min(days - 1, 9))
    t.do("teleassistante", s.record_test, case, s.Tested(attribution=attribution.pk, worked=True))
    return case, attribution


def the_ban_ends_first(t: Teller, names: tuple[Name, Name], phone: int, geolocation: bool) -> Case:
    """The parquet's ban ends weeks before the phone's term (IN-11)."""
    case, _ = with_a_phone(t, names, phone, 100, geolocation)
    t.ago(days=90)
    bans = case.orders.get()
    t.do("procureure", s.lift_order, case, s.OrderLifted(order=bans.pk, lifted_on=t.today))
    shorter = s.OrderGiven(
        respondent=case.respondents.get().pk, frame=Frame.ALTERNATIVE_TO_PROSECUTION, decided_on=t.today,
        starts_on=t.today, ends_on=t.now.date() + timedelta(days=17), court="Parquet de Valombre",
    )  # fmt: skip
    t.do("procureure", s.record_order, case, shorter)
    return case


def she_asks_to_give_it_back(t: Teller, names: tuple[Name, Name], phone: int, geolocation: bool) -> Case:
    """Asked an hour ago: somebody calls her today, alone."""
    case, _ = with_a_phone(t, names, phone, 45, geolocation)
    t.on(paris_day(t.now), 0, 1)  # today, whatever the hour the demo is laid at
    t.at = max(t.at, t.now - timedelta(hours=1))
    t.do("intervenante", s.ask_to_withdraw, case, s.AskedToWithdraw(words="Par message : « Je n’en ai plus besoin. »"))
    return case


def withdrawn_and_not_back_yet(t: Teller, names: tuple[Name, Name], phone: int, geolocation: bool) -> Case:
    """Withdrawn five days ago; the phone is still out, and rings."""
    case, attribution = with_a_phone(t, names, phone, 70, geolocation)
    t.ago(days=5)
    gone = s.Withdrawn(
        attribution=attribution.pk,
        ground=WithdrawalGround.DANGER_CEASED,
        reasons="Départ durable du mis en cause, apaisement constaté.",
    )
    t.do("procureure", s.withdraw, case, gone)
    t.later(hours=5)
    t.tell(case)
    return case


def the_respondent_is_imprisoned(t: Teller, names: tuple[Name, Name], phone: int, geolocation: bool) -> Case:
    """Imprisoned; a release is planned in nine days and must be re-examined before (TGD-37)."""
    case, _ = with_a_phone(t, names, phone, 60, geolocation)
    t.ago(days=20)
    respondent = case.respondents.get().pk
    t.do("greffiere", s.say_detention, case, s.DetentionSaid(respondent=respondent, imprisoned=True))
    t.ago(days=1)
    out = s.DetentionSaid(respondent=respondent, imprisoned=True, release_at=t.now + timedelta(days=9))
    t.do("greffiere", s.say_detention, case, out)
    t.seise(case, "court", "probation", "programme")
    return case


def given_back(t: Teller, names: tuple[Name, Name], phone: int) -> Case:
    """Withdrawn last week and returned today: the erasures are due."""
    case, attribution = with_a_phone(t, names, phone, 120, geolocation=True)
    t.ago(days=9)
    gone = s.Withdrawn(
        attribution=attribution.pk, ground=WithdrawalGround.DANGER_CEASED, reasons="Déménagement, apaisement."
    )
    t.do("procureure", s.withdraw, case, gone)
    t.later(hours=5)
    t.tell(case)
    t.ago(hours=6)
    back = s.Returned(attribution=attribution.pk, association_present="Valombre Aide aux victimes")
    t.do("greffiere", s.record_return, case, back)
    t.later(hours=4)
    gone_too = s.Erased(attribution=attribution.pk, part=s.Part.PHONE)
    t.do("technicien", s.record_erasure, case, gone_too)
    t.do("technicien", s.acknowledge_certificate, case, s.CertificateReceived(attribution=attribution.pk))
    return case


def refused(t: Teller, names: tuple[Name, Name]) -> Case:
    """Refused with reasons, told; the door stays open."""
    t.ago(days=12)
    case = _evaluated(t, names)
    t.evaluate(
        case, "Main courante.", "Disputes au sujet de la garde.", "Pas de danger grave à ce jour.", proposes=False
    )
    t.later(hours=20)
    t.do(
        "procureure",
        s.refuse,
        case,
        s.Refused(reasons="Le danger grave n’est pas établi à ce jour ; une médiation est exclue."),
    )
    t.later(hours=3)
    t.tell(case)
    return case


def a_sign_at_a_reception(t: Teller, names: tuple[Name, Name]) -> Case:
    """A hand on the red dot, at the station's reception, ten minutes ago (RQ-90)."""
    t.ago(hours=0.15)
    case = t.report(
        "enquetrice", reporter=Report.Reporter.PERSON, channel=Report.Channel.RECEPTION_SIGN,
        protected=person(names[0], safe=False), narrative="Signe discret à l’accueil. Attend dans la salle 2.",
    )  # fmt: skip
    t.seise(case, "social")
    return case


def before_the_committee(t: Teller, names: tuple[Name, Name]) -> Case:
    """On the committee's agenda next week: who proposes the measure?"""
    t.ago(days=2)
    case = _evaluated(t, names)
    t.evaluate(case, "Plainte classée, deux signalements.", "Contrôle, isolement.", "Nous proposons un téléphone.")
    t.later(hours=6)
    item = s.PutOnAgenda(meets_on=(t.now + timedelta(days=6)).date(), question="Faut-il attribuer un téléphone ?")
    t.do("greffiere", s.put_on_agenda, case, item)
    t.seise(case, "town")
    return case


def with_a_bracelet(t: Teller, measure: Measure) -> Case:
    """A protection order with a bracelet: where he works is allowed, the school is not; alerts are many (BAR-35)."""
    protected, wearer = measure.protected_person, measure.wearer_person
    t.ago(hours=30)
    case = t.report(
        "intervenante", reporter=Report.Reporter.LAWYER,
        protected=person(Name(protected.given_name, protected.family_name, protected.phone), languages=["français"], french_level="fluent"),
        respondents=(
            s.RespondentGiven(
                person=s.PersonGiven(given_name=wearer.given_name, family_name=wearer.family_name),
                link=CoupleLink.FORMER_SPOUSE, is_at_large=False,
            ),
        ),
        violence=True, cohabitation=False,
    )  # fmt: skip
    t.later(hours=3)
    respondent = case.respondents.get()
    order = s.OrderGiven(
        respondent=respondent.pk, frame=Frame.PROTECTION_ORDER, decided_on=measure.starts_on - timedelta(days=30),
        notified_on=measure.starts_on - timedelta(days=30), starts_on=measure.starts_on - timedelta(days=30),
        ends_on=measure.starts_on + timedelta(days=330), court="Tribunal judiciaire de Valombre, juge aux affaires familiales",
    )  # fmt: skip
    t.seise(case, "court", "probation")
    t.do("juge", s.record_order, case, order)
    # The room's measure is about these two: the file and the room tell of the same persons.
    assert respondent.person is not None
    for device, one in ((measure.protected_device, case.protected_person), (measure.wearer_device, respondent.person)):
        device.person = one
        device.save()
    measure.protected_person, measure.wearer_person = case.protected_person, respondent.person
    measure.starts_on, measure.ends_on = measure.starts_on - timedelta(days=30), measure.ends_on - timedelta(days=30)
    measure.save()
    work = bar.PlaceGiven(
        measure=measure.pk, name="Travail, atelier", lat=47.0240, lon=4.8380, radius_m=150, days=(1, 2, 3, 4, 5),
        begins=time(8), ends=time(17, 30),
    )  # fmt: skip
    t.do("juge", bar.allow_place, case, work)
    school = bar.PlaceGiven(measure=measure.pk, name="École des enfants", lat=47.0301, lon=4.8702, radius_m=300)
    t.do("juge", bar.forbid_place, case, school)
    _many_alerts(t, measure)
    return case


def _many_alerts(t: Teller, measure: Measure) -> None:
    """What the monitor would have counted in two weeks: three to four calls a day, some at night (OF-01)."""
    for n in range(1, 14):
        day = paris_day(t.now) - timedelta(days=n)
        for side, alerts in ((measure.protected_person, 1 + n % 2), (measure.wearer_person, 1 + n % 3)):
            Burden.objects.create(
                person=side, day=day, alerts=alerts, pre_alerts=2 + n % 2, possible=n % 3 == 0, technical=n % 4 == 0,
                at_night=n % 5 == 0, weight=100 * (4 * alerts + 2),
            )  # fmt: skip


def _evaluated(t: Teller, names: tuple[Name, Name]) -> Case:
    """From the report to the interview, within two days."""
    protected, respondent = names
    case = t.report(
        "intervenante", reporter=Report.Reporter.LAWYER,
        protected=person(protected, address_as="", languages=["français"], french_level="fluent", agreed_opening_phrase="C’est la mairie."),
        respondents=(
            s.RespondentGiven(
                person=s.PersonGiven(given_name=respondent.given, family_name=respondent.family),
                link=CoupleLink.FORMER_SPOUSE, is_at_large=False,
            ),
        ),
        violence=True, cohabitation=False,
    )  # fmt: skip
    t.later(hours=2)
    t.reach(case, "Jointe, seule.")
    t.later(hours=3)
    t.meet(case)
    t.do("intervenante", s.say_situation, case, s.SituationSaid(said={"serious_danger": True, "is_rape_victim": False}))
    t.consent(case, ConsentKind.TGD)
    t.consent(case, ConsentKind.POLICE_SHEETS)
    return case
