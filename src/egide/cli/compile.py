"""`egide compile`: compiles the proximity kernel into EGIDE_CACHE_DIR, so that no first fix waits for it."""

from __future__ import annotations

import argparse
import sys
import time
from typing import Any

from egide.settings import load


def register(subparsers: Any) -> None:
    """Adds the subcommand."""
    subparsers.add_parser("compile", description="Compile the proximity kernel and keep it in EGIDE_CACHE_DIR.")


def run(args: argparse.Namespace) -> int:
    """Compiles if this version of the kernel is not in the cache yet."""
    folder = load().path("EGIDE_CACHE_DIR")
    from egide.core.proximity.compiled import warm

    began = time.monotonic()
    warm(str(folder))
    sys.stdout.write(f"The kernel is ready in {folder} ({time.monotonic() - began:.1f} s).\n")
    return 0
