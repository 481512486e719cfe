"""`egide gateway`, `monitor`, `web`, `worker`, `auditor`: one process each, configured by the environment alone."""

from __future__ import annotations

import argparse
import importlib
import logging
from typing import Any

from egide.cli import environment
from egide.cli.main import COMMANDS

# The function that runs until it is told to stop: settings in, exit code out.
_ENTRY = {
    "gateway": "egide.gateway.run",
    "monitor": "egide.monitor.run",
    "web": "egide.cli.web",
    "worker": "egide.worker.run",
    "auditor": "egide.auditor.run",
}


def register(subparsers: Any) -> None:
    """Adds the subcommands; none has an option, `egide settings` lists what they read."""
    for name in _ENTRY:
        text = f"{COMMANDS[name].help}. Configured by environment variables: see `egide settings`."
        subparsers.add_parser(name, help=COMMANDS[name].help, description=text[0].upper() + text[1:])


def run(args: argparse.Namespace) -> int:
    """Runs the process until SIGTERM or Ctrl-C. Logs go to standard error, one line an event."""
    settings = environment.prepare()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)  # that it starts and stops is said by others
    code: int = importlib.import_module(_ENTRY[args.command]).main(settings)
    return code
