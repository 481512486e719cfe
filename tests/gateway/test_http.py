"""curl speaks for the devices: what is stored, and which answer each message gets."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from egide.core.messages import NO_TIME, Flag, Kind
from egide.core.observations import SignalKind

from .conftest import Gateway, GatewayProcess, key_hash, read_log, rows

T = 1_700_000_000
CLIENT: dict[str, Any] = {
    "location": {
        "timestamp": "2023-11-14T22:13:20.000Z",
        "coords": {"latitude": 48.8566, "longitude": 2.3522, "accuracy": 12.5, "speed": -1},
        "battery": {"level": 0.5},
    },
    "device_id": "phone 3",
}
OWNTRACKS: dict[str, Any] = {"_type": "location", "lat": 48.8566, "lon": 2.3522, "tst": T, "acc": 10, "batt": 40}
TRACCAR: dict[str, Any] = {
    "device": {"uniqueId": "box-1"},
    "position": {
        "fixTime": "2023-11-14T22:13:20.000+00:00",
        "deviceTime": "2023-11-14T22:13:20.000+00:00",
        "valid": True,
        "latitude": 48.8566,
        "longitude": 2.3522,
        "accuracy": 0.0,
        "speed": 1.0,
        "attributes": {"batteryLevel": 90, "alarm": "sos,lowBattery"},
    },
}


def body(message: object) -> bytes:
    return json.dumps(message).encode()


def test_osmand_in_the_query_is_stored_before_it_is_answered(gateway: Gateway) -> None:
    before = time.time_ns() // 1_000_000
    reply = gateway.curl(f"/osmand?id=box-1&lat=48.8566&lon=2.3522&timestamp={T}&accuracy=10&batt=77&key=key-1")
    assert (reply.status, reply.body) == (200, "")
    (fix,) = read_log(gateway.database_url).records
    assert fix["kind"] == Kind.FIX
    assert (fix["device"], fix["device_time_ms"], fix["battery_pct"]) == (1, T * 1000, 77)
    assert (fix["lat_e7"], fix["lon_e7"], fix["accuracy_cm"], fix["speed_cms"]) == (488566000, 23522000, 1000, -1)
    assert before <= fix["stream_time_ms"] <= time.time_ns() // 1_000_000


def test_osmand_takes_the_key_wherever_a_client_can_put_it(gateway: Gateway) -> None:
    ways: list[tuple[str, list[str]]] = [
        ("/osmand?id=box-1&key=key-1", []),
        ("/osmand/key-1?id=box-1", []),
        ("/osmand?id=box-1", ["--user", "whatever:key-1"]),
        ("/osmand?id=box-1", ["--oauth2-bearer", "key-1"]),
    ]
    for path, arguments in ways:
        assert gateway.curl(path, *arguments).status == 200
        assert (
            gateway.curl(path.replace("key-1", "key-2"), *[a.replace("key-1", "key-2") for a in arguments]).status
            == 401
        )
    assert gateway.curl("/osmand?id=box-1").status == 401
    assert gateway.curl("/osmand?id=box-1&key=").status == 401
    assert len(read_log(gateway.database_url).of(1, Kind.HEARD)) == len(ways)


def test_osmand_as_a_form_and_as_json(gateway: Gateway) -> None:
    assert gateway.curl("/osmand/key-2", data=b"id=bracelet-2&lat=48.8566&lon=2.3522&timestamp=%d" % T).status == 200
    assert gateway.curl("/osmand/key-3", "-H", "Content-Type: application/json", data=body(CLIENT)).status == 200
    log = read_log(gateway.database_url)
    assert [record["lat_e7"] for record in log.records] == [488566000] * 2
    (json_fix,) = log.of(3)
    assert (json_fix["battery_pct"], json_fix["speed_cms"], json_fix["accuracy_cm"]) == (50, -1, 1250)


def test_owntracks_is_named_by_its_user_and_answered_with_an_empty_list(gateway: Gateway) -> None:
    reply = gateway.curl("/owntracks", "--user", "phone 3:key-3", data=body(OWNTRACKS))
    assert (reply.status, reply.body, reply.headers["content-type"]) == (200, "[]", "application/json")
    assert gateway.curl("/owntracks", "--user", "phone 3:key-3", data=body({**OWNTRACKS, "t": "p"})).status == 200
    assert [record["kind"] for record in read_log(gateway.database_url).of(3)] == [Kind.FIX, Kind.HEARD]


def test_owntracks_without_a_name_or_with_a_wrong_key_is_refused(gateway: Gateway) -> None:
    for arguments in ([], ["--user", "phone 3:key-1"], ["--user", "nobody:key-3"], ["--oauth2-bearer", "key-3"]):
        reply = gateway.curl("/owntracks", *arguments, data=body(OWNTRACKS))
        assert reply.status == 401
        assert reply.headers["www-authenticate"].startswith("Basic")
    assert read_log(gateway.database_url).records == []


def test_traccar_forwards_every_alarm_of_its_own_devices(gateway: Gateway) -> None:
    assert gateway.curl("/traccar", "--oauth2-bearer", "feed-key-1", data=body(TRACCAR)).status == 200
    log = read_log(gateway.database_url)
    (fix,) = log.of(1, Kind.FIX)
    assert (fix["accuracy_cm"], fix["speed_cms"], fix["battery_pct"]) == (-1, 51, 90)
    assert [r["signal"] for r in log.of(1, Kind.SIGNAL)] == [SignalKind.SOS, SignalKind.LOW_BATTERY]
    assert {r["flags"] for r in log.records} == {0}


def test_a_feed_speaks_for_its_own_devices_only(gateway: Gateway) -> None:
    quiet = {**TRACCAR, "position": {**TRACCAR["position"], "attributes": {}}}
    for key, device in (("feed-key-2", "box-1"), ("nonsense", "box-1"), ("feed-key-1", "phone 3"), ("key-1", "box-1")):
        message = {**quiet, "device": {"uniqueId": device}}
        assert gateway.curl("/traccar", "--oauth2-bearer", key, data=body(message)).status == 401
    assert gateway.curl("/traccar", data=body(quiet)).status == 401
    assert read_log(gateway.database_url).records == []


def test_an_sos_without_a_position_is_stored(gateway: Gateway) -> None:
    assert gateway.curl(f"/osmand/key-1?id=box-1&alarm=sos&timestamp={T}").status == 200
    assert gateway.curl("/osmand/key-1?id=box-1&alarm=sos").status == 200
    with_time, without = read_log(gateway.database_url).of(1, Kind.SIGNAL)
    assert with_time["device_time_ms"] == T * 1000
    assert without["device_time_ms"] == NO_TIME


def test_an_alarm_beside_an_unreadable_position_is_stored_with_the_problem(gateway: Gateway) -> None:
    assert gateway.curl("/osmand/key-1?id=box-1&lat=91&lon=2&alarm=sos,hardBraking").status == 200
    sos, other = read_log(gateway.database_url).of(1)
    assert sos["signal"] == SignalKind.SOS
    assert "lat must be" in sos["text"]["problem"]
    assert (other["signal"], other["text"]) == (SignalKind.OTHER_ALARM, {"word": "hardBraking"})


def test_a_device_without_a_position_is_heard_and_says_why(gateway: Gateway) -> None:
    assert gateway.curl("/osmand/key-1?id=box-1&lat=0&lon=0&valid=false&batt=9").status == 200
    (heard,) = read_log(gateway.database_url).of(1)
    assert (heard["kind"], heard["battery_pct"]) == (Kind.HEARD, 9)
    assert "not valid" in heard["text"]["problem"]


@pytest.mark.parametrize(
    ("path", "data", "sentence"),
    [
        ("/osmand/key-1?lat=1&lon=2", None, "which device"),
        ("/osmand/key-1?id=box-1&lat=91&lon=2", None, "lat must be"),
        ("/osmand/key-1", b"{", "not JSON"),
        ("/osmand/key-1", b"\xff\xfe\x00", "which device"),
        ("/traccar", b"[]", "as Traccar forwards it"),
        ("/traccar", b"", "not JSON"),
    ],
)
def test_what_cannot_be_read_at_all_is_refused_with_a_sentence(
    gateway: Gateway, path: str, data: bytes | None, sentence: str
) -> None:
    reply = gateway.curl(path, data=data)
    assert reply.status == 400
    assert sentence in reply.body
    assert reply.body.endswith(".")


def test_an_encrypted_owntracks_message_is_refused_with_a_sentence(gateway: Gateway) -> None:
    reply = gateway.curl("/owntracks", "--user", "phone 3:key-3", data=body({"_type": "encrypted", "data": "x"}))
    assert (reply.status, "encryption key" in reply.body) == (400, True)


def test_other_methods_and_paths_say_what_to_do(gateway: Gateway) -> None:
    for path, method, allowed in (
        ("/osmand", "PUT", "GET, POST"),
        ("/osmand/key-1", "DELETE", "GET, POST"),
        ("/owntracks", "GET", "POST"),
        ("/traccar", "GET", "POST"),
        ("/metrics", "POST", "GET, HEAD"),
    ):
        reply = gateway.curl(path, "-X", method)
        assert (reply.status, reply.headers["allow"]) == (405, allowed)
    for path in ("/", "/osmandx", "/admin", "/traccar/x"):
        assert gateway.curl(path).status == 404


def test_a_body_that_is_too_large_is_refused_however_it_comes(
    registry_url: str, start_gateway: Callable[..., Gateway]
) -> None:
    gateway = start_gateway(registry_url, EGIDE_GATEWAY_MAX_BODY="1000")
    fits = b"id=box-1&lat=1&lon=2&x=" + b"y" * 970
    for arguments in ([], ["-H", "Transfer-Encoding: chunked"]):
        assert gateway.curl("/osmand/key-1", *arguments, data=fits).status == 200
        assert gateway.curl("/osmand/key-1", *arguments, data=fits + b"y" * 100).status == 413
        assert gateway.curl("/osmand/key-1", *arguments, data=fits * 5000).status == 413
        assert gateway.curl("/traccar", *arguments, data=fits * 500).status == 413
    assert len(read_log(registry_url).records) == 2


# Keys


def test_an_sos_of_a_known_device_rings_unverified_when_the_key_is_wrong(gateway: Gateway) -> None:
    position = "lat=48.8566&lon=2.3522&batt=50"
    assert gateway.curl(f"/osmand/wrong?id=box-1&alarm=sos,lowBattery&{position}&timestamp={T}").status == 200
    assert gateway.curl(f"/osmand?id=tgd-10&alarm=sos&{position}").status == 200
    message = {**OWNTRACKS, "alarm": "sos"}
    assert gateway.curl("/owntracks", "--user", "phone 3:wrong", data=body(message)).status == 200
    assert gateway.curl("/traccar", "--oauth2-bearer", "wrong", data=body(TRACCAR)).status == 200
    log = read_log(gateway.database_url)
    assert [(r["device"], r["signal"], r["flags"]) for r in log.records] == [
        (device, SignalKind.SOS, Flag.UNVERIFIED) for device in (1, 10, 3, 1)
    ]
    assert log.records[0]["device_time_ms"] == T * 1000
    assert {(r["lat_e7"], r["lon_e7"], r["battery_pct"]) for r in log.records} == {(0, 0, -1)}
    assert rows(gateway.database_url, "SELECT * FROM tgd_alarm") == [], "a stranger's press opens no store of positions"


def test_an_sos_of_nobody_is_refused(gateway: Gateway) -> None:
    assert gateway.curl("/osmand/key-1?id=nobody&alarm=sos").status == 401
    assert read_log(gateway.database_url).records == []


def test_a_flood_of_unverified_sos_is_held_back_for_its_device_alone(gateway: Gateway) -> None:
    statuses = [gateway.curl("/osmand/wrong?id=box-1&alarm=sos").status for _ in range(6)]
    assert statuses == [200] * 3 + [429] * 3
    assert gateway.curl("/osmand/wrong?id=bracelet-2&alarm=sos").status == 200
    assert gateway.curl("/osmand/key-1?id=box-1&alarm=sos").status == 200, "the device itself is never held back"


def test_a_device_registered_a_moment_ago_is_known_at_once(gateway: Gateway) -> None:
    assert gateway.curl("/osmand/new-key?id=new").status == 401
    rows(
        gateway.database_url,
        "INSERT INTO registry_device (id, identifier, kind, key_hash) VALUES (99, 'newer', 'bar_box', %s)",
        key_hash("new-key"),
    )
    assert gateway.curl("/osmand/new-key?id=newer").status == 200


def test_a_change_of_the_registry_acts_within_two_seconds(gateway: Gateway) -> None:
    url = gateway.database_url
    assert gateway.curl("/osmand/key-1?id=box-1").status == 200
    rows(url, "UPDATE registry_device SET key_hash = %s WHERE id = 1", key_hash("another"))
    _soon(lambda: gateway.curl("/osmand/key-1?id=box-1").status == 401, 2)
    assert gateway.curl("/osmand/another?id=box-1").status == 200
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DELETE FROM registry_device WHERE id = 1")
        connection.execute("NOTIFY egide_registry")
    _soon(lambda: gateway.curl("/osmand/another?id=box-1").status == 401, 0.7)


# Operations


def test_metrics_health_and_logs_name_no_device(
    registry_url: str, start_process: Callable[..., GatewayProcess]
) -> None:
    gateway = start_process(registry_url)
    gateway.curl(f"/osmand/key-1?id=box-1&lat=48.8566&lon=2.3522&timestamp={T}")
    gateway.curl("/osmand/key-1?id=nobody&lat=48.8566&lon=2.3522")
    assert gateway.curl("/livez").status == 200
    assert gateway.curl("/readyz").status == 200
    metrics = gateway.curl("/metrics").body
    assert 'egide_gateway_answers_total{route="osmand",status="200"} 1.0' in metrics
    assert 'egide_gateway_answers_total{route="osmand",status="401"} 1.0' in metrics
    assert "egide_gateway_records_total 1.0" in metrics
    for word in ("box-1", "nobody", "key-1", "48.8", "488566"):
        assert word not in metrics
        assert word not in gateway.log_file.read_text()


def test_a_gateway_that_is_told_to_stop_answers_first_and_exits_with_zero(
    registry_url: str, start_process: Callable[..., GatewayProcess]
) -> None:
    gateway = start_process(registry_url)
    assert gateway.curl("/osmand/key-1?id=box-1").status == 200
    assert gateway.stop() == 0
    assert len(read_log(registry_url).records) == 1


def _soon(true: Callable[[], bool], seconds: float) -> None:
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "not in time"
        time.sleep(0.05)
