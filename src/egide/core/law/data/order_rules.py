"""OP-01 to OP-20: the protection order and the immediate provisional one."""

from __future__ import annotations

from egide.core.law.data.build import BEFORE_2024, SINCE_2019, SINCE_2024, rule, version
from egide.core.law.data.copies import cc, cp, cpc, cpp, told_by
from egide.core.law.model import Level, Rule
from egide.core.law.text import Text

_BEFORE = Text.of(
    "Début non lu ; la règle est donnée « avant le 15 juin 2024 » et tenue pour acquise depuis la loi du 28 décembre 2019.",
    "Start not read; the rule is given as “before 15 June 2024” and taken to hold since the law of 28 December 2019.",
)
_CHECK_2025 = Text.of(
    "À relire après le décret 2025-47 du 15 janvier 2025.", "To be read again after decree 2025-47 of 15 January 2025."
)

ORDER_RULES: tuple[Rule, ...] = (
    rule(
        "OP-01",
        Level.STATUTE,
        version(
            "Le juge aux affaires familiales délivre l’ordonnance de protection.",
            "The family judge issues the protection order.",
            cc("515-9 à 515-12", "AVANT24", second_hand=True),
            known_from=SINCE_2019,
            until=BEFORE_2024,
            note=_BEFORE,
        ),
        version(
            "Le juge aux affaires familiales délivre deux ordonnances : l’ordonnance de protection (OP) et l’ordonnance "
            "provisoire de protection immédiate (OPPI) ; les deux existent aussi pour un majeur menacé de mariage forcé.",
            "The family judge issues two orders: the protection order (OP) and the immediate provisional protection order "
            "(OPPI); both also exist for an adult threatened with forced marriage.",
            cc("515-9 à 515-13-1"),
            since=SINCE_2024,
        ),
    ),
    rule(
        "OP-02",
        Level.STATUTE,
        version(
            "Motif : des violences dans le couple ou par un ancien partenaire, même sans aucune cohabitation, qui mettent en "
            "danger la personne ou des enfants.",
            "Ground: violence within the couple or by a former partner, even with no cohabitation ever, endangering the "
            "person or children.",
            cc("515-9"),
        ),
    ),
    rule(
        "OP-03",
        Level.STATUTE,
        version(
            "Demande : la personne en danger, au besoin assistée, ou, avec son accord, le ministère public. Aucune plainte "
            "préalable.",
            "Asked by the person in danger, assisted if needed, or, with her or his agreement, by the prosecution office. No "
            "prior complaint.",
            cc("515-10"),
            since=SINCE_2019,
        ),
    ),
    rule(
        "OP-04",
        Level.STATUTE,
        version(
            "Audience en chambre du conseil ; auditions séparées si la personne le demande ; avocat facultatif ; procédure "
            "orale.",
            "Hearing in chambers; parties heard separately if the applicant asks; lawyer optional; oral procedure.",
            cc("515-10"),
            cpc("1136-6"),
        ),
    ),
    rule(
        "OP-05",
        Level.STATUTE,
        version(
            "Le juge fixe la date d’audience sans délai ; le délai maximal de six jours court de cette fixation.",
            "The judge fixes the hearing date without delay; the six-day maximum runs from that fixing.",
            cc("515-11"),
            cpc("1136-3"),
            values={"days": 6},
        ),
    ),
    rule(
        "OP-06",
        Level.STATUTE,
        version(
            "L’ordonnance qui fixe l’audience est signifiée au défendeur dans les deux jours.",
            "The order that fixes the hearing is served on the respondent within two days.",
            cpc("1136-3"),
            values={"days": 2},
            note=_CHECK_2025,
        ),
    ),
    rule(
        "OP-07",
        Level.STATUTE,
        version(
            "Critère : des raisons sérieuses de considérer comme vraisemblables les violences alléguées et le danger.",
            "Test: serious reasons to consider plausible both the alleged violence and the danger.",
            cc("515-11"),
        ),
    ),
    rule(
        "OP-08",
        Level.STATUTE,
        version(
            "Mesures : interdictions de contact (1°) et de lieux (1° bis), d’armes (2°) et leur remise (2° bis), prise en "
            "charge ou stage (2° ter), logement à la personne qui n’est pas violente (3°, 4°), animal (3° bis), enfants (5°), "
            "adresse cachée (6°, 6° bis), aide juridictionnelle (7°), bracelet (515-11-1).",
            "Measures: bans on contact (1°) and on places (1° bis), on weapons (2°) and their surrender (2° bis), care or "
            "course (2° ter), home to the one who is not violent (3°, 4°), pet (3° bis), children (5°), hidden address (6°, "
            "6° bis), legal aid (7°), bracelet (515-11-1).",
            cc("515-11, 515-11-1"),
        ),
    ),
    rule(
        "OP-09",
        Level.STATUTE,
        version(
            "L’ordonnance dure au plus six mois depuis sa notification.",
            "The order lasts at most six months from its notification.",
            cc("515-12", "AVANT24", second_hand=True),
            known_from=SINCE_2019,
            until=BEFORE_2024,
            values={"months": 6},
            note=_BEFORE,
        ),
        version(
            "L’ordonnance dure au plus douze mois depuis sa notification ; elle est prolongée si un divorce, une séparation "
            "ou une demande sur l’autorité parentale est introduit à temps. Elle peut être modifiée, levée ou complétée.",
            "The order lasts at most twelve months from its notification; it is extended if a divorce, separation or "
            "parental-authority case is filed in time. It may be changed, lifted or completed.",
            cc("515-12"),
            cpc("1136-13, 1136-14"),
            since=SINCE_2024,
            values={"months": 12},
        ),
        conflict="CF-13",
        other=Text.of("Les pages d’avant juin 2024 disent six mois.", "Pages from before June 2024 say six months."),
    ),
    rule(
        "OP-10",
        Level.STATUTE,
        version(
            "Le juge informe sans délai le procureur et signale les violences qui mettent en danger des enfants. Avec "
            "l’accord de la personne, maire et préfet cachent son adresse des listes électorales.",
            "The judge informs the prosecutor without delay and signals violence endangering children. With the person’s "
            "agreement, mayor and prefect hide the address from voter lists.",
            cc("515-11 dernier al."),
        ),
    ),
    rule(
        "OP-11",
        Level.STATUTE,
        version(
            "Avec l’accord de la personne, le juge transmet ses coordonnées à une personne morale qualifiée qui "
            "l’accompagne.",
            "With the person’s agreement, the judge sends the contact details to a qualified body that gives support.",
            cc("515-11"),
        ),
    ),
    rule(
        "OP-12",
        Level.STATUTE,
        version(
            "Appel : 15 jours depuis la notification ; l’ordonnance est exécutoire à titre provisoire.",
            "Appeal: 15 days from notification; the order is provisionally enforceable.",
            cpc("1136-11, 1136-7"),
            values={"days": 15},
        ),
    ),
    rule(
        "OP-13",
        Level.STATUTE,
        version(
            "OPPI : demandée par le ministère public, avec l’accord de la personne, quand le juge est saisi d’une OP ; "
            "délivrée dans les 24 heures de la saisine, sur dossier ; danger « grave et immédiat ».",
            "OPPI: asked by the prosecution office, with the person’s agreement, when the judge is seized of an OP request; "
            "issued within 24 hours of being seized, on the file; “serious and immediate” danger.",
            cc("515-13-1"),
            cpc("1136-15-1 à 1136-15-4", "D2547", second_hand=True),
            since=SINCE_2024,
            values={"hours": 24},
        ),
    ),
    rule(
        "OP-14",
        Level.STATUTE,
        version(
            "Mesures de l’OPPI : 1° à 2° bis, suspension du droit de visite et d’hébergement, adresse cachée. Le bracelet "
            "n’est pas dans la liste.",
            "OPPI measures: 1° to 2° bis, suspension of visiting and staying rights, hidden address. The bracelet is not in "
            "the list.",
            cc("515-13-1"),
            since=SINCE_2024,
            note=Text.of(
                "L’absence du bracelet est déduite de la liste.", "That the bracelet is out is deduced from the list."
            ),
        ),
    ),
    rule(
        "OP-15",
        Level.STATUTE,
        version(
            "L’OPPI prend fin avec la décision sur la demande d’OP ou toute décision qui met fin à l’instance. Notifiée par "
            "voie administrative, elle vaut dès la notification ; une demande de modification ou de rétractation ne la "
            "suspend pas.",
            "The OPPI ends with the decision on the OP request, or any decision ending the case. Notified by administrative "
            "means, it takes effect on notification; a request to change or retract does not suspend it.",
            cc("515-13-1"),
            cpc("1136-15-1 à 1136-15-4", "D2547", second_hand=True),
            since=SINCE_2024,
        ),
    ),
    rule(
        "OP-16",
        Level.STATUTE,
        version(
            "Violer l’ordonnance : deux ans d’emprisonnement et 15 000 euros d’amende.",
            "Breach of the order: two years’ imprisonment and a fine of 15,000 euros.",
            cp("227-4-2", "AVANT24", second_hand=True),
            known_from=SINCE_2019,
            until=BEFORE_2024,
            values={"years": 2, "euros": 15_000},
            note=_BEFORE,
        ),
        version(
            "Violer l’ordonnance de protection ou l’OPPI : trois ans d’emprisonnement et 45 000 euros d’amende.",
            "Breach of the protection order or the OPPI: three years’ imprisonment and a fine of 45,000 euros.",
            cp("227-4-2"),
            since=SINCE_2024,
            values={"years": 3, "euros": 45_000},
        ),
        conflict="CF-14",
        other=Text.of(
            "Avant le 15 juin 2024 : deux ans et 15 000 euros.", "Before 15 June 2024: two years and 15,000 euros."
        ),
    ),
    rule(
        "OP-17",
        Level.STATUTE,
        version(
            "Qui doit des contributions et ne dit pas son changement d’adresse dans le mois : six mois et 7 500 euros.",
            "Whoever is bound to pay contributions and does not tell a change of address within one month: six months and "
            "7,500 euros.",
            cp("227-4-3", "CP23"),
            values={"within_months": 1, "months": 6, "euros": 7_500},
        ),
    ),
    rule(
        "OP-18",
        Level.STATUTE,
        version(
            "L’ordonnance de protection est un cadre d’interdiction de contact pour le TGD ; une demande en cours relève du "
            "cas B.",
            "The protection order is a frame of contact ban for the TGD; a pending request falls under case B.",
            cpp("41-3-1"),
            since=SINCE_2019,
            until=BEFORE_2024,
        ),
        version(
            "L’ordonnance de protection et l’OPPI sont des cadres d’interdiction de contact pour le TGD ; une demande en "
            "cours relève du cas B.",
            "The protection order and the OPPI are frames of contact ban for the TGD; a pending request falls under case B.",
            cpp("41-3-1"),
            cpp("41-3-1", "SENAT", second_hand=True),
            since=SINCE_2024,
        ),
    ),
    rule(
        "OP-19",
        Level.STATUTE,
        version(
            "Qui demande à cacher son adresse n’a pas à l’écrire ; avocat ou procureur la transmet au juge ; le greffe ne la "
            "fait jamais connaître au défendeur ni à son conseil.",
            "Whoever asks to hide the address need not state it; lawyer or prosecutor passes it to the judge; the registry "
            "never lets the respondent or counsel know.",
            cpc("1136-5, 1136-8"),
        ),
    ),
    rule(
        "OP-20",
        Level.PRACTICE,
        version(
            "Les mesures peuvent empêcher l’auteur d’approcher, jusqu’à l’éviction du logement ; exemple donné : environ une "
            "semaine.",
            "The measures may keep the author from approaching, up to eviction from the home; example given: about one week.",
            told_by("PLAN"),
        ),
    ),
)
