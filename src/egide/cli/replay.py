"""`egide replay`: recorded traces through the core, one pair or a manifest of them. Bad input names file, line and
reason, exit 2. What is told goes to standard error, what was asked for to standard output.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from egide.core.proximity.policy import Values

TODAY = "today"  # the policy values of this version


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
    trace = "GPX 1.1, CSV or NDJSON, perhaps gzipped"
    parser.add_argument("protected", type=Path, nargs="?", help=f"trace of the protected person: {trace}")
    parser.add_argument("wearer", type=Path, nargs="?", help="trace of the wearer")
    parser.add_argument("--alert-km", type=kilometres, metavar="N", help="alert distance (default 1)")
    parser.add_argument(
        "--pre-alert-km", type=kilometres, metavar="N", help="pre-alert distance (default: twice the alert's)"
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the events here instead of standard output")
    parser.add_argument(
        "--manifest", type=Path, metavar="FILE", help="many pairs, one JSON object a line (docs/replay.md)"
    )
    parser.add_argument("--policy", type=Path, metavar="FILE", help="policy values to replace, a JSON object by name")
    parser.add_argument(
        "--compare", metavar="OTHER", help=f"another policy file, or `{TODAY}`: a table of what would have changed"
    )
    parser.add_argument("--report", type=Path, metavar="FILE", help="one self-contained HTML page about the pair")


def run(args: argparse.Namespace) -> int:
    """Replays and writes one JSON object a line; a summary goes to standard error."""
    from egide.evidence.manifest import InputError, distances_flaw, read_policy
    from egide.evidence.traces import TraceError

    flaw = _usage_flaw(args)
    alert_km = 1.0 if args.alert_km is None else args.alert_km
    pre_alert_km = 2 * alert_km if args.pre_alert_km is None else args.pre_alert_km
    flaw = flaw or distances_flaw(alert_km, pre_alert_km)
    if flaw is not None:
        return _refuse(flaw)
    try:
        policy = None if args.policy is None else read_policy(args.policy)
        other = None if args.compare in (None, TODAY) else read_policy(Path(args.compare))
        if args.manifest is not None:
            return _many(args, policy, other)
        return _pair(args, alert_km, pre_alert_km, policy, other)
    except (InputError, TraceError) as error:
        return _refuse(str(error))


def _usage_flaw(args: argparse.Namespace) -> str | None:
    if args.manifest is None:
        return None if args.wearer is not None else "name two traces, or a manifest with --manifest FILE."
    for name in ("protected", "alert_km", "pre_alert_km", "out", "report"):
        if getattr(args, name) is not None:
            told = "a trace" if name == "protected" else f"--{name.replace('_', '-')}"
            return f"{told} does not go with --manifest: each line of the manifest says its own."
    return None


def _refuse(sentence: str) -> int:
    sys.stderr.write(f"egide replay: {sentence}\n")
    return 2


def _names(args: argparse.Namespace) -> tuple[str, str]:
    return (TODAY if args.policy is None else args.policy.name), Path(args.compare).name


def _pair(
    args: argparse.Namespace, alert_km: float, pre_alert_km: float, policy: Values | None, other: Values | None
) -> int:
    from egide import settings
    from egide.core.proximity.compiled import compile_kernel
    from egide.evidence.compare import event_table
    from egide.evidence.many import lines_of
    from egide.evidence.replay import replay
    from egide.evidence.report import report
    from egide.evidence.traces import read_trace

    protected, wearer = read_trace(args.protected), read_trace(args.wearer)
    metres = 1000 * alert_km, 1000 * pre_alert_km
    for path in (args.out, args.report):  # before the work, so that nobody waits for nothing
        problem = None if path is None else _unwritable(path)
        if problem is not None:
            return _refuse(problem)
    kernel = compile_kernel(str(settings.load().path("EGIDE_CACHE_DIR")))
    total = len(protected) + len(wearer)
    with _bar(total, "fix") as bar:
        events = list(replay(protected, wearer, *metres, kernel, policy, progress=bar.update))
    if args.out is not None:
        args.out.write_text(lines_of(events), encoding="utf-8")
    elif args.compare is None:
        sys.stdout.write(lines_of(events))
    if args.compare is not None:
        others = list(replay(protected, wearer, *metres, kernel, other))
        sys.stdout.write(event_table(events, others, _names(args)))
    if args.report is not None:
        args.report.write_text(report(protected, wearer, *metres, kernel, policy), encoding="utf-8")
    counts = Counter(event["kind"] for event in events)
    told = ", ".join(f"{n} {kind}" for kind, n in sorted(counts.items())) or "no event"
    sys.stderr.write(f"{len(protected)} + {len(wearer)} fixes: {told}\n")
    return 0


def _many(args: argparse.Namespace, policy: Values | None, other: Values | None) -> int:
    from egide import settings
    from egide.evidence.compare import pair_table
    from egide.evidence.manifest import InputError, read_manifest
    from egide.evidence.many import Done, Work, replay_all

    pairs = read_manifest(args.manifest)
    for pair in pairs:
        if pair.out is None and args.compare is None:
            raise InputError(args.manifest, pair.line, "out is missing; say where this pair's events go.")
        problem = None if pair.out is None else _unwritable(pair.out)
        if problem is not None:
            raise InputError(args.manifest, pair.line, problem)
    policies = (policy,) if args.compare is None else (policy, other)
    done: list[Done] = []
    with _bar(len(pairs), "pair") as bar:
        for one in replay_all(pairs, Work(str(settings.load().path("EGIDE_CACHE_DIR")), policies)):
            done.append(one)
            bar.update(1)
    done.sort(key=lambda one: one.pair.line)
    if args.compare is not None:
        rows = [(_called(one.pair), one.tallies[0], one.tallies[1]) for one in done if one.problem is None]
        sys.stdout.write(pair_table(rows, _names(args)))
    bad = [one for one in done if one.problem is not None]
    for one in bad:
        sys.stderr.write(f"egide replay: {one.problem} ({args.manifest}, line {one.pair.line})\n")
    fixes, events = sum(one.fixes for one in done), sum(one.events for one in done)
    failed = f"; {len(bad)} could not be replayed" if bad else ""
    sys.stderr.write(f"{len(done) - len(bad)} pairs, {fixes} fixes: {events} events{failed}\n")
    return 2 if bad else 0


def _called(pair: Any) -> str:
    return str(pair.out.stem if pair.out is not None else f"line {pair.line}")


def _unwritable(path: Path) -> str | None:
    """Why a file cannot be written, None if it can. It is opened for appending: nothing of it is lost."""
    try:
        existed = path.exists()
        path.open("a").close()
        if not existed:
            path.unlink()
    except OSError as error:
        return f"cannot write {path}: {error.strerror}."
    return None


def _bar(total: int, unit: str) -> Any:
    from tqdm import tqdm

    tqdm.monitor_interval = 0  # no thread of its own: processes are forked beside it
    return tqdm(
        total=total, unit=unit, unit_scale=unit == "fix", file=sys.stderr, disable=not sys.stderr.isatty(), leave=False
    )
