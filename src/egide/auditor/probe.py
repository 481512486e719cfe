"""Does an SOS pass end to end, and in what time? One is sent every minute by a device that belongs to nobody.

It goes through the gateway as a button's would, and counts once its incident stands in the table the screens read. A
trigger closes that incident in the moment it is opened (outbox migration 0003), so that no operator sees an alarm.
"""

from __future__ import annotations

import hashlib
import http.client
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from psycopg import Connection

from egide.core.messages import build, control_record
from egide.log.frames import encode

IDENTIFIER = "egide-probe"
POST_S = 4.0
ARRIVE_S = 8.0

_LAY = """
INSERT INTO registry_device (identifier, label, kind, key_hash, status)
VALUES (%(identifier)s, 'Essai automatique', 'pilot_phone', %(hash)s, 'issued')
ON CONFLICT (identifier) DO UPDATE SET key_hash = excluded.key_hash, status = 'issued'
RETURNING id, kind, person_id
"""
_NOW_MS = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint"
_LAST = "SELECT coalesce(max(id), 0) FROM console_incident WHERE device_id = %s AND close_reason = 'probe'"
_ARRIVED = """
SELECT i.id FROM console_incident i WHERE i.device_id = %s AND i.close_reason = 'probe' AND i.id > %s
  AND EXISTS (SELECT FROM console_screen s WHERE s.incident_id = i.id) LIMIT 1
"""


class NotOurs(RuntimeError):  # noqa: N818 - reads as what it is
    """A device of the probe's name exists that is somebody's, or another kind: nothing is sent in its name."""


@dataclass(frozen=True, slots=True)
class Passed:
    """One SOS end to end: seconds until its 2xx, and until the screens could show it; None where it did not get there."""

    answered_s: float | None
    shown_s: float | None


class Probe:
    """The device, its key (drawn anew at each start, kept in memory) and the gateway it posts to."""

    def __init__(self, gateway: str, cell: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._gateway, self._cell, self._clock = urlsplit(gateway), cell, clock
        self._key = secrets.token_urlsafe(32)
        self._device: int | None = None

    def lay(self, connection: Connection[Any]) -> int:
        """The device in the registry and in the log, with this process's key. Raises NotOurs."""
        if self._device is not None:
            return self._device
        values = {"identifier": IDENTIFIER, "hash": hashlib.sha256(self._key.encode()).digest()}
        with connection.transaction():
            row = connection.execute(_LAY, values).fetchone()
            assert row is not None
            device, kind, person = row
            if kind != "pilot_phone" or person is not None:
                raise NotOurs(IDENTIFIER)
            now_ms = int(connection.execute(_NOW_MS).fetchone()[0])  # type: ignore[index]
            told = {"control": "device", "device": device, "status": "issued", "kind": kind, "person": None}
            body = encode(build([control_record(now_ms, 0)]), [told])
            connection.execute("SELECT egide_log_append(%s, 'auditor', NULL, %s)", [self._cell, body])
        self._device = int(device)
        return self._device

    def send(self, connection: Connection[Any]) -> Passed:
        """One SOS, and how far it got in time. Raises psycopg.Error, NotOurs."""
        device = self.lay(connection)
        before = connection.execute(_LAST, [device]).fetchone()
        began = self._clock()
        answered = self._post()
        if not answered:
            return Passed(None, None)
        answered_s = self._clock() - began
        while self._clock() - began < ARRIVE_S:
            if connection.execute(_ARRIVED, [device, before[0] if before else 0]).fetchone() is not None:
                return Passed(answered_s, self._clock() - began)
            time.sleep(0.02)
        return Passed(answered_s, None)

    def _post(self) -> bool:
        """As a hardware button does: again until 2xx, within `POST_S`. A new key needs a moment to reach the gateway."""
        ends = self._clock() + POST_S
        body = f"id={IDENTIFIER}&alarm=sos".encode()
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/x-www-form-urlencoded"}
        while True:
            line = self._line()
            try:
                line.request("POST", "/osmand", body, headers)
                if 200 <= line.getresponse().status < 300:
                    return True
            except (OSError, http.client.HTTPException):
                pass
            finally:
                line.close()
            if self._clock() >= ends:
                return False
            time.sleep(0.2)

    def _line(self) -> http.client.HTTPConnection:
        host = self._gateway.hostname or "127.0.0.1"
        if self._gateway.scheme == "https":
            return http.client.HTTPSConnection(host, self._gateway.port, timeout=POST_S)
        return http.client.HTTPConnection(host, self._gateway.port, timeout=POST_S)
