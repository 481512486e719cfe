"""Whether a position of a TGD may exist at all, and where it goes if so (TGD-12, TGD-30, TGD-43).

Outside an alarm it is forgotten in memory. Within one, and with the second consent, it is sealed under the alarm's
own key into `tgd_position`, in the transaction that stores the signal or keep-alive it came with; it never becomes
part of the log. Consent and "still open" are read in that transaction, never from a copy; only the alarm is locked,
so that nobody who holds a device's row holds up its press. A press whose alarm cannot be opened waits: in memory, and in
`tgd_waiting` for the next start of a gateway, or for another one.
"""

from __future__ import annotations

import contextlib
import logging
import os
import struct
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from egide.core.observations import Fix, Report, SignalKind

if TYPE_CHECKING:
    from egide.gateway.intake import Entry

_log = logging.getLogger("egide.gateway.tgd")

KEY_BYTES = 32
_NONCE_BYTES = 12
_PURPOSE = b"egide tgd position, form 1"
_PLAIN = struct.Struct("<qiiii")  # milliseconds, 1e-7 degrees twice, centimetres, centimetres a second

_DAY_MS = 86_400_000
_EARLIEST_PRESS_MS = 3 * _DAY_MS  # a press that is older by the device's clock: that clock is not to be believed
_BEFORE_PRESS_MS = 120_000  # the position of the press may be so much older than the press, and no more

# The console locks an alarm while it closes it: milliseconds. Whoever holds such a lock for longer must not hold up
# an SOS, nor the frames of everybody else while a press waits for it.
_PATIENCE = "SET LOCAL lock_timeout = '300ms'"
_LITTLE_PATIENCE = "SET LOCAL lock_timeout = '50ms'"
_AGAIN_S = 1.0  # a waiting press is tried again with any frame after so long, and with every frame of its own phone
_RECALL_S = 5.0  # how often presses are looked for that wait because of a gateway that is gone

# NO KEY UPDATE: an alarm that is being closed is waited for, so that a press in that very moment opens a new one.
_LOCK_OPEN = """
SELECT id, key IS NULL OR erase_at <= now() AS spent FROM tgd_alarm
WHERE device_id = %s AND closed_at IS NULL FOR NO KEY UPDATE
"""
_CLOSE_SPENT = "UPDATE tgd_alarm SET closed_at = now() WHERE id = %s"
_OPEN = """
INSERT INTO tgd_alarm (device_id, pressed_ms, key, erase_at)
VALUES (%s, %s, %s, now() + make_interval(days => %s))
ON CONFLICT (device_id) WHERE closed_at IS NULL DO NOTHING
"""
# A press that waited rings no alarm of its own if another one, opened or closed since, has answered it.
_ANSWERED = """
SELECT 1 FROM tgd_alarm
WHERE device_id = %s AND greatest(opened_at, closed_at) >= to_timestamp(%s / 1000.0) LIMIT 1
"""
_PERMITTED = """
SELECT alarm.device_id, alarm.id, alarm.pressed_ms, alarm.key
FROM tgd_alarm AS alarm JOIN registry_device AS device ON device.id = alarm.device_id
WHERE alarm.device_id = ANY(%s) AND alarm.closed_at IS NULL AND alarm.key IS NOT NULL AND alarm.erase_at > now()
  AND device.kind = 'tgd' AND device.status = 'issued' AND device.geolocation_consent
ORDER BY alarm.device_id FOR SHARE OF alarm
"""
_PERMITTED_NOW = _PERMITTED + " SKIP LOCKED"
_KEEP = "INSERT INTO tgd_position (alarm_id, sealed) VALUES (%s, %s)"
_WAIT = """
INSERT INTO tgd_waiting AS w (device_id, pressed_ms, received_ms) VALUES (%s, %s, %s)
ON CONFLICT (device_id) DO UPDATE SET pressed_ms = least(w.pressed_ms, excluded.pressed_ms),
    received_ms = least(w.received_ms, excluded.received_ms)
"""
_RECALL = "SELECT device_id, pressed_ms, received_ms FROM tgd_waiting"
_WAITS_NO_LONGER = "DELETE FROM tgd_waiting WHERE device_id = ANY(%s)"


