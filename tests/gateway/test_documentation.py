"""docs/protocols.md tells integrators the truth: its examples work, its words and limits are those of the code."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from egide.core.messages import Kind
from egide.core.observations import SignalKind
from egide.devices import alarms
from egide.gateway import bulk
from egide.settings import TABLE

from .conftest import Gateway, key_hash, read_log, rows

TEXT = (Path(__file__).parents[2] / "docs" / "protocols.md").read_text()


def test_every_example_is_answered_with_success(registry_url: str, start_gateway: Callable[..., Gateway]) -> None:
    for number, name in ((20, "860000000000001"), (21, "button-9")):
        rows(
            registry_url,
            "INSERT INTO registry_device (id, identifier, kind, feed_id, key_hash) VALUES (%s, %s, 'bar_box', 1, %s)",
            *(number, name, key_hash("key-1")),
        )
    gateway = start_gateway(registry_url)
    examples = "\n".join(re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL))
    commands = [part for part in re.split(r"(?m)^(?=curl )", examples) if part.strip()]
    assert len(commands) == 6
    for command in commands:
        for word, real in (("https://gateway.example", gateway.url), ("FEED_KEY", "feed-key-1"), ("KEY", "key-1")):
            command = command.replace(word, real)
        command = command.replace("curl ", "curl --silent --max-time 10 -w '\\n%{http_code}' ", 1)
        done = subprocess.run(["sh", "-c", command], capture_output=True, text=True)
        assert done.stdout.endswith("\n200"), (command, done.stdout)
    log = read_log(registry_url)
    assert len({(fix["device_time_ms"], fix["lat_e7"], fix["lon_e7"]) for fix in log.of(1, Kind.FIX)}) == 1, (
        "the examples of one device say the same"
    )
    assert {record["kind"] for record in log.of(20)} == {Kind.FIX, Kind.SIGNAL}
    assert [record["kind"] for record in log.of(21)] == [Kind.SIGNAL]


def test_the_example_in_bulk_does_what_it_says_and_its_limits_are_those_of_the_code(gateway: Gateway) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    for word, real in (("https://gateway.example", gateway.url), ("FEED_KEY", "feed-key-1")):
        example = example.replace(word, real)
    done = subprocess.run([sys.executable, "-c", example], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("200\n", "")
    (stored,) = read_log(gateway.database_url).of(1, Kind.FIX)
    assert (stored["lat_e7"], stored["accuracy_cm"], stored["battery_pct"]) == (488_566_000, 1250, -1)
    assert f"at most {bulk.MOST_RECORDS:,} records ({bulk.MOST_BYTES:,} bytes)" in TEXT
    told = TEXT.split("of a signal: ")[1].split(";")[0]
    assert {int(code) for code in re.findall(r"(\d+) ", told)} == set(SignalKind)


def test_every_word_of_an_alarm_is_documented_and_no_other() -> None:
    table = TEXT.split("## Alarms")[1].split("## ")[0]
    told = {word.lower() for word in re.findall(r"`(\w+)`", table)} - {"deviceoffline", "lwt"}
    assert told == set(alarms.WORDS)


def test_the_documented_limit_of_a_body_is_the_default() -> None:
    (row,) = [row for row in TABLE if row.name == "EGIDE_GATEWAY_MAX_BODY"]
    assert row.default == str(64 * 1024)
    assert "(64 KiB)" in TEXT
