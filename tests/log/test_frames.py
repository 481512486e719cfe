"""A frame read back is the frame that was written, and a damaged one is never taken for a frame."""

from __future__ import annotations

import contextlib
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.core import messages as m
from egide.core.observations import Fix, Signal, SignalKind
from egide.log.frames import MAGIC, RECORD, Damaged, decode, encode, encode_packed, pack

# JSON keeps no text that is not Unicode: a lone surrogate comes back as it was, a number as the same number.
_texts = st.lists(st.dictionaries(st.sampled_from(["word", "problem", "control"]), st.text(), max_size=2), max_size=4)
_fixes = st.builds(
    Fix,
    st.integers(0, 2**45),
    st.integers(-900_000_000, 900_000_000),
    st.integers(-1_800_000_000, 1_800_000_000),
    st.none() | st.integers(0, 2**31 - 1),
    st.none() | st.integers(0, 2**31 - 1),
)


@st.composite
def _frames(draw: st.DrawFn) -> tuple[list[tuple[int, ...]], list[dict[str, str]]]:
    extras = draw(_texts)
    device, stream = st.integers(1, 2**63 - 1), st.integers(0, 2**45)
    kinds = st.one_of(
        st.builds(m.fix_record, device, _fixes, stream, st.integers(0, 255), st.integers(-1, 100)),
        st.builds(
            m.signal_record,
            device,
            st.builds(Signal, st.sampled_from(SignalKind), st.none() | stream),
            stream,
            st.integers(0, 255),
            st.integers(-1, len(extras) - 1),
        ),
        st.builds(m.heard_record, device, stream),
        st.builds(m.tick_record, stream),
    )
    return draw(st.lists(kinds, max_size=8)), extras


@given(_frames())
def test_a_frame_comes_back_as_it_was_written(
    frame: tuple[list[tuple[int, ...]], list[dict[str, str]]],
) -> None:
    records, extras = frame
    written = m.build(records) if records else m.empty(0)
    read = decode(encode(written, extras))
    assert read.messages.tobytes() == written.tobytes()
    assert read.extras == extras


@given(_frames())
def test_a_record_packed_alone_is_the_record_of_the_array(
    frame: tuple[list[tuple[int, ...]], list[dict[str, str]]],
) -> None:
    records, extras = frame
    packed = b"".join(pack(record) for record in records)
    assert encode_packed(packed, extras) == encode(m.build(records) if records else m.empty(0), extras)


def test_reading_copies_nothing_and_the_log_cannot_be_written_through_it() -> None:
    body = encode(m.build([m.heard_record(7, 1000)]), [])
    messages = decode(body).messages
    assert np.shares_memory(messages, np.frombuffer(body, np.uint8))
    with pytest.raises(ValueError, match="read-only"):
        messages["device"][0] = 8


def test_an_empty_frame_is_a_frame() -> None:
    assert len(decode(encode(m.empty(0), [])).messages) == 0


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "does not begin with EGF1"),
        (b"EGF", "does not begin with EGF1"),
        (b"EGF2" + bytes(4) + b"[]", "does not begin with EGF1"),
        (MAGIC + struct.pack("<I", 2) + bytes(127), "ends before its 2 records do"),
        (MAGIC + struct.pack("<I", 2**32 - 1) + b"[]", "ends before"),
        (MAGIC + bytes(4), "not JSON"),
        (MAGIC + bytes(4) + b"[", "not JSON"),
        (MAGIC + bytes(4) + b"[] trailing", "not JSON"),
        (MAGIC + bytes(4) + b"\xff\xfe", "not JSON in UTF-8"),
        (MAGIC + bytes(4) + b"{}", "not a list of objects"),
        (MAGIC + bytes(4) + b"[1]", "not a list of objects"),
        (MAGIC + struct.pack("<I", 1) + pack(m.control_record(1, 3)) + b'[{"a":1}]', "names a text"),
        (MAGIC + struct.pack("<I", 1) + pack(m.control_record(1, -2)) + b"[]", "names a text"),
    ],
)
def test_a_damaged_body_is_refused_with_a_sentence(body: bytes, sentence: str) -> None:
    with pytest.raises(Damaged, match=sentence):
        decode(body)


@given(_frames(), st.data())
def test_whatever_is_cut_or_flipped_is_a_frame_or_refused(
    frame: tuple[list[tuple[int, ...]], list[dict[str, str]]], data: st.DataObject
) -> None:
    body = bytearray(encode(m.build(frame[0]) if frame[0] else m.empty(0), frame[1]))
    body[data.draw(st.integers(0, len(body) - 1))] ^= data.draw(st.integers(1, 255))
    del body[data.draw(st.integers(0, len(body))) :]
    with contextlib.suppress(Damaged):  # and nothing else
        decode(bytes(body))


def test_a_number_that_does_not_fit_is_refused_before_it_reaches_a_frame() -> None:
    with pytest.raises(struct.error):
        pack(m.heard_record(2**63, 0))
    assert RECORD.size == m.MESSAGE.itemsize
