"""`egide replay`: two recorded traces through the core, events as NDJSON. Bad input names file, line and reason, exit 2."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any, TextIO


def kilometres(text: str) -> float:
    """An argparse type: a number of kilometres above 0 (decimals allowed; the law's whole kilometres are BAR-15)."""
    try:
        value = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of kilometres") from None
    if not 0 < value <= 10_000:
        raise argparse.ArgumentTypeError(f"{text} km is not a distance between 0 and 10,000 km")
    return value


def register(subparsers: Any) -> None:
    """Adds the subcommand."""
    parser = subparsers.add_parser("replay", help="what two recorded traces would have rung")
    parser.add_argument(
        "protected", type=Path, help="trace of the protected person: GPX 1.1, CSV or NDJSON, perhaps gzipped"
    )
    parser.add_argument("wearer", type=Path, help="trace of the wearer")
    parser.add_argument("--alert-km", type=kilometres, default=1.0, metavar="N", help="alert distance (default 1)")
    parser.add_argument(
        "--pre-alert-km", type=kilometres, metavar="N", help="pre-alert distance (default: twice the alert's)"
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the events here instead of standard output")


def run(args: argparse.Namespace) -> int:
    """Replays and writes one JSON object a line; a summary goes to standard error."""
    from egide.evidence.traces import TraceError, read_trace

    pre_alert_km = args.pre_alert_km if args.pre_alert_km is not None else 2 * args.alert_km
    if not args.alert_km < pre_alert_km:
        sys.stderr.write(
            f"egide replay: the pre-alert distance ({pre_alert_km:g} km) must be above the alert distance.\n"
        )
        return 2
    try:
        protected, wearer = read_trace(args.protected), read_trace(args.wearer)
    except TraceError as error:
        sys.stderr.write(f"egide replay: {error}\n")
        return 2
    try:
        out = args.out.open("w", encoding="utf-8") if args.out else sys.stdout
    except OSError as error:
        sys.stderr.write(f"egide replay: cannot write {args.out}: {error.strerror}.\n")
        return 2
    try:
        counts = _write(out, protected, wearer, 1000 * args.alert_km, 1000 * pre_alert_km)
    finally:
        if args.out:
            out.close()
    told = ", ".join(f"{n} {kind}" for kind, n in sorted(counts.items())) or "no event"
    sys.stderr.write(f"{len(protected.time_ms)} + {len(wearer.time_ms)} fixes: {told}\n")
    return 0


def _write(out: TextIO, protected: Any, wearer: Any, alert_m: float, pre_alert_m: float) -> Counter[str]:
    from tqdm import tqdm

    from egide import settings
    from egide.core.proximity.compiled import compile_kernel
    from egide.evidence.replay import replay

    kernel = compile_kernel(str(settings.load().path("EGIDE_CACHE_DIR")))
    counts: Counter[str] = Counter()
    total = len(protected.time_ms) + len(wearer.time_ms)
    with tqdm(
        total=total,
        unit="fix",
        unit_scale=True,
        file=sys.stderr,
        disable=not sys.stderr.isatty(),
        leave=False,
    ) as bar:
        for event in replay(protected, wearer, alert_m, pre_alert_m, kernel, progress=bar.update):
            counts[event["kind"]] += 1
            out.write(json.dumps(event) + "\n")
    return counts
