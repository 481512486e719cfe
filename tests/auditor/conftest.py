"""A platform in a database of its own, said to be well until a test breaks something."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest

from egide.auditor.checks import Check, LogReader, ask_all
from egide.auditor.judge import Said
from egide.auditor.run import CHECKS, Auditor
from egide.core.messages import build, signal_record
from egide.core.observations import Signal, SignalKind
from egide.log.frames import encode
from egide.settings import Settings


@dataclass
class Platform:
    """The database, and what the auditor says of it."""

    db: psycopg.Connection[Any]
    reader: LogReader = field(default_factory=lambda: LogReader(1, grace_s=0))
    said: list[Said] = field(default_factory=list)
    now_s: float = 0.0

    def one(self, query: str, *values: Any) -> Any:
        """The first value of the first row."""
        row = self.db.execute(query, values).fetchone()
        return None if row is None else row[0]

    def well(self) -> None:
        """Every process does its work at this moment."""
        self.db.execute("UPDATE monitor_lease SET renewed_at = now(), judged_at = now(), seq = 1000000")
        self.db.execute("UPDATE outbox_guard SET beat_at = now()")

    def wrong(self) -> dict[str, int]:
        """What is wrong now, without any patience."""
        return {word: count for word, count in ask_all(self.db, self.reader).items() if count}

    def auditor(self, checks: tuple[Check, ...] = CHECKS, **settings: str) -> Auditor:
        """An auditor whose clock is ours."""
        told = {"EGIDE_AUDITOR_PROBE_S": "0", **settings}
        return Auditor(Settings(told), self.said.append, checks, lambda: self.now_s, 0.0)

    def press(self, device: int = 7) -> int:
        """A press stands in the log; gives its frame."""
        at = self.one("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint - 100")
        body = encode(build([signal_record(device, Signal(SignalKind.SOS, None), at)]), [])
        return int(self.one("SELECT egide_log_append(1, 'test', NULL, %s)", body))

    def incident(self, frame: int = 0, index: int = 0, **values: Any) -> int:
        """An incident with its event, shown."""
        row = {"cause": f"sos:{frame}", "kind": "sos", "urgency": 10, **values}
        number = self.one(
            "INSERT INTO console_incident (cause, kind, urgency, frame_seq, idx, stream_time_ms)"
            " VALUES (%s, %s, %s, %s, %s, 0) RETURNING id",
            row["cause"], row["kind"], row["urgency"], frame, index,
        )  # fmt: skip
        self.db.execute(
            "INSERT INTO console_incidentevent (incident_id, kind, frame_seq, idx, ordinal) VALUES (%s, 'opened', %s, %s, 0)",
            (number, frame, index),
        )
        self.db.execute("SELECT egide_screen(%s, 'opened')", (number,))
        return int(number)

    def user(self, active: bool = True) -> int:
        """A member of staff."""
        return int(
            self.one(
                "INSERT INTO accounts_user (password, is_superuser, username, first_name, last_name, email, is_staff,"
                " is_active, date_joined) VALUES ('!', false, %s, '', '', '', false, %s, now()) RETURNING id",
                f"u{self.one('SELECT count(*) FROM accounts_user')}", active,
            )
        )  # fmt: skip

    def shift_was(self) -> None:
        """A shift began at some console, and is over."""
        self.db.execute("INSERT INTO console_seat (user_id, ended_at) VALUES (%s, now())", (self.user(),))

    def room(self) -> list[str]:
        """Causes of the technical incidents that are open."""
        rows = self.db.execute(
            "SELECT cause FROM console_incident WHERE status = 'open' AND kind = 'technical' ORDER BY id"
        )
        return [row[0] for row in rows]


@pytest.fixture
def platform(full_url: str) -> Iterator[Platform]:
    """A platform that is well."""
    with psycopg.connect(full_url, autocommit=True) as db:
        db.execute("SELECT set_config('egide.system', 'on', false)")
        laid = Platform(db)
        laid.well()
        yield laid
