"""The police's server is down for ten minutes, then answers 500, then takes a copy and never answers, then is well again.

At real length: `make outbox`; it is no part of `make faults`. Nothing is lost, nothing goes out twice without a person,
and the room has rung for each copy that was late or in doubt.
"""

from __future__ import annotations

import sys
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import uuid4

import psycopg

from .house import Ground, House, free_port, wait_for
from .result import Result, promise

PROMISE = "a far side down for ten minutes, refusing, hanging and well again: every copy once, and the room rings"
DOWN_S = 600.0
EVERY_S = 20.0
SECRET = "whsec_" + "a2V5IG9mIHRoZSBjcmFzaGVzLCB0aGlydHkgYnl0ZXM="


class FarSide:
    """A server on a port of its own: `down`, `refuse`, `hang` or `well`."""

    def __init__(self, port: int) -> None:
        self.port, self.mood = port, "down"
        self.taken: Counter[str] = Counter()  # copies whose body it read and did not refuse
        self.server: ThreadingHTTPServer | None = None

    def set(self, mood: str) -> None:
        """Another mood; down means that nobody listens."""
        self.mood = mood
        if mood != "down" and self.server is None:
            side = self

            class Handler(BaseHTTPRequestHandler):
                def do_POST(self) -> None:
                    self.rfile.read(int(self.headers["content-length"]))
                    if side.mood == "refuse":
                        self.send_response(500)
                    else:
                        side.taken[self.headers["webhook-id"]] += 1
                        if side.mood == "hang":
                            time.sleep(20)
                        self.send_response(204)
                    self.end_headers()

                def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                    pass

            self.server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
            self.server.daemon_threads = True
            threading.Thread(target=self.server.serve_forever, daemon=True).start()


def lay(house: House, url: str) -> None:
    """A unit, its destination, an operator."""
    with psycopg.connect(house.url) as db:
        db.execute("SELECT set_config('egide.system', 'on', false)")
        db.execute("INSERT INTO agencies_jurisdiction (code, name) VALUES ('c', 'C')")
        db.execute(
            "INSERT INTO agencies_agency (kind, name, jurisdiction_id) SELECT 'police', 'Unite', id FROM agencies_jurisdiction"
        )
        db.execute(
            "INSERT INTO outbox_destination (agency_id, channel, address) SELECT id, 'webhook', %s FROM agencies_agency",
            (url,),
        )
        db.execute("INSERT INTO outbox_secret SELECT id, %s FROM outbox_destination", (SECRET,))
        db.execute(
            "INSERT INTO accounts_user (password, is_superuser, username, first_name, last_name, email, is_staff, is_active,"
            " date_joined) VALUES ('!', false, 'far', '', '', '', false, true, now())"
        )


def intend(house: House) -> None:
    """An alarm, the call, and one copy of it, in one transaction as the room writes them."""
    with psycopg.connect(house.url) as db:
        db.execute("SELECT set_config('egide.system', 'on', false)")
        db.execute(
            "WITH i AS (INSERT INTO console_incident (cause, kind, urgency, frame_seq, idx, stream_time_ms)"
            " VALUES (%s, 'sos', 10, 1, 0, 0) RETURNING id),"
            " r AS (INSERT INTO police_request (key, incident_id, routed_by, unit, person, reference, requested_by_id, due_at)"
            " SELECT %s, i.id, 'by_hand', 'Unite', 'Brigadier', '1', u.id, now() + interval '30 s' FROM i, accounts_user u"
            " RETURNING public_id, incident_id)"
            " INSERT INTO outbox_message (destination_id, kind, thread, incident_id, data, due_at)"
            " SELECT d.id, 'police.requested', r.public_id::text, r.incident_id,"
            " jsonb_build_object('request', r.public_id::text, 'before', '[]'::jsonb), now() + interval '30 s'"
            " FROM r, outbox_destination d",
            (f"sos:{uuid4()}", uuid4()),
        )


def run(ground: Ground, down_s: float = DOWN_S) -> Result:
    """A copy every twenty seconds, all the time."""
    side = FarSide(free_port())
    with ground.house() as house:
        lay(house, f"http://127.0.0.1:{side.port}/")
        house.start("worker")
        wait_for(lambda: house.one("SELECT beat_at > now() - interval '5 s' FROM outbox_guard"), 60, "the worker")
        made = 0
        every = min(EVERY_S, down_s / 10)
        for mood, seconds in (("down", down_s), ("refuse", down_s / 10), ("hang", down_s / 10), ("well", down_s / 10)):
            side.set(mood)
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                intend(house)
                made += 1
                time.sleep(every)
        waits = "SELECT count(*) = 0 FROM outbox_message WHERE status IN ('waiting', 'sending')"
        wait_for(lambda: house.one(waits), 600, "the end of the outbox")
        states = house.rows("SELECT public_id::text, status, rang_at IS NOT NULL, delivered_at - created_at > interval '35 s' FROM outbox_message")  # fmt: skip
    lost = sum(status not in ("delivered", "uncertain") for _, status, _, _ in states)
    never = sum(status == "delivered" and side.taken[number] != 1 for number, status, _, _ in states)
    twice = sum(times > 1 for times in side.taken.values())
    silent = sum((status == "uncertain" or late) and not rang for _, status, rang, late in states)
    doubt = sum(status == "uncertain" for _, status, _, _ in states)
    told = (
        f"{made} copies: {len(states) - doubt - lost} delivered, {doubt} in doubt left to a person, {lost} lost,"
        f" {twice} twice, {silent} late without a ring"
    )
    kept = len(states) == made and not (lost or never or twice or silent) and doubt > 0
    return promise(kept, told, copies=made, uncertain=doubt)


if __name__ == "__main__":
    from .run import say

    with Ground() as ground:
        began = time.monotonic()
        found = run(ground, float(sys.argv[1]) if len(sys.argv) > 1 else DOWN_S)
        say({"fault": "far_side", "control": False, "passed": found.passed, "seconds": time.monotonic() - began, "told": found.told})  # fmt: skip
        sys.exit(0 if found.passed else 1)
