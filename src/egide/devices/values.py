"""How a value that a device sent becomes a number of the log, or nothing: finite, in range, in its unit.

Decoders share these readers. None always means "not said or not usable"; no reader of a number raises on
junk, and none turns an unknown value into zero.
"""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime, timedelta

from egide.core.observations import Unreadable

KNOT_MPS = 1852 / 3600
KMH_MPS = 1000 / 3600

_E7 = 10_000_000
_SECONDS_BELOW = 1e11  # a number under this counts seconds (until the year 5138), from here on milliseconds
LAST_MS = 253_402_300_799_999  # the end of the year 9999, the last instant ISO 8601 writes with four digits
WIDEST_CM = 2_003_750_000  # half the Earth's girth: nobody can be further off than that
_FASTEST_MPS = 3_000.0  # anything faster is a fault of the sensor, so: not said
FASTEST_CMS = round(_FASTEST_MPS * 100)
_IDENTIFIER_CHARS = 128
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def read_json(body: bytes) -> object:
    """The JSON value of a body. Raises Unreadable for anything that is none, however deep or large."""
    try:
        value: object = json.loads(body)
    except (ValueError, RecursionError):  # bad JSON or UTF-8, thousands of digits, nesting without end
        raise Unreadable("The body is not JSON in UTF-8.") from None
    return value


def number(value: object) -> float | None:
    """A finite number given as a number or as text. Booleans are none."""
    if isinstance(value, str):
        if len(value) > 64 or "_" in value:  # float("4_8") is 48; no device means it
            return None
    elif isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        result = float(value)
    except (ValueError, OverflowError):
        return None
    return result if math.isfinite(result) else None


def boolean(value: object) -> bool | None:
    """True or false as devices write it: true, "true", 1, "1", "yes"."""
    if value is None or isinstance(value, bool):
        return value
    text = str(value).strip().lower() if isinstance(value, (int, float, str)) else ""
    if text in ("true", "1", "1.0", "yes", "on"):
        return True
    return False if text in ("false", "0", "0.0", "no", "off") else None


def time_ms(value: object) -> int | None:
    """Milliseconds since 1970 from seconds, milliseconds or ISO 8601 (without a zone: UTC).

    0 is a clock that was never set: None.
    """
    amount = number(value)
    if amount is None:
        return _iso_ms(value) if isinstance(value, str) else None
    ms = round(amount * 1000) if abs(amount) < _SECONDS_BELOW else round(amount)
    return ms if 0 < ms <= LAST_MS else None


def _iso_ms(text: str) -> int | None:
    if len(text) > 64:
        return None
    # A plus sign that was not percent-encoded in a query arrives as a space.
    for candidate in (text.strip(), text.strip().replace(" ", "+")):
        try:
            moment = datetime.fromisoformat(candidate)
            ms = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - _EPOCH
        except (ValueError, OverflowError):
            continue
        return ms // _MILLISECOND if ms > timedelta(0) else None
    return None


def degrees_e7(value: object, limit: int) -> int | None:
    """1e-7 degrees, None outside ±limit degrees."""
    amount = number(value)
    return None if amount is None or abs(amount) > limit else round(amount * _E7)


def accuracy_cm(value: object) -> int | None:
    """Centimetres, rounded up, from a radius in metres. 0 and less mean unknown in every protocol we read."""
    amount = number(value)
    return None if amount is None or amount <= 0 else math.ceil(min(amount * 100, WIDEST_CM))


def speed_cms(value: object, unit_mps: float) -> int | None:
    """Centimetres per second from a speed in units of `unit_mps` metres per second. Negative: unknown."""
    amount = number(value)
    if amount is None or amount < 0 or amount * unit_mps > _FASTEST_MPS:
        return None
    return round(amount * unit_mps * 100)


def battery(value: object, full: float) -> float | None:
    """0.0 to 1.0 from a level whose full charge reads `full`. Negative (unknown) and more than full: None."""
    amount = number(value)
    return None if amount is None or not 0 <= amount <= full else amount / full


def identifier(value: object, where: str) -> str:
    """What a device calls itself, from the field `where`. Raises Unreadable if it cannot be a name."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value) if abs(value) < 10**32 else ""
    if not isinstance(value, str) or not value.strip():
        raise Unreadable(f"The message does not say which device it is from: give {where}.")
    name = value.strip()
    if len(name) > _IDENTIFIER_CHARS or not name.isprintable():
        raise Unreadable(f"{where} must be at most {_IDENTIFIER_CHARS} printable characters.")
    return name
