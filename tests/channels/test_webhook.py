"""A receiver can tell who sent it, that nobody changed it, that it is fresh, and whether it had it before."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.channels import webhook
from egide.channels.outcome import Result
from tests.channels.conftest import SECRET

NOW = 1_790_000_000


def headers(body: bytes, at: int = NOW) -> dict[str, str]:
    return webhook.headers(SECRET, "0b9a", at, body, "application/json")


def test_the_signature_is_that_of_the_published_example() -> None:
    """The test vector of the specification's own libraries."""
    signature = webhook.sign(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
    )
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@given(st.binary(max_size=200), st.integers(0, 199), st.integers(1, 255))
def test_a_changed_body_is_not_believed(body: bytes, at: int, by: int) -> None:
    said = headers(body)
    assert webhook.verify(SECRET, said, body, NOW)
    if body:
        at %= len(body)
        assert not webhook.verify(SECRET, said, body[:at] + bytes([body[at] ^ by]) + body[at + 1 :], NOW)


@pytest.mark.parametrize("off_s", [-301, 301])
def test_an_old_or_an_early_one_is_not_believed(off_s: int) -> None:
    assert not webhook.verify(SECRET, headers(b"x", NOW + off_s), b"x", NOW)


def test_one_good_signature_among_several_is_enough() -> None:
    said = headers(b"x")
    said["webhook-signature"] = "v1,AAAA " + said["webhook-signature"]
    assert webhook.verify(SECRET, said, b"x", NOW)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_AAAA", "whsec_é", "whsec_" + "A" * 200])
def test_a_secret_that_protects_nothing_is_refused(secret: str) -> None:
    with pytest.raises(webhook.BadSecret):
        webhook.secret_bytes(secret)


@pytest.mark.parametrize("url", ["http://far.example/hook", "ftp://far.example", "https://", "nonsense", ""])
def test_nothing_goes_out_in_the_clear_or_to_no_address(url: str) -> None:
    assert webhook.post(url, {}, b"", 0.1).result is Result.UNREACHABLE


def test_the_body_is_the_same_at_every_attempt() -> None:
    at = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
    assert webhook.event("a.b", at, {"x": 1}) == webhook.event("a.b", at, {"x": 1})
    assert webhook.event("a.b", at, {"x": 1}) == (
        b'{"type":"a.b","timestamp":"2026-11-22T03:04:05.000+00:00","data":{"x":1}}'
    )
