"""`egide manage …`: Django's management commands with our settings. `egide demo` is `egide manage demo`.

`egide demo load` is `egide manage demo_load`.
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import Any

from egide.cli import environment

# Commands that are of use before any database is there.
_OFFLINE = {
    "makemessages",
    "compilemessages",
    "collectstatic",
    "makemigrations",
    "help",
    "check",
    "findstatic",
}


def register(subparsers: Any) -> None:
    """Adds both subcommands; what follows them goes to Django as it is, `--help` included."""
    for name in ("manage", "demo"):
        parser = subparsers.add_parser(name, add_help=False, prefix_chars="\0")
        parser.add_argument("arguments", nargs=argparse.REMAINDER)


def run(args: argparse.Namespace) -> int:
    """Runs the management command."""
    arguments = args.arguments
    if args.command == "demo":
        arguments = ["demo_load", *arguments[1:]] if arguments[:1] == ["load"] else ["demo", *arguments]
    offline = not arguments or arguments[0] in _OFFLINE or arguments[0].startswith("-") or "--help" in arguments
    environment.prepare(database=not offline)
    manage(arguments)
    return 0


def manage(arguments: list[str]) -> None:
    """Django's `manage.py` in this process. Raises SystemExit when Django reports an error."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "egide.web.settings")
    from django.core.management import ManagementUtility

    utility = ManagementUtility(["egide manage", *arguments])
    utility.prog_name = "egide manage"
    try:
        utility.execute()
    finally:
        sys.stdout.flush()
