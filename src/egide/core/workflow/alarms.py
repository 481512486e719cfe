"""The workflows of people in danger: TGD alarm, alarm of a pilot's phone, SOS of a BAR device, pre-alert, alert, request for help.

Words for the wearer hold no place, no direction and no distance (design, rule 6): "the way you came" is all there is.
A crossing is a crossing; a breach is a magistrate's word (BAR-27, BAR-28). Silence is never a precondition (CF-10).
"""

from __future__ import annotations

from egide.core.workflow.causes import ALERT_URGENCY, PRE_ALERT_URGENCY, SOS_URGENCY
from egide.core.workflow.model import After, Closing, Key, Step, Task, Text, Workflow

T = Text

POLICE = Closing("police", T("Les forces de l’ordre sont venues ou ont pris le relais", "The police came or took over"))
DOUBT = Closing("doubt_removed", T("Levée de doute faite, aucun danger constaté", "Doubt removed, no danger found"))
ACCIDENT = Closing(
    "accidental", T("Appui par erreur, confirmé par la personne", "Pressed by accident, confirmed by the person")
)
TEST = Closing("test", T("Essai annoncé de l’appareil", "Test of the device, announced"))
OTHER = Closing("other", T("Autre motif", "Another reason"), needs_text=True)
TURNED = Closing("turned_back", T("Porteur joint, il s’est éloigné", "The wearer was reached and moved away"))
EXPLAINED = Closing(
    "explained",
    T("Franchissement expliqué, les deux personnes jointes", "Crossing explained, both persons reached"),
    needs_text=True,
)
CARED = Closing("cared", T("Secours appelés, pris en charge", "Rescue called, taken care of"))
HELPED = Closing("helped", T("Porteur joint, demande traitée", "The wearer was reached, the request dealt with"))
LOST = Closing(
    "not_reached", T("Personne injoignable, suites transmises", "Nobody reached, passed on"), needs_text=True
)

_DANGER = T("Danger : demander l’intervention", "Danger: request the police")

ASK_SAFE = T(
    "« Téléprotection, je vous écoute. Pouvez-vous parler ? Êtes-vous en danger ? Êtes-vous blessée ou blessé ? Des enfants "
    "sont-ils avec vous ? Y a-t-il une pièce sûre où vous enfermer ? »",
    "“Protection service, I am listening. Can you speak? Are you in danger? Are you hurt? Are children with you? Is there a "
    "safe room where you can lock yourself in?”",
)
STAY = T(
    "« Les secours sont prévenus. Restez en ligne si vous le pouvez, à l’abri, sans raccrocher. »",
    "“Help has been told. Stay on the line if you can, in shelter, and do not hang up.”",
)

# What the removal of doubt asks about; each answer is one key and goes with the request.
_ASKED = (
    Key("5", "hurt", T("Quelqu’un est blessé", "Somebody is hurt"), then=("note",)),
    Key("6", "children", T("Des enfants sont présents", "Children are present"), then=("note",)),
    Key("7", "safe_room", T("À l’abri dans une pièce sûre", "In a safe room"), then=("note",)),
    Key("8", "weapon", T("Une arme est signalée", "A weapon is mentioned"), then=("note",)),
)


