"""What the monitor and the gateway would have written, said in one line each: people move, keys are pressed."""

from __future__ import annotations

import json
import time
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from egide.core.messages import build, signal_record
from egide.core.observations import Signal, SignalKind
from egide.incidents import rows
from egide.log.frames import encode
from egide.worker.timers import sweep

RISING = ("unknown", "clear", "pre_alert", "alert")
URGENCY = {"alert": 20, "pre_alert": 30, "clear": 30}


def now_ms() -> int:
    """Our clock, in milliseconds."""
    return time.time_ns() // 1_000_000


class Scene:
    """A writer with its own connection to a database that `manage demo` has filled."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.db = connection
        self.seq = 1000 + (self.one("SELECT coalesce(max(frame_seq), 0) FROM console_incidentevent") or 0)

    def one(self, query: str, *values: Any) -> Any:
        """The first field of the first row, None if there is none."""
        row = self.db.execute(query, values).fetchone()
        return None if row is None else row[0]

    def device(self, identifier: str) -> tuple[int, int]:
        """Numbers of a device and of the person who holds it."""
        row = self.db.execute(
            "SELECT id, person_id FROM registry_device WHERE identifier = %s", (identifier,)
        ).fetchone()
        assert row is not None
        return row[0], row[1]

    def measure(self, n: int) -> int:
        """Number of the n-th measure."""
        return int(self.one("SELECT id FROM measures_measure WHERE number LIKE %s", f"%-{n:04d}"))

    def at(
        self, identifier: str, lat: float, lon: float, accuracy_m: float | None = 12, ago_s: float = 0,
        by_its_clock: int | None = None,
    ) -> None:  # fmt: skip
        """A device says where it is; `by_its_clock` when its time (ms) is another than ours."""
        self.seq += 1
        when = now_ms() - int(ago_s * 1000)
        accuracy = -1 if accuracy_m is None else int(accuracy_m * 100)
        self.db.execute(
            "INSERT INTO console_position (frame_seq, idx, device_id, device_time_ms, stream_time_ms, lat_e7, lon_e7,"
            " accuracy_cm) VALUES (%s, 0, %s, %s, %s, %s, %s, %s)",
            (
                self.seq,
                self.device(identifier)[0],
                by_its_clock or when,
                when,
                round(lat * 1e7),
                round(lon * 1e7),
                accuracy,
            ),
        )

    def believed(self, identifier: str, lat: float, lon: float, ago_s: float = 0, held: bool = False) -> None:
        """The core believes a device to be somewhere; `held` when a later fix awaits confirmation."""
        when = now_ms() - int(ago_s * 1000)
        self.db.execute(
            "INSERT INTO console_place (device_id, t_ms, seen_ms, lat_e7, lon_e7, accuracy_cm, held, frame_seq)"
            " VALUES (%s, %s, %s, %s, %s, 1200, %s, %s) ON CONFLICT (device_id) DO UPDATE SET t_ms = excluded.t_ms,"
            " seen_ms = excluded.seen_ms, lat_e7 = excluded.lat_e7, lon_e7 = excluded.lon_e7, held = excluded.held",
            (self.device(identifier)[0], when, when, round(lat * 1e7), round(lon * 1e7), held, self.seq),
        )

    def level(self, n: int, before: str, level: str, distance_m: float, moved: str = "wearer", ago_s: float = 0) -> str:
        """The core concludes a level for the n-th measure; answers the public number of its incident."""
        self.seq += 1
        when, measure = now_ms() - int(ago_s * 1000), self.measure(n)
        cm = [round(distance_m * 100), round(max(0, distance_m - 40) * 100), round((distance_m + 40) * 100)]
        with self.db.transaction():
            self.db.execute(
                "INSERT INTO console_transition (measure_id, frame_seq, idx, ordinal, device_time_ms, stream_time_ms,"
                " kind, level_from, level_to, basis, distance_cm, lower_cm, upper_cm, moved)"
                " VALUES (%s, %s, 0, 0, %s, %s, 'level', %s, %s, 'observed', %s, %s, %s, %s)",
                (measure, self.seq, when, when, before, level, *cm, moved),
            )
            return self.ring(
                f"proximity:{measure}", "proximity", URGENCY[level], level=level, measure=measure, at=when, kind="level",
                counts=0, seq=self.seq, ordinal=0, opens=RISING.index(level) > RISING.index(before),
            )  # fmt: skip

    def sos(self, identifier: str, ago_s: float = 0, unverified: bool = False) -> str:
        """The alarm key is pressed."""
        device, person = self.device(identifier)
        at = now_ms() - int(ago_s * 1000)
        return self.ring(
            f"sos:{device}", "sos", 10, device=device, person=person, at=at, unverified=unverified,
            data={"signal": "sos"},
        )  # fmt: skip

    def technical(self, identifier: str, signal: str, urgency: int = 50, ago_s: float = 0) -> str:
        """A device complains of itself."""
        device, person = self.device(identifier)
        at = now_ms() - int(ago_s * 1000)
        return self.ring(
            f"{signal}:{device}", "technical", urgency, device=device, person=person, at=at, data={"signal": signal}
        )

    def possible(self, n: int, ago_s: float = 0) -> str:
        """The wearer of the n-th measure could be near."""
        measure = self.measure(n)
        at = now_ms() - int(ago_s * 1000)
        return self.ring(f"possible:{measure}", "possible_approach", 40, measure=measure, at=at)

    def ring(
        self, cause: str, kind_of_incident: str, urgency: int, *, level: str = "", measure: int | None = None,
        device: int | None = None, person: int | None = None, at: int | None = None, unverified: bool = False,
        kind: str = "repeated", data: dict[str, Any] | None = None, counts: int = 1, seq: int = 0, ordinal: int = 1,
        opens: bool = True,
    ) -> str:  # fmt: skip
        """Opens the incident of a cause or rings again in it, as the monitor's transaction does."""
        if not seq:
            self.seq += 1
        values = {
            "cause": cause, "kind": kind_of_incident, "urgency": urgency, "level": level, "measure": measure,
            "device": device, "person": person, "unverified": unverified, "seq": self.seq, "index": 0,
            "device_ms": at or now_ms(), "stream_ms": at or now_ms(),
        }  # fmt: skip
        with self.db.transaction():
            run = self.db.cursor()
            of = self.one("SELECT kind FROM registry_device WHERE id = %s", device) or ""
            found = rows.open_or_ring(run, values, opens=opens, counts=bool(counts), device_kind=of)
            assert found is not None
            number, change = found
            self.db.execute(
                "INSERT INTO console_incidentevent (incident_id, kind, frame_seq, idx, ordinal, data)"
                " VALUES (%s, %s, %s, 0, %s, %s)",
                (
                    number,
                    "opened" if change == "opened" else kind,
                    self.seq,
                    ordinal,
                    Jsonb((data or {}) | {"stream_time_ms": values["stream_ms"], "rings": opens}),
                ),
            )
            rows.screen(run, number, change)
        return str(self.one("SELECT public_id FROM console_incident WHERE id = %s", number))

    def elapse(self, seconds: float) -> int:
        """So much time passes in the room: leases, deadlines and rings come nearer, then the sweepers look."""
        ms = round(seconds * 1000)
        self.db.execute(
            "UPDATE console_timer SET due_at = due_at - make_interval(secs => %s) WHERE done_at IS NULL", (seconds,)
        )
        for number, state in self.db.execute("SELECT id, flow FROM console_incident WHERE status = 'open'").fetchall():
            state = json.loads(state) if isinstance(state, str) else state
            if "at" not in state:
                continue  # opened past the workflow: no sweeper has looked yet
            for at in state["at"].values():
                at["since_ms"] -= ms
                at["lease_ms"] = None if at["lease_ms"] is None else at["lease_ms"] - ms
            for name in ("rings_ms", "shelved_ms"):
                state[name] = None if state.get(name) is None else state[name] - ms
            self.db.execute("UPDATE console_incident SET flow = %s WHERE id = %s", (json.dumps(state), number))
        return sweep(self.db)

    def resumed(self) -> None:
        """A monitor took over after a gap: each open incident rings again."""
        with self.db.transaction():
            run = self.db.cursor()
            for number in rows.resumed(run, {}):
                rows.screen(run, number, "ring")

    def logged(self, identifier: str, signal: SignalKind = SignalKind.SOS) -> None:
        """What a device said stands in the log; whether the monitor has judged it is another matter."""
        record = signal_record(self.device(identifier)[0], Signal(signal, None), now_ms())
        body = encode(build([record]), [])
        self.db.execute("SELECT egide_log_append(1, 'scene', NULL, %s)", (body,))

    def judged(self) -> None:
        """The monitor has judged all that is logged."""
        self.db.execute("UPDATE monitor_lease SET seq = (SELECT seq FROM log_head WHERE cell = 1) WHERE cell = 1")

    def clean(self) -> None:
        """Forgets every incident and position. Events are append-only for everybody but a test.

        A page of the test before may still be reading, the tables in another order than they are emptied in.
        """
        for _ in range(5):
            try:
                self._empty()
            except psycopg.errors.DeadlockDetected:
                continue
            return
        self._empty()

    def _empty(self) -> None:
        with self.db.transaction():
            self.db.execute("SET LOCAL session_replication_role = replica")
            self.db.execute(
                "TRUNCATE console_incidentevent, console_incident, console_transition, console_position, console_place,"
                " console_screen, console_timer, console_seat, tgd_position, tgd_alarm"
            )
