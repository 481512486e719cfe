"""What is wrong is said once in the room and once outside, again while it lasts, and once when it is over."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.auditor.judge import AGAIN_S, Judge, Said
from egide.auditor.outside import WORDS, Outside
from egide.auditor.run import CHECKS, run
from egide.channels import webhook
from egide.settings import Settings
from egide.web.outbox.words import PLATFORM
from tests.auditor.conftest import Platform
from tests.channels.conftest import SECRET, FarSide
from tests.channels.conftest import far_side as _far_side

far_side = _far_side


@given(st.lists(st.tuples(st.sampled_from(["a", "b"]), st.integers(0, 2), st.floats(0, 400)), max_size=40))
def test_nothing_is_over_that_was_not_said_and_nothing_is_said_every_second(
    story: list[tuple[str, int, float]],
) -> None:
    judge, now, last, wrong = Judge({"a": 3.0}), 0.0, {"a": -1e9, "b": -1e9}, set()
    for word, count, wait in story:
        now += wait
        for said in judge.hear({word: count}, now):
            if said.over:
                assert word in wrong
                wrong.discard(word)
                last[word] = -1e9
            else:
                assert count
                assert now - last[word] >= AGAIN_S
                wrong.add(word)
                last[word] = now
    assert judge.wrong == wrong


def test_a_passing_trouble_is_not_said() -> None:
    judge = Judge({"a": 3.0})
    assert judge.hear({"a": 1}, 0) == []
    assert judge.hear({"a": 0}, 1) == []
    assert judge.hear({"a": 1}, 2) == []
    assert judge.hear({"a": 1}, 5) == [Said("a", 1)]


def test_it_rings_in_the_room_and_outside_once_and_says_when_it_is_over(platform: Platform) -> None:
    auditor = platform.auditor()
    frame = platform.press()
    auditor._reader.grace_s = 0
    for _ in range(5):
        platform.now_s += 1
        auditor.round(platform.db)
    assert platform.said == [Said("audit_sos", 1)]
    assert platform.room() == ["audit_sos:1"]
    platform.incident(frame)
    platform.now_s += 1
    auditor.round(platform.db)
    assert platform.said[-1] == Said("audit_sos", 0, over=True)
    assert platform.room() == ["audit_sos:1"], "people close it"
    lines = platform.db.execute(
        "SELECT e.kind FROM console_incidentevent e JOIN console_incident i ON i.id = e.incident_id"
        " WHERE i.cause = 'audit_sos:1' ORDER BY e.id"
    ).fetchall()
    assert lines == [("opened",), ("audit_over",)]


def test_what_rings_in_the_room_already_is_said_outside_only(platform: Platform) -> None:
    auditor = platform.auditor()
    platform.shift_was()
    platform.incident()
    platform.db.execute("UPDATE console_incident SET opened_at = now() - interval '2 min'")
    for _ in range(12):
        platform.well()
        platform.now_s += 1
        auditor.round(platform.db)
    assert {said.word for said in platform.said} == {"audit_unanswered", "audit_consoles"}
    assert platform.room() == []


def test_a_database_that_does_not_answer_is_said_outside(platform: Platform) -> None:
    auditor = platform.auditor()
    stop = _Rounds(8, platform)
    run(auditor, "postgresql://127.0.0.1:1/nothing", stop)  # type: ignore[arg-type]
    assert platform.said == [Said("audit_database", 1)]


class _Rounds:
    """A stop that comes after so many waits, each a second of our clock."""

    def __init__(self, times: int, platform: Platform) -> None:
        self._left, self._platform = times, platform

    def is_set(self) -> bool:
        return self._left <= 0

    def wait(self, _: float) -> None:
        self._left -= 1
        self._platform.now_s += 1


def test_the_outside_is_told_signed_and_told_again_until_it_listens(
    far_side: Callable[..., FarSide], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("egide.auditor.outside.PAUSE_S", 0.01)
    side = far_side(500, 204)
    told = {"EGIDE_AUDITOR_WEBHOOK": side.url, "EGIDE_AUDITOR_SECRET": SECRET}
    outside = Outside(Settings(told))
    outside.say(Said("audit_sos", 2))
    outside.close()
    first, second = side.heard
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert webhook.verify(SECRET, second.headers, second.body, int(time.time()))
    body = json.loads(second.body)
    assert (body["type"], body["data"]["check"], body["data"]["count"]) == ("audit.wrong", "audit_sos", 2)


def test_every_check_has_words_for_whoever_is_woken_by_it() -> None:
    assert {check.word for check in CHECKS} | {"audit_probe", "audit_database"} == set(WORDS)


def test_whatever_rings_in_the_room_has_a_name_there() -> None:
    rings = {check.word for check in CHECKS if check.in_room} | {
        "audit_probe",
        "outbox",
        "outbox_restored",
        "police",
        "police_line",
    }
    assert rings == set(PLATFORM)


def test_the_auditor_needs_no_right_to_close_or_repair(platform: Platform) -> None:
    before = platform.one("SELECT count(*) FROM console_incident WHERE status = 'closed'")
    auditor = platform.auditor()
    platform.press()
    auditor._reader.grace_s = 0
    platform.now_s += 1
    auditor.round(platform.db)
    assert platform.one("SELECT count(*) FROM console_incident WHERE status = 'closed'") == before
