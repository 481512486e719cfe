"""What a message of OsmAnd's live tracking, of Traccar Client, or of a button that imitates them says.

Two forms share one address: fields in a query string or form (speed in knots), and the JSON of Traccar Client
from version 9 on (speed in metres per second). Pure: bytes in, a Report out. It never asks who the device is.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from urllib.parse import unquote_plus

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
    escaped = b"%" in query or b"+" in query
    for part in query.decode("utf-8", "replace").split("&"):
        name, _, value = part.partition("=")
        if escaped:
            name, value = unquote_plus(name), unquote_plus(value)
        if name in fields:
            fields[name].append(value)
        elif name:
            fields[name] = [value]
    return fields


def decode(fields: Fields, body: bytes, received_ms: int) -> Report:
    """The report of one message: the fields of its query, and its body (form or JSON).

    `received_ms` dates a fix whose sender gives no time at all, which this protocol defines as "now"; it
    never replaces a time that was given and cannot be read. Raises Unreadable.
    """
    body = body.strip()
    if body[:1] in (b"{", b"[", b"\xef"):  # the third is a byte order mark before JSON
        try:
            return _decode_json(values.read_json(body), fields)
        except Unreadable as refusal:
            # An alarm in the query counts beside a body that cannot be read.
            if not alarms.read_alarms(_alarm_fields(fields), None):
                raise
            report = _decode_fields(fields, received_ms)
            return dataclasses.replace(report, problems=(str(refusal), *report.problems))
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
    names = {name.strip() for key in ("id", "deviceid") if key in fields for name in fields[key]}
    if len(names) > 1:
        raise Unreadable("id names two different devices; send one message for each.")
    name = values.identifier(names.pop() if names else None, "id")
    problems: list[str] = []
    given_time = _only(fields, "timestamp", problems)
    time = None if given_time is None else values.time_ms(given_time)
    signals = alarms.read_alarms(_alarm_fields(fields), time)
    # A timestamp that contradicts itself is none that may be replaced by ours.
    fix = _fix_of_fields(fields, received_ms if given_time is None and not problems else time, problems)
    if not fix and not signals and problems and problems[0] not in (_NOT_VALID, _NULL_ISLAND):
        raise Unreadable(problems[0])
    level = values.battery(_first(fields, "batt"), 100)
    return Report(name, (fix,) if fix else (), signals, battery=level, problems=tuple(problems))


def _fix_of_fields(fields: Fields, time: int | None, problems: list[str]) -> Fix | None:
    lat, lon = _only(fields, "lat", problems), _only(fields, "lon", problems)
    if lat is None and lon is None:
        place = _only(fields, "location", problems)
        if place is None:
            return None
        lat, _, lon = place.partition(",")
    valid = values.boolean(_only(fields, "valid", problems))
    found = None if problems else _place(lat, lon, time, valid, problems)
    if found is None:
        return None
    accuracy_cm = values.accuracy_cm(_first(fields, "accuracy"))  # not hdop: that is a ratio
    return Fix(*found, accuracy_cm, values.speed_cms(_first(fields, "speed"), values.KNOT_MPS))


def _alarm_fields(fields: Fields) -> list[object]:
    found: list[object] = [*fields["alarm"]] if "alarm" in fields else []
    if "sos" in fields and any(values.boolean(state) for state in fields["sos"]):
        found.append("sos")
    if "event" in fields:
        found += alarms.known_words([*fields["event"]])  # movements and geofences are no alarms
    return found


def _only(fields: Fields, key: str, problems: list[str]) -> str | None:
    """The value of a field; None and a sentence in `problems` if it contradicts itself."""
    found = fields.get(key)
    if found is None:
        return None
    if len(found) > 1 and len(set(found)) > 1:
        problems.append(_TWICE.format(key))
        return None
    return found[0]


def _first(fields: Fields, key: str) -> str | None:
    """The value of a field that is worth nothing if it contradicts itself."""
    return _only(fields, key, [])


def _place(
    lat: object, lon: object, time: int | None, valid: bool | None, problems: list[str]
) -> tuple[int, int, int] | None:
    """Time and place; None and a sentence in `problems` when they are not to be believed."""
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
        return time, lat_e7, lon_e7
    return None


def _decode_json(message: object, fields: Fields) -> Report:
    if not isinstance(message, dict):
        raise Unreadable("The body must be one JSON object with device_id and location.")
    given = message.get("device_id", message.get("id", _first(fields, "id") or _first(fields, "deviceid")))
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
    time = values.time_ms(message.get("timestamp", _first(fields, "timestamp")))
    around = alarms.read_alarms([*_alarm_members(message), *_alarm_fields(fields)], time)
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
    found = _place(coords.get("latitude"), coords.get("longitude"), time, valid, problems)
    if found is None:
        return None
    accuracy_cm = values.accuracy_cm(coords.get("accuracy"))
    return Fix(*found, accuracy_cm, values.speed_cms(coords.get("speed"), 1.0))


def _alarm_members(holder: dict[str, object]) -> list[object]:
    extras = holder.get("extras")
    found: list[object] = []
    for place in (holder, extras):
        if not isinstance(place, dict):
            continue
        found.append(place.get("alarm"))
        if values.boolean(place.get("sos")):
            found.append("sos")
        found += alarms.known_words([place.get("event")])
    return found
