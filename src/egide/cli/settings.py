"""`egide settings`: every setting, its default, its meaning, whether it is set here. Never shows a secret."""

from __future__ import annotations

import argparse
import os
import sys
import textwrap
from typing import Any

from egide.settings import TABLE, Setting


def register(subparsers: Any) -> None:
    """Adds the subcommand."""
    parser = subparsers.add_parser("settings", description="The table of every setting of every process.")
    parser.add_argument("--markdown", action="store_true", help="as the table of docs/operations.md")


def run(args: argparse.Namespace) -> int:
    """Prints the table."""
    sys.stdout.write(markdown() if args.markdown else plain())
    return 0


def markdown() -> str:
    """The table as docs/operations.md holds it."""
    rows = (f"| `{r.name}` | {r.kind.__name__} | {_default(r, '`{}`')} | {r.help} |\n" for r in TABLE)
    return "| name | type | default | meaning |\n|---|---|---|---|\n" + "".join(rows)


def plain() -> str:
    """The table for a terminal: name, what it is worth here, meaning."""
    lines = []
    for row in TABLE:
        if row.name not in os.environ:
            value = f"default {_default(row, '{}')}" if row.default is not None else "not set"
        else:
            value = "set" if row.secret else f"set to {os.environ[row.name]}"
        lines += [f"{row.name}  ({value})", textwrap.indent(textwrap.fill(row.help, 100), "    ")]
    return "\n".join(lines) + "\n"


def _default(row: Setting, pattern: str) -> str:
    if row.default is None:
        return "must be given"
    return pattern.format(row.default) if row.default else "empty"
