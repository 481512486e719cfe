"""An outbox with a far side that does as it is told, in a database of its own."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from egide.settings import Settings
from egide.worker.outbox import Sender

SECRET = "whsec_" + base64.b64encode(b"a key of the tests, 32 bytes it is").decode()


@dataclass
class Office:
    """A police unit with one destination, written with SQL as other processes do."""

    db: psycopg.Connection[Any]
    home: Path
    agency: int = 0
    user: int = 0
    settings: dict[str, str] = field(default_factory=dict)

    def one(self, query: str, *values: Any) -> Any:
        """The first value of the first row."""
        row = self.db.execute(query, values).fetchone()
        return None if row is None else row[0]

    def lay(self, kind: str = "police") -> None:
        """District, unit, operator."""
        district = self.one("INSERT INTO agencies_jurisdiction (code, name) VALUES ('d', 'D') RETURNING id")
        self.agency = self.one(
            "INSERT INTO agencies_agency (kind, name, jurisdiction_id) VALUES (%s, 'Unité', %s) RETURNING id",
            kind,
            district,
        )
        self.user = self.one(
            "INSERT INTO accounts_user (password, is_superuser, username, first_name, last_name, email, is_staff, is_active,"
            " date_joined) VALUES ('!', false, 'op', '', '', '', false, true, now()) RETURNING id"
        )

    def destination(self, address: str, channel: str = "webhook") -> int:
        """Where copies go."""
        number = self.one(
            "INSERT INTO outbox_destination (agency_id, channel, address) VALUES (%s, %s, %s) RETURNING id",
            self.agency, channel, address,
        )  # fmt: skip
        self.db.execute("INSERT INTO outbox_secret VALUES (%s, %s)", (number, SECRET))
        return int(number)

    def incident(self) -> int:
        """An alarm is open."""
        return int(
            self.one(
                "INSERT INTO console_incident (cause, kind, urgency, frame_seq, idx, stream_time_ms)"
                " VALUES (%s, 'sos', 10, 1, 0, 0) RETURNING id", f"sos:{uuid4()}",
            )
        )  # fmt: skip

    def request(self, incident: int, due_s: float = 30) -> str:
        """Somebody called the unit."""
        return str(
            self.one(
                "INSERT INTO police_request (key, incident_id, routed_by, unit, person, reference, requested_by_id, due_at)"
                " VALUES (%s, %s, 'by_hand', 'Unité', 'Brigadier Vidal', '2026-118', %s, now() + make_interval(secs => %s))"
                " RETURNING public_id::text", uuid4(), incident, self.user, due_s,
            )
        )  # fmt: skip

    def message(self, destination: int, kind: str = "police.requested", thread: str = "", due_s: float = 30) -> int:
        """An intent, as the act that wants it writes it."""
        incident = self.incident()
        request = thread or self.request(incident)
        return int(
            self.one(
                "INSERT INTO outbox_message (destination_id, kind, thread, incident_id, data, due_at)"
                " VALUES (%s, %s, %s, %s, jsonb_build_object('request', %s::text, 'before', '[]'::jsonb),"
                " now() + make_interval(secs => %s)) RETURNING id", destination, kind, request, incident, request, due_s,
            )
        )  # fmt: skip

    def status(self, message: int) -> str:
        """How a message stands."""
        return str(self.one("SELECT status FROM outbox_message WHERE id = %s", message))

    def rung(self, message: int) -> list[str]:
        """With which events the incident of a message rang."""
        rows = self.db.execute(
            "SELECT e.kind FROM console_incidentevent e JOIN outbox_message m ON m.incident_id = e.incident_id"
            " WHERE m.id = %s AND e.data->'rings' = 'true'::jsonb ORDER BY e.id",
            (message,),
        )
        return [row[0] for row in rows]

    def now(self, message: int) -> None:
        """Its backoff is over."""
        self.db.execute("UPDATE outbox_message SET next_at = now() WHERE id = %s", (message,))

    def late(self, message: int) -> None:
        """Thirty seconds have passed."""
        self.db.execute("UPDATE outbox_message SET due_at = now() WHERE id = %s", (message,))

    def sender(self, **more: Any) -> Sender:
        """The worker's sender, to step by hand."""
        sender = Sender(Settings({"EGIDE_HOME": str(self.home), **self.settings}), **more)
        sender._checked_at = float("-inf")
        return sender

    def step(self, sender: Sender, times: int = 2) -> None:
        """A few rounds of a sender: take, send, write."""
        for _ in range(times):
            sender._checked_at = float("-inf")
            sender.step(self.db)
            sender.wait(20)
        sender._checked_at = float("-inf")
        sender.step(self.db)


@pytest.fixture
def office(full_url: str, tmp_path: Path) -> Iterator[Office]:
    """A unit with nothing to do."""
    with psycopg.connect(full_url, autocommit=True) as db:
        db.execute("SELECT set_config('egide.system', 'on', false)")
        laid = Office(db, tmp_path)
        laid.lay()
        yield laid


@dataclass
class Heard:
    """One request as the far side got it."""

    headers: dict[str, str]
    body: bytes


@dataclass
class FarSide:
    """A server that answers as `answers` says, in turn (the last for ever). A code, or "hang", or "cut"."""

    url: str
    answers: list[Any]
    heard: list[Heard] = field(default_factory=list)
    release: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def far_side() -> Iterator[Callable[..., FarSide]]:
    """Starts far sides."""
    started: list[tuple[ThreadingHTTPServer, FarSide]] = []

    def start(*answers: Any) -> FarSide:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                side.heard.append(Heard({k.lower(): v for k, v in self.headers.items()}, body))
                answer = side.answers[min(len(side.heard), len(side.answers)) - 1]
                if answer == "hang":
                    side.release.wait(20)
                elif answer != "cut":
                    self.send_response(answer)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                self.close_connection = True

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        side = FarSide(f"http://127.0.0.1:{server.server_address[1]}/hook", list(answers) or [204])
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        started.append((server, side))
        return side

    yield start
    for server, side in started:
        side.release.set()
        server.shutdown()
        server.server_close()
