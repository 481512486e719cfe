"""The demo: fictional through and through, complete for the simulator, and the same at the second start."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import psycopg
import pytest

from egide.cluster import Cluster
from egide.simulation.cast import pairs, read_cast
from egide.simulation.names import people
from tests.web.conftest import manage


@pytest.fixture(scope="module")
def demo_home(whole_demo_home: Path) -> Path:
    """The whole demo's, for every test of this file."""
    return whole_demo_home


@pytest.fixture(scope="module")
def web_template(whole_demo_template: str) -> str:
    """The whole demo's, for every test of this file."""
    return whole_demo_template


@pytest.fixture
def database(cluster: Cluster, web_template: str) -> str:
    return cluster.create_database("web_demo", template=web_template)


def test_a_second_start_keeps_keys_logins_and_rows(database: str, demo_home: Path, cluster: Cluster) -> None:
    with psycopg.connect(database) as connection:
        before = {path.name: path.read_text() for path in demo_home.glob("demo-*.json")}
        rows = "SELECT (SELECT count(*) FROM people_person), (SELECT count(*) FROM log_frame), string_agg(password, '')"
        count = connection.execute(f"{rows} FROM accounts_user").fetchone()
        connection.rollback()
        manage(database, demo_home, "demo")
        assert {path.name: path.read_text() for path in demo_home.glob("demo-*.json")} == before
        assert connection.execute(f"{rows} FROM accounts_user").fetchone() == count
    cluster.drop_database("web_demo")


def test_the_simulator_can_read_who_takes_part(demo_home: Path, web_template: str) -> None:
    cast = read_cast(demo_home / "demo-devices.json")
    assert [pair.alert_m for pair in pairs(cast)] == [1000, 1000, 2000, 3000, 5000, 10_000]
    assert sum(device.role == "tgd" for device in cast) == 6


def test_secrets_are_for_their_owner_alone_and_only_hashes_are_in_the_database(
    demo_home: Path, web_template: str, cluster: Cluster
) -> None:
    for name in ("demo-devices.json", "demo-logins.json"):
        assert (demo_home / name).stat().st_mode & 0o777 == 0o600
    entries = json.loads((demo_home / "demo-devices.json").read_text())
    url = cluster.create_database("web_demo_keys", template=web_template)
    with psycopg.connect(url) as connection:
        kept = dict(connection.execute("SELECT identifier, key_hash FROM registry_device").fetchall())
    cluster.drop_database("web_demo_keys")
    played = {name: digest for name, digest in kept.items() if not name.startswith("demo-stock-")}
    assert played == {entry["identifier"]: hashlib.sha256(entry["key"].encode()).digest() for entry in entries}
    assert len({entry["key"] for entry in entries}) == len(entries)


def test_a_key_whose_file_was_lost_is_drawn_anew(cluster: Cluster, web_template: str, tmp_path: Path) -> None:
    url = cluster.create_database("web_demo_lost", template=web_template)
    printed = manage(url, tmp_path, "demo")
    entry = json.loads((tmp_path / "demo-devices.json").read_text())[0]
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT key_hash FROM registry_device WHERE identifier = %s", (entry["identifier"],)
        ).fetchone()
    cluster.drop_database("web_demo_lost")
    assert row == (hashlib.sha256(entry["key"].encode()).digest(),)
    logins = json.loads((tmp_path / "demo-logins.json").read_text())
    assert [line.split() for line in printed.splitlines()] == [[name, word] for name, word in logins.items()]


def test_half_of_the_phones_given_have_the_second_consent(cluster: Cluster, web_template: str) -> None:
    url = cluster.create_database("web_demo_consent", template=web_template)
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT kind, geolocation_consent, count(*) FROM registry_device WHERE status = 'issued'"
            " GROUP BY 1, 2 ORDER BY 1, 2"
        ).fetchall()
    cluster.drop_database("web_demo_consent")
    assert rows == [("bar_box", False, 6), ("bar_bracelet", False, 6), ("tgd", False, 3), ("tgd", True, 3)]


def test_fictional_people_have_numbers_nobody_has_and_are_always_the_same() -> None:
    cast = people(60, seed=4)
    assert cast == people(60, seed=4)
    assert len({(p.given, p.family) for p in cast}) == 60
    assert all(re.fullmatch(r"06 39 98 \d\d \d\d", p.phone) for p in cast)
    with pytest.raises(ValueError, match="not 100000 different"):
        people(100_000, seed=1)