class SealBroken(ValueError):  # noqa: N818 - reads as what it is
    """The sealed position was changed, or belongs to another alarm's key."""


@dataclass(frozen=True, slots=True)
class TgdPart:
    """What a TGD said that must not enter the log. `pressed_ms` is set if the message holds an SOS: never ahead of us.

    `with_press`: the message holds one position and the press, and the position is hardly older, so they belong
    together. `received_ms` is the stream time of the message.
    """

    device: int
    pressed_ms: int | None
    fixes: tuple[Fix, ...]
    with_press: bool
    received_ms: int

    def __repr__(self) -> str:  # an exception or a log line that prints it must not print a place
        return f"TgdPart(device={self.device})"


def tgd_part(device: int, report: Report, now_ms: int) -> TgdPart | None:
    """The part of a TGD's report that goes through the gate; None if it holds neither position nor SOS."""
    presses = [signal.time_ms for signal in report.signals if signal.kind is SignalKind.SOS]
    if not presses and not report.fixes:
        return None
    said = [now_ms if time is None else time for time in presses]
    # A clock that is days behind cannot say since when positions may be kept, nor can one that is ahead; ours can.
    earliest = now_ms - _EARLIEST_PRESS_MS
    times = [min(time, now_ms) if time >= earliest else now_ms for time in said]
    # By the phone's own clock on both sides: one that is off is off for both (TGD-12, TGD-30).
    is_of_press = bool(said) and len(report.fixes) == 1 and report.fixes[0].time_ms >= min(said) - _BEFORE_PRESS_MS
    return TgdPart(device, min(times, default=None), report.fixes, is_of_press, now_ms)


