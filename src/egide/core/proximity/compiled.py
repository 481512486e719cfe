"""The kernel, compiled by Numba and kept on disk; with NUMBA_DISABLE_JIT=1 the same functions run interpreted.

The cache folder is named after the kernel's own source, so that a change of any function it calls is never missed.
This is the only module that imports Numba: `egide distance` and the decoders start without it.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Iterable
from types import FunctionType, ModuleType
from typing import Any

import numba
from numba.core import config as _config
from numba.extending import register_jitable

from egide.core import geodesy, messages, observations
from egide.core.proximity import (
    burden,
    civil,
    engine,
    evidence,
    explain,
    feeds,
    kernel,
    levels,
    places,
    policy,
    search,
    state,
)
from egide.core.workflow import causes

numba_config: Any = _config  # its attributes are made at import, out of a type checker's sight

JITABLE = (
    *(geodesy.sincos_e7, geodesy.ecef, geodesy.chord_to_geodesic_m, geodesy.arcsine),
    *(geodesy.long_distance_m, geodesy.distance_m),
)
KERNEL: tuple[ModuleType, ...] = (evidence, levels, kernel)
SOURCES: tuple[ModuleType, ...] = (geodesy, messages, policy, state, *KERNEL)
# What decides beside the kernel: places and hours, lines, burdens, and what rings at all.
BESIDE: tuple[ModuleType, ...] = (observations, engine, explain, places, civil, search, feeds, burden, causes)


def digest_of(modules: Iterable[ModuleType]) -> str:
    """Name of some modules by their source (first 16 hex digits)."""
    digest = hashlib.sha256()
    for module in modules:
        digest.update(inspect.getsource(module).encode())
    return digest.hexdigest()[:16]


def engine_version() -> str:
    """Name of the kernel and of all of the core that decides with it: the same name promises the same decisions."""
    return digest_of((*SOURCES, *BESIDE))


def _own_functions(module: ModuleType) -> list[FunctionType]:
    found = [f for f in vars(module).values() if isinstance(f, FunctionType) and f.__module__ == module.__name__]
    return [f for f in found if f is not kernel.run]


_registered = False


def compile_kernel(cache_dir: str | None) -> Callable[..., Any]:
    """`kernel.run`, compiled. `cache_dir` is a folder to keep machine code in, None to keep none."""
    global _registered
    if numba_config.DISABLE_JIT:
        return kernel.run
    if cache_dir is not None:
        numba_config.CACHE_DIR = f"{cache_dir}/{digest_of(SOURCES)}"
    if not _registered:
        functions: list[Callable[..., object]] = [*JITABLE, *(f for module in KERNEL for f in _own_functions(module))]
        for function in functions:
            register_jitable(function)
        _registered = True
    compiled: Callable[..., Any] = numba.njit(cache=cache_dir is not None, error_model="numpy")(kernel.run)
    return compiled


def warm(cache_dir: str) -> str:
    """Compiles the kernel into the cache by running it once on nothing; returns the engine's version."""
    engine.Engine(compile_kernel(cache_dir)).apply(messages.empty(0))
    return engine_version()
