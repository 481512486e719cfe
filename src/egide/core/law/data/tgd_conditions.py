"""TGD-01 to TGD-19: what the phone is for, who asks, who decides, and on which conditions."""

from __future__ import annotations

from datetime import date

from egide.core.law.data.build import BEFORE_2019, BEFORE_2024, SINCE_2014, SINCE_2019, SINCE_2024, rule, version
from egide.core.law.data.copies import cp, cpp, told_by
from egide.core.law.model import Level, Rule
from egide.core.law.text import Text

_OPPI_NOTE = Text.of(
    "Rédaction finale non lue ; le jour d’entrée en vigueur est celui de l’art. 515-13-1 du code civil, issu de la même loi.",
    "Final wording not read; the day it came into force is that of article 515-13-1 of the civil code, from the same law.",
)

TGD_CONDITIONS: tuple[Rule, ...] = (
    rule(
        "TGD-01",
        Level.STATUTE,
        version(
            "Le dispositif de téléprotection permet à la personne d’alerter directement les autorités publiques.",
            "The remote protection device lets the person alert the public authorities directly.",
            cpp("41-3-1 al. 1"),
            told_by("GUIDE23"),
            since=SINCE_2014,
        ),
    ),
    rule(
        "TGD-02",
        Level.STATUTE,
        version(
            "Seul le procureur de la République attribue le téléphone ; il apprécie s’il y a lieu de le faire.",
            "Only the public prosecutor attributes the phone, and judges whether to do so.",
            cpp("41-3-1"),
            told_by("GUIDE23"),
            told_by("REVUE"),
            since=SINCE_2014,
        ),
    ),
    rule(
        "TGD-03",
        Level.STATUTE,
        version(
            "L’attribution peut être demandée par tout moyen : par la personne elle-même, son avocat, une association, "
            "la police ou la gendarmerie, un juge.",
            "The attribution may be asked for by any means: by the person, a lawyer, an association, police or "
            "gendarmerie, a judge.",
            cpp("41-3-1 al. 1"),
            since=SINCE_2019,
        ),
        conflict="CF-01",
        other=Text.of(
            "Un guide de 2023 dit que la personne ne peut pas demander elle-même.",
            "A guide of 2023 says that victims cannot ask themselves.",
        ),
    ),
    rule(
        "TGD-04",
        Level.PRACTICE,
        version(
            "Pratique rapportée : la personne ne demande pas elle-même, elle s’adresse d’abord à la police, à un avocat ou "
            "à une association. Égide reçoit toute demande directe comme un signalement et n’en refuse aucune.",
            "Practice told: the person does not ask, but goes to the police, a lawyer or an association first. Égide takes "
            "every direct request as a report, and rejects none.",
            told_by("GUIDE23"),
        ),
        conflict="CF-01",
        other=Text.of(
            "La loi, depuis le 30 décembre 2019 : par tout moyen.", "The law, since 30 December 2019: by any means."
        ),
        overruled_by="TGD-03",
    ),
    rule(
        "TGD-05",
        Level.PRACTICE,
        version(
            "Voies de signalement : à la police ou au procureur, qui demande un rapport d’évaluation à l’association ; ou "
            "directement à l’association référente du département.",
            "Channels of report: to the police or the prosecutor, who asks the association for an evaluation report; or "
            "directly to the lead association of the département.",
            told_by("GUIDE23"),
        ),
    ),
    rule(
        "TGD-06",
        Level.GUIDE,
        version(
            "Signalent d’ordinaire : parquet, officiers de police judiciaire, travailleurs sociaux et psychologues des "
            "commissariats, SPIP, hôpitaux, autres services publics, JAF, juges pénaux, JAP. Une convention départementale "
            "désigne l’association qui reçoit et centralise.",
            "Usual reporters: prosecution office, police officers, station social workers and psychologists, probation "
            "service, hospitals, other public services, family, criminal and sentence judges. A departmental agreement "
            "names the association that receives and gathers reports.",
            told_by("CIRC"),
        ),
    ),
    rule(
        "TGD-07",
        Level.STATUTE,
        version(
            "Première condition : un danger grave. La loi ne le définit pas ; le magistrat l’apprécie, au besoin après une "
            "évaluation par les enquêteurs ou l’association.",
            "First condition: serious danger. The law does not define it; the magistrate judges, if needed after an "
            "evaluation by investigators or the association.",
            cpp("41-3-1"),
            told_by("REVUE"),
            told_by("GUIDE23"),
            since=SINCE_2014,
        ),
    ),
    rule(
        "TGD-08",
        Level.STATUTE,
        version(
            "Deuxième condition : des violences par le conjoint, le concubin ou le partenaire de PACS, actuel ou ancien ; "
            "ou un viol, sans lien de couple exigé. « Violences » se lit largement dans le contexte du couple.",
            "Second condition: violence by a spouse, cohabitant or PACS partner, present or former; or rape, with no couple "
            "link required. “Violence” is read widely within the context of the couple.",
            cpp("41-3-1 al. 1 et dernier al."),
            told_by("REVUE"),
            told_by("GUIDE23"),
            since=SINCE_2014,
            note=Text.of("La lecture large vient du guide.", "The wide reading comes from the guide."),
        ),
    ),
    rule(
        "TGD-09",
        Level.STATUTE,
        version(
            "Troisième condition : l’absence de cohabitation avec l’auteur.",
            "Third condition: no cohabitation with the author.",
            cpp("41-3-1"),
            told_by("REVUE"),
            told_by("GUIDE23"),
            since=SINCE_2014,
        ),
    ),
    rule(
        "TGD-10",
        Level.PRACTICE,
        version(
            "Consigne d’utilisation : ne pas se rapprocher de l’auteur. Ce n’est pas une condition légale.",
            "Instruction for use: not to approach the author. It is not a legal condition.",
            told_by("GUIDE23"),
        ),
    ),
    rule(
        "TGD-11",
        Level.STATUTE,
        version(
            "Quatrième condition : le consentement exprès de la personne. Il ne se déduit jamais.",
            "Fourth condition: the person’s express consent. It is never inferred.",
            cpp("41-3-1 al. 1"),
            told_by("REVUE"),
            told_by("GUIDE23"),
            since=SINCE_2014,
        ),
    ),
    rule(
        "TGD-12",
        Level.STATUTE,
        version(
            "La géolocalisation demande un second accord, distinct, que la personne peut refuser tout en gardant le "
            "téléphone.",
            "Geolocation needs a second, separate agreement, which the person may refuse and still have the phone.",
            cpp("41-3-1 al. 1"),
            told_by("REVUE"),
        ),
    ),
    rule(
        "TGD-13",
        Level.GUIDE,
        version(
            "Le consentement, l’accord de géolocalisation et les fiches pour la police sont remplis et signés par la "
            "personne, qui reçoit une copie de chacun.",
            "The consent, the geolocation agreement and the sheets for the police are filled in and signed by the person, "
            "who is given a copy of each.",
            told_by("REVUE"),
        ),
    ),
    rule(
        "TGD-14",
        Level.STATUTE,
        version(
            "L’auteur est sous interdiction judiciaire d’entrer en contact : toujours exigé.",
            "The author is under a judicial ban on contact: always required.",
            cpp("41-3-1, version 2014"),
            told_by("REVUE"),
            since=SINCE_2014,
            until=BEFORE_2019,
        ),
        version(
            "Cinquième condition, cas A : l’auteur est sous interdiction judiciaire d’entrer en contact dans l’un des "
            "cadres de la liste (TGD-16). Le cas B (TGD-15) suffit aussi.",
            "Fifth condition, case A: the author is under a judicial ban on contact in one of the frames of the list "
            "(TGD-16). Case B (TGD-15) is enough too.",
            cpp("41-3-1, 1°"),
            told_by("GUIDE23"),
            since=SINCE_2019,
        ),
        conflict="CF-02",
        other=Text.of(
            "Une revue antérieure à 2019 exige toujours l’interdiction de contact.",
            "A review from before 2019 always requires the contact ban.",
        ),
    ),
    rule(
        "TGD-15",
        Level.STATUTE,
        version(
            "Cinquième condition, cas B : danger avéré et imminent, quand l’auteur est en fuite, ou n’a pas encore pu être "
            "interpellé, ou que l’interdiction de contact n’a pas encore été prononcée.",
            "Fifth condition, case B: proven and imminent danger, when the author is at large, or could not yet be "
            "arrested, or the contact ban has not been ordered yet.",
            cpp("41-3-1, 2°"),
            since=SINCE_2019,
        ),
        conflict="CF-02",
        other=Text.of(
            "Un guide de 2023 ne donne que les deux premières situations ; une revue antérieure à 2019, aucune.",
            "A guide of 2023 gives only the first two situations; a review from before 2019 gives none.",
        ),
    ),
    rule(
        "TGD-16",
        Level.STATUTE,
        version(
            "Cadres de l’interdiction de contact : ordonnance de protection, alternative aux poursuites, composition "
            "pénale, contrôle judiciaire, assignation à résidence sous surveillance électronique, condamnation, "
            "aménagement de peine, mesure de sûreté.",
            "Frames of the contact ban: protection order, alternative to prosecution, penal settlement, judicial "
            "supervision, house arrest with electronic monitoring, conviction, adjustment of sentence, security measure.",
            cpp("41-3-1, 1°"),
            told_by("REVUE"),
            since=SINCE_2014,
            until=BEFORE_2024,
        ),
        version(
            "Cadres de l’interdiction de contact : ordonnance de protection, ordonnance provisoire de protection "
            "immédiate, alternative aux poursuites, composition pénale, contrôle judiciaire, assignation à résidence sous "
            "surveillance électronique, condamnation, aménagement de peine, mesure de sûreté.",
            "Frames of the contact ban: protection order, immediate provisional protection order, alternative to "
            "prosecution, penal settlement, judicial supervision, house arrest with electronic monitoring, conviction, "
            "adjustment of sentence, security measure.",
            cpp("41-3-1, 1°"),
            told_by("SENAT"),
            since=SINCE_2024,
            note=_OPPI_NOTE,
        ),
        conflict="CF-18",
        other=Text.of(
            "Un guide de 2023 cite un « ordre de séparation » : aucun cadre de ce nom n’est dans la liste.",
            "A guide of 2023 names a “separation order”: the list has no frame of that name.",
        ),
    ),
    rule(
        "TGD-17",
        Level.STATUTE,
        version(
            "Trois groupes de cadres : avant jugement, condamnation et exécution de peine, civil. Les anciens noms « sursis "
            "avec mise à l’épreuve » et « contrainte pénale » ne sont reçus qu’à l’import.",
            "Three groups of frames: before trial, conviction and its execution, civil. The old names “sursis avec mise à "
            "l’épreuve” and “contrainte pénale” are accepted on import only.",
            told_by("REVUE"),
            cp("132-43 et suivants", "CP23"),
        ),
        conflict="CF-03",
        other=Text.of(
            "Les libellés d’avant mars 2020 ; la date de leur fin n’a pas été vérifiée.",
            "The labels used before March 2020; the date of their end was not verified.",
        ),
    ),
    rule(
        "TGD-18",
        Level.GUIDE,
        version(
            "Le téléphone peut être donné à tout stade, même avant l’action publique. Aucune plainte n’est exigée.",
            "The phone may be given at every stage, even before prosecution. No complaint is required.",
            told_by("REVUE"),
            cpp("41-3-1"),
            note=Text.of(
                "L’absence de plainte est déduite du silence du texte.",
                "That no complaint is needed is deduced from the text’s silence.",
            ),
        ),
    ),
    rule(
        "TGD-19",
        Level.PRACTICE,
        version(
            "Un français de base est attendu pour parler avec la plateforme. Égide avertit et note le besoin d’interprète ; "
            "elle ne bloque pas : l’interprète est un droit.",
            "A basic level of French is expected, to speak with the platform. Égide warns and notes the need for an "
            "interpreter; it does not block: an interpreter is a right.",
            told_by("GUIDE23"),
            cpp("10-2, 7°"),
            known_from=date(2023, 11, 6),
        ),
        other=Text.of(
            "CPP art. 10-2, 7° : droit à un interprète ; la loi du TGD n’exige aucun niveau de langue.",
            "CPP art. 10-2, 7°: right to an interpreter; the law on the TGD requires no level of language.",
        ),
    ),
)
