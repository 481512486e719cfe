"""The same log gives the same bytes: compiled or interpreted, in one batch or many, before or after a restart."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egide.core import messages as m
from egide.core.proximity import compiled, kernel
from egide.core.proximity import state as s
from egide.log.frames import decode, encode

from .streams import cell, random_stream


@pytest.fixture(scope="module")
def fast(tmp_path_factory: pytest.TempPathFactory):
    return compiled.compile_kernel(str(tmp_path_factory.mktemp("kernel")))


def bytes_of(engine, events) -> tuple[bytes, bytes, bytes]:
    return events.tobytes(), engine.pairs.tobytes(), engine.due.tobytes()


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("grid_ms", [0, 1000])
def test_interpreted_and_compiled_kernels_give_the_same_bytes(fast, seed: int, grid_ms: int) -> None:
    stream = random_stream(seed, 3000, 7)
    slow_cell, fast_cell = cell(kernel.run, 7), cell(fast, 7)
    slow_events, fast_events = slow_cell.apply(stream, grid_ms), fast_cell.apply(stream, grid_ms)
    assert len(fast_events) > 50
    assert {int(k) for k in np.unique(fast_events["kind"])} >= {s.LEVEL, s.HELD, s.SILENCE, s.HEARD_AGAIN}
    assert bytes_of(slow_cell, slow_events) == bytes_of(fast_cell, fast_events)


@given(seed=st.integers(0, 10_000), cuts=st.lists(st.integers(0, 1500), max_size=12))
@settings(max_examples=60, deadline=None)
def test_where_the_batches_are_cut_changes_nothing(fast, seed: int, cuts: list[int]) -> None:
    stream = random_stream(seed, 1500, 5)
    whole, cut = cell(fast, 5), cell(fast, 5)
    expected = whole.apply(stream)
    edges = [0, *sorted(cuts), len(stream)]
    parts = []
    for begin, end in zip(edges, edges[1:], strict=False):
        part = cut.apply(stream[begin:end]).copy()
        part["message"] += begin
        parts.append(part)
    assert np.concatenate(parts).tobytes() == expected.tobytes()
    assert cut.pairs.tobytes() == whole.pairs.tobytes()


def test_a_kernel_that_was_warmed_on_our_own_arrays_is_not_compiled_again_for_those_of_a_frame(fast) -> None:
    if not hasattr(fast, "signatures"):
        pytest.skip("nothing is compiled with NUMBA_DISABLE_JIT")
    stream = random_stream(3, 50, 1)
    cell(fast, 1).apply(stream)
    cell(fast, 1).apply(decode(encode(stream, [])).messages)
    assert len(fast.signatures) == 1, "seconds in which no alarm rings"


@pytest.mark.parametrize("room", [kernel.ROOM_PER_PAIR, 9, 17, 64])
def test_a_small_output_buffer_loses_no_event(fast, room: int) -> None:
    stream = random_stream(3, 2000, 1)
    assert cell(fast, 1, room=room).apply(stream).tobytes() == cell(fast, 1).apply(stream).tobytes()
    ticks = m.build([m.tick_record(int(stream["stream_time_ms"][-1]) + 10_000_000)])
    many, few = cell(fast, 50), cell(fast, 50, room=room)
    assert few.apply(ticks).tobytes() == many.apply(ticks).tobytes()
    assert len(many.apply(ticks)) == 0, "a tick already applied raises nothing again"


@pytest.mark.parametrize("at", [1, 700, 1999])
def test_a_restart_from_a_snapshot_changes_nothing(fast, at: int) -> None:
    stream = random_stream(11, 2000, 6)
    whole, first, second = cell(fast, 6), cell(fast, 6), cell(fast, 0)
    expected = whole.apply(stream)
    before = first.apply(stream[:at])
    second.restore(first.dump())
    after = second.apply(stream[at:])
    after["message"] += at
    assert np.concatenate([before, after]).tobytes() == expected.tobytes()
    assert second.pairs.tobytes() == whole.pairs.tobytes()


def test_the_compiled_kernel_calls_no_libm_and_fuses_nothing(fast) -> None:
    if fast is kernel.run:
        pytest.fail("the compiled kernel is switched off (NUMBA_DISABLE_JIT); this test needs it")
    cell(fast, 2).apply(random_stream(1, 200, 2))
    machine_code = "\n".join(fast.inspect_asm().values())
    assert "sqrtsd" in machine_code or "fsqrt" in machine_code, "we look at the right code"
    assert not re.findall(r"\b(v?fn?m(?:add|sub|la|ls)\w*)\b", machine_code), (
        "fused multiply-add differs between machines"
    )
    called = set(re.findall(r"\b(?:callq?|jmpq?|bl)\s+\*?\$?([A-Za-z_][\w.]*)", machine_code))
    named = set(re.findall(r"\$([a-z_]\w*)", machine_code)) | called
    libm = {
        "sin",
        "cos",
        "tan",
        "asin",
        "acos",
        "atan",
        "atan2",
        "exp",
        "log",
        "pow",
        "fmod",
        "hypot",
        "floor",
        "round",
        "sincos",
    }
    assert not {name for name in named if name.rstrip("f").lstrip("_").removeprefix("numba_") in libm}


@pytest.mark.parametrize("module", compiled.KERNEL)
def test_the_kernel_source_imports_no_library_but_sqrt(module: ModuleType) -> None:
    source = Path(str(module.__file__)).read_text()
    imported = re.findall(r"^(?:from|import) (\S+)(.*)$", source, re.MULTILINE)
    outside = {(name, what.strip()) for name, what in imported if not name.startswith("egide.core")}
    assert outside <= {("math", "import sqrt"), ("typing", "import Any"), ("__future__", "import annotations")}
