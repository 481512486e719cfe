"""What a Traccar server forwards about one device: a position, or an event, as JSON (`forward.type` json).

Behind it stand some 270 device protocols, so this is how most hardware reaches the platform. Speed is in
knots; accuracy is in metres and 0 means unknown; several alarms stand in one attribute, joined by commas.
Pure; which devices a forwarding server may speak for is not decided here.
"""

from __future__ import annotations

from egide.core.observations import Fix, Report, Signal, SignalKind, Unreadable
from egide.devices import alarms, values

_NOT_AN_OBJECT = "The body must be one JSON object with device and position, as Traccar forwards it."
_NOT_DEGREES = "position.latitude must be a number from -90 to 90 and position.longitude from -180 to 180."
_NOT_A_TIME = "position.fixTime must be ISO 8601."
_NOT_VALID = "The device says that its position is not valid."
_OUTDATED = "The position is a copy of the last known one."
_NULL_ISLAND = "The position is 0, 0, which a device sends when it knows none."
_NO_POSITION = frozenset((_NOT_VALID, _OUTDATED, _NULL_ISLAND))

# Events that are Traccar's opinion about a device that said nothing: they do not prove it alive.
_SILENT_EVENTS = frozenset(("deviceOffline", "deviceUnknown", "deviceInactive"))


def decode(body: bytes) -> Report:
    """The report of one forwarded position or event. Raises Unreadable."""
    message = values.read_json(body)
    if not isinstance(message, dict):
        raise Unreadable(_NOT_AN_OBJECT)
    device, position, event = message.get("device"), message.get("position"), message.get("event")
    name = values.identifier(device.get("uniqueId") if isinstance(device, dict) else None, "device.uniqueId")
    if isinstance(event, dict):
        return _event(name, event, position)
    if isinstance(position, dict):
        return _position(name, position)
    raise Unreadable(_NOT_AN_OBJECT)


def _event(name: str, event: dict[str, object], position: object) -> Report:
    """An event repeats a position that was forwarded by itself, so only its alarm is read, there or in that position.

    Its time is the position's deviceTime, so the same alarm forwarded twice is recognised as a repeat.
    """
    time = values.time_ms(event.get("eventTime") or event.get("serverTime"))
    kind = event.get("type")
    signals = alarms.read_alarms(_alarm_members(event), time)
    if kind == "alarm" and not signals:
        repeated = _alarm_members(position) if isinstance(position, dict) else []
        unnamed = Signal(SignalKind.OTHER_ALARM, time, "an alarm without a name")
        signals = alarms.read_alarms(repeated, time) or (unnamed,)
    elif kind == "deviceOffline":
        signals += (Signal(SignalKind.CONNECTION_LOST, time),)
    elif not isinstance(kind, str) and not signals:
        raise Unreadable("event.type must say what kind of event this is.")
    return Report(name, signals=signals, heard=kind not in _SILENT_EVENTS)


def _position(name: str, position: dict[str, object]) -> Report:
    attributes = position.get("attributes")
    if not isinstance(attributes, dict):
        attributes = {}
    device_time = values.time_ms(position.get("deviceTime"))
    fix_time = device_time if position.get("fixTime") is None else values.time_ms(position.get("fixTime"))
    signals = alarms.read_alarms(_alarm_members(position), device_time or fix_time)
    fix, problem = _fix(position, fix_time)
    if problem and not signals and problem not in _NO_POSITION:
        raise Unreadable(problem)
    return Report(
        name,
        fixes=(fix,) if fix else (),
        signals=signals,
        battery=values.battery(attributes.get("batteryLevel"), 100),
        problems=(problem,) if problem else (),
    )


def _fix(position: dict[str, object], fix_time: int | None) -> tuple[Fix | None, str]:
    """The fix, or why there is none."""
    lat_e7 = values.degrees_e7(position.get("latitude"), 90)
    lon_e7 = values.degrees_e7(position.get("longitude"), 180)
    if values.boolean(position.get("valid")) is False:
        return None, _NOT_VALID
    if values.boolean(position.get("outdated")):
        return None, _OUTDATED
    if lat_e7 is None or lon_e7 is None:
        return None, _NOT_DEGREES
    if lat_e7 == 0 and lon_e7 == 0:
        return None, _NULL_ISLAND
    if fix_time is None:
        return None, _NOT_A_TIME
    speed = values.speed_cms(position.get("speed"), values.KNOT_MPS)
    return Fix(fix_time, lat_e7, lon_e7, values.accuracy_cm(position.get("accuracy")), speed), ""


def _alarm_members(holder: dict[str, object]) -> list[object]:
    attributes = holder.get("attributes")
    found: list[object] = []
    for place in (attributes, holder):
        if isinstance(place, dict):
            found += [place.get("alarm"), *alarms.known_words([place.get("event")])]
            if values.boolean(place.get("sos")):
                found.append("sos")
    return found
