"""`egide distance`: metres between two places, by the function the alarms use. Imports neither Numba nor NumPy."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from egide.core.geodesy import distance_m, to_e7


def degrees(limit: float, what: str) -> Any:
    """An argparse type: a finite number of degrees within +-limit."""

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{text!r} is not a number of degrees") from None
        if not -limit <= value <= limit:
            raise argparse.ArgumentTypeError(f"{what} {text} is outside -{limit:g} to {limit:g}")
        return value

    return read


def register(subparsers: Any) -> None:
    """Adds the subcommand."""
    parser = subparsers.add_parser("distance", help="metres between two places on the WGS 84 ellipsoid")
    latitude, longitude = degrees(90.0, "latitude"), degrees(180.0, "longitude")
    for name, kind in (("lat1", latitude), ("lon1", longitude), ("lat2", latitude), ("lon2", longitude)):
        parser.add_argument(name, type=kind, metavar=name.upper())


def run(args: argparse.Namespace) -> int:
    """Prints the distance in metres with millimetres."""
    metres = distance_m(to_e7(args.lat1), to_e7(args.lon1), to_e7(args.lat2), to_e7(args.lon2))
    sys.stdout.write(f"{metres:.3f}\n")
    return 0
