"""Section M of the domain facts: where two sources differ, which one wins, and what the system does.

Only the conflicts about the TGD, the protection orders, sharing and the numbers of the bracelet; what CF-09 to CF-12 came
to stands where the bracelet acts.
"""

from __future__ import annotations

from typing import NamedTuple

from egide.core.law.text import Text


class Conflict(NamedTuple):
    """Two readings of one point. `rules` carry the one that won and show the other."""

    id: str
    point: Text
    lost: Text
    won: Text
    system: Text
    rules: tuple[str, ...]


CONFLICTS: tuple[Conflict, ...] = (
    Conflict(
        "CF-01",
        Text.of("qui peut demander un TGD", "who may ask for a TGD"),
        Text.of(
            "la personne ne peut pas demander elle-même (guide de 2023)",
            "victims cannot ask themselves (guide of 2023)",
        ),
        Text.of(
            "par tout moyen (CPP art. 41-3-1, depuis le 30 décembre 2019)",
            "by any means (CPP art. 41-3-1, since 30 December 2019)",
        ),
        Text.of(
            "la demande directe est reçue ; l’évaluation par l’association reste l’étape suivante habituelle",
            "self-requests are accepted; the association’s evaluation stays the normal next step",
        ),
        ("TGD-03", "TGD-04"),
    ),
    Conflict(
        "CF-02",
        Text.of("faut-il une interdiction de contact", "is a contact ban needed"),
        Text.of("toujours (textes de 2014 et 2015)", "always (texts of 2014 and 2015)"),
        Text.of(
            "cas A ou cas B (CPP art. 41-3-1, depuis le 30 décembre 2019)",
            "case A or case B (CPP art. 41-3-1, since 30 December 2019)",
        ),
        Text.of(
            "les trois situations de la loi, avec un danger avéré et imminent",
            "the three situations of the law, with proven and imminent danger",
        ),
        ("TGD-14", "TGD-15"),
    ),
    Conflict(
        "CF-03",
        Text.of("noms des cadres", "names of the frames"),
        Text.of("sursis avec mise à l’épreuve, contrainte pénale", "sursis avec mise à l’épreuve, contrainte pénale"),
        Text.of(
            "condamnation, sursis probatoire ; OPPI depuis 2024", "condamnation, sursis probatoire; OPPI since 2024"
        ),
        Text.of("anciens noms reçus à l’import seulement", "old labels accepted on import only"),
        ("TGD-17",),
    ),
    Conflict(
        "CF-04",
        Text.of("géolocalisation du TGD", "geolocation of the TGD"),
        Text.of("à tout moment (guide de 2023)", "at any time (guide of 2023)"),
        Text.of(
            "à l’alerte, avec accord (CPP art. 41-3-1, arrêté de 2015)",
            "at the alert, with agreement (CPP art. 41-3-1, order of 2015)",
        ),
        Text.of(
            "aucune position hors d’une alerte ; l’alerte sans position fonctionne",
            "no position outside an alert; an alert without a position works",
        ),
        ("TGD-30",),
    ),
    Conflict(
        "CF-05",
        Text.of("refus d’un TGD", "refusal of a TGD"),
        Text.of(
            "un juge refuse, appel avec un avocat (guide de 2023)",
            "a judge refuses, appeal with a lawyer (guide of 2023)",
        ),
        Text.of("le procureur décide, aucun appel nommé", "the prosecutor decides, no appeal named"),
        Text.of(
            "« demander un réexamen, voir un avocat » ; aucun délai d’appel",
            "“ask for a review, see a lawyer”; no appeal clock",
        ),
        ("TGD-26",),
    ),
    Conflict(
        "CF-06",
        Text.of("incarcération", "imprisonment"),
        Text.of("motif de retrait (guide de 2023)", "ground of withdrawal (guide of 2023)"),
        Text.of(
            "protection réexaminée avant toute libération (CPP art. D1-11-2)",
            "protection examined again before any release (CPP art. D1-11-2)",
        ),
        Text.of("le retrait ouvre un réexamen avant libération", "withdrawal opens a re-examination before release"),
        ("TGD-33", "TGD-37"),
    ),
    Conflict(
        "CF-07",
        Text.of("distances du bracelet", "distances of the bracelet"),
        Text.of("deux plages sans lien (guide)", "two ranges without a link (guide)"),
        Text.of(
            "kilomètres entiers, la préalerte au double (CPP art. R24-18, CPC art. 1136-17)",
            "whole kilometres, the pre-alert twice that (CPP art. R24-18, CPC art. 1136-17)",
        ),
        Text.of("une seule distance se saisit, l’autre en découle", "one distance is typed in, the other follows"),
        ("BAR-15",),
    ),
    Conflict(
        "CF-08",
        Text.of("durée du bracelet", "duration of the bracelet"),
        Text.of("six mois, deux ans en tout, pour tous (guide)", "six months, two years in all, for everybody (guide)"),
        Text.of(
            "deux ans après condamnation, renouvelables (CPP art. R60-1) ; six mois au civil (CPC art. 1136-18)",
            "two years after sentence, renewable (CPP art. R60-1); six months in civil matters (CPC art. 1136-18)",
        ),
        Text.of("la durée est celle du cadre", "the duration is that of the frame"),
        ("BAR-23", "BAR-26"),
    ),
    Conflict(
        "CF-13",
        Text.of("durée de l’ordonnance de protection", "duration of the protection order"),
        Text.of("six mois (pages d’avant juin 2024)", "six months (pages from before June 2024)"),
        Text.of("douze mois (C. civ. art. 515-12)", "twelve months (C. civ. art. 515-12)"),
        Text.of(
            "règle datée : la durée est celle du jour de la décision",
            "dated rule: the duration is that of the day of the decision",
        ),
        ("OP-09",),
    ),
    Conflict(
        "CF-14",
        Text.of("violation de l’ordonnance de protection", "breach of the protection order"),
        Text.of("deux ans et 15 000 euros avant juin 2024", "two years and 15,000 euros before June 2024"),
        Text.of("trois ans et 45 000 euros", "three years and 45,000 euros"),
        Text.of(
            "règle datée : la peine est celle du jour des faits",
            "dated rule: the penalty is that of the day of the facts",
        ),
        ("OP-16",),
    ),
    # The two below are about no rule of this book: the assessment form and the table of shares carry them.
    Conflict(
        "CF-16",
        Text.of("« a tout perdu »", "“has lost everything”"),
        Text.of("la victime (traduction d’une source)", "the victim (one source’s translation)"),
        Text.of("l’auteur, d’après le contexte (DW-04)", "the perpetrator, by the context (DW-04)"),
        Text.of(
            "question posée sur la personne mise en cause, avec une note",
            "asked about the respondent, with a note",
        ),
        (),
    ),
    Conflict(
        "CF-17",
        Text.of("consentement de la victime et article 40", "the victim’s consent and article 40"),
        Text.of(
            "tout passe par une fiche remplie avec son accord (retour d’un partenariat)",
            "everything goes by a sheet filled in with consent (told of one partnership)",
        ),
        Text.of(
            "tout agent public avise le procureur sans délai (CPP art. 40)",
            "every public official notifies the prosecutor without delay (CPP art. 40)",
        ),
        Text.of(
            "dit à l’agent public avant tout consentement, comme son devoir et non celui de l’association",
            "said to the official before any consent, as that person’s duty and not the association’s",
        ),
        (),
    ),
    Conflict(
        "CF-18",
        Text.of("« ordre de séparation »", "“separation order”"),
        Text.of("exemple d’interdiction de contact (guide de 2023)", "example of a contact ban (guide of 2023)"),
        Text.of("aucun cadre de ce nom dans la loi", "no such frame in the law"),
        Text.of("aucune valeur pour ce nom", "no code value for it"),
        ("TGD-16",),
    ),
)
