"""What a message of the OwnTracks app says, in the JSON it posts over HTTP (and publishes over MQTT).

Speed is in km/h, accuracy in metres, battery in percent. Some messages carry an old position under the
current time (a ping) or a position that is not the device's (a waypoint): those prove the device alive and
are no fixes. Pure; encrypted payloads are refused, because nobody here holds their key.
"""

from __future__ import annotations

from egide.core.observations import Fix, Report, Signal, SignalKind, Unreadable
from egide.devices import alarms, values

_LOCATED = frozenset(("location", "transition"))  # messages whose lat and lon are where the device is

# Triggers (`t`) under which a location repeats the last known position: a ping of the app, a tracker that
# lost its satellites (l) or is being switched off (L).
_OLD_POSITION = frozenset("plL")

# Triggers by which trackers that speak OwnTracks (not the app) report their own state.
_TRIGGERS = {
    "L": SignalKind.SHUTDOWN,
    "e": SignalKind.POWER_CUT,
    "E": SignalKind.POWER_RESTORED,
    "9": SignalKind.LOW_BATTERY,
}

_NOT_DEGREES = "lat must be a number from -90 to 90 and lon from -180 to 180."
_NOT_A_TIME = "tst must be seconds since 1970."
_NULL_ISLAND = "The position is 0, 0, which a device sends when it knows none."


def decode(body: bytes, user: str = "") -> Report:
    """The report of one message. `user` is the name given with HTTP Basic, which names the device; without it
    the message's own topic or tracker id does. Raises Unreadable."""
    message = values.read_json(body)
    if not isinstance(message, dict) or not isinstance(message.get("_type"), str):
        raise Unreadable("The body must be one JSON object with _type, as OwnTracks posts it.")
    kind = message["_type"]
    given = user or message.get("topic") or message.get("tid")
    name = values.identifier(given, "the user name of HTTP Basic")
    if kind == "encrypted":
        raise Unreadable("The message is encrypted: remove the encryption key in the app, TLS protects it.")

    if kind == "lwt":
        # The broker's last will. Its tst is when the app first connected, so nobody said when it was lost.
        return Report(name, signals=(Signal(SignalKind.CONNECTION_LOST, None),), heard=False)
    time = values.time_ms(message.get("tst"))
    signals = alarms.read_alarms(_alarm_members(message), time)
    level = values.battery(message.get("batt"), 100)
    if kind not in _LOCATED:
        return Report(name, signals=signals, battery=level)

    trigger = message.get("t") if kind == "location" else None
    if isinstance(trigger, str) and trigger in _TRIGGERS:
        signals += (Signal(_TRIGGERS[trigger], time),)
    if isinstance(trigger, str) and trigger in _OLD_POSITION:
        return Report(name, signals=signals, battery=level)

    fix, problem = _fix(message, time)
    if problem and not signals and problem is not _NULL_ISLAND:
        raise Unreadable(problem)
    return Report(
        name,
        fixes=(fix,) if fix else (),
        signals=signals,
        battery=level,
        problems=(problem,) if problem else (),
    )


def _alarm_members(message: dict[str, object]) -> list[object]:
    found = [message.get("alarm"), *alarms.known_words([message.get("event")])]  # "enter" and "leave" are none
    if values.boolean(message.get("sos")):
        found.append("sos")
    return found


def _fix(message: dict[str, object], time: int | None) -> tuple[Fix | None, str]:
    """The fix, or why there is none. A transition without coordinates (a beacon) has none and no problem."""
    lat, lon = message.get("lat"), message.get("lon")
    if message["_type"] == "transition" and lat is None and lon is None:
        return None, ""
    lat_e7, lon_e7 = values.degrees_e7(lat, 90), values.degrees_e7(lon, 180)
    if lat_e7 is None or lon_e7 is None:
        return None, _NOT_DEGREES
    if lat_e7 == 0 and lon_e7 == 0:
        return None, _NULL_ISLAND
    if time is None:
        return None, _NOT_A_TIME
    speed = values.speed_cms(message.get("vel"), values.KMH_MPS)
    return Fix(time, lat_e7, lon_e7, values.accuracy_cm(message.get("acc")), speed), ""
