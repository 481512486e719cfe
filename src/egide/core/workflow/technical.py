"""The workflows of devices and feeds: one row a matter, three steps each. Unknown is never safe (OF-15).

Battery and position are matters of their own, never a proximity (OF-06). A feed that is down is one incident that lists
every person concerned and the calls to make (OF-05).
"""

from __future__ import annotations

from dataclasses import dataclass

from egide.core.workflow.causes import (
    ALERT_URGENCY,
    GRAVE_TECHNICAL_URGENCY,
    POSSIBLE_URGENCY,
    TECHNICAL_URGENCY,
)
from egide.core.workflow.model import NOTHING, Closing, Key, Step, Task, Text, Workflow

T = Text

BACK = Closing("position_back", T("Position de nouveau connue", "Position known again"))
REPAIRED = Closing("repaired", T("Appareil rétabli", "Device works again"))
REPLACED = Closing("replaced", T("Appareil remplacé ou envoyé en réparation", "Device replaced or sent for repair"))
RETURNED = Closing("feed_back", T("Liaison rétablie, messages tardifs relus", "Feed back, late messages read"))
TESTED = Closing("tested", T("Essai réussi, voix entendue", "Test passed, voice heard"))
EXPLAINED = Closing(
    "explained",
    T("Les deux personnes jointes, éloignement confirmé", "Both persons reached, distance confirmed"),
    needs_text=True,
)
LEFT = Closing("left", T("Lieu quitté, porteur averti", "Place left, wearer warned"))
WARNED = Closing("warned", T("Personne prévenue, autorité informée", "Person warned, authority informed"))
TEST = Closing("test", T("Essai annoncé de l’appareil", "Test of the device, announced"))
PASSED_ON = Closing(
    "passed_on", T("Personne injoignable, suites transmises", "Nobody reached, passed on"), needs_text=True
)
OTHER = Closing("other", T("Autre motif", "Another reason"), needs_text=True)


@dataclass(frozen=True, slots=True)
class Matter:
    """One technical matter. `pick_up_s` is ours: no text gives the procedure (BAR-43, OF-15)."""

    name: str
    title: Text
    urgency: int
    pick_up_s: int
    call: str
    do: Text
    script: Text
    rule: str
    ends: tuple[Closing, ...]
    shelve_s: int = 1800
    wearers: Text = NOTHING  # what the wearers of a list are told: nothing of whether anybody watches


_CHARGE = T(
    "« Votre appareil signale un problème. Vérifiez la charge et le réseau, restez en ligne le temps que je le voie revenir. »",
    "“Your device reports a problem. Check charge and network, stay on the line until I see it come back.”",
)
_STRAP = T(
    "« Votre bracelet signale une ouverture. Ne le touchez plus. Où en est-il ? »",
    "“Your bracelet reports that it was opened. Do not touch it any more. What is its state?”",
)
_DEVICE_ENDS = (REPAIRED, REPLACED, TEST, PASSED_ON, OTHER)
_POSITION_ENDS = (BACK, REPAIRED, REPLACED, TEST, PASSED_ON, OTHER)

