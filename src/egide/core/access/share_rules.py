"""On what ground may one agency pass something on to another without the person's consent? One row a text (SH-*).

No text was found that generally allows it for an adult victim. So these rows are all there is; what they do not name
needs a consent, and what neither names is refused (SH-01).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from egide.core.access.groups import Category, Group
from egide.core.access.roles import ASSOCIATION, POLICE, RESPONDENT_SIDE, ROLES, Role
from egide.core.access.rows import HERS_TO_GIVE, PART_I, PART_II
from egide.core.access.scale import Obligation


class Fact(StrEnum):
    """What the sender states and the audit keeps. A row counts only if all its facts are stated."""

    MINOR_OR_UNABLE = "minor_or_unable"
    ABUSE = "abuse"
    PERSON_AGREES = "person_agrees"
    ADULT = "adult"
    COUPLE_VIOLENCE = "couple_violence"
    LIFE_IN_IMMEDIATE_DANGER = "life_in_immediate_danger"
    EMPRISE = "emprise"
    AGREEMENT_SOUGHT = "agreement_sought"
    DANGEROUS = "dangerous"
    ARMED = "armed"
    OFFENCE_LEARNED_IN_OFFICE = "offence_learned_in_office"
    CRIME_PREVENTABLE = "crime_preventable"
    IMMEDIATE_PERIL = "immediate_peril"
    CLSPD_WORKING_GROUP = "clspd_working_group"
    MANDATED_EVALUATION = "mandated_evaluation"
    ORDER_MADE = "order_made"
    ATTRIBUTION_IN_FORCE = "attribution_in_force"

    @property
    def fr(self) -> str:
        """What is stated, in French."""
        return _FACTS[self][0]

    @property
    def en(self) -> str:
        """What is stated, in English."""
        return _FACTS[self][1]


F, C, R = Fact, Category, Role

_FACTS = {
    F.MINOR_OR_UNABLE: ("la victime est mineure ou hors d’état de se protéger", "the victim is a minor or unable to protect herself or himself"),
    F.ABUSE: ("privations ou sévices constatés ou présumés", "deprivation or abuse, seen or presumed"),
    F.PERSON_AGREES: ("la personne a donné son accord à cette transmission", "the person agreed to this being passed on"),
    F.ADULT: ("la victime est majeure", "the victim is an adult"),
    F.COUPLE_VIOLENCE: ("violences au sein du couple", "violence within the couple"),
    F.LIFE_IN_IMMEDIATE_DANGER: ("en conscience, danger immédiat pour la vie", "in conscience, immediate danger to life"),
    F.EMPRISE: ("la victime ne peut se protéger en raison de l’emprise", "the victim cannot protect herself or himself because of emprise"),
    F.AGREEMENT_SOUGHT: ("l’accord a été recherché", "agreement was sought"),
    F.DANGEROUS: ("personne dangereuse pour elle-même ou pour autrui", "a person dangerous to themselves or to others"),
    F.ARMED: ("qui détient une arme ou a manifesté l’intention d’en acquérir une", "who holds a weapon or means to get one"),
    F.OFFENCE_LEARNED_IN_OFFICE: ("crime ou délit connu dans l’exercice des fonctions", "a crime or délit learned of in office"),
    F.CRIME_PREVENTABLE: ("crime qu’il est encore possible de prévenir ou de limiter", "a crime that can still be prevented or limited"),
    F.IMMEDIATE_PERIL: ("personne en péril en ce moment", "somebody in peril right now"),
    F.CLSPD_WORKING_GROUP: ("échange au sein d’un groupe de travail du CLSPD", "an exchange within a working group of the local safety council"),
    F.MANDATED_EVALUATION: ("évaluation demandée par l’autorité judiciaire", "an evaluation the judicial authority asked for"),
    F.ORDER_MADE: ("ordonnance de protection rendue", "a protection order was made"),
    F.ATTRIBUTION_IN_FORCE: ("attribution d’un TGD en cours", "a TGD attribution is in force"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ShareRow:
    """One text: who may (or must) tell whom what, if which facts are stated.

    `duty`: the text obliges. `public_only`: only a public official. `unless_secrecy`: exempts those bound to secrecy.
    `groups`: the groups a closed list names, where the text has one.
    """

    id: str
    basis: str
    senders: frozenset[Role]
    recipients: frozenset[Role]
    categories: frozenset[Category]
    facts: frozenset[Fact]
    fr: str
    en: str
    duty: bool = False
    public_only: bool = False
    unless_secrecy: bool = False
    obligations: tuple[Obligation, ...] = ()
    groups: frozenset[Group] = frozenset(Group)


# The accounts of the machine room report nothing: they have seen nothing.
ANYBODY = frozenset(Role) - {R.AUDITOR, R.TECHNICIAN, R.ADMINISTRATOR, R.RESPONDENT, R.LAWYER_RESPONDENT, R.INTERPRETER}
WITNESSES = ANYBODY - {R.PROTECTED_PERSON, R.LAWYER_PROTECTED, R.PROSECUTOR}
JUSTICE = frozenset({R.PROSECUTOR})
HEALTH = frozenset({R.HEALTH_PROFESSIONAL})
SOCIAL_WORK = frozenset({R.STATION_SOCIAL_WORKER, R.CHILD_SERVICES})
FACTS_OF_AN_OFFENCE = frozenset({C.IDENTITY, C.CONTACT, C.LOCATION, C.FAMILY, C.CHILDREN, C.VIOLENCE, C.DANGER, C.ALARM, C.ORDER, C.RESPONDENT, C.WEAPONS})  # fmt: skip
OF_A_VICTIM = frozenset({C.IDENTITY, C.CONTACT, C.LOCATION, C.FAMILY, C.CHILDREN, C.VIOLENCE, C.HEALTH, C.DANGER, C.RESPONDENT, C.WEAPONS})  # fmt: skip

SHARES: tuple[ShareRow, ...] = (
    ShareRow(
        "S-01", "SH-08", frozenset(role for role, row in ROLES.items() if row.public is not False) - JUSTICE, JUSTICE,
        FACTS_OF_AN_OFFENCE, frozenset({F.OFFENCE_LEARNED_IN_OFFICE}),
        "CPP 40 : tout agent public avise sans délai le procureur d’un crime ou d’un délit",
        "CPP 40: every public official notifies the prosecutor without delay of a crime or délit",
        duty=True, public_only=True,
    ),
    ShareRow(
        "S-02", "SH-09", WITNESSES, JUSTICE | POLICE, OF_A_VICTIM, frozenset({F.CRIME_PREVENTABLE}),
        "CP 434-1 : un crime encore évitable se signale, hors secret professionnel",
        "CP 434-1: a crime that can still be prevented is reported, professional secrecy apart",
        duty=True, unless_secrecy=True,
    ),
    ShareRow(
        "S-03", "SH-09", WITNESSES, JUSTICE | POLICE | {R.CHILD_SERVICES}, OF_A_VICTIM, frozenset({F.MINOR_OR_UNABLE, F.ABUSE}),
        "CP 434-3 : les mauvais traitements d’un mineur ou d’une personne vulnérable se signalent, hors secret professionnel",
        "CP 434-3: ill-treatment of a minor or vulnerable person is reported, professional secrecy apart",
        duty=True, unless_secrecy=True,
    ),
    ShareRow(
        "S-04", "SH-03", ANYBODY - JUSTICE, JUSTICE | {R.INVESTIGATOR, R.CHILD_SERVICES, R.HEALTH_PROFESSIONAL}, OF_A_VICTIM, frozenset({F.MINOR_OR_UNABLE, F.ABUSE}),
        "CP 226-14 1° : mineur ou personne hors d’état de se protéger",
        "CP 226-14 1°: a minor, or somebody unable to protect herself or himself",
    ),
    ShareRow(
        "S-05", "SH-04", HEALTH, JUSTICE, OF_A_VICTIM, frozenset({F.PERSON_AGREES}),
        "CP 226-14 2° : un professionnel de santé, avec l’accord de la victime",
        "CP 226-14 2°: a health professional, with the victim’s agreement",
    ),
    ShareRow(
        "S-06", "SH-04", HEALTH, JUSTICE | {R.CHILD_SERVICES}, OF_A_VICTIM, frozenset({F.MINOR_OR_UNABLE}),
        "CP 226-14 2° : sans accord pour un mineur ou une personne hors d’état de se protéger",
        "CP 226-14 2°: without agreement for a minor or somebody unable to protect herself or himself",
    ),
    ShareRow(
        "S-07", "SH-05", HEALTH, JUSTICE, OF_A_VICTIM,
        frozenset({F.ADULT, F.COUPLE_VIOLENCE, F.LIFE_IN_IMMEDIATE_DANGER, F.EMPRISE, F.AGREEMENT_SOUGHT}),
        "CP 226-14 3° : danger immédiat pour la vie et emprise, au sein du couple",
        "CP 226-14 3°: immediate danger to life and emprise, within the couple",
        obligations=(Obligation.SEEK_AGREEMENT_FIRST, Obligation.INFORM_THE_PERSON),
    ),
    ShareRow(
        "S-08", "SH-06", HEALTH | SOCIAL_WORK, frozenset({R.PREFECT}), frozenset({C.WEAPONS}), frozenset({F.DANGEROUS, F.ARMED}),
        "CP 226-14 4° : personne dangereuse et armée, au préfet, rien d’autre",
        "CP 226-14 4°: a dangerous and armed person, to the prefect, nothing else",
    ),
    ShareRow(
        "S-09", "SH-10", ANYBODY, frozenset({R.POLICE_DISPATCHER}),
        frozenset({C.IDENTITY, C.CONTACT, C.LOCATION, C.HIDDEN_ADDRESS, C.CHILDREN, C.DANGER, C.WEAPONS}), frozenset({F.IMMEDIATE_PERIL}),
        "CP 223-6 : appeler les secours pour une personne en péril",
        "CP 223-6: calling help for somebody in peril",
        duty=True, obligations=(Obligation.EMERGENCY_CALL_ONLY,),
    ),
    ShareRow(
        "S-10", "SH-11", JUSTICE, frozenset({R.MUNICIPAL_POLICE}), frozenset({C.VIOLENCE, C.DANGER, C.ORDER}), frozenset({F.CLSPD_WORKING_GROUP}),
        "CSI L132-5 : échange confidentiel au sein du groupe de travail",
        "CSI L132-5: confidential exchange within the working group",
        obligations=(Obligation.NEVER_TO_THIRD_PARTIES,),
    ),
    ShareRow(
        "S-11", "SH-11", frozenset({R.MUNICIPAL_POLICE}), JUSTICE, frozenset({C.IDENTITY, C.VIOLENCE, C.DANGER}), frozenset({F.CLSPD_WORKING_GROUP}),
        "CSI L132-5 : échange confidentiel au sein du groupe de travail",
        "CSI L132-5: confidential exchange within the working group",
        obligations=(Obligation.NEVER_TO_THIRD_PARTIES,),
    ),
    ShareRow(
        "S-12", "SH-13", ASSOCIATION, JUSTICE | {R.FAMILY_JUDGE, R.INVESTIGATING_JUDGE, R.CUSTODY_JUDGE, R.TRIAL_JUDGE, R.SENTENCE_JUDGE, R.INVESTIGATOR},
        frozenset({C.IDENTITY, C.CONTACT, C.LOCATION, C.FAMILY, C.CHILDREN, C.VIOLENCE, C.DANGER, C.MEASURE}), frozenset({F.MANDATED_EVALUATION}),
        "CPP 10-5 : évaluation demandée par l’autorité judiciaire",
        "CPP 10-5: an evaluation the judicial authority asked for",
    ),
    ShareRow(
        "S-13", "SH-14", frozenset({R.FAMILY_JUDGE, R.CLERK}), ASSOCIATION | {R.SPECIALISED_ASSOCIATION}, frozenset({C.IDENTITY, C.CONTACT}), frozenset({F.PERSON_AGREES}),
        "CC 515-11 : coordonnées à une personne morale qualifiée, avec son accord",
        "CC 515-11: contact details to a qualified body, with the person’s agreement",
        groups=frozenset({Group.IDENTITY, Group.CONTACT, Group.SAFE_CONTACT}),
    ),
    ShareRow(
        "S-14", "SH-14", frozenset({R.FAMILY_JUDGE, R.CLERK}), JUSTICE, frozenset({C.IDENTITY, C.ORDER, C.CHILDREN, C.DANGER, C.RESPONDENT}), frozenset({F.ORDER_MADE}),
        "CC 515-11 : le juge informe sans délai le procureur",
        "CC 515-11: the judge informs the prosecutor without delay",
        duty=True,
    ),
    ShareRow(
        "S-15", "SH-15", frozenset({R.PROSECUTOR, R.PROSECUTOR_CLERK}), frozenset({R.OPERATOR_TGD, R.POLICE_DISPATCHER, R.POLICE_PATROL}) | ASSOCIATION,
        frozenset({C.IDENTITY, C.CONTACT, C.LOCATION, C.HIDDEN_ADDRESS, C.FAMILY, C.CHILDREN, C.MEASURE, C.ORDER, C.RESPONDENT}), frozenset({F.ATTRIBUTION_IN_FORCE}),
        "Arrêté du 22 avril 2015, art. 3 et 4 : destinataires de la liste fermée",
        "Arrêté of 22 April 2015, art. 3 and 4: recipients of the closed list",
        groups=PART_I | PART_II,
    ),
    ShareRow(
        "S-16", "AC-20", frozenset({R.PROTECTED_PERSON}), frozenset(Role) - RESPONDENT_SIDE, frozenset(c for c in Category if c.consentable), frozenset(),
        "la personne protégée dit ce qu’elle veut de ce qui est à elle",
        "the protected person tells what she or he wants of what is hers or his",
        groups=HERS_TO_GIVE,
    ),
)  # fmt: skip

# Read and left out on purpose: they are no ground here.
NO_GROUND = {
    "SH-02": "a frame for other texts, not a ground by itself",
    "SH-07": "protects who reported in good faith; opens nothing",
    "SH-12": "a prohibition: see wall W-01",
    "SH-17": "shared secrecy in care: unverified, and not towards police or courts",
    "SH-18": "events with many victims only",
    "SH-19": "a prohibition: retention and purpose",
}
