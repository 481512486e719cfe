"""What a new operator is trained on: calls that were thought up, each with what is heard, what is right, and why.

Read aloud like the workflows. Nobody here exists and nothing here ever reaches a real incident; `drill` plays them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from egide.core.workflow.model import Text

T = Text


@dataclass(frozen=True, slots=True)
class Scenario:
    """One call. `path`: (seconds since the ring, metres between the two), straight in between; empty without a pair.

    `hears`: by step, what the operator hears when calling or listening. `police`: is an intervention right? `ends`: the
    right reasons to close; none: it closes by itself. `person`: what the file says of the protected person.
    """

    name: str
    title: Text
    kind: str
    matter: str  # the word of the cause
    device: str
    urgency: int
    hears: dict[str, Text]
    police: bool
    ends: tuple[str, ...]
    lesson: Text
    path: tuple[tuple[int, int], ...] = ()
    alert_m: int = 1000
    repeats: tuple[int, ...] = ()
    person: dict[str, object] = field(default_factory=dict)


SCENARIOS = (
    Scenario(
        "by_mistake", T("L’appui par erreur", "Pressed by mistake"), "sos", "sos", "tgd", 10,
        {
            "line": T("Une voix calme : « Pardon, j’ai appuyé en rangeant mon sac. »", "A calm voice: “Sorry, I pressed it while tidying my bag.”"),
            "doubt": T("La personne est seule, au travail, des collègues à côté d’elle. Elle ne dit pas le mot convenu.", "The person is alone, at work, colleagues beside her. She does not say the agreed word."),
        },
        False, ("accidental", "doubt_removed"),
        T("Le doute se lève par des questions, jamais par le ton de la voix.", "Doubt is removed by questions, never by the tone of a voice."),
        person={"duress_word": "tilleul"},
    ),
    Scenario(
        "nobody_answers", T("Pas de ligne, pas de réponse", "No line, no answer"), "sos", "sos", "tgd", 10,
        {
            "line": T("La ligne ne s’établit pas.", "The line does not come about."),
            "call_back": T("Six sonneries. Personne ne décroche.", "Six rings. Nobody picks up."),
        },
        True, ("police",),
        T("Un seul rappel, puis l’intervention (TGD-31).", "One call-back only, then the police (TGD-31)."), repeats=(25,),
    ),
    Scenario(
        "hiding", T("La personne se cache", "The person is hiding"), "sos", "sos", "tgd", 10,
        {"line": T("Un souffle, tout près. Plus loin, on frappe à une porte.", "Breathing, very near. Further away somebody knocks at a door.")},
        True, ("police",),
        T("Ligne ouverte et silence : on ne rappelle pas, on demande l’intervention.", "Open line and silence: no call-back, request the police."),
    ),
    Scenario(
        "duress", T("Le mot convenu", "The agreed word"), "sos", "sos", "tgd", 10,
        {
            "line": T("« Oui, tout va bien, merci. »", "“Yes, all is well, thank you.”"),
            "doubt": T("« Je fais du tilleul, je vous rappelle. » Une autre voix, derrière.", "“I am making tilleul tea, I will call back.” Another voice behind."),
        },
        True, ("police",),
        T("Le mot convenu veut dire danger ; on ne le répète pas.", "The agreed word means danger; it is not repeated."),
        person={"duress_word": "tilleul"},
    ),
    Scenario(
        "never_call_back", T("Ne jamais rappeler", "Never call back"), "sos", "sos", "bar_box", 10,
        {"line": T("La ligne ne s’établit pas.", "The line does not come about.")},
        True, ("police",),
        T("Le dossier interdit de rappeler : impossible à dire, donc l’intervention.", "The file forbids a call-back: cannot tell, so the police."),
        person={"call_back_forbidden": True},
        path=((0, 6000), (600, 5200)),
    ),
    Scenario(
        "turns_back", T("Il fait demi-tour", "He turns back"), "proximity", "proximity", "", 30,
        {"call_wearer": T("Il décroche : « Je suis dans le bus, je descends et je repars. »", "He picks up: “I am on the bus, I get off and go back.”")},
        False, (),
        T("Une pré-alerte n’est jamais un manquement à elle seule (BAR-27).", "A pre-alert is never a breach by itself (BAR-27)."),
        path=((0, 1950), (45, 1700), (120, 2600), (600, 6000)),
    ),
    Scenario(
        "comes_on", T("Il ne répond pas et avance", "He does not answer and comes on"), "proximity", "proximity", "", 30,
        {
            "call_wearer": T("Messagerie.", "Voice mail."),
            "not_leaving": T("Messagerie, encore.", "Voice mail, again."),
            "call_protected": T("Elle est chez elle avec deux enfants, porte fermée.", "She is at home with two children, the door locked."),
        },
        True, ("police",),
        T("Le silence n’est jamais une condition : P à tout moment (CF-10).", "Silence is never a condition: P at any moment (CF-10)."),
        path=((0, 1900), (40, 1200), (70, 850), (150, 500), (240, 1300), (300, 2500), (600, 9000)),
    ),
    Scenario(
        "strap", T("La sangle coupée", "The strap is cut"), "technical", "strap", "bar_bracelet", 40,
        {"call": T("Messagerie.", "Voice mail.")},
        True, ("repaired", "replaced", "passed_on", "other"),
        T("Sangle et silence : la personne protégée d’abord, puis l’intervention.", "Strap and silence: the protected person first, then the police."),
        path=((0, 9000), (900, 7000)),
    ),
)  # fmt: skip
BY_NAME = {one.name: one for one in SCENARIOS}


def metres(path: tuple[tuple[int, int], ...], second: float) -> float | None:
    """How far apart the two are so many seconds after the ring; None without a pair."""
    if not path:
        return None
    before = path[0]
    for after in path[1:]:
        if second <= after[0]:
            share = max(0.0, (second - before[0]) / (after[0] - before[0]))
            return before[1] + share * (after[1] - before[1])
        before = after
    return float(before[1])


def level(scenario: Scenario, second: float) -> str:
    """`alert`, `pre_alert` or `clear` by the distance; empty where no distance rings."""
    away = metres(scenario.path, second)
    if away is None or scenario.kind != "proximity":
        return ""
    if away < scenario.alert_m:
        return "alert"
    return "pre_alert" if away < 2 * scenario.alert_m else "clear"
