"""`egide simulate`: fictional people who move, through the real gateway, until told to stop."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import sys
from pathlib import Path
from typing import Any

DEVICES_FILE = "demo-devices.json"


def positive(most: float) -> Any:
    """An argparse type: a number above 0, up to `most`."""

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None
        if not 0 < value <= most:
            raise argparse.ArgumentTypeError(f"{text} is not above 0 and up to {most:g}")
        return value

    return read


def register(subparsers: Any) -> None:
    """Adds the subcommand."""
    parser = subparsers.add_parser("simulate", help="fictional people who move, through the real gateway")
    parser.add_argument("--devices", type=Path, metavar="FILE", help=f"default: {DEVICES_FILE} under EGIDE_HOME")
    parser.add_argument("--gateway", metavar="URL", help="default: the gateway of the settings")
    parser.add_argument(
        "--speed", type=positive(60), default=1.0, metavar="N", help="people live N times as fast (default 1)"
    )
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="another number, other lives (default 1)")
    parser.add_argument("--seconds", type=positive(1e9), metavar="N", help="stop after N seconds")


def run(args: argparse.Namespace) -> int:
    """Plays until `--seconds` are over, SIGTERM or Ctrl-C; 0 in all these cases."""
    from egide import settings
    from egide.cli.errors import UsageError
    from egide.simulation.cast import CastError, read_cast
    from egide.simulation.client import Gateway
    from egide.simulation.scenes import Scene

    values = settings.load()
    try:
        cast = read_cast(args.devices or values.path("EGIDE_HOME") / DEVICES_FILE)
        gateway = Gateway.at(args.gateway or _own_gateway(values))
    except (CastError, ValueError) as error:
        raise UsageError(str(error)) from None
    played = [device for device in cast if device.role != "pilot"]  # that one is in somebody's own hands
    asyncio.run(_until_stopped(Scene(played, args.seed), gateway, args.speed, args.seconds))
    return 0


def _own_gateway(values: Any) -> str:
    host = values.text("EGIDE_GATEWAY_HOST")
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - a listener everywhere is here too
    return f"http://{f'[{host}]' if ':' in host else host}:{values.number('EGIDE_GATEWAY_PORT')}"


async def _until_stopped(scene: Any, gateway: Any, speed: float, seconds: float | None) -> None:
    from egide.simulation.play import play

    def report(text: str) -> None:
        sys.stdout.write(f"simulate: {text}\n")
        sys.stdout.flush()

    playing = asyncio.ensure_future(play(scene, gateway, speed, seconds, report))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, playing.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await playing