def _police(rule: str, closings: tuple[str, ...], call: str) -> tuple[Step, ...]:
    """The two steps every requested intervention goes through."""
    return (
        Step(
            "police", T("Appeler la ligne prioritaire de la police ou de la gendarmerie", "Call the priority line of the police"), "",
            T("L’appel vocal d’abord : notez l’unité, le nom, l’heure et la référence.", "The voice call first: note unit, name, time and reference."),
            30, rule,
            keys=(
                Key("1", "police_reached", T("Demande prise : unité, nom, référence", "Request taken: unit, name, reference"), "on_the_way", needs_text=True),
                Key("2", "police_no_answer", T("La ligne prioritaire ne répond pas : rappeler", "The priority line does not answer: call again"), then=("attempt",)),
                *_ASKED,
            ),
        ),
        Step(
            "on_the_way", T("Rester avec la personne jusqu’à l’arrivée", "Stay with the person until they arrive"), call,
            T("Gardez la ligne ouverte. Transmettez tout fait nouveau.", "Keep the line open. Pass on whatever is new."),
            90, rule, script=STAY,
            keys=(
                Key("1", "on_the_spot", T("Forces de l’ordre sur place", "Police on the spot"), "ending"),
                Key("2", "still_there", T("Toujours en ligne, rien de nouveau", "Still on the line, nothing new")),
                Key("3", "worse", T("La situation s’aggrave : rappeler", "It grows worse: call again"), "police", ("note",)),
                *_ASKED,
            ),
        ),
        Step(
            "ending", T("Clore quand la personne est prise en charge", "Close once the person is taken care of"), call,
            T("La plateforme seule clôt l’alarme. Dites ce qui a été fait.", "The platform alone closes an alarm. Say what was done."),
            120, rule,
            keys=(
                Key("1", "still_there", T("Suivi en cours", "Still following")),
                Key("3", "worse", T("La situation s’aggrave : rappeler", "It grows worse: call again"), "police", ("note",)),
            ),
            closings=closings,
        ),
    )  # fmt: skip


def _doubt(rule: str, advice: Text, none_found: Text) -> tuple[Step, ...]:
    """The removal of doubt, and what follows when it finds no danger."""
    return (
        Step(
            "doubt", T("Lever le doute", "Remove the doubt"), "subject",
            T(
                "Blessures, enfants présents, pièce sûre. Mot d’alerte convenu entendu : danger. Dans le doute, demandez l’intervention.",
                "Injuries, children present, safe room. The agreed duress word means danger. When in doubt, request the police.",
            ),
            45, rule, script=ASK_SAFE,
            keys=(
                Key("1", "danger", _DANGER, "police", ("request",)),
                Key("2", "no_danger", T("Aucun danger constaté à cette heure", "No danger found at this time"), "no_danger"),
                Key("3", "cannot_tell", T("Impossible à dire : demander l’intervention", "Cannot tell: request the police"), "police", ("request",)),
                Key("4", "duress_word", T("Mot d’alerte entendu : intervention, sans rien répéter", "Duress word heard: request the police, repeat nothing"), "police", ("request",)),
                *_ASKED,
            ),
        ),
        Step(
            "no_danger", T("Conseiller, puis clore", "Advise, then close"), "subject", advice, 120, rule,
            script=none_found,
            keys=(
                Key("1", "advised", T("Conseil donné", "Advice given"), then=("note",)),
                Key("3", "danger", _DANGER, "police", ("request",)),
            ),
            closings=("doubt_removed", "accidental", "test", "other"),
        ),
    )  # fmt: skip


