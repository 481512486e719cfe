"""Names for people who do not exist: ordinary given and family names, drawn apart and put together by chance.

Any sex in any role. Telephone numbers come from the ranges kept for fiction (01 99 00 xx xx, 06 39 98 xx xx), so that
nobody real is ever called.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

GIVEN = (
    *("Alix", "Amina", "Anaïs", "Baptiste", "Camille", "Chloé", "Claude", "Corentin", "Dominique", "Élodie"),
    *("Fatou", "Gabriel", "Hélène", "Inès", "Jean-Marc", "Karim", "Léa", "Loïc", "Lucie", "Maël", "Marie-Laure"),
    *("Mathis", "Nadia", "Noémie", "Olivier", "Pauline", "Quentin", "Rachel", "Samir", "Sophie", "Théo", "Yasmine"),
)
FAMILY = (
    *("Aubry", "Barbier", "Benali", "Carpentier", "Chevallier", "Collin", "Da Costa", "Delorme", "Diallo", "Fabre"),
    *("Gaillard", "Guérin", "Hamidi", "Jacquet", "Kowalski", "Lacroix", "Lebrun", "Leclercq", "Mallet", "Marchal"),
    *("Nguyen", "Oudin", "Perrot", "Poulain", "Renaud", "Rousselle", "Sauvage", "Tessier", "Vasseur", "Weber"),
)


@dataclass(frozen=True, slots=True)
class Name:
    """A fictional person: two names and a number nobody has."""

    given: str
    family: str
    phone: str


def people(count: int, seed: int) -> list[Name]:
    """`count` different fictional people, always the same for a seed. ValueError when there are not so many names."""
    if count > min(len(GIVEN) * len(FAMILY), 10_000):
        raise ValueError(f"There are not {count} different fictional people.")
    chance = random.Random(seed)  # noqa: S311 - fiction, not a secret
    both = [(given, family) for family in FAMILY for given in GIVEN]
    drawn = chance.sample(both, count)
    numbers = chance.sample(range(10_000), count)
    return [
        Name(given, family, f"06 39 98 {number // 100:02d} {number % 100:02d}")
        for (given, family), number in zip(drawn, numbers, strict=True)
    ]
