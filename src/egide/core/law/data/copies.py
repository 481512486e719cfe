"""In which stored copies were the texts read, and how sure is each? None is the live Légifrance.

Every statutory rule must be read again on Légifrance before real use: `Copy.caution` says what a screen shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from egide.core.law.model import Source
from egide.core.law.text import Text


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of a text or a second source; `shows` is a day for which it vouches, None if it has no date."""

    name: Text
    shows: date | None = None


COPIES: dict[str, Copy] = {
    "CPP23": Copy(
        Text.of(
            "copie du code de procédure pénale, printemps 2023", "copy of the code of criminal procedure, spring 2023"
        ),
        date(2023, 3, 17),
    ),
    "CP23": Copy(
        Text.of("copie du code pénal, 2023", "copy of the penal code, 2023"),
        date(2023, 12, 31),
    ),
    "CPC23": Copy(
        Text.of(
            "copie du code de procédure civile, avant le décret 2025-47 du 15 janvier 2025",
            "copy of the code of civil procedure, before decree 2025-47 of 15 January 2025",
        ),
        date(2023, 12, 31),
    ),
    "CC24": Copy(
        Text.of("copie du code civil, version du 15 juin 2024", "copy of the civil code, as of 15 June 2024"),
        date(2024, 6, 15),
    ),
    "AVANT24": Copy(
        Text.of(
            "version d’avant le 15 juin 2024, rapportée ; texte non lu",
            "version from before 15 June 2024, as reported; own text not read",
        ),
    ),
    "TRI": Copy(
        Text.of("copie du code pénal, version du 15 juin 2024", "copy of the penal code, as of 15 June 2024"),
        date(2024, 6, 15),
    ),
    "ARR15": Copy(
        Text.of(
            "arrêté du 22 avril 2015 tel que stocké ; modifications non vérifiées",
            "order of 22 April 2015 as stored; later amendments not checked",
        ),
        date(2015, 4, 22),
    ),
    "GUIDE23": Copy(
        Text.of(
            "guide public en anglais sur le TGD, mis à jour le 6 novembre 2023",
            "public guide in English on the TGD, updated 6 November 2023",
        ),
        date(2023, 11, 6),
    ),
    "PLAN": Copy(
        Text.of(
            "guide public en anglais sur la sécurité et les ordonnances de protection, sans date",
            "public guide in English on safety planning and protection orders, undated",
        ),
    ),
    "REVUE": Copy(
        Text.of(
            "revue juridique sur les conditions du TGD, antérieure à la loi du 28 décembre 2019",
            "law review on the conditions of the TGD, before the law of 28 December 2019",
        ),
        date(2019, 12, 27),
    ),
    "CIRC": Copy(
        Text.of(
            "circulaire du 24 novembre 2014 et guide du 17 juin 2015, résumés par ash.tm.fr",
            "circular of 24 November 2014 and guide of 17 June 2015, as summarised by ash.tm.fr",
        ),
        date(2015, 6, 17),
    ),
    "MIN18": Copy(
        Text.of("page du ministère de la Justice, 25 octobre 2018", "page of the Ministry of Justice, 25 October 2018"),
        date(2018, 10, 25),
    ),
    "SENAT": Copy(
        Text.of(
            "amendement COM-8 du Sénat, 11 avril 2024, confirmé pour la loi par fenamef.asso.fr ; texte final non lu",
            "Senate amendment COM-8, 11 April 2024, confirmed for the law by fenamef.asso.fr; final wording not read",
        ),
        date(2024, 6, 15),
    ),
    "D2547": Copy(
        Text.of(
            "décret 2025-47 décrit par efl.fr et idcite.com ; texte non lu",
            "decree 2025-47 as described by efl.fr and idcite.com; own text not read",
        ),
    ),
    "PRESSE": Copy(
        Text.of("presse, sur le rapport d’inspection de 2021", "press, on the inspection report of 2021"),
        date(2021, 12, 31),
    ),
    "NOUS": Copy(Text.of("déduction d’Égide, à vérifier", "deduced by Égide, to be verified")),
}


def cpp(article: str, copy: str = "CPP23", *, second_hand: bool = False) -> Source:
    """The code of criminal procedure."""
    return Source(Text.same(f"CPP art. {article}"), copy, second_hand)


def cc(article: str, copy: str = "CC24", *, second_hand: bool = False) -> Source:
    """The civil code."""
    return Source(Text.same(f"C. civ. art. {article}"), copy, second_hand)


def cpc(article: str, copy: str = "CPC23", *, second_hand: bool = False) -> Source:
    """The code of civil procedure."""
    return Source(Text.same(f"CPC art. {article}"), copy, second_hand)


def cp(article: str, copy: str = "TRI", *, second_hand: bool = False) -> Source:
    """The penal code."""
    return Source(Text.same(f"C. pén. art. {article}"), copy, second_hand)


def arrete(article: str) -> Source:
    """The order of 22 April 2015 on the data of the TGD (NOR JUST1508539A)."""
    return Source(
        Text.of(f"arrêté du 22 avril 2015, art. {article}", f"order (arrêté) of 22 April 2015, art. {article}"), "ARR15"
    )


def told_by(copy: str) -> Source:
    """A source that is not a text of law: the copy's own name is its title."""
    return Source(COPIES[copy].name, copy, second_hand=copy == "SENAT")
