"""TGD-20 to TGD-45: from first contact to the last erasure, and the committee's lesson OF-10."""

from __future__ import annotations

from datetime import date

from egide.core.law.data.build import SINCE_2019, SINCE_2024, rule, version
from egide.core.law.data.copies import arrete, cpp, told_by
from egide.core.law.model import Level, Rule
from egide.core.law.text import Text

TGD_PATH: tuple[Rule, ...] = (
    rule(
        "TGD-20",
        Level.PRACTICE,
        version(
            "L’association appelle la personne au plus tôt pour un rendez-vous. Elle ne parle pas forcément du téléphone : "
            "la rencontre sert à évaluer la situation en vue de mesures de protection.",
            "The association calls the person for an appointment as soon as possible. It does not necessarily mention the "
            "phone: the meeting evaluates the situation with a view to protective measures.",
            told_by("GUIDE23"),
        ),
    ),
    rule(
        "TGD-21",
        Level.PRACTICE,
        version(
            "L’association a d’ordinaire 48 heures pour écrire le rapport d’évaluation et l’envoyer au procureur.",
            "The association usually has 48 hours to write the evaluation report and send it to the prosecutor.",
            told_by("GUIDE23"),
            values={"hours": 48},
            note=Text.of(
                "Le départ du délai n’est pas dit ; Égide le compte depuis la réception du mandat.",
                "The start of the clock is not stated; Égide counts from the receipt of the mandate.",
            ),
        ),
    ),
    rule(
        "TGD-22",
        Level.PRACTICE,
        version(
            "Le procureur décide au vu du niveau de danger que le rapport estime.",
            "The prosecutor decides on the level of danger that the report estimates.",
            told_by("GUIDE23"),
        ),
    ),
    rule(
        "TGD-23",
        Level.PRACTICE,
        version(
            "L’association dit vite la décision à la personne, par téléphone, courriel ou courrier selon la situation, et "
            "les étapes suivantes. Égide n’admet qu’un canal sûr.",
            "The association promptly tells the person the outcome, by telephone, e-mail or post depending on the "
            "situation, and the next steps. Égide allows a safe channel only.",
            told_by("GUIDE23"),
        ),
    ),
    rule(
        "TGD-24",
        Level.PRACTICE,
        version(
            "Le téléphone est remis en personne au tribunal ; l’association accompagne.",
            "The phone is handed over in person at court; the association accompanies.",
            told_by("GUIDE23"),
        ),
    ),
    rule(
        "TGD-25",
        Level.GUIDE,
        version(
            "Après la décision, le procureur envoie les fiches navettes aux trois partenaires : téléassistance, police ou "
            "gendarmerie, association. Par courriel depuis 2018.",
            "After the decision the prosecutor sends the liaison sheets to the three partners: remote assistance, police or "
            "gendarmerie, association. By e-mail since 2018.",
            told_by("MIN18"),
        ),
    ),
    rule(
        "TGD-26",
        Level.PRACTICE,
        version(
            "En cas de refus : dire les motifs, informer que la décision peut être contestée avec un avocat, recevoir une "
            "nouvelle demande à tout moment. Le texte n’ouvre ni appel ni délai.",
            "On a refusal: give the reasons, say that the decision can be challenged with a lawyer, accept a new request at "
            "any time. The text opens neither an appeal nor a time limit.",
            told_by("GUIDE23"),
            cpp("41-3-1"),
            known_from=date(2023, 11, 6),
        ),
        conflict="CF-05",
        other=Text.of(
            "Un guide de 2023 parle d’un juge et d’un appel ; or le procureur décide, et le texte ne nomme aucun appel.",
            "A guide of 2023 speaks of a judge and of an appeal; but the prosecutor decides, and the text names no appeal.",
        ),
    ),
    rule(
        "TGD-27",
        Level.STATUTE,
        version(
            "Le téléphone est attribué pour six mois, renouvelables sans nombre maximal.",
            "The phone is attributed for six months, renewable with no maximum number.",
            cpp("41-3-1 al. 1"),
            told_by("GUIDE23"),
            known_from=SINCE_2019,
            values={"months": 6},
        ),
    ),
    rule(
        "TGD-28",
        Level.STATUTE,
        version(
            "Le procureur peut réduire les six mois si l’ordonnance provisoire de protection immédiate n’est pas suivie "
            "d’une ordonnance de protection.",
            "The prosecutor may shorten the six months if the immediate provisional protection order is not followed by a "
            "protection order.",
            cpp("41-3-1", "SENAT", second_hand=True),
            since=SINCE_2024,
            note=Text.of("Loi 2024-536 ; rédaction finale non lue.", "Law 2024-536; final wording not read."),
        ),
    ),
    rule(
        "TGD-29",
        Level.GUIDE,
        version(
            "Un téléphone à une touche joint jour et nuit une plateforme, qui évalue dès l’alerte et demande au besoin "
            "l’intervention immédiate des forces de l’ordre par une ligne prioritaire.",
            "A phone with one key reaches a platform day and night, which assesses at once and, if needed, asks for "
            "immediate police intervention through a priority line.",
            told_by("GUIDE23"),
            told_by("MIN18"),
        ),
    ),
    rule(
        "TGD-30",
        Level.STATUTE,
        version(
            "La position n’existe qu’au moment où la personne déclenche l’alerte, et avec son accord.",
            "A position exists only at the moment the person triggers the alert, and with her or his agreement.",
            cpp("41-3-1 al. 1"),
            arrete("2-I-15° et 2-IV"),
        ),
        conflict="CF-04",
        other=Text.of("Un guide de 2023 dit « à tout moment ».", "A guide of 2023 says “at any time”."),
    ),
    rule(
        "TGD-31",
        Level.GUIDE,
        version(
            "Contrat de 2018 : décroché en moins de 10 secondes, un seul contre-appel avant d’appeler la police, message "
            "personnalisé, essai de chaque téléphone tous les 15 jours.",
            "Contract of 2018: picked up in less than 10 seconds, one call-back before calling the police, personalised "
            "message, a test of every phone every 15 days.",
            told_by("MIN18"),
            values={"pick_up_s": 10, "call_backs": 1, "test_days": 15},
            note=Text.of("A pu changer avec les contrats suivants.", "May have changed with later contracts."),
        ),
    ),
    rule(
        "TGD-32",
        Level.GUIDE,
        version(
            "Une association d’aide aux victimes suit la personne pendant toute la mesure : droits sociaux, logement, garde "
            "d’enfants, autonomie.",
            "A victim-support association follows the person during the whole measure: social rights, housing, childcare, "
            "autonomy.",
            told_by("GUIDE23"),
        ),
    ),
    rule(
        "TGD-33",
        Level.GUIDE,
        version(
            "Motifs de retrait : le danger a cessé ; l’auteur est incarcéré ; la personne ne veut plus du téléphone ; à la "
            "demande du procureur, après avis du comité, pour non-respect des consignes.",
            "Grounds of withdrawal: the danger has ceased; the author is imprisoned; the person no longer wants the phone; "
            "at the prosecutor’s request, after the committee’s opinion, because the rules of use are not respected.",
            told_by("CIRC"),
            told_by("GUIDE23"),
        ),
        conflict="CF-06",
        other=Text.of(
            "L’incarcération ne clôt rien : la protection est réexaminée avant toute libération (TGD-37).",
            "Imprisonment closes nothing: protection is examined again before any release (TGD-37).",
        ),
    ),
    rule(
        "TGD-34",
        Level.GUIDE,
        version(
            "Au retrait, la personne rend le téléphone au procureur ou à son représentant, en présence de l’association. "
            "L’attestation de restitution ouvre les délais d’effacement (TGD-43).",
            "On withdrawal the person gives the phone back to the prosecutor or a representative, in the presence of the "
            "association. The return certificate starts the erasure clocks (TGD-43).",
            told_by("CIRC"),
            arrete("5 et 6"),
            known_from=date(2015, 6, 17),
        ),
    ),
    rule(
        "TGD-35",
        Level.GUIDE,
        version(
            "Le téléphone ne remplace ni la police ni une autre action de la justice.",
            "The phone replaces neither the police nor any other action of justice.",
            told_by("CIRC"),
        ),
    ),
    rule(
        "TGD-36",
        Level.GUIDE,
        version(
            "Le comité de pilotage donne son avis avant un retrait pour non-respect des consignes et revoit les situations.",
            "The steering committee gives its opinion before a withdrawal for breach of the rules, and reviews situations.",
            told_by("GUIDE23"),
            note=Text.of(
                "Sa composition et son rythme n’ont pas été trouvés.", "Its composition and frequency were not found."
            ),
        ),
    ),
    rule(
        "TGD-37",
        Level.STATUTE,
        version(
            "Avant toute libération, même temporaire, d’une personne détenue pour violences dans le couple ou violation "
            "d’une ordonnance de protection, l’autorité judiciaire avise la victime et examine s’il faut une interdiction "
            "de contact, renforcée par un TGD ou un BAR.",
            "Before any release, even temporary, of a person detained for couple violence or for breach of a protection "
            "order, the judicial authority notifies the victim and examines whether a contact ban is needed, reinforced by "
            "a TGD or a BAR.",
            cpp("D1-11-2"),
        ),
        conflict="CF-06",
        other=Text.of(
            "Un guide de 2023 ne voit dans l’incarcération qu’un motif de retrait.",
            "A guide of 2023 sees imprisonment as a ground of withdrawal only.",
        ),
    ),
    rule(
        "TGD-38",
        Level.STATUTE,
        version(
            "Données sur la personne protégée : liste fermée (identité, famille, photo, lieux, contacts, décision, appareil, "
            "position au moment de l’alerte).",
            "Data on the protected person: a closed list (identity, family, photo, places, contacts, decision, device, "
            "position at the moment of the alert).",
            arrete("2-I"),
        ),
    ),
    rule(
        "TGD-39",
        Level.STATUTE,
        version(
            "Données sur la personne sous interdiction : identité, alias, famille, domicile, téléphones, décision et cadre, "
            "début et fin de l’interdiction.",
            "Data on the person under the ban: identity, alias, family, home, phones, decision and frame, first and last "
            "day of the ban.",
            arrete("2-II"),
        ),
    ),
    rule(
        "TGD-40",
        Level.STATUTE,
        version(
            "Alerte : date, heure, minute, nature, enregistrement de tous les appels, circonstances, suite, position ; accès "
            "des agents tracés ; usage statistique admis.",
            "Alert: date, hour, minute, nature, recording of all calls, circumstances, handling, position; agents’ accesses "
            "traced; statistical use allowed.",
            arrete("2-III et 2-IV"),
        ),
    ),
    rule(
        "TGD-41",
        Level.STATUTE,
        version(
            "Accès direct : services du procureur, tout ; téléassistance, agents nommés, tout sauf la photo et tout ce qui "
            "concerne l’auteur.",
            "Direct access: the prosecutor’s services, everything; remote assistance, named agents, everything except the "
            "photo and all that concerns the author.",
            arrete("3"),
        ),
    ),
    rule(
        "TGD-42",
        Level.STATUTE,
        version(
            "Destinataires : forces de l’ordre du territoire, tout sauf les traces d’accès ; association, pour les seules "
            "personnes qu’elle suit, la partie I sans la position et, de la partie II, les dates de l’interdiction.",
            "Recipients: police of the territory, everything except access traces; the association, for the persons it "
            "supports only, part I without the position and, of part II, the dates of the ban.",
            arrete("4"),
        ),
    ),
    rule(
        "TGD-43",
        Level.STATUTE,
        version(
            "Conservation : parties I et II, le temps de l’interdiction de contact ; position, 3 jours, 8 avec l’autorisation "
            "du procureur ; téléphone vidé au retour ; données du prestataire, 3 jours au plus après l’attestation de "
            "restitution ; traces de modification et de suppression, 6 mois après elle.",
            "Retention: parts I and II, as long as the contact ban; position, 3 days, 8 with the prosecutor’s authorisation; "
            "phone erased on return; the provider’s data, at most 3 days after the return certificate; logs of changes and "
            "deletions, 6 months after it.",
            arrete("5 et 6"),
            values={"position_days": 3, "position_authorised_days": 8, "provider_days": 3, "logs_months": 6},
        ),
    ),
    rule(
        "TGD-44",
        Level.STATUTE,
        version(
            "Le traitement est sous le contrôle du procureur territorialement compétent.",
            "The processing is under the control of the prosecutor of the territory.",
            arrete("1"),
        ),
    ),
    rule(
        "TGD-45",
        Level.INFERENCE,
        version(
            "L’arrêté de 2015 ignore le cas B : sans interdiction, sa durée ne donne pas de fin. Réglage du ressort ; par "
            "défaut, la durée de l’attribution.",
            "The order of 2015 does not know case B: with no ban, its duration gives no end. A setting of the district; by "
            "default, the duration of the attribution.",
            told_by("NOUS"),
            since=SINCE_2019,
        ),
    ),
    rule(
        "OF-10",
        Level.INFERENCE,
        version(
            "Pour chaque situation qu’un comité examine, une personne nommée répond à la question : qui propose la mesure ?",
            "For each case that a committee discusses, a named person answers the question: who proposes the measure?",
            told_by("PRESSE"),
            known_from=date(2021, 12, 31),
        ),
    ),
)