def _sos_steps(rule: str, advice: Text, none_found: Text) -> tuple[Step, ...]:
    """From the open line to the end, for a phone, a pilot's and a box alike."""
    ends = ("police", "cared", "doubt_removed", "other")
    return (
        Step(
            "line", T("Écouter la ligne", "Listen to the line"), "subject",
            T(
                "Parlez le premier, doucement. Si la personne semble se cacher : ne rappelez pas, gardez la ligne ouverte.",
                "Speak first, softly. If the person seems to be hiding: do not call back, keep the line open.",
            ),
            20, rule, script=ASK_SAFE,
            keys=(
                Key("1", "line", T("Ligne établie, la personne parle", "Line established, the person speaks"), "doubt"),
                Key("2", "no_line", T("Pas de ligne", "No line"), "call_back", ("attempt",), unless=("no_call_back", "cannot_tell")),
                Key("3", "hiding", T("Ligne ouverte, la personne semble se cacher", "Open line, the person seems to be hiding"), "police", ("note", "request")),
                Key("4", "danger", _DANGER, "police", ("request",)),
                Key("9", "announced", T("Essai annoncé : vérifier la voix", "Announced test: check the voice"), "no_danger"),
            ),
        ),
        Step(
            "call_back", T("Rappeler une fois, une seule", "Call back once, and once only"), "subject",
            T("Laissez sonner six fois. Ne laissez aucun message.", "Let it ring six times. Leave no message."),
            30, "TGD-31", script=ASK_SAFE,
            keys=(
                Key("1", "reached", T("Jointe", "Reached"), "doubt", ("call_back",)),
                Key("2", "no_answer", T("Pas de réponse : demander l’intervention", "No answer: request the police"), "police", ("call_back", "request")),
                Key("3", "hiding", T("Décroché sans parler : intervention", "Picked up without a word: request the police"), "police", ("call_back", "note", "request")),
            ),
        ),
        Step(
            "cannot_tell", T("Impossible à dire : demander l’intervention", "Cannot tell: request the police"), "",
            T("Le dossier interdit de rappeler. Demandez l’intervention.", "The file forbids a call-back. Request the police."),
            20, rule,
            keys=(Key("1", "cannot_tell", T("Demander l’intervention", "Request the police"), "police", ("request",)),
                  Key("2", "line", T("La ligne est revenue", "The line is back"), "doubt")),
        ),
        *_doubt(rule, advice, none_found),
        *_police("TGD-29", ends, "subject"),
    )  # fmt: skip


_SOS_ENDS = (POLICE, CARED, DOUBT, ACCIDENT, TEST, OTHER)

TGD_ALARM = Workflow(
    "tgd_alarm", T("Alarme d’un téléphone grave danger", "Alarm of a serious danger phone"),
    T(
        "Décroché en dix secondes. Ligne établie ou non, levée de doute, et l’intervention dès que l’on ne peut pas dire. "
        "La plateforme seule clôt l’alarme.",
        "Picked up within ten seconds. Line established or not, removal of doubt, and the police as soon as one cannot tell. "
        "Only the platform closes an alarm.",
    ),
    SOS_URGENCY, 10, 20,
    (Task("main", T("Alarme", "Alarm"), _sos_steps("TGD-29", T(
        "Conseillez de joindre l’association (TGD-31). Elle appellera le lendemain.",
        "Advise to contact the association (TGD-31). It will call on the next day.",
    ), T(
        "« Je note qu’aucun danger n’est constaté à cette heure. L’association vous rappellera. Appuyez de nouveau à tout moment. »",
        "“I note that no danger is found at this time. The association will call you back. Press again at any time.”",
    ))),),
    _SOS_ENDS, ("TGD-29", "TGD-30", "TGD-31", "TGD-40", "TGD-41", "TGD-42"), next_day=True,
)  # fmt: skip

PILOT_ALARM = Workflow(
    "pilot_alarm", T("Alarme d’un téléphone pilote (pas un TGD)", "Alarm of a pilot phone (not a TGD)"),
    T(
        "Comme une alarme de TGD, et avec la même urgence. C’est un pilote : aucune association n’appelle le lendemain.",
        "As an alarm of a TGD, and with its urgency. It is a pilot: no association calls on the next day.",
    ),
    SOS_URGENCY, 10, 20,
    (Task("main", T("Alarme", "Alarm"), _sos_steps("TGD-29", T(
        "Dites les numéros qui servent toujours : le 17, et le 114 par SMS. Personne n’appellera le lendemain.",
        "Say the numbers that always serve: 17, and 114 by text. Nobody will call on the next day.",
    ), T(
        "« Je note qu’aucun danger n’est constaté à cette heure. Appuyez de nouveau à tout moment, ou appelez le 17 ; le 114 par SMS. »",
        "“I note that no danger is found at this time. Press again at any time, or call 17; 114 by text.”",
    ))),),
    _SOS_ENDS, ("TGD-29", "TGD-31", "TGD-40", "TGD-41"),
)  # fmt: skip

