"""`egide policy`: every number a proximity decision rests on, with its unit and its reason; and how one is set.

`show` tells the values this version comes with and reads no database. `set` writes a change into the log of the cell,
as every change of the file is written, and says in the audit trail who set it and why; it holds for every measure.
"""

from __future__ import annotations

import argparse
import getpass
import json
import math
import os
import sys
import textwrap
from typing import Any

from egide.cli import environment
from egide.cli.errors import UsageError
from egide.core.proximity.policy import TABLE, flaw


def register(subparsers: Any) -> None:
    """Adds the subcommand."""
    parser = subparsers.add_parser("policy", description="The numbers proximity is judged by, each with its reason.")
    actions = parser.add_subparsers(dest="action", required=True)
    show = actions.add_parser("show", description="The whole table.")
    change = actions.add_parser("set", description="Another value, for every measure of this cell, from now on.")
    change.add_argument("name", help="its name, as `egide policy show` tells it")
    change.add_argument("value", help="a number, in the unit of the table")
    change.add_argument("--reason", required=True, metavar="TEXT", help="why; it stays in the audit trail")
    form = show.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="name and value, as `egide replay --policy` reads them")
    form.add_argument("--markdown", action="store_true", help="as it stands in docs/proximity.md")


def run(args: argparse.Namespace) -> int:
    """Prints the table, or sets a value. UsageError (2): it cannot be set."""
    if args.action == "set":
        return _set(args.name, args.value, args.reason.strip())
    if args.json:
        text = json.dumps({row.name: row.value for row in TABLE}, indent=1) + "\n"
    else:
        text = markdown() if args.markdown else _table()
    sys.stdout.write(text)
    return 0


def _set(name: str, told: str, reason: str) -> int:
    value = _number(told)
    if (wrong := flaw(name, value)) is not None:
        raise UsageError(wrong)
    if not reason:
        raise UsageError("A value that decides whom we call is set for a reason: say it with --reason.")
    settings = environment.prepare()
    cell = settings.number("EGIDE_CELL")
    import psycopg

    from egide.monitor.in_force import in_force

    with psycopg.connect(settings.text("EGIDE_DATABASE_URL"), autocommit=True) as connection:
        before = in_force(connection, cell)[name]
    unit = next(row.unit for row in TABLE if row.name == name)
    if before == value:
        sys.stdout.write(f"{name} is {before:g} {unit} already: nothing was written.\n")
        return 0
    seq = _write(name, value, f"{getpass.getuser()}: {name} {before:g} -> {value:g} {unit}. {reason}")
    sys.stdout.write(
        f"{name}: {before:g} {unit} until now, {value:g} {unit} from frame {seq} of cell {cell} on, for every measure. "
        f"To undo it: egide policy set {name} {before:g} --reason …\n"
    )
    return 0


def _number(told: str) -> float:
    try:
        return float(told)
    except ValueError:
        return math.nan  # is no value of any name, and refused as such


def _write(name: str, value: float, why: str) -> int:
    """The change in the log, who set it and why in the trail, both or neither. Answers the number of the frame."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "egide.web.settings")
    import django

    django.setup()
    from django.db import transaction

    from egide.web.audit.trail import record
    from egide.web.control import append_control

    with transaction.atomic():
        entry = record("write", object_kind="policy", object_id=name, text=why)
        return append_control({"control": "policy", "values": {name: value}, "entry": str(entry)})


def markdown() -> str:
    """The table as the documentation holds it."""
    rows = "".join(f"| `{row.name}` | {row.value:g} {row.unit} | {row.reason} |\n" for row in TABLE)
    return "| name | value | why |\n|---|---|---|\n" + rows


def _table() -> str:
    lines: list[str] = []
    for row in TABLE:
        first, *more = textwrap.wrap(row.reason, 72)
        lines.append(f"{row.name:<18} {row.value:>7g} {row.unit:<16} {first}")
        lines += [" " * 44 + line for line in more]
    return "\n".join(lines) + "\n"
