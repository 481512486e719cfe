"""`egide policy show`: every number a proximity decision rests on, with its unit and its reason. Reads no database.

These are the values this version comes with; a cell whose file says otherwise keeps its own, which stand in its log.
"""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
from typing import Any

from egide.core.proximity.policy import TABLE


def register(subparsers: Any) -> None:
    """Adds the subcommand."""
    parser = subparsers.add_parser("policy", description="The numbers proximity is judged by, each with its reason.")
    actions = parser.add_subparsers(dest="action", required=True)
    show = actions.add_parser("show", description="The whole table.")
    form = show.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="name and value, as `egide replay --policy` reads them")
    form.add_argument("--markdown", action="store_true", help="as it stands in docs/proximity.md")


def run(args: argparse.Namespace) -> int:
    """Prints the table."""
    if args.json:
        text = json.dumps({row.name: row.value for row in TABLE}, indent=1) + "\n"
    else:
        text = markdown() if args.markdown else _table()
    sys.stdout.write(text)
    return 0


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