BAR_SOS = Workflow(
    "bar_sos", T("Touche d’alarme ou appel de la personne protégée (BAR)", "Alarm key or call of the protected person (BAR)"),
    T(
        "Même urgence qu’un SOS. Un incident à part, lié à celui du rapprochement s’il y en a un.",
        "The urgency of an SOS. An incident of its own, linked to that of the approach where there is one.",
    ),
    SOS_URGENCY, 10, 20,
    (Task("main", T("Alarme", "Alarm"), _sos_steps("BAR-31", T(
        "Dites les numéros à appeler. La personne peut appeler l’opérateur à tout moment (BAR-31).",
        "Say the numbers to call. The person can call the operator at any time (BAR-31).",
    ), T(  # nobody calls on the next day here: nothing is promised that nobody does
        "« Je note qu’aucun danger n’est constaté à cette heure. Vous pouvez nous appeler à tout moment, et appuyer de nouveau. »",
        "“I note that no danger is found at this time. You can call us at any time, and press again.”",
    ))),),
    _SOS_ENDS, ("BAR-28", "BAR-31"),
)  # fmt: skip

_TURN_BACK = T(
    "« Vous approchez d’une zone où vous ne devez pas être. Faites demi-tour par où vous êtes venu, maintenant, et éloignez-vous. »",
    "“You are getting near a zone where you must not be. Turn round the way you came, now, and move away.”",
)
_NO_PLACE = T("Aucun lieu, aucune direction, aucune distance.", "No place, no direction, no distance.")
_PAIR_ENDS = ("turned_back", "explained", "police", "other")

_TURNS = Key(
    "1", "turns_back", T("Joint, averti, il fait demi-tour", "Reached, warned, turning back"), "leaving", ("attempt",)
)
_GOES_ON = Key(
    "2", "goes_on", T("Joint, ne s’éloigne pas", "Reached, not moving away"), "not_leaving", ("attempt", "propose")
)
_SILENT = Key("3", "no_answer", T("Pas de réponse", "No answer"), "not_leaving", ("attempt", "propose"))

PRE_ALERT = Workflow(
    "bar_pre_alert", T("Pré-alerte BAR", "BAR pre-alert"),
    T(
        "Le porteur est appelé, averti, prié de revenir sur ses pas. Jamais un manquement à elle seule (BAR-27). "
        "Elle se clôt seule quand la distance est regagnée, et le dit.",
        "The wearer is called, warned, asked to turn back the way he or she came. Never a breach by itself (BAR-27). "
        "It closes by itself once the distance is regained, and says so.",
    ),
    PRE_ALERT_URGENCY, 30, 45,
    (
        Task("main", T("Appel du porteur", "Call of the wearer"), (
            Step("call_wearer", T("Appeler le porteur", "Call the wearer"), "wearer", _NO_PLACE, 60, "BAR-27", script=_TURN_BACK, keys=(_TURNS, _GOES_ON, _SILENT)),
            Step(
                "leaving", T("Vérifier qu’il s’éloigne", "See that the wearer moves away"), "",
                T("Suivez la distance. L’incident se clôt seul quand elle est regagnée.", "Watch the distance. The incident closes by itself once it is regained."), 120, "BAR-27",
                keys=(Key("1", "moving_away", T("S’éloigne", "Moving away")), Key("2", "goes_on", T("Ne s’éloigne pas", "Not moving away"), "not_leaving", ("propose",))),
                closings=_PAIR_ENDS,
            ),
            Step(
                "not_leaving", T("Rappeler le porteur", "Call the wearer again"), "wearer",
                T("L’intervention peut être demandée à tout moment (touche P).", "The police may be requested at any moment (key P)."), 45, "BAR-27", script=_TURN_BACK,
                keys=(_TURNS, Key("2", "goes_on", _GOES_ON.says, then=("attempt", "propose")), Key("3", "no_answer", _SILENT.says, then=("attempt", "propose"))),
                closings=("explained", "other"),
            ),
            *_police("BAR-28", ("police", "turned_back", "other"), ""),
        )),
    ),
    (TURNED, EXPLAINED, POLICE, OTHER), ("BAR-27",), shelve_s=600, clears=True, stands=True,
)  # fmt: skip

