"""What does a report say, in French and English? Sentences about distances and times, never about intent (BAR-28)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
LANGUAGES = ("fr", "en")
NB = "\u00a0"  # a number and its unit stay on one line; French wants it before : and % too
NARROW = "\u202f"

Both = tuple[str, str]  # French, English

LEVELS: dict[str, Both] = {
    "unknown": ("inconnu", "unknown"),
    "clear": ("hors zone", "outside"),
    "pre_alert": ("pré-alerte", "pre-alert"),
    "alert": ("alerte", "alert"),
}
LEVELS_UP = {"pre_alert": 1, "alert": 2}
WHO: dict[str | None, Both] = {
    "protected": ("la personne protégée", "the protected person"),
    "wearer": ("le porteur", "the wearer"),
    None: ("une des deux personnes", "one of the two"),
}
MOVED: dict[str, Both] = {
    "protected": (
        "Le déplacement de la personne protégée a réduit la distance.",
        "The protected person’s movement reduced the distance.",
    ),
    "wearer": ("Le déplacement du porteur a réduit la distance.", "The wearer’s movement reduced the distance."),
    "both": ("Les deux déplacements ont réduit la distance.", "Both movements reduced the distance."),
}
# Kinds of event: the word of the row, and the sentence; {who} is one of WHO.
KINDS: dict[str, tuple[Both, Both]] = {
    "jump_held": (
        ("Saut retenu", "Jump held"),
        (
            "Une position de {who} suppose une vitesse impossible : elle attend d’être confirmée.",
            "A position of {who} implies an impossible speed: it waits to be confirmed.",
        ),
    ),
    "jump_confirmed": (
        ("Saut confirmé", "Jump confirmed"),
        ("La position retenue de {who} est confirmée.", "The held position of {who} is confirmed."),
    ),
    "silence": (
        ("Silence", "Silence"),
        ("L’appareil ne répond plus : {who} n’est plus localisable.", "The device is silent: {who} cannot be located."),
    ),
    "heard_again": (
        ("De nouveau entendu", "Heard again"),
        ("L’appareil est de nouveau entendu : {who}.", "The device is heard again: {who}."),
    ),
    "position_unknown": (
        ("Position inconnue", "Position unknown"),
        (
            "L’appareil parle sans donner de position utilisable : {who}.",
            "The device talks but gives no usable position: {who}.",
        ),
    ),
    "position_known": (
        ("Position retrouvée", "Position known again"),
        ("La position est de nouveau connue : {who}.", "The position is known again: {who}."),
    ),
    "position_stuck": (
        ("Position figée", "Position stuck"),
        ("La même position revient depuis des heures : {who}.", "The same position has come back for hours: {who}."),
    ),
    "position_moves": (
        ("Position de nouveau mobile", "Position moves again"),
        ("La position change de nouveau : {who}.", "The position changes again: {who}."),
    ),
    "clock_corrected": (
        ("Horloge corrigée", "Clock corrected"),
        (
            "L’horloge de l’appareil est fausse, ses heures sont corrigées : {who}.",
            "The device's clock is wrong, its times are corrected: {who}.",
        ),
    ),
    "clock_right": (
        ("Horloge juste", "Clock right"),
        ("L’horloge de l’appareil est de nouveau juste : {who}.", "The device's clock is right again: {who}."),
    ),
    "possible_approach": (
        ("Approche possible", "Possible approach"),
        (
            "Personne ne peut exclure que le porteur soit dans la zone d’alerte.",
            "Nobody can rule out that the wearer is inside the alert zone.",
        ),
    ),
    "possible_approach_ended": (
        ("Approche possible levée", "Possible approach over"),
        ("Les deux positions sont de nouveau connues.", "Both positions are known again."),
    ),
}
SHAPES = {"possible_approach": "possible", "possible_approach_ended": "regained"}


def moment(time: str) -> datetime:
    """The instant of an event's text, on a Paris clock."""
    return datetime.fromisoformat(time).astimezone(PARIS)


def at_ms(time_ms: int) -> datetime:
    """The instant of milliseconds since 1970, on a Paris clock."""
    return datetime.fromtimestamp(time_ms / 1000, UTC).astimezone(PARIS)


def length(metres: float) -> Both:
    """A length as people say it: whole metres below a kilometre, then kilometres with two digits or fewer."""
    if metres < 999.5:
        return (f"{metres:.0f}{NB}m",) * 2
    digits = 2 if metres < 10_000 else 1
    text = f"{metres / 1000:.{digits}f}"
    return f"{text.replace('.', ',')}{NB}km", f"{text}{NB}km"


def radius(metres: float) -> Both:
    """A length somebody has set, as it was set: no digit more."""
    if metres < 1000:
        return (f"{metres:g}{NB}m".replace(".", ","), f"{metres:g}{NB}m")
    return f"{metres / 1000:g}{NB}km".replace(".", ","), f"{metres / 1000:g}{NB}km"


def shape(event: dict[str, Any]) -> str:
    """The drawn shape of an event: risk is shape, word and colour, in this order."""
    if event["kind"] == "level":
        return {"clear": "regained"}.get(event["to"], str(event["to"]))
    return SHAPES.get(event["kind"], "technical" if event["kind"] == "silence" else "unknown")


def word(event: dict[str, Any]) -> Both:
    """The word of an event's row."""
    if event["kind"] == "level":
        french, english = LEVELS[event["to"]]
        return french.capitalize(), english.capitalize()
    kind = str(event["kind"])
    return KINDS[kind][0] if kind in KINDS else (kind, kind)


def sentence(event: dict[str, Any]) -> Both:
    """What happened, in one or two sentences."""
    parts: tuple[list[str], list[str]] = ([], [])
    if event["kind"] == "level":
        before, after = LEVELS[event["from"]], LEVELS[event["to"]]
        parts[0].append(
            f"Le niveau passe de « {before[0]} » à « {after[0]} ».".replace("« ", "«" + NB).replace(" »", NB + "»")
        )
        parts[1].append(f"The level goes from “{before[1]}” to “{after[1]}”.")
    else:
        texts = KINDS.get(event["kind"], (("", ""), ("", "")))[1]
        who = WHO[event.get("party")]
        for side in (0, 1):
            parts[side].append(texts[side].format(who=who[side]).replace(" :", NB + ":").replace(" ;", NARROW + ";"))
    if "distance_m" in event:
        distance, lower, upper = (length(event[name]) for name in ("distance_m", "lower_m", "upper_m"))
        parts[0].append(f"Distance {distance[0]}, entre {lower[0]} et {upper[0]}.")
        parts[1].append(f"Distance {distance[1]}, between {lower[1]} and {upper[1]}.")
        moved = MOVED.get(event.get("moved", ""))
        if moved and LEVELS_UP.get(event.get("to", ""), 0) > LEVELS_UP.get(event.get("from", ""), 0):
            parts[0].append(moved[0])
            parts[1].append(moved[1])
        if event.get("basis") == "foreseen":
            parts[0].append("Franchissement prévu d’après le mouvement, pas encore observé.")
            parts[1].append("Foreseen from the movement, not yet observed.")
    return " ".join(parts[0]), " ".join(parts[1])