class TgdGate:
    """Opens the alarms that frames ring and keeps the positions that may exist, in the caller's transaction.

    One per writer: it holds the presses whose alarm could not be opened yet, until one is open. What it holds stands in
    `tgd_waiting` too, as far as that could be written.
    """

    def __init__(self, keep_days: int) -> None:
        self._keep_days = keep_days
        self._waiting: dict[int, tuple[int, int]] = {}  # device: pressed_ms and received_ms of its press
        self._tried_at = float("-inf")
        self._recalled_at = float("-inf")

    def concerns(self, entries: Iterable[Entry]) -> bool:
        """Whether a frame of `entries` must pass: one of them is a TGD's, or a press has waited long enough."""
        now = time.monotonic()
        if (self._waiting and now - self._tried_at >= _AGAIN_S) or now - self._recalled_at >= _RECALL_S:
            return True
        return any(entry.tgd is not None for entry in entries)

    async def pass_frame(
        self, connection: psycopg.AsyncConnection[Any], entries: Sequence[Entry]
    ) -> tuple[set[int], int]:
        """Lets a frame pass: the devices whose press needs to wait no longer, and the number of faults.

        Fills `sealed` of each entry whose position was kept. Tell `settled` of the devices once the transaction is
        committed. A fault of this store is rolled back to where it began and never holds up a signal. Raises
        psycopg.Error if the connection is gone.
        """
        for entry in entries:
            entry.sealed = []
        if time.monotonic() - self._recalled_at >= _RECALL_S:
            await self._recall(connection)
        parts = [entry.tgd for entry in entries if entry.tgd is not None]
        opened, failed = await self._open_alarms(connection, parts)
        await self._remember(connection, opened & self._waiting.keys(), failed)
        faults = len(failed)
        placed = sorted({part.device for part in parts if part.fixes} - failed)
        if placed and not await self._keep_positions(connection, entries, placed, _PERMITTED):
            faults += 1
            # Somebody holds one of the alarms: the positions of the others are kept all the same.
            await self._keep_positions(connection, entries, placed, _PERMITTED_NOW)
        return opened, faults

    def settled(self, devices: set[int]) -> None:
        """Says that the alarms of `devices` are open, on disk."""
        for device in devices:
            self._waiting.pop(device, None)

    async def _recall(self, connection: psycopg.AsyncConnection[Any]) -> None:
        """Takes over the presses that wait, whoever received them."""
        self._recalled_at = time.monotonic()
        async with _apart(connection):
            cursor = await connection.execute(_RECALL)
            for device, pressed_ms, received_ms in await cursor.fetchall():
                self._waiting.setdefault(device, (pressed_ms, received_ms))

    async def _remember(self, connection: psycopg.AsyncConnection[Any], opened: set[int], failed: set[int]) -> None:
        """Writes down which presses wait now, in the transaction of the frame; a fault leaves that to the memory."""
        if opened or failed:
            async with _apart(connection):
                await connection.execute(_PATIENCE)
                await connection.execute(_WAITS_NO_LONGER, (sorted(opened),))
                for device in sorted(failed):
                    await connection.execute(_WAIT, (device, *self._waiting[device]))

    async def _open_alarms(
        self, connection: psycopg.AsyncConnection[Any], parts: Sequence[TgdPart]
    ) -> tuple[set[int], set[int]]:
        """The devices whose alarm is open now, and those whose alarm could not be opened: their press waits."""
        pressed: dict[int, tuple[int, int]] = {}
        for part in parts:
            if part.pressed_ms is not None:
                first = pressed.get(part.device, (part.pressed_ms, part.received_ms))
                pressed[part.device] = (min(part.pressed_ms, first[0]), min(part.received_ms, first[1]))
        devices = {part.device for part in parts} & self._waiting.keys()
        if self._waiting and time.monotonic() - self._tried_at >= _AGAIN_S:
            devices = set(self._waiting)
        if not pressed and not devices:
            return set(), set()
        if devices:
            self._tried_at = time.monotonic()
        opened: set[int] = set()
        failed: set[int] = set()
        for device in sorted(pressed.keys() | devices):  # in this order everywhere: no two gateways wait for each other
            waited = self._waiting.get(device)
            press = pressed.get(device, waited or (0, 0))
            if waited is not None:
                press = min(press[0], waited[0]), min(press[1], waited[1])
            patience = _LITTLE_PATIENCE if failed or device not in pressed else _PATIENCE
            async with _apart(connection) as outcome:
                await connection.execute(patience)
                await self._open_alarm(connection, device, press, device not in pressed)
            if outcome.is_fault:
                # At once, not after the commit: whether that went well may never be known.
                self._waiting[device] = press
                failed.add(device)
            else:
                opened.add(device)
        return opened, failed

    async def _open_alarm(
        self, connection: psycopg.AsyncConnection[Any], device: int, press: tuple[int, int], has_waited: bool
    ) -> None:
        # Locked first: one that is being closed at this moment counts as closed.
        cursor = await connection.execute(_LOCK_OPEN, (device,))
        for alarm, is_spent in await cursor.fetchall():
            if is_spent:  # its key is gone: it can hold nothing more, and must not keep a press from opening its own
                await connection.execute(_CLOSE_SPENT, (alarm,))
        if has_waited:
            cursor = await connection.execute(_ANSWERED, (device, press[1]))
            if await cursor.fetchone() is not None:
                return
        await connection.execute(_OPEN, (device, press[0], os.urandom(KEY_BYTES), self._keep_days))

    async def _keep_positions(
        self, connection: psycopg.AsyncConnection[Any], entries: Sequence[Entry], placed: list[int], query: str
    ) -> bool:
        """Seals and stores the positions of `placed` that may exist; False if that failed and none is stored."""
        async with _apart(connection) as outcome:
            await connection.execute(_PATIENCE)
            cursor = await connection.execute(query, (placed,))
            permitted = {device: (alarm, at, bytes(key)) for device, alarm, at, key in await cursor.fetchall()}
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
        if outcome.is_fault:
            for entry in entries:
                entry.sealed = []
        return not outcome.is_fault


@dataclass(slots=True)
class _Outcome:
    is_fault: bool = False


@contextlib.asynccontextmanager
async def _apart(connection: psycopg.AsyncConnection[Any]) -> AsyncIterator[_Outcome]:
    """A savepoint: a fault within undoes what is within, is logged, and is told by `is_fault`.

    Raises psycopg.Error if the connection is gone: then nothing of the transaction is left to save.
    """
    outcome = _Outcome()
    try:
        async with connection.transaction():
            yield outcome
    except psycopg.Error as error:
        if connection.closed or connection.broken:
            raise
        outcome.is_fault = True
        _log.error("The store of TGD alarms failed: %s (%s).", type(error).__name__, error.sqlstate)


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
