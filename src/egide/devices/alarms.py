"""Which signal an alarm word means, for every protocol.

A word nobody knows becomes OTHER_ALARM with the word itself. Every alarm of a message is decoded, never only
the first; nothing here decides whether an alarm matters.
"""

from __future__ import annotations

from egide.core.observations import Signal, SignalKind

# Words as devices and Traccar write them, letters and digits only, in small letters.
_NAMES: dict[SignalKind, str] = {
    SignalKind.SOS: "sos panic panicbutton sosbutton emergency help duress distress",
    SignalKind.TAMPER: "tampering tamper gpsantennacut antennacut",
    SignalKind.STRAP: "strap strapcut strapopen strapoff bandcut bandopen removing removed takeoff",
    SignalKind.CASE: "case caseopen caseopened coveropen",
    SignalKind.LOW_BATTERY: "lowbattery lowpower batterylow",
    SignalKind.POWER_CUT: "powercut externalpowercut unplugged",
    SignalKind.POWER_RESTORED: "powerrestored pluggedin",
    SignalKind.SHUTDOWN: "shutdown poweroff",
    SignalKind.FALL: "fall falldown mandown",
    SignalKind.CONNECTION_LOST: "connectionlost offline",
    SignalKind.JAMMING: "jamming gpsjamming gsmjamming jammed",
}
WORDS = {word: kind for kind, words in _NAMES.items() for word in words.split()}

_NO_ALARM = frozenset(("", "0", "false", "none", "null", "no", "off", "normal"))
_WORD_CHARS = 200
_UNKNOWN_WORDS = 16  # so many alarms we do not know in one message; the rest are counted in a last one


def read_alarms(values: list[object], time_ms: int | None) -> tuple[Signal, ...]:
    """Every alarm in `values`, each once, in order of appearance, at `time_ms` by the device's clock.

    A value may be a word, several words joined by commas, a list of words, or an object whose true members
    are alarms.
    """
    if not values:
        return ()
    signals: dict[tuple[SignalKind, str], None] = {}
    surplus = 0
    for word in _words(values):
        kind = lookup(word)
        if kind is not None:
            signals[kind, ""] = None
            continue
        key = (SignalKind.OTHER_ALARM, clean(word))
        if key in signals:
            continue
        if sum(other is SignalKind.OTHER_ALARM for other, _ in signals) >= _UNKNOWN_WORDS:
            surplus += 1
        else:
            signals[key] = None
    if surplus:
        signals[SignalKind.OTHER_ALARM, f"and {surplus} more"] = None
    return tuple(Signal(kind, time_ms, word) for kind, word in signals)


def lookup(word: str) -> SignalKind | None:
    """The signal of a word we know; None for any other."""
    return WORDS.get("".join(letter for letter in word.casefold() if letter.isalnum()))


def clean(word: str) -> str:
    """A word that may be stored and shown: printable, at most 200 characters."""
    return "".join(letter if letter.isprintable() else "?" for letter in word.strip()[:_WORD_CHARS])


def _words(values: list[object]) -> list[str]:
    found: list[str] = []
    for value in values:
        if isinstance(value, str):
            found += value.split(",")
        elif isinstance(value, dict):
            # {"sos": true}: the name is the alarm; only a "no" beside it takes it back.
            found += [str(name) for name, state in value.items() if not _denies(state)]
        elif isinstance(value, list):
            for item in value:
                found += item.split(",") if isinstance(item, str) else [_written(item)]
        else:
            found.append(_written(value))
    return [word for word in found if word.strip().casefold() not in _NO_ALARM]


def _denies(state: object) -> bool:
    return _written(state).strip().casefold() in _NO_ALARM


def _written(value: object) -> str:
    """A value that is no word, as a word: an alarm nobody can read is still an alarm."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, (bool, float)):
        return "" if value == 0 else str(value).lower()
    if isinstance(value, int):
        return "" if value == 0 else (str(value) if abs(value) < 10**18 else "a number")
    return "something that is not a word" if value else ""
