"""Which signal an alarm word means, for every protocol.

A word nobody knows becomes OTHER_ALARM with the word itself. Every alarm of a message is decoded, never only
the first; nothing here decides whether an alarm matters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

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

_SEPARATORS = re.compile(r"[\s;|/+&]+")  # besides the comma; they part words only where one of the parts is known
_LONGEST_NAME = 3  # so many parts a known word may be written in: "external power cut"
_DEEPEST = 4  # lists and objects within each other that are still searched
_NO_ALARM = frozenset(("", "0", "false", "none", "null", "no", "off", "normal"))
_WORD_CHARS = 200
_UNKNOWN_WORDS = 16  # so many alarms we do not know in one message; the rest are counted in a last one


def read_alarms(values: list[object], time_ms: int | None) -> tuple[Signal, ...]:
    """Every alarm in `values`, each once, in order of appearance, at `time_ms` by the device's clock.

    A value may be a word, several words joined by commas (by semicolons, bars or blanks if one of them is known),
    a list of those, or an object whose true members are alarms.
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


def known_words(values: list[object]) -> list[object]:
    """Of everything `values` say, the words that are alarms: for a field that mostly holds something else."""
    return [word for word in _words(values) if lookup(word) is not None]


def _words(values: list[object]) -> list[str]:
    found = [word for value in values for word in _words_of(value, _DEEPEST)]
    return [word for word in found if word.strip().casefold() not in _NO_ALARM]


def _words_of(value: object, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        for part in value.split(","):
            yield from _parted(part)
    elif isinstance(value, dict) and depth:
        for name, state in value.items():
            # {"sos": true}: the name is the alarm; only a "no" beside it takes it back.
            if not _denies(state):
                yield from _parted(str(name))
            # {"type": "sos"}: so is a value, if it is a word we know.
            yield from (word for word in _words_of(state, depth - 1) if lookup(word) is not None)
    elif isinstance(value, list) and depth:
        for item in value:
            yield from _words_of(item, depth - 1)
    else:
        yield _written(value)


def _parted(text: str) -> Iterator[str]:
    """The alarms in a text, the longest names first, and what stands between them; the text itself if it holds none."""
    if lookup(text) is not None:
        yield text
        return
    parts = _SEPARATORS.split(text)
    unknown: list[str] = []
    has_known = False
    at = 0
    while at < len(parts):
        for length in range(_LONGEST_NAME, 0, -1):
            name = " ".join(parts[at : at + length])
            if lookup(name) is not None:
                has_known = True
                if unknown:
                    yield " ".join(unknown)
                    unknown = []
                yield name
                at += length
                break
        else:
            unknown.append(parts[at])
            at += 1
    if not has_known:
        yield text
    elif unknown:
        yield " ".join(unknown)


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
