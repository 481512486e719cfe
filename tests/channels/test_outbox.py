"""Nothing is lost, nothing goes out twice without a person, and the room rings: whatever the far side does."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from egide.channels import outbox, webhook
from egide.channels.outcome import Outcome, Result
from tests.channels.conftest import SECRET, FarSide, Office

Start = Callable[..., FarSide]


def test_a_message_arrives_once_signed_and_is_done(office: Office, far_side: Start) -> None:
    side = far_side(204)
    message = office.message(office.destination(side.url))
    office.step(office.sender())
    assert office.status(message) == "delivered"
    (heard,) = side.heard
    assert webhook.verify(SECRET, heard.headers, heard.body, int(time.time()))
    assert heard.headers["webhook-id"] == office.one(
        "SELECT public_id::text FROM outbox_message WHERE id = %s", message
    )
    assert b"2026-118" in heard.body
    assert b"Vidal" not in heard.body
    assert office.rung(message) == []


def test_a_far_side_that_is_down_for_ten_minutes_gets_it_afterwards_and_the_room_has_rung(
    office: Office, far_side: Start
) -> None:
    side = far_side(204)
    nobody = far_side()
    message = office.message(office.destination("http://127.0.0.1:1/hook"))
    sender = office.sender()
    for _ in range(12):  # ten minutes, the pauses left out
        office.now(message)
        office.step(sender, 1)
    office.late(message)
    office.step(sender, 1)
    assert office.status(message) == "waiting"
    assert office.rung(message) == ["copy_late"], "it rings once, not once an attempt"
    office.db.execute("UPDATE outbox_destination SET address = %s", (side.url,))
    office.now(message)
    office.step(sender)
    assert office.status(message) == "delivered"
    assert len(side.heard) == 1
    assert not nobody.heard


def test_the_pauses_between_attempts_grow_and_end_at_a_minute(office: Office) -> None:
    message = office.message(office.destination("http://127.0.0.1:1/hook"))
    sender, pauses = office.sender(), []
    for _ in range(10):
        office.now(message)
        office.step(sender, 1)
        pauses.append(round(office.one("SELECT extract(epoch FROM next_at - now()) FROM outbox_message")))
    assert pauses == sorted(pauses)
    assert max(pauses) == 60


def test_a_far_side_that_answers_500_gets_the_same_id_again(office: Office, far_side: Start) -> None:
    side = far_side(500, 503, 204)
    message = office.message(office.destination(side.url))
    sender = office.sender()
    for _ in range(3):
        office.now(message)
        office.step(sender, 1)
    assert office.status(message) == "delivered"
    assert len({heard.headers["webhook-id"] for heard in side.heard}) == 1
    outcomes = office.db.execute("SELECT outcome, code FROM outbox_attempt ORDER BY fence").fetchall()
    assert outcomes == [("refused", 500), ("refused", 503), ("delivered", 204)]


@pytest.mark.parametrize("answer", ["hang", "cut"])
def test_a_far_side_that_takes_it_and_does_not_answer_leaves_it_to_a_person(
    office: Office, far_side: Start, answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("egide.worker.outbox.SEND_S", 0.3)
    side = far_side(answer, 204)
    message = office.message(office.destination(side.url))
    sender = office.sender()
    for _ in range(3):
        office.now(message)
        office.step(sender, 1)
    assert office.status(message) == "uncertain"
    assert len(side.heard) == 1, "it does not go out twice by itself"
    assert office.rung(message) == ["copy_uncertain"]


def test_a_slow_far_side_delays_nobody_else(office: Office, far_side: Start) -> None:
    slow, quick = far_side("hang"), far_side(204)
    first = office.message(office.destination(slow.url))
    second = office.message(office.destination(slow.url + "?b"))
    third = office.message(office.destination(quick.url))
    sender = office.sender()
    began = time.monotonic()
    sender.step(office.db)
    while office.status(third) != "delivered":
        assert time.monotonic() - began < 10
        time.sleep(0.01)
        sender.step(office.db)
    assert {office.status(first), office.status(second)} == {"sending"}
    slow.release.set()


def test_what_was_being_sent_when_the_worker_was_killed_is_uncertain_and_waits(office: Office, far_side: Start) -> None:
    side = far_side(204)
    message = office.message(office.destination(side.url))
    assert outbox.claim(office.db) is not None, "and then the power goes"
    office.step(office.sender())
    assert office.status(message) == "sending"
    office.db.execute("UPDATE outbox_message SET lease_until = now()")
    office.step(office.sender())
    assert office.status(message) == "uncertain"
    assert office.rung(message) == ["copy_uncertain"]
    assert not side.heard


def test_an_outcome_that_comes_late_ends_the_uncertainty_unless_a_person_has_decided(office: Office) -> None:
    message = office.message(office.destination("http://127.0.0.1:1/hook"))
    taken = outbox.claim(office.db)
    assert taken is not None
    office.db.execute("UPDATE outbox_message SET lease_until = now()")
    assert outbox.expire(office.db) == 1
    assert outbox.settle(office.db, taken[0], Outcome(Result.DELIVERED, 200)) == "delivered"
    again = office.message(office.destination("http://127.0.0.1:2/hook"))
    taken = outbox.claim(office.db)
    assert taken is not None
    office.db.execute("UPDATE outbox_message SET status = 'waiting', fence = fence + 1 WHERE id = %s", (again,))
    assert outbox.settle(office.db, taken[0], Outcome(Result.DELIVERED, 200)) == "", "the fence has moved"
    assert office.status(again) == "waiting"
    assert office.status(message) == "delivered"


def test_two_workers_never_take_the_same_message(office: Office, full_url: str) -> None:
    for number in range(30):
        office.message(office.destination(f"http://127.0.0.1:1/{number}"))
    taken: list[int] = []

    def work() -> None:
        with psycopg.connect(full_url, autocommit=True) as db:
            db.execute("SELECT set_config('egide.system', 'on', false)")
            while (found := outbox.claim(db)) is not None:
                taken.append(found[0].id)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(set(taken)) == 30


def test_a_cancellation_never_overtakes_what_it_cancels(office: Office, far_side: Start) -> None:
    side = far_side(500, 204)
    destination = office.destination(side.url)
    first = office.message(destination)
    thread = office.one("SELECT thread FROM outbox_message WHERE id = %s", first)
    second = office.message(destination, "police.cancelled", thread)
    sender = office.sender()
    office.step(sender, 2)
    assert (office.status(first), office.status(second)) == ("waiting", "waiting")
    office.now(first)
    office.step(sender, 3)
    assert (office.status(first), office.status(second)) == ("delivered", "delivered")
    assert [b"cancelled" in heard.body for heard in side.heard] == [False, False, True]


def test_after_a_restore_nothing_goes_out_until_a_person_lets_it(office: Office, far_side: Start) -> None:
    side = far_side(204)
    office.step(office.sender())
    before = office.message(office.destination(side.url))
    office.db.execute("UPDATE outbox_guard SET identity = 'another cluster/1/5'")
    office.step(office.sender())
    after = office.message(office.destination(side.url + "?new"))
    office.step(office.sender())
    assert (office.status(before), office.status(after)) == ("uncertain", "waiting")
    assert not side.heard
    assert (
        office.one("SELECT count(*) FROM console_incident WHERE cause = 'outbox_restored:1' AND status = 'open'") == 1
    )
    office.db.execute("UPDATE outbox_guard SET held = false")
    office.step(office.sender())
    assert (office.status(before), office.status(after)) == ("uncertain", "delivered")


def test_files_put_back_from_a_copy_are_noticed_by_what_is_remembered_outside(office: Office, far_side: Start) -> None:
    side = far_side(204)
    office.message(office.destination(side.url))
    office.step(office.sender())
    office.db.execute("UPDATE outbox_guard SET tries = 0")
    office.db.execute("UPDATE outbox_message SET status = 'waiting'")
    office.step(office.sender())
    assert len(side.heard) == 1, "what was sent already is not sent again"
    assert office.one("SELECT held FROM outbox_guard")


def test_a_request_nobody_acknowledges_rings_in_its_incident_once(office: Office) -> None:
    incident = office.incident()
    office.request(incident, due_s=0)
    assert outbox.ring_requests(office.db) == 1
    assert outbox.ring_requests(office.db) == 0
    kinds = office.db.execute("SELECT kind FROM console_incidentevent WHERE incident_id = %s", (incident,)).fetchall()
    assert kinds == [("police_unacknowledged",)]
    assert office.one("SELECT change FROM console_screen ORDER BY seq DESC LIMIT 1") == "ring"


def test_what_cannot_ring_in_a_closed_incident_rings_by_itself(office: Office) -> None:
    message = office.message(office.destination("http://127.0.0.1:1/hook"), due_s=0)
    office.db.execute("UPDATE console_incident SET status = 'closed'")
    outbox.ring(office.db)
    cause: Any = office.one("SELECT cause FROM console_incident WHERE status = 'open'")
    assert cause.startswith("outbox:")
    assert office.rung(message) == []


def test_a_worker_that_lost_the_database_keeps_the_outcome(office: Office, far_side: Start, full_url: str) -> None:
    side = far_side(204)
    message = office.message(office.destination(side.url))
    sender = office.sender()
    with psycopg.connect(full_url, autocommit=True) as db:
        db.execute("SELECT set_config('egide.system', 'on', false)")
        sender.step(db)
        sender.wait(20)
        db.close()
        with pytest.raises(psycopg.OperationalError):
            sender.step(db)
    office.step(sender, 1)
    assert office.status(message) == "delivered"
    assert len(side.heard) == 1