_SAFETY = T(
    "« Opérateur du bracelet anti-rapprochement. Par précaution, mettez-vous à l’abri maintenant. Êtes-vous en sécurité là où vous "
    "êtes ? Des enfants sont-ils avec vous ? »",
    "“Operator of the bracelet. As a precaution, get to safety now. Are you safe where you are? Are children with you?”",
)

ALERT = Workflow(
    "bar_alert", T("Alerte BAR", "BAR alert"),
    T(
        "Deux tâches que deux opérateurs peuvent prendre : appeler le porteur, appeler la personne protégée. Le protocole du "
        "tribunal fixe l’ordre ; à défaut, la personne protégée est appelée quand l’éloignement n’est pas confirmé en 60 secondes. "
        "L’intervention se demande d’une touche, à tout moment : le silence n’est jamais une condition. Ne se clôt jamais seule.",
        "Two tasks two operators can take: calling the wearer, calling the protected person. The court’s protocol sets the order; "
        "by default the protected person is called when withdrawal is not confirmed within 60 seconds. The police are requested by "
        "one key, at any moment: silence is never a condition. Never closes by itself.",
    ),
    ALERT_URGENCY, 10, 20,
    (
        Task("main", T("Appel du porteur", "Call of the wearer"), (
            Step("call_wearer", T("Appeler le porteur", "Call the wearer"), "wearer", _NO_PLACE, 45, "BAR-28", script=_TURN_BACK, keys=(_TURNS, _GOES_ON, _SILENT)),
            Step(
                "leaving", T("Confirmer l’éloignement sur la carte", "Confirm the withdrawal on the map"), "",
                T("Une parole ne suffit pas : attendez que la distance augmente.", "A word is not enough: wait until the distance grows."), 45, "BAR-30",
                keys=(Key("1", "withdrawn", T("Éloignement confirmé", "Withdrawal confirmed"), "withdrawn"), Key("2", "goes_on", T("Ne s’éloigne pas", "Not moving away"), "not_leaving", ("propose",))),
            ),
            Step(
                "withdrawn", T("Suivre jusqu’à la fin de l’alerte", "Follow until the alert is over"), "",
                T("Clore demande un motif ; l’autorité est informée.", "Closing asks for a reason; the authority is informed."), 120, "BAR-29",
                keys=(Key("1", "moving_away", T("S’éloigne toujours", "Still moving away")), Key("2", "goes_on", T("Revient", "Coming back"), "not_leaving", ("propose",))),
                closings=_PAIR_ENDS,
            ),
            Step(
                "not_leaving", T("Demander l’intervention, ou rappeler", "Request the police, or call again"), "wearer",
                T("N’attendez pas de réponse pour demander l’intervention (touche P).", "Do not wait for an answer to request the police (key P)."), 30, "BAR-28", script=_TURN_BACK,
                keys=(_TURNS, Key("2", "goes_on", _GOES_ON.says, then=("attempt", "propose")), Key("3", "no_answer", _SILENT.says, then=("attempt", "propose"))),
                closings=("explained", "other"),
            ),
            *_police("BAR-28", _PAIR_ENDS, "protected"),
        )),
        Task("protected", T("Appel de la personne protégée", "Call of the protected person"), (
            Step(
                "hold", T("Prêt à appeler la personne protégée", "Ready to call the protected person"), "protected",
                T("L’appel vient de lui-même si l’éloignement n’est pas confirmé à temps (60 secondes, ou le délai du tribunal) ; à tout moment sinon.", "The call comes by itself if withdrawal is not confirmed in time (60 seconds, or the court’s time); at any moment otherwise."),
                75, "BAR-28",
                keys=(Key("1", "call_now", T("Appeler maintenant", "Call now"), "call_protected"),),
                after=After(60, "call_protected", T("Éloignement non confirmé à temps", "Withdrawal not confirmed in time"), unless=("withdrawn",)),
                closings=_PAIR_ENDS,
            ),
            Step(
                "call_protected", T("Appeler la personne protégée", "Call the protected person"), "protected",
                T("Mettez-la en sécurité. Ne dites pas où est le porteur plus que le protocole ne le permet.", "Bring the person to safety. Say no more of where the wearer is than the protocol allows."),
                45, "BAR-28", script=_SAFETY,
                keys=(
                    Key("1", "safe", T("Jointe, à l’abri", "Reached, in shelter"), "safe", ("attempt", "note")),
                    Key("2", "no_answer", T("Pas de réponse", "No answer"), then=("attempt", "propose")),
                    Key("3", "danger", _DANGER, "safe", ("attempt", "request")),
                    *_ASKED,
                ),
            ),
            Step(
                "safe", T("Rappeler quand c’est fini", "Call again once it is over"), "protected",
                T("Ne dites fini que si les deux positions sont connues.", "Say that it is over only if both positions are known."), 180, "BAR-30",
                keys=(Key("1", "told", T("Personne informée", "Person told"), then=("note",)), Key("3", "danger", _DANGER, then=("request",))),
                closings=_PAIR_ENDS,
            ),
        )),
    ),
    (TURNED, EXPLAINED, POLICE, OTHER), ("BAR-28", "BAR-29", "BAR-30", "CF-10"), stands=True, informs="BAR-29",
)  # fmt: skip

