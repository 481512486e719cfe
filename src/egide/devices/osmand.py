"""What a message of OsmAnd's live tracking, of Traccar Client, or of a button that imitates them says.

Two forms share one address: fields in a query string or form (speed in knots), and the JSON of Traccar Client
from version 9 on (speed in metres per second). Pure: bytes in, a Report out. It never asks who the device is.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote_to_bytes

from egide.core.observations import Fix, Report, Signal, Unreadable
from egide.devices import alarms, values

Fields = Mapping[str, list[str]]

_TWICE = "{} stands in the message twice, with different values."
_NOT_DEGREES = "lat must be a number from -90 to 90 and lon from -180 to 180."
_NOT_A_TIME = "timestamp must be seconds or milliseconds since 1970, or ISO 8601."
_NOT_VALID = "The device says that its position is not valid."
_NULL_ISLAND = "The position is 0, 0, which a device sends when it knows none."


def read_fields(query: bytes) -> dict[str, list[str]]:
    """The fields of a query string or form, every value of each. Bytes that are not UTF-8 become U+FFFD."""
    fields: dict[str, list[str]] = {}
    for part in query.split(b"&"):
        name, _, value = part.partition(b"=")
        if name:
            fields.setdefault(_text(name), []).append(_text(value))
    return fields


def _text(raw: bytes) -> str:
    if b"+" in raw:
        raw = raw.replace(b"+", b" ")
    if b"%" in raw:
        raw = unquote_to_bytes(raw)
    return raw.decode("utf-8", "replace")


def decode(fields: Fields, body: bytes, received_ms: int) -> Report:
    """The report of one message: the fields of its query, and its body (form or JSON).

    `received_ms` dates a fix whose sender gives no time at all, which this protocol defines as "now"; it
    never replaces a time that was given and cannot be read. Raises Unreadable.
    """
    body = body.strip()
    if body[:1] in (b"{", b"[", b"\xef"):  # the third is a byte order mark before JSON
        return _decode_json(values.read_json(body), fields)
    if body:
        fields = _merge(fields, read_fields(body))
    return _decode_fields(fields, received_ms)


def _merge(first: Fields, second: Fields) -> Fields:
    if not first:
        return second
    merged = {name: list(found) for name, found in first.items()}
    for name, found in second.items():
        merged.setdefault(name, []).extend(found)
    return merged


def _decode_fields(fields: Fields, received_ms: int) -> Report:
    names = {name.strip() for key in ("id", "deviceid") for name in fields.get(key, ())}
    if len(names) > 1:
        raise Unreadable("id names two different devices; send one message for each.")
    name = values.identifier(next(iter(names), None), "id")
    problems: list[str] = []
    given = {key: _only(fields, key, problems) for key in ("timestamp", "lat", "lon", "location", "valid")}
    time = values.time_ms(given["timestamp"])
    signals = alarms.read_alarms(_alarm_fields(fields), time)
    fix = _fix_of_fields(fields, given, time, received_ms, problems) if not problems else None
    if not fix and not signals and problems and problems[0] not in (_NOT_VALID, _NULL_ISLAND):
        raise Unreadable(problems[0])
    return Report(
        identifier=name,
        fixes=(fix,) if fix else (),
        signals=signals,
        battery=values.battery(_first(fields, "batt"), 100),
        problems=tuple(problems),
    )


def _fix_of_fields(
    fields: Fields, given: Mapping[str, str | None], time: int | None, received_ms: int, problems: list[str]
) -> Fix | None:
    lat, lon = given["lat"], given["lon"]
    if lat is None and lon is None and given["location"] is not None:
        lat, _, lon = given["location"].partition(",")
    if lat is None and lon is None:
        return None
    if given["timestamp"] is None:
        time = received_ms
    fix = _fix(lat, lon, time, values.boolean(given["valid"]), problems)
    if fix is None:
        return None
    return Fix(
        *(fix.time_ms, fix.lat_e7, fix.lon_e7),
        accuracy_cm=values.accuracy_cm(_first(fields, "accuracy")),  # not hdop: that is a ratio
        speed_cms=values.speed_cms(_first(fields, "speed"), values.KNOT_MPS),
    )


def _alarm_fields(fields: Fields) -> list[object]:
    found: list[object] = [*fields.get("alarm", ())]
    if any(values.boolean(state) for state in fields.get("sos", ())):
        found.append("sos")
    return found + [word for word in fields.get("event", ()) if alarms.lookup(word) is not None]


def _only(fields: Fields, key: str, problems: list[str]) -> str | None:
    found = fields.get(key)
    if not found:
        return None
    if len(found) > 1 and len(set(found)) > 1:
        problems.append(_TWICE.format(key))
        return None
    return found[0]


def _first(fields: Fields, key: str) -> str | None:
    """The value of a field that is worth nothing if it contradicts itself."""
    return _only(fields, key, [])


def _fix(lat: object, lon: object, time: int | None, valid: bool | None, problems: list[str]) -> Fix | None:
    """Time and place only; None and a sentence in `problems` when they are not to be believed."""
    lat_e7, lon_e7 = values.degrees_e7(lat, 90), values.degrees_e7(lon, 180)
    if lat_e7 is None or lon_e7 is None:
        problems.append(_NOT_VALID if valid is False else _NOT_DEGREES)
    elif valid is False:
        problems.append(_NOT_VALID)
    elif lat_e7 == 0 and lon_e7 == 0:
        problems.append(_NULL_ISLAND)
    elif time is None:
        problems.append(_NOT_A_TIME)
    else:
        return Fix(time, lat_e7, lon_e7)
    return None


def _decode_json(message: object, fields: Fields) -> Report:
    if not isinstance(message, dict):
        raise Unreadable("The body must be one JSON object with device_id and location.")
    given = message.get("device_id", message.get("id", _first(fields, "id")))
    name = values.identifier(given, "device_id")
    locations = message.get("location")
    if locations is not None and not isinstance(locations, (dict, list)):
        locations = [locations]
    each = locations if isinstance(locations, list) else [locations] if locations is not None else []

    fixes: list[Fix] = []
    signals: list[Signal] = []
    problems: list[str] = []
    level: float | None = None
    for location in each:
        if not isinstance(location, dict):
            problems.append("location must be an object, or a list of objects.")
            continue
        time = values.time_ms(location.get("timestamp"))
        signals += alarms.read_alarms(_alarm_members(location), time)
        fix = _fix_of_location(location, time, problems)
        if fix is not None:
            fixes.append(fix)
        charge = location.get("battery")
        newest = values.battery(charge.get("level"), 1) if isinstance(charge, dict) else None
        level = level if newest is None else newest
    if not each and ("lat" in message or "latitude" in message or "coords" in message):
        problems.append("A position in JSON stands under location.coords as latitude and longitude.")
    known = {signal.kind for signal in signals}
    around = alarms.read_alarms(_alarm_members(message), values.time_ms(message.get("timestamp")))
    signals += [signal for signal in around if signal.kind not in known or signal.word]

    problems = list(dict.fromkeys(problems))
    if problems and not fixes and not signals and not any(p in (_NOT_VALID, _NULL_ISLAND) for p in problems):
        raise Unreadable(problems[0])
    return Report(name, tuple(fixes), tuple(signals), battery=level, problems=tuple(problems))


def _fix_of_location(location: dict[str, object], time: int | None, problems: list[str]) -> Fix | None:
    coords = location.get("coords")
    if coords is None:
        return None
    if not isinstance(coords, dict):
        problems.append("location.coords must be an object with latitude and longitude.")
        return None
    valid = values.boolean(location.get("valid"))
    fix = _fix(coords.get("latitude"), coords.get("longitude"), time, valid, problems)
    if fix is None:
        return None
    return Fix(
        *(fix.time_ms, fix.lat_e7, fix.lon_e7),
        accuracy_cm=values.accuracy_cm(coords.get("accuracy")),
        speed_cms=values.speed_cms(coords.get("speed"), 1.0),
    )


def _alarm_members(holder: dict[str, object]) -> list[object]:
    extras = holder.get("extras")
    found: list[object] = []
    for place in (holder, extras):
        if not isinstance(place, dict):
            continue
        found.append(place.get("alarm"))
        if values.boolean(place.get("sos")):
            found.append("sos")
        event = place.get("event")
        if isinstance(event, str) and alarms.lookup(event) is not None:
            found.append(event)
    return found