MATTERS = (
    Matter("strap", T("Sangle ouverte ou coupée", "Strap open or cut"), GRAVE_TECHNICAL_URGENCY, 20, "subject",
           T("Sans réponse du porteur : appelez la personne protégée, demandez l’intervention (P).", "No answer from the wearer: call the protected person, request the police (P)."), _STRAP, "BAR-43", _DEVICE_ENDS, 600),
    Matter("case", T("Appareil ouvert ou manipulé", "Device opened or tampered with"), GRAVE_TECHNICAL_URGENCY, 20, "subject",
           T("Appelez le détenteur. Sans réponse : demandez l’intervention (P).", "Call the holder. No answer: request the police (P)."), _STRAP, "BAR-43", _DEVICE_ENDS, 600),
    Matter("battery", T("Batterie", "Battery"), TECHNICAL_URGENCY, 120, "subject",
           T("Faites mettre l’appareil en charge (BAR-32). Ne concluez rien de la position.", "Have the device charged (BAR-32). Conclude nothing about the position."), _CHARGE, "BAR-32", _DEVICE_ENDS),
    Matter("position_unknown", T("Position inconnue", "Position unknown"), TECHNICAL_URGENCY, 60, "subject",
           T("Inconnu n’est jamais sûr : restez dessus jusqu’à ce qu’une position arrive.", "Unknown is never safe: stay on it until a position comes in."), _CHARGE, "OF-15", _POSITION_ENDS),
    Matter("silent", T("Appareil muet", "Device silent"), TECHNICAL_URGENCY, 60, "subject",
           T("Inconnu n’est jamais sûr : appelez le détenteur, puis l’autre personne.", "Unknown is never safe: call the holder, then the other person."), _CHARGE, "OF-15", _POSITION_ENDS),
    Matter("possible_approach", T("Rapprochement possible", "Possible approach"), POSSIBLE_URGENCY, 30, "wearer",
           T("La position est trop vague pour conclure. Faites-la préciser. Aucun lieu, aucune direction, aucune distance.", "The position is too vague to tell. Have it made precise. No place, no direction, no distance."),
           T("« Votre appareil ne donne pas de position précise. Sortez à découvert et gardez-le sur vous. »", "“Your device gives no precise position. Go into the open and keep it on you.”"), "OF-15", (EXPLAINED, *_POSITION_ENDS), 600),
    Matter("exclusion", T("Lieu interdit", "Forbidden place"), ALERT_URGENCY, 10, "wearer",
           T("Le porteur doit quitter le lieu interdit. L’intervention peut être demandée à tout moment (P).", "The wearer must leave the forbidden place. The police may be requested at any moment (P)."),
           T("« Vous êtes dans un lieu qui vous est interdit. Quittez-le maintenant par où vous êtes venu. »", "“You are in a place that is forbidden to you. Leave it now, the way you came.”"), "BAR-18", (LEFT, PASSED_ON, OTHER), 0),
    Matter("search", T("Recherche possible de la personne", "Possible search for the person"), GRAVE_TECHNICAL_URGENCY, 30, "protected",
           T("Le porteur s’approche et s’éloigne à répétition. Ne lui dites rien d’un lieu. Prévenez la personne protégée, puis l’autorité.", "The wearer keeps coming near and going away. Tell him nothing of any place. Warn the protected person, then the authority."),
           T("« Par précaution, changez vos trajets aujourd’hui et gardez votre boîtier sur vous. Êtes-vous en sécurité là où vous êtes ? »", "“As a precaution, change your ways today and keep your box on you. Are you safe where you are?”"), "BAR-28", (WARNED, PASSED_ON, OTHER), 0),
    Matter("feed_down", T("Liaison interrompue", "Feed down"), GRAVE_TECHNICAL_URGENCY, 20, "",
           T("Appelez les personnes protégées : dites que l’appareil ne protège plus, et les numéros 17 et 114. Ne le dites à aucun porteur.", "Call the protected persons: say that the device protects no more, and the numbers 17 and 114. Say so to no wearer."),
           T("« La liaison avec votre appareil est interrompue. En danger, appelez le 17 ou écrivez au 114. Nous vous rappelons dès son retour. »", "“The link with your device is down. In danger, call 17 or text 114. We call you back once it is up.”"), "OF-05", (RETURNED, OTHER), 0,
           T("« Contrôle de votre appareil. Gardez-le sur vous, chargé, et restez joignable à ce numéro. Vos obligations ne changent pas. »", "“A check of your device. Keep it on you and charged, and stay reachable at this number. Your obligations do not change.”")),
    Matter("phone_test", T("Essai de téléphone à faire", "Phone test due"), TECHNICAL_URGENCY, 300, "subject",
           T("Convenez d’un moment sûr, faites appuyer, écoutez la voix (tous les 15 jours).", "Agree on a safe moment, have the key pressed, hear the voice (every 15 days)."),
           T("« Pouvez-vous parler librement ? Appuyons ensemble sur la touche, pour vérifier. »", "“Can you speak freely? Let us press the key together, to check it.”"), "TGD-31", (TESTED, REPLACED, PASSED_ON, OTHER), 86_400),
    Matter("technical", T("Alarme technique", "Technical alarm"), TECHNICAL_URGENCY, 60, "subject",
           T("Faites vérifier l’appareil : charge, réseau, sangle.", "Have the device checked: charge, network, strap."), _CHARGE, "BAR-43", _DEVICE_ENDS),
)  # fmt: skip


