"""`egide audit`: does the trail hold, and if not, where does it break? And the signed checkpoints that prove it later.

`verify` changes nothing and believes nothing the database computes; `checkpoint` signs only what it has verified.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from egide.cli import environment
from egide.cli.errors import UsageError
from egide.settings import Settings

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

    from egide.web.audit.checkpoints import Checkpoint
    from egide.web.audit.verify import Result


def register(subparsers: Any) -> None:
    """Adds the subcommand."""
    parser = subparsers.add_parser("audit", description="The audit trail: verify it, sign where it ends.")
    actions = parser.add_subparsers(dest="action", required=True)
    verify = actions.add_parser(
        "verify", description="Reads the trail in order and names the first entry that is wrong. Exit code 1 if one is."
    )
    verify.add_argument("--from", dest="start", type=int, default=1, metavar="SEQ", help="first entry to read (1)")
    verify.add_argument(
        "--checkpoints", type=Path, metavar="FILE", help="checkpoints that were kept outside, one a line"
    )
    verify.add_argument(
        "--public-key", action="append", default=[], metavar="KEY",
        help="key the checkpoints were signed with, in base64 or as a PEM file; without it, that of EGIDE_AUDIT_KEY",
    )  # fmt: skip
    checkpoint = actions.add_parser("checkpoint", description="Verifies what is new, then signs where the trail ends.")
    checkpoint.add_argument("--out", type=Path, metavar="FILE", help="file outside the database to add the line to")
    actions.add_parser("key", description="Prints the public key of EGIDE_AUDIT_KEY, for whoever verifies.")


def run(args: argparse.Namespace) -> int:
    """Runs one of them. 0: it holds; 1: it does not; UsageError (2): what was asked for cannot be done."""
    settings = environment.prepare(database=args.action != "key")
    if args.action == "verify":
        return _verify(settings, args)
    if args.action == "checkpoint":
        return _checkpoint(settings, args)
    from egide.web.audit.checkpoints import shown

    sys.stdout.write(f"{shown(_private(settings).public_key())}\n")
    return 0


def _verify(settings: Settings, args: argparse.Namespace) -> int:
    import psycopg
    from tqdm import tqdm

    from egide.web.audit.verify import verify

    if args.start < 1:
        raise UsageError("--from: entries are numbered from 1.")
    outside, keys = _kept(args.checkpoints), _public(settings, args.public_key)
    with (
        psycopg.connect(settings.text("EGIDE_DATABASE_URL"), autocommit=True) as connection,
        tqdm(unit=" entries", leave=False, disable=not sys.stderr.isatty()) as bar,
    ):

        def progress(done: int, of: int) -> None:
            bar.total = max(of, done)
            bar.update(done - bar.n)

        result = verify(connection, start=args.start, outside=outside, keys=keys, progress=progress)
    sys.stdout.write("".join(f"{line}\n" for line in told(result)))
    return 0 if result.wrong is None else 1


def told(result: Result) -> list[str]:
    """What was found, in lines for a person."""
    if result.wrong is not None:
        lines = [f"The audit trail does not hold: {result.wrong.sentence}."]
        if (sound := min(result.last, result.wrong.seq - 1)) >= result.first:
            lines.append(f"Entries {result.first} to {sound} were read and fit.")
        return lines
    if not result.count:
        return ["The audit trail is empty."]
    lines = [f"{result.count} entries, {result.first} to {result.last}: each hangs on the one before."]
    if result.first > 1:
        lines.append(f"What stands before entry {result.first} was not read.")
    lines.append(f"{result.texts} with personal words that fit; of {result.erased} the words were erased.")
    signed = f"{result.fitting} checkpoints fit"
    lines.append(
        f"{signed}; {result.unchecked} signatures not checked: no key given." if result.unchecked else f"{signed}."
    )
    return [*lines, *_proved(result)]


def _proved(result: Result) -> list[str]:
    """Up to where a cut of the end would have been seen, against whom, and from where on it would not."""
    if result.proved is None:
        return [
            "No signed checkpoint was checked: whoever may write everything in the database could have cut off the end,"
            " or written all of it anew, and this would not show it."
        ]
    one, out = result.proved, result.proved_outside
    lines = [f"A cut or a change is provable up to entry {one.seq}, signed {one.at:%Y-%m-%d %H:%M:%S %Z}."]
    if result.last > one.seq:
        lines.append(
            f"Entries {one.seq + 1} to {result.last} came after the last checkpoint: until the next is signed, a cut"
            " there by whoever may write everything in the database would not be seen."
        )
    if out is None:
        lines.append(
            "No checkpoints from outside were given (--checkpoints): who cuts off the end together with its"
            " checkpoints in the table is not found by the table."
        )
    elif out.seq < one.seq:
        lines.append(f"Also against who cuts checkpoints off with the entries: up to entry {out.seq}, kept outside.")
    else:
        lines.append("That checkpoint was kept outside too: also against who cuts checkpoints off with the entries.")
    return lines


def _checkpoint(settings: Settings, args: argparse.Namespace) -> int:
    import psycopg

    from egide.web.audit.checkpoints import keep_outside, sign
    from egide.web.audit.verify import verify_new

    key = _private(settings)
    with psycopg.connect(settings.text("EGIDE_DATABASE_URL"), autocommit=True) as connection:
        result = verify_new(connection, key.public_key())
        if result.wrong is not None:
            sys.stdout.write("".join(f"{line}\n" for line in told(result)))
            sys.stderr.write("egide: nothing was signed.\n")
            return 1
        made = sign(connection, key)
    if made is None:
        sys.stderr.write("egide: nothing has happened since the last checkpoint.\n")
        return 0
    sys.stdout.write(f"{made.line()}\n")
    if args.out is not None:
        keep_outside(args.out, made)
    return 0


def _private(settings: Settings) -> Ed25519PrivateKey:
    from egide.web.audit.checkpoints import BadKey, private_key

    text = settings.text("EGIDE_AUDIT_KEY")
    if not text:
        raise UsageError("EGIDE_AUDIT_KEY is not set: it signs checkpoints. docs/security.md says how to make one.")
    try:
        return private_key(text)
    except BadKey as error:
        raise UsageError(str(error)) from None


def _public(settings: Settings, given: list[str]) -> list[Ed25519PublicKey]:
    from egide.web.audit.checkpoints import BadKey, public_key

    try:
        keys = [public_key(text) for text in given]
    except BadKey as error:
        raise UsageError(f"--public-key: {error}") from None
    if not keys and settings.text("EGIDE_AUDIT_KEY"):
        keys.append(_private(settings).public_key())
    return keys


def _kept(path: Path | None) -> list[Checkpoint]:
    """Checkpoints of a file, one JSON a line."""
    from egide.web.audit.checkpoints import from_line

    if path is None:
        return []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
    found = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            found.append(from_line(line))
        except (ValueError, TypeError):
            raise UsageError(f"{path}, line {number}: this is no checkpoint.") from None
    return found
