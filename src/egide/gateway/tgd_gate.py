"""Whether a position of a TGD may exist at all, and where it goes if so (TGD-12, TGD-30, TGD-43).

Outside an alarm it is forgotten in memory. Within one, and with the second consent, it is sealed under the alarm's
own key into `tgd_position`, in the transaction that stores the signal or keep-alive it came with; it never becomes
part of the log. Consent and "still open" are read in that transaction, under a lock, never from a copy.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from egide.core.observations import Fix, Report, SignalKind

if TYPE_CHECKING:
    from egide.gateway.intake import Entry

KEY_BYTES = 32
_NONCE_BYTES = 12
_PURPOSE = b"egide tgd position, form 1"
_PLAIN = struct.Struct("<qiiii")  # milliseconds, 1e-7 degrees twice, centimetres, centimetres a second

_DAY_MS = 86_400_000
_EARLIEST_PRESS_MS = 3 * _DAY_MS  # a press that is older by the device's clock: that clock is not to be believed
_LATEST_PRESS_MS = _DAY_MS

# The console locks an alarm while it closes it, the web a device while its consent changes: milliseconds. Whoever
# holds such a lock for longer must not hold up an SOS.
_PATIENCE = "SET LOCAL lock_timeout = '300ms'"

# NO KEY UPDATE: an alarm that is being closed is waited for, so that a press in that very moment opens a new one.
_LOCK_OPEN = """
SELECT id, key IS NULL OR erase_at <= now() AS spent FROM tgd_alarm
WHERE device_id = ANY(%s) AND closed_at IS NULL ORDER BY device_id FOR NO KEY UPDATE
"""
_CLOSE_SPENT = "UPDATE tgd_alarm SET closed_at = now() WHERE id = ANY(%s)"
_OPEN = """
INSERT INTO tgd_alarm (device_id, pressed_ms, key, erase_at)
VALUES (%s, %s, %s, now() + make_interval(days => %s))
ON CONFLICT (device_id) WHERE closed_at IS NULL DO NOTHING
"""
_PERMITTED = """
SELECT alarm.device_id, alarm.id, alarm.pressed_ms, alarm.key
FROM tgd_alarm AS alarm JOIN registry_device AS device ON device.id = alarm.device_id
WHERE alarm.device_id = ANY(%s) AND alarm.closed_at IS NULL AND alarm.key IS NOT NULL AND alarm.erase_at > now()
  AND device.kind = 'tgd' AND device.status = 'issued' AND device.geolocation_consent
ORDER BY alarm.device_id FOR SHARE
"""
_KEEP = "INSERT INTO tgd_position (alarm_id, sealed) VALUES (%s, %s)"


class SealBroken(ValueError):  # noqa: N818 - reads as what it is
    """The sealed position was changed, or belongs to another alarm's key."""


@dataclass(frozen=True, slots=True)
class TgdPart:
    """What a TGD said that must not enter the log. `pressed_ms` is set if the message holds an SOS.

    `with_press`: the message holds one position and the press, so they belong together whatever their times.
    """

    device: int
    pressed_ms: int | None
    fixes: tuple[Fix, ...]
    with_press: bool

    def __repr__(self) -> str:  # an exception or a log line that prints it must not print a place
        return f"TgdPart(device={self.device})"


def tgd_part(device: int, report: Report, now_ms: int) -> TgdPart | None:
    """The part of a TGD's report that goes through the gate; None if it holds neither position nor SOS."""
    presses = [signal.time_ms for signal in report.signals if signal.kind is SignalKind.SOS]
    if not presses and not report.fixes:
        return None
    # A clock that is days off cannot say since when positions may be kept; ours can.
    earliest, latest = now_ms - _EARLIEST_PRESS_MS, now_ms + _LATEST_PRESS_MS
    times = [time if time is not None and earliest <= time <= latest else now_ms for time in presses]
    return TgdPart(
        device,
        pressed_ms=min(times, default=None),
        fixes=report.fixes,
        with_press=bool(presses) and len(report.fixes) == 1,
    )


async def pass_gate(connection: psycopg.AsyncConnection[Any], entries: Sequence[Entry], keep_days: int) -> None:
    """Opens the alarms that `entries` ring and stores the positions that may exist, in the caller's transaction.

    Fills `sealed` of each entry whose position was kept. Raises psycopg.Error; the caller then rolls back to where
    it was, so that a fault in this store never holds up a signal.
    """
    parts = [entry.tgd for entry in entries if entry.tgd is not None]
    await connection.execute(_PATIENCE)
    await _open_alarms(connection, parts, keep_days)
    placed = sorted({part.device for part in parts if part.fixes})
    if not placed:
        return
    cursor = await connection.execute(_PERMITTED, (placed,))
    permitted = {device: (alarm, pressed, bytes(key)) for device, alarm, pressed, key in await cursor.fetchall()}
    kept: list[tuple[int, bytes]] = []
    for entry in entries:
        if entry.tgd is None or entry.tgd.device not in permitted:
            continue
        alarm, pressed_ms, key = permitted[entry.tgd.device]
        since = [fix for fix in entry.tgd.fixes if entry.tgd.with_press or fix.time_ms >= pressed_ms]
        entry.sealed = [(alarm, seal(key, fix)) for fix in since]
        kept += entry.sealed
    if kept:
        await connection.cursor().executemany(_KEEP, kept)


async def _open_alarms(connection: psycopg.AsyncConnection[Any], parts: Sequence[TgdPart], keep_days: int) -> None:
    pressed: dict[int, int] = {}
    for part in parts:
        if part.pressed_ms is not None:
            pressed[part.device] = min(part.pressed_ms, pressed.get(part.device, part.pressed_ms))
    if not pressed:
        return
    cursor = await connection.execute(_LOCK_OPEN, (sorted(pressed),))
    spent = [alarm for alarm, is_spent in await cursor.fetchall() if is_spent]
    if spent:  # its key is gone: it can hold nothing more, and must not keep a new press from opening its own
        await connection.execute(_CLOSE_SPENT, (spent,))
    for device in sorted(pressed):  # in this order everywhere, so that two gateways never wait for each other
        await connection.execute(_OPEN, (device, pressed[device], os.urandom(KEY_BYTES), keep_days))


def seal(key: bytes, fix: Fix) -> bytes:
    """The position under the key of its alarm: nonce, then AES-GCM."""
    nonce = os.urandom(_NONCE_BYTES)
    accuracy = -1 if fix.accuracy_cm is None else fix.accuracy_cm
    speed = -1 if fix.speed_cms is None else fix.speed_cms
    plain = _PLAIN.pack(fix.time_ms, fix.lat_e7, fix.lon_e7, accuracy, speed)
    return nonce + AESGCM(key).encrypt(nonce, plain, _PURPOSE)


def unseal(key: bytes, sealed: bytes) -> Fix:
    """The position that `seal` hid, for the console while the alarm lives. Raises SealBroken."""
    try:
        plain = AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _PURPOSE)
    except (InvalidTag, ValueError):
        raise SealBroken("The sealed position was changed, or the key is another alarm's.") from None
    time_ms, lat_e7, lon_e7, accuracy, speed = _PLAIN.unpack(plain)
    return Fix(time_ms, lat_e7, lon_e7, None if accuracy < 0 else accuracy, None if speed < 0 else speed)
