"""BAR-15, BAR-21 to BAR-23 and BAR-26: the numbers of the anti-approach bracelet that Égide enforces.

The other rules of the bracelet stand in the file and in the room, where they act; they hold no number.
"""

from __future__ import annotations

from egide.core.law.data.build import rule, version
from egide.core.law.data.copies import cc, cpc, cpp
from egide.core.law.model import Level, Rule
from egide.core.law.text import Text

BAR_RULES: tuple[Rule, ...] = (
    rule(
        "BAR-15",
        Level.STATUTE,
        version(
            "La distance d’alerte est un nombre entier de kilomètres, de 1 à 10 ; celle de préalerte en est exactement le "
            "double.",
            "The alert distance is a whole number of kilometres, from 1 to 10; the pre-alert distance is exactly twice that.",
            cpp("R24-18"),
            cpc("1136-17"),
            values={"alert_least_km": 1, "alert_most_km": 10, "pre_alert_times": 2},
        ),
        conflict="CF-07",
        other=Text.of(
            "Un guide donne deux plages sans lien : 2 à 20 km et 1 à 10 km.",
            "A guide gives two ranges without a link: 2 to 20 km and 1 to 10 km.",
        ),
    ),
    rule(
        "BAR-21",
        Level.STATUTE,
        version(
            "Avant jugement : six mois au plus, prolongés pour la même durée ; deux ans en tout au plus.",
            "Before judgment: at most six months, extended for the same duration; at most two years in all.",
            cpp("R24-19, al. 1"),
            values={"months": 6, "months_in_all": 24},
        ),
    ),
    rule(
        "BAR-22",
        Level.STATUTE,
        version(
            "Une fois la personne renvoyée devant le tribunal sous contrôle judiciaire : deux ans en tout au plus, sans "
            "renouvellement tous les six mois.",
            "Once the person is sent to trial under judicial supervision: at most two years in all, no renewal every six "
            "months.",
            cpp("R24-19, al. 2"),
            values={"months_in_all": 24},
        ),
    ),
    rule(
        "BAR-23",
        Level.STATUTE,
        version(
            "Après condamnation : deux ans au plus, renouvelables une fois pour un délit, deux fois pour un crime.",
            "After sentence: at most two years, renewable once for a délit, twice for a crime.",
            cpp("R60-1, dernier al."),
            values={"months": 24, "renewals_delit": 1, "renewals_crime": 2},
        ),
        conflict="CF-08",
        other=Text.of(
            "Un guide donne à tous les cadres six mois, et deux ans en tout.",
            "A guide gives every frame six months, and two years in all.",
        ),
    ),
    rule(
        "BAR-26",
        Level.STATUTE,
        version(
            "Au civil : six mois au plus par décision, renouvelables avec l’accord des deux parties ; aucun total n’est "
            "écrit.",
            "In civil matters: at most six months a decision, renewable with the consent of both parties; no total is "
            "written.",
            cpc("1136-18"),
            cc("515-12"),
            values={"months": 6},
            note=Text.of(
                "Que l’ordonnance borne le bracelet est déduit.", "That the order bounds the bracelet is deduced."
            ),
        ),
        conflict="CF-08",
        other=Text.of(
            "Un guide donne à tous les cadres six mois, et deux ans en tout.",
            "A guide gives every frame six months, and two years in all.",
        ),
    ),
)
