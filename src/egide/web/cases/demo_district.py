"""A fictional court district for the demo: agencies, who works there as what, and the phones of its court.

Nobody here exists, and the place is on no map. Passwords are drawn by `manage demo`, never here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from egide.core.access import Role
from egide.web.accounts.models import User
from egide.web.agencies.models import Agency, AgencyKind, Jurisdiction, Membership
from egide.web.cases.services.ports import Actor

CODE = "valombre"


class Staff(NamedTuple):
    """One login: who, in which agency, as what."""

    login: str
    given: str
    family: str
    agency: str
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """One agency of the district."""

    key: str
    kind: AgencyKind
    name: str
    phone: str
    lead: bool = False


PLACES = (
    Place("office", AgencyKind.PROSECUTION_OFFICE, "Parquet de Valombre", "01 99 00 10 01"),
    Place("court", AgencyKind.COURT, "Tribunal judiciaire de Valombre", "01 99 00 10 02"),
    Place("association", AgencyKind.SUPPORT_ASSOCIATION, "Valombre Aide aux victimes", "01 99 00 10 03", lead=True),
    Place("shelter", AgencyKind.OTHER, "Foyer des Tilleuls", "01 99 00 10 04"),
    Place("provider", AgencyKind.REMOTE_ASSISTANCE, "Téléassistance Vigie", "01 99 00 10 05"),
    Place("police", AgencyKind.POLICE, "Commissariat de Valombre", "01 99 00 10 06"),
    Place("social", AgencyKind.STATION_SOCIAL_WORK, "Intervention sociale au commissariat", "01 99 00 10 07"),
    Place("probation", AgencyKind.PROBATION, "SPIP de Valombre", "01 99 00 10 08"),
    Place("programme", AgencyKind.PERPETRATOR_CENTRE, "CPCA du Val", "01 99 00 10 09"),
    Place("town", AgencyKind.MUNICIPALITY, "Mairie de Valombre", "01 99 00 10 10"),
    Place("brigade", AgencyKind.GENDARMERIE, "Brigade de gendarmerie du Val", "01 99 00 10 11"),
)

STAFF = (
    Staff("procureure", "Hélène", "Marchal", "office", (Role.PROSECUTOR,)),
    Staff("greffiere", "Nadia", "Perrot", "office", (Role.PROSECUTOR_CLERK,)),
    Staff("juge", "Claude", "Tessier", "court", (Role.FAMILY_JUDGE,)),
    Staff("jap", "Baptiste", "Renaud", "court", (Role.SENTENCE_JUDGE,)),
    Staff("greffier", "Samir", "Collin", "court", (Role.CLERK,)),
    Staff("intervenante", "Camille", "Aubry", "association", (Role.ASSOCIATION_WORKER,)),
    Staff("intervenant", "Mathis", "Diallo", "association", (Role.ASSOCIATION_WORKER,)),
    Staff("responsable", "Sophie", "Chevallier", "association", (Role.ASSOCIATION_MANAGER,)),
    Staff("foyer", "Noémie", "Weber", "shelter", (Role.SPECIALISED_ASSOCIATION,)),
    Staff("teleassistante", "Élodie", "Sauvage", "provider", (Role.OPERATOR_TGD,)),
    Staff("telebar", "Gabriel", "Rousselle", "provider", (Role.OPERATOR_BAR,)),
    Staff("technicien", "Loïc", "Guérin", "provider", (Role.TECHNICIAN,)),
    Staff("salle17", "Karim", "Lacroix", "police", (Role.POLICE_DISPATCHER,)),
    Staff("patrouille", "Théo", "Vasseur", "police", (Role.POLICE_PATROL,)),
    Staff("brigade", "Lucie", "Maréchal", "brigade", (Role.POLICE_DISPATCHER,)),
    Staff("enquetrice", "Rachel", "Oudin", "police", (Role.INVESTIGATOR,)),
    Staff("iscg", "Inès", "Barbier", "social", (Role.STATION_SOCIAL_WORKER,)),
    Staff("spip", "Quentin", "Delorme", "probation", (Role.PROBATION,)),
    Staff("cpca", "Pauline", "Jacquet", "programme", (Role.PERPETRATOR_PROGRAMME,)),
    Staff("comite", "Dominique", "Leclercq", "town", (Role.COMMITTEE_MEMBER,)),
    Staff("auditrice", "Anaïs", "Mallet", "court", (Role.AUDITOR,)),
)


@dataclass(frozen=True, slots=True)
class District:
    """The district as laid down: agencies by key, actors by login."""

    jurisdiction: Jurisdiction
    agencies: dict[str, Agency]
    actors: dict[str, Actor]


# The demo's own room: it takes calls of phones and of bracelets alike, and no case is entrusted to it.
ROOM = Place("room", AgencyKind.REMOTE_ASSISTANCE, "Salle des alertes Vigie", "01 99 00 10 11")
ROOM_ROLES = (Role.OPERATOR_TGD, Role.OPERATOR_BAR)
AUTHORISED_BY = "Mme Marchal, procureure de la République"


def is_laid() -> bool:
    """Whether the district is there already."""
    return Jurisdiction.objects.filter(code=CODE).exists()


def lay(today: date) -> District:
    """Makes the district and what everybody may act as there. The users exist already."""
    district = Jurisdiction.objects.create(code=CODE, name="Ressort de Valombre")
    agencies = {
        place.key: Agency.objects.create(
            kind=place.kind, name=place.name, jurisdiction=district, phone=place.phone, is_lead_association=place.lead,
            approval_kind="général" if place.lead else "", approval_until=today + timedelta(days=75) if place.lead else None,
        )
        for place in PLACES
    }  # fmt: skip
    actors: dict[str, Actor] = {}
    for one in STAFF:
        user = User.objects.get(username=one.login)
        for role in one.roles:
            held = Membership.objects.create(
                user=user, agency=agencies[one.agency], role=role.value, starts_on=today - timedelta(days=900),
                authorised_by=AUTHORISED_BY,
            )  # fmt: skip
            actors.setdefault(one.login, Actor(user, held))
    return District(district, agencies, actors)


def lay_room(logins: Iterable[str], today: date) -> None:
    """The room's people act as operators of phones and of bracelets (TGD-41, AC-07). Without the file, it has a district of its own."""
    code, name = (CODE, "") if is_laid() else ("salle", "Ressort de la salle")
    district, _ = Jurisdiction.objects.get_or_create(code=code, defaults={"name": name})
    room = Agency.objects.filter(kind=ROOM.kind, name=ROOM.name).first() or Agency.objects.create(
        kind=ROOM.kind, name=ROOM.name, jurisdiction=district, phone=ROOM.phone
    )
    for user in User.objects.filter(username__in=logins, memberships=None):
        for role in ROOM_ROLES:
            Membership.objects.create(
                user=user, agency=room, role=role.value, starts_on=today - timedelta(days=900), authorised_by=AUTHORISED_BY
            )  # fmt: skip
