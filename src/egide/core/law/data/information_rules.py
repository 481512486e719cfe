"""IN-01 to IN-11: what the victim must be told, and the two constants of N that stand outside A, C and G.4."""

from __future__ import annotations

from egide.core.law.data.build import rule, version
from egide.core.law.data.copies import cpp
from egide.core.law.model import Level, Rule
from egide.core.law.text import Text

INFORMATION_RULES: tuple[Rule, ...] = (
    rule(
        "IN-01",
        Level.STATUTE,
        version(
            "La police informe la victime de ses droits : réparation, partie civile, avocat, association, interprète, mesures "
            "de protection, accompagnement, adresse d’un tiers, certificat médical.",
            "The police inform the victim of the rights: compensation, civil party, lawyer, association, interpreter, "
            "protective measures, being accompanied, a third party’s address, medical certificate.",
            cpp("10-2"),
        ),
    ),
    rule(
        "IN-02",
        Level.STATUTE,
        version(
            "La police dit oralement et par écrit que le bracelet anti-rapprochement peut être demandé ou accepté.",
            "The police say, orally and on paper, that the anti-approach bracelet may be asked for or consented to.",
            cpp("15-3-2"),
        ),
    ),
    rule(
        "IN-03",
        Level.STATUTE,
        version(
            "La victime peut déclarer l’adresse d’un tiers.",
            "The victim may declare the address of a third party.",
            cpp("10-2, 9°"),
            cpp("40-4-1"),
        ),
    ),
    rule(
        "IN-04",
        Level.STATUTE,
        version(
            "Le procureur avise la victime de l’issue et, en cas de classement sans suite, de ses raisons.",
            "The prosecutor tells the victim the outcome and, where no further action is taken, the reasons.",
            cpp("40-2"),
        ),
    ),
    rule(
        "IN-05",
        Level.STATUTE,
        version(
            "Le juge avise la victime de l’interdiction de contact et des conséquences de sa violation.",
            "The judge tells the victim of the contact ban and of the consequences of its breach.",
            cpp("138-1"),
        ),
    ),
    rule(
        "IN-06",
        Level.STATUTE,
        version(
            "Le procureur avise la victime de l’évasion de la personne détenue.",
            "The prosecutor tells the victim of the detained person’s escape.",
            cpp("40-5"),
            note=Text.of("Exceptions du texte à vérifier.", "The exceptions of the text are to be checked."),
        ),
    ),
    rule(
        "IN-07",
        Level.STATUTE,
        version(
            "L’autorité judiciaire avise la victime de toute libération, même temporaire, et examine l’interdiction de "
            "contact, le TGD et le BAR (TGD-37).",
            "The judicial authority tells the victim of any release, even temporary, and examines the contact ban, the TGD "
            "and the BAR (TGD-37).",
            cpp("D1-11-2"),
        ),
    ),
    rule(
        "IN-08",
        Level.STATUTE,
        version(
            "Le certificat d’examen médical n’est jamais envoyé par courrier quand la victime vit avec le mis en cause.",
            "The certificate of medical examination is never sent by post when the victim lives with the suspect.",
            cpp("D1-12"),
        ),
    ),
    rule(
        "IN-09",
        Level.STATUTE,
        version(
            "Pas de médiation pénale pour des violences dans le couple.",
            "No penal mediation for couple violence.",
            cpp("41-1, 5°"),
        ),
    ),
    rule(
        "IN-10",
        Level.STATUTE,
        version(
            "Quand un policier ou un magistrat est lui-même partie, l’affaire peut être confiée à un autre parquet.",
            "When an officer or a magistrate is a party, the case may be moved to another prosecution office.",
            cpp("43 al. 2"),
        ),
    ),
    rule(
        "IN-11",
        Level.STATUTE,
        version(
            "L’interdiction de lieux ou de contact décidée par le parquet dure au plus six mois : sa fin est surveillée avec "
            "celle du téléphone.",
            "A ban on places or contact decided by the prosecution office lasts at most six months: its end is watched "
            "against the phone’s.",
            cpp("41-1, 7° et 8°"),
            cpp("41-2, 9° et 10°"),
            values={"months": 6},
        ),
    ),
    rule(
        "AC-10",
        Level.STATUTE,
        version(
            "L’agrément d’une association d’aide aux victimes, général ou spécialisé, vaut cinq ans.",
            "The approval of a victim-support association, general or specialised, holds for five years.",
            cpp("D1-12-1 et suivants"),
            values={"years": 5},
        ),
    ),
)