WEARERS = "wearers"  # the step at which the wearers of a list are called
_FOR_ONE = T(
    "L’appel vocal d’abord : notez l’unité, le nom, l’heure et la référence.",
    "The voice call first: note unit, name, time and reference.",
)
_FOR_ONE_OF_MANY = T(
    "L’appel vocal d’abord : dites de quelle personne de la liste il s’agit et où, puis notez-la avec l’unité, le nom, l’heure "
    "et la référence.",
    "The voice call first: say which person of the list it is about and where, then note that with unit, name, time and "
    "reference.",
)


def _workflow(m: Matter) -> Workflow:
    every = tuple(c.code for c in m.ends)
    title = (
        T("Appeler la personne", "Call the person")
        if m.call
        else T("Appeler les personnes protégées de la liste", "Call the protected persons on the list")
    )
    if m.call in ("wearer", "protected"):
        title = {
            "wearer": T("Appeler le porteur", "Call the wearer"),
            "protected": T("Appeler la personne protégée", "Call the protected person"),
        }[m.call]
    again = T("Pas de réponse : rappeler", "No answer: call again")
    to_wearers = (Key("4", "wearers", T("Passer aux porteurs", "Go on to the wearers"), "wearers"),)
    for_another = (
        Key(
            "3",
            "police_again",
            T("Demander l’intervention pour une autre personne", "Request the police for another person"),
            "police",
            ("request",),
        ),
    )
    steps = [
        Step(
            "call", title, m.call, m.do, 120, m.rule, script=m.script,
            keys=(
                Key("1", "reached", T("Joint, vérification en cours", "Reached, checking"), "checking", ("attempt",)),
                Key("2", "no_answer", again, then=("attempt", "propose") if m.urgency <= GRAVE_TECHNICAL_URGENCY and m.call else ("attempt",)),
                Key("3", "works", T("Rétabli de soi-même", "Came back by itself"), "checking"),
                *(() if m.wearers == NOTHING else to_wearers),
            ),
            closings=("passed_on",) if PASSED_ON in m.ends else (),
        ),
        Step(
            "checking", T("Attendre le retour, puis clore", "Wait until it is back, then close"), "", m.do, 300, m.rule,
            keys=(
                Key("1", "still_there", T("Vérification en cours", "Still checking")),
                Key("2", "call_again", T("Rappeler", "Call again"), "call"),
                *(() if m.wearers == NOTHING else for_another),
            ),
            closings=every,
        ),
        Step(
            "police", T("Appeler la ligne prioritaire de la police ou de la gendarmerie", "Call the priority line of the police"), "",
            _FOR_ONE if m.call else _FOR_ONE_OF_MANY, 30, "BAR-28",
            keys=(
                Key("1", "police_reached", T("Demande prise : unité, nom, référence", "Request taken: unit, name, reference"), "checking", needs_text=True),
                Key("2", "police_no_answer", T("La ligne prioritaire ne répond pas : rappeler", "The priority line does not answer: call again"), then=("attempt",)),
            ),
        ),
    ]  # fmt: skip
    if m.wearers != NOTHING:
        steps.append(
            Step(
                WEARERS, T("Appeler les porteurs de la liste", "Call the wearers on the list"), "",
                T("Qu’ils restent joignables. Rien de la panne, rien de la surveillance, aucun lieu.", "That they stay reachable. Nothing of the failure, nothing of the watch, no place."), 120, m.rule, script=m.wearers,
                keys=(
                    Key("1", "called", T("Porteurs appelés, vérification en cours", "Wearers called, checking"), "checking", ("attempt",)),
                    Key("2", "no_answer", again, then=("attempt",)),
                    Key("3", "protected_first", T("Revenir aux personnes protégées", "Back to the protected persons"), "call"),
                ),
            )
        )  # fmt: skip
    return Workflow(
        m.name, m.title, m.do, m.urgency, m.pick_up_s, m.pick_up_s * 3,
        (Task("main", T("Vérification", "Check"), tuple(steps)),), m.ends, (m.rule,), shelve_s=m.shelve_s,
    )  # fmt: skip


TECHNICAL = tuple(_workflow(m) for m in MATTERS)
assert all(w.tasks[0].steps[0].script != NOTHING for w in TECHNICAL)
