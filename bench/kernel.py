"""How many fixes a second does the compiled kernel judge on one core, and how many bytes does it keep a pair?"""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from egide.core import messages as m
from egide.core.proximity import state
from egide.core.proximity.compiled import compile_kernel
from egide.core.proximity.engine import Engine, Measure


def cell(n_pairs: int, run: Any) -> Engine:
    """An engine with n measures; pair k has devices 2k + 1 (protected) and 2k + 2 (wearer)."""
    engine = Engine(run)
    engine.advance(1_700_000_000_000)
    engine.put([Measure(k, 2 * k + 1, 2 * k + 2, 1000.0, 2000.0) for k in range(n_pairs)])
    return engine


def fixes(n_pairs: int, n: int, seed: int) -> m.Messages:
    """n fixes of everybody in a shuffled order, one round after another, walking some metres a round."""
    rng = np.random.default_rng(seed)
    devices = 2 * n_pairs
    out = m.empty(n)
    out["kind"] = m.Kind.FIX
    rounds = -(-n // devices)
    order = np.concatenate([rng.permutation(devices) for _ in range(rounds)])[:n]
    turn = np.arange(n) // devices
    out["device"] = order + 1
    out["stream_time_ms"] = 1_700_000_000_000 + turn * 5000 + (np.arange(n) % devices) * 5000 // devices
    out["device_time_ms"] = out["stream_time_ms"]
    home = rng.integers(430_000_000, 500_000_000, n_pairs)
    east = rng.integers(0, 60_000_000, n_pairs)
    away = rng.integers(-400_000, 400_000, devices)
    pair = order // 2
    out["lat_e7"] = home[pair] + away[order] + turn * rng.integers(-300, 300, devices)[order]
    out["lon_e7"] = east[pair] + turn * rng.integers(-300, 300, devices)[order]
    out["accuracy_cm"] = rng.integers(300, 3000, n)
    return out


def measure(n_pairs: int, n: int = 4_000_000, batch: int = 4096) -> dict[str, float]:
    """Fixes a second in batches as the monitor would feed them, best of three after a warm-up.

    By the clock, and by the time this process had a core: on a shared machine the second is the steadier figure.
    """
    from egide import settings

    run = compile_kernel(str(settings.load().path("EGIDE_CACHE_DIR")))
    stream = fixes(n_pairs, max(n, 2 * n_pairs), seed=1)
    best = of_core = 0.0
    events = 0
    for _ in range(3):
        engine = cell(n_pairs, run)
        engine.routes()
        begin, core = time.perf_counter(), time.process_time()
        events = sum(len(engine.apply(stream[i : i + batch])) for i in range(0, len(stream), batch))
        best = max(best, len(stream) / (time.perf_counter() - begin))
        of_core = max(of_core, len(stream) / (time.process_time() - core))
    return {
        "pairs": n_pairs,
        "fixes_per_s": round(best),
        "fixes_per_core_s": round(of_core),
        "events": events,
        "bytes_per_pair": state.BYTES_PER_PAIR,
    }


if __name__ == "__main__":
    for size in (1_000, 100_000, 1_000_000):
        print(measure(size))
