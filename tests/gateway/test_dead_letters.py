"""A known sender whose messages cannot be read is refused each time, and rings for the technician once in a while."""

from __future__ import annotations

from egide.core.messages import Kind
from egide.core.observations import SignalKind

from .conftest import Gateway, read_log

BROKEN = b'{"location": {"coords": {"latitude": 48.85661'


def test_unreadable_messages_of_a_known_device_ring_once_and_hold_nothing_of_what_was_said(gateway: Gateway) -> None:
    for path in (
        "/osmand/key-1?id=box-1",
        "/osmand/key-1?id=box-1",
        "/osmand/key-10?id=tgd-10",
        "/osmand/wrong?id=bracelet-2",
    ):
        assert gateway.curl(path, data=BROKEN).status == 400
    assert gateway.curl("/owntracks", "--user", "phone 3:key-3", data=b"[[[").status == 400
    assert gateway.curl("/osmand/key-2?id=bracelet-2&alarm=sos&timestamp=7").status == 200
    log = read_log(gateway.database_url)
    found = [(r["device"], r["text"]) for r in log.records if r["signal"] == SignalKind.OTHER_ALARM]
    assert found == [(device, {"word": "unreadable message"}) for device in (1, 10, 3)]
    assert len(log.of(2, Kind.SIGNAL)) == 1
    assert "48.85" not in str(log.records)
    assert "dead_letters_total 4.0" in gateway.curl("/metrics").body


def test_a_forwarding_server_that_speaks_nonsense_is_named_by_its_number(gateway: Gateway) -> None:
    for key in ("feed-key-2", "feed-key-2", "nobody's"):
        assert gateway.curl("/traccar", "--header", f"Authorization: Bearer {key}", data=BROKEN).status == 400
    found = [(r["device"], r["text"]) for r in read_log(gateway.database_url).records]
    assert found == [(0, {"word": "unreadable message", "who": "feed 2"})]
