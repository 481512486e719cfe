"""How are hundreds of pairs replayed on all cores? One process a core, each with the kernel loaded once.

Reading a trace is Python and holds the interpreter's lock for most of a replay, so threads gain nothing: processes do.
A result is the same bytes a single run writes. A pair that cannot be read spoils no other.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from egide.core.proximity.compiled import compile_kernel
from egide.core.proximity.explain import iso
from egide.core.proximity.policy import Values
from egide.evidence.compare import Tally, tally
from egide.evidence.manifest import Pair
from egide.evidence.replay import replay
from egide.evidence.traces import Trace, TraceError, read_trace


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one pair: how many fixes and events, and a tally for each policy; or why it could not be read."""

    pair: Pair
    fixes: int = 0
    events: int = 0
    tallies: tuple[Tally, ...] = ()
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """What every process needs: where the compiled kernel is kept, and the policies to replay under (the first is
    written, the others are counted)."""

    cache_dir: str
    policies: tuple[Values | None, ...]


_work: Work | None = None
_kernel: Callable[..., Any] | None = None


def lines_of(events: list[dict[str, Any]]) -> str:
    """Events as NDJSON: what `egide replay` writes, alone or in a manifest."""
    return "".join(json.dumps(event) + "\n" for event in events)


def replay_all(pairs: list[Pair], work: Work, cores: int | None = None) -> Iterator[Done]:
    """Replays every pair and writes its events; gives each as it is done, in any order."""
    cores = min(
        cores or len(os.sched_getaffinity(0) if sys.platform == "linux" else range(os.cpu_count() or 1)), len(pairs)
    )
    _begin(work)  # compiled here once: forked children have it, others find it in the cache
    if cores <= 1:
        yield from map(_one, pairs)
        return
    how = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    with ProcessPoolExecutor(cores, mp_context=how, initializer=_begin, initargs=(work,)) as pool:
        for future in as_completed([pool.submit(_one, pair) for pair in pairs]):
            yield future.result()


def _begin(work: Work) -> None:
    global _work, _kernel
    _work = work
    if _kernel is None:
        _kernel = compile_kernel(work.cache_dir)


@lru_cache(maxsize=4)
def _read(path: Path) -> Trace:
    return read_trace(path)


def _one(pair: Pair) -> Done:
    assert _work is not None
    assert _kernel is not None
    try:
        protected, wearer = _read(pair.protected), _read(pair.wearer)
    except TraceError as error:
        return Done(pair, problem=str(error))
    end = iso(max(int(protected.delivery_ms[-1]), int(wearer.delivery_ms[-1])))
    metres = 1000 * pair.alert_km, 1000 * pair.pre_alert_km
    tallies, count = [], 0
    for number, policy in enumerate(_work.policies):
        events = list(replay(protected, wearer, *metres, _kernel, policy))
        tallies.append(tally(events, end))
        if number == 0:
            count = len(events)
            problem = _write(pair.out, lines_of(events))
            if problem is not None:
                return Done(pair, problem=problem)
    return Done(pair, len(protected) + len(wearer), count, tuple(tallies))


def _write(out: Path | None, text: str) -> str | None:
    """Writes a file whole or not at all; the reason if that cannot be done."""
    if out is None:
        return None
    half = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        half.write_text(text, encoding="utf-8")
        half.replace(out)
    except OSError as error:
        half.unlink(missing_ok=True)
        return f"cannot write {out}: {error.strerror}."
    return None