REQUEST_FOR_HELP = Workflow(
    "request_for_help", T("Demande d’aide", "Request for help"),
    T("Une touche pressée par le porteur, ou une chute : on appelle, on écoute, on oriente.", "A key pressed by the wearer, or a fall: call, listen, direct."),
    PRE_ALERT_URGENCY, 30, 45,
    (
        Task("main", T("Appel", "Call"), (
            Step(
                "call", T("Appeler la personne", "Call the person"), "subject", _NO_PLACE, 60, "BAR-02",
                script=T("« Vous avez demandé de l’aide. Que se passe-t-il ? Avez-vous besoin de secours ? »", "“You asked for help. What is happening? Do you need rescue?”"),
                keys=(
                    Key("1", "reached", T("Joint : demande notée", "Reached: request noted"), "followed", ("attempt",), needs_text=True),
                    Key("2", "rescue", T("Besoin de secours : 15 ou 18 appelé", "Needs rescue: 15 or 18 called"), "followed", ("attempt", "note")),
                    Key("3", "no_answer", T("Pas de réponse : rappeler", "No answer: call again"), "again", ("attempt",)),
                ),
            ),
            Step(
                "again", T("Rappeler", "Call again"), "subject", _NO_PLACE, 60, "BAR-02",
                script=T("« Vous avez demandé de l’aide. Que se passe-t-il ? »", "“You asked for help. What is happening?”"),
                keys=(
                    Key("1", "reached", T("Joint : demande notée", "Reached: request noted"), "followed", ("attempt",), needs_text=True),
                    Key("2", "rescue", T("Besoin de secours : 15 ou 18 appelé", "Needs rescue: 15 or 18 called"), "followed", ("attempt", "note")),
                    Key("3", "no_answer", T("Toujours pas de réponse", "Still no answer"), then=("attempt", "propose")),
                ),
                closings=("not_reached", "other"),
            ),
            Step(
                "followed", T("Suivre, puis clore", "Follow, then close"), "subject", T("Dites ce qui a été fait.", "Say what was done."), 120, "BAR-02",
                keys=(Key("1", "still_there", T("Suivi en cours", "Still following")),), closings=("helped", "cared", "accidental", "test", "other"),
            ),
            *_police("BAR-28", ("police", "helped", "cared", "other"), "subject"),
        )),
    ),
    (HELPED, CARED, POLICE, ACCIDENT, TEST, LOST, OTHER), ("BAR-02",), shelve_s=600,
)  # fmt: skip

ALARMS = (TGD_ALARM, PILOT_ALARM, BAR_SOS, ALERT, PRE_ALERT, REQUEST_FOR_HELP)
