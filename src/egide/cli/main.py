"""The command `egide`: which subcommands are there, and which module answers each?

Only the module of the subcommand that was asked for is imported, so that `egide distance` loads no Numba, no
Django and no database driver. What a person can mend ends in one sentence and exit code 2.
"""

from __future__ import annotations

import argparse
import importlib
import os
import signal
import sys
from typing import NamedTuple


class Command(NamedTuple):
    """A subcommand: the module that has `register(subparsers)` and `run(args) -> int`, and a line of help."""

    module: str
    help: str


COMMANDS: dict[str, Command] = {
    "up": Command("egide.cli.up", "everything in one terminal, with demo data"),
    "distance": Command("egide.cli.distance", "metres between two places on the WGS 84 ellipsoid"),
    "replay": Command("egide.cli.replay", "what two recorded traces would have rung"),
    "policy": Command("egide.cli.policy", "the numbers proximity is judged by, with their reasons; set one"),
    "simulate": Command("egide.cli.simulate", "fictional people who move, through the real gateway"),
    "device": Command("egide.cli.device", "what is known of one device"),
    "gateway": Command("egide.cli.daemons", "devices in: the process that answers phones and bracelets"),
    "monitor": Command("egide.cli.daemons", "the process that judges positions and opens incidents"),
    "web": Command("egide.cli.daemons", "the process that serves the screens"),
    "worker": Command("egide.cli.daemons", "the process that keeps deadlines and erases what is due"),
    "auditor": Command("egide.cli.daemons", "the process that watches whether the others do what they should"),
    "migrate": Command("egide.cli.migrate", "bring the database to this version"),
    "rebuild": Command("egide.cli.rebuild", "after the log was lost or restored: go on from what the file says"),
    "manage": Command("egide.cli.manage", "Django's management commands"),
    "demo": Command("egide.cli.manage", "lay the demo's fictional people into the database"),
    "law": Command("egide.cli.law", "the rules with their sources and dates, and which of them work"),
    "audit": Command("egide.cli.audit", "verify the audit trail, sign where it ends"),
    "settings": Command("egide.cli.settings", "the table of every setting"),
    "compile": Command("egide.cli.compile", "compile the proximity kernel ahead of its first use"),
}


def main(argv: list[str] | None = None) -> int:
    """Runs one subcommand; gives the exit code. 2: to mend, 130: Ctrl-C, 141: nobody reads our output."""
    argv = sys.argv[1:] if argv is None else argv
    try:
        code = _dispatch(argv)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except BrokenPipeError:
        # `egide … | head`: whoever read has left. Nothing more may be written, not even at Python's end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    except Exception as error:
        sentence = _sentence(error)
        if sentence is None:
            raise
        sys.stderr.write(f"egide: {sentence}\n")
        return 2


def _dispatch(argv: list[str]) -> int:
    name = argv[0] if argv else ""
    if name in COMMANDS:
        parser = argparse.ArgumentParser(prog="egide")
        module = importlib.import_module(COMMANDS[name].module)
        module.register(parser.add_subparsers(dest="command"))
        code: int = module.run(parser.parse_args(argv))
        return code
    if name == "--version":
        from importlib.metadata import version

        sys.stdout.write(f"egide {version('egide')}\n")
        return 0
    if name in ("", "-h", "--help", "help"):
        sys.stdout.write(_overview())
        return 0
    return _unknown(name)


def _overview() -> str:
    width = max(map(len, COMMANDS))
    rows = (f"  {name:<{width}}  {command.help}\n" for name, command in COMMANDS.items())
    return (
        "usage: egide COMMAND …\n\n"
        "Égide: the grave-danger phone, the anti-approach bracelet, and one shared file.\n\n"
        + "".join(rows)
        + "\n`egide COMMAND --help` tells more.\n"
    )


def _unknown(name: str) -> int:
    import difflib

    near = difflib.get_close_matches(name, COMMANDS, 1)
    hint = f"did you mean `{near[0]}`?" if near else "`egide --help` lists them."
    sys.stderr.write(f"egide: there is no command `{name}`; {hint}\n")
    return 2


def _sentence(error: Exception) -> str | None:
    """One sentence for an error that a person can mend; None for a defect, which must show its traceback."""
    # Looked up, not imported: a subcommand that never loaded a module cannot have raised its errors.
    for module, name in (
        ("egide.settings", "SettingError"),
        ("egide.cluster.owner", "ClusterError"),
        ("egide.cli.errors", "UsageError"),
    ):
        kind = getattr(sys.modules.get(module), name, None)
        if kind is not None and isinstance(error, kind):
            return str(error)
    for module in ("psycopg", "django.db.utils"):
        kind = getattr(sys.modules.get(module), "OperationalError", None)
        if kind is not None and isinstance(error, kind):
            first = str(error).strip().splitlines()[0]
            return f"PostgreSQL does not answer as it should: {first}. Is EGIDE_DATABASE_URL right?"
    return None


if __name__ == "__main__":
    sys.exit(main())
