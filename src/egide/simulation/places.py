"""Where do fictional people live and go? A French city's public places, and points that are nobody's address.

Coordinates are of squares, parks, stations and town halls, to about a hundred metres. A home or a workplace
is a point thrown near one of them. Distances here are geographiclib's, not the core's, so that a scene does
not share the core's mistakes.
"""

from __future__ import annotations

from typing import NamedTuple

from geographiclib.geodesic import Geodesic

_EARTH = Geodesic.WGS84


class Place(NamedTuple):
    """A point, in degrees."""

    lat: float
    lon: float


# Dijon: places anybody may enter.
CITY: dict[str, Place] = {
    "place de la Libération": Place(47.3215, 5.0415),
    "place Darcy": Place(47.3237, 5.0333),
    "place de la République": Place(47.3267, 5.0432),
    "place Wilson": Place(47.3162, 5.0427),
    "halles": Place(47.3236, 5.0410),
    "gare de Dijon-Ville": Place(47.3233, 5.0272),
    "jardin de l'Arquebuse": Place(47.3196, 5.0262),
    "port du Canal": Place(47.3137, 5.0318),
    "parc de la Colombière": Place(47.3046, 5.0522),
    "lac Kir": Place(47.3281, 4.9990),
    "campus de Montmuzard": Place(47.3122, 5.0687),
    "parc des Sports": Place(47.3250, 5.0680),
    "lac de la Toison d'Or": Place(47.3560, 5.0440),
    "combe à la Serpent": Place(47.3150, 4.9850),
}

# Town halls and squares of the towns around, from the nearest to the farthest.
AROUND: dict[str, Place] = {
    "Fontaine-lès-Dijon": Place(47.342, 5.020),
    "Talant": Place(47.337, 5.009),
    "Saint-Apollinaire": Place(47.333, 5.083),
    "Longvic": Place(47.288, 5.063),
    "Chenôve": Place(47.293, 5.005),
    "Quetigny": Place(47.317, 5.117),
    "Marsannay-la-Côte": Place(47.271, 4.989),
    "Varois-et-Chaignot": Place(47.351, 5.128),
    "Chevigny-Saint-Sauveur": Place(47.299, 5.134),
    "Velars-sur-Ouche": Place(47.320, 4.906),
    "Arc-sur-Tille": Place(47.343, 5.187),
    "Gevrey-Chambertin": Place(47.226, 4.968),
    "Genlis": Place(47.242, 5.224),
    "Nuits-Saint-Georges": Place(47.137, 4.949),
    "Mirebeau-sur-Bèze": Place(47.398, 5.321),
    "Is-sur-Tille": Place(47.527, 5.106),
    "Auxonne": Place(47.193, 5.387),
    "Beaune": Place(47.024, 4.839),
    "Dole": Place(47.092, 5.490),
}


def distance_m(a: Place, b: Place) -> float:
    """Metres between two places on the WGS 84 ellipsoid."""
    metres: float = _EARTH.Inverse(a.lat, a.lon, b.lat, b.lon, Geodesic.DISTANCE)["s12"]
    return metres


def bearing_deg(a: Place, b: Place) -> float:
    """The bearing in which `b` is seen from `a`, in degrees from north."""
    degrees: float = _EARTH.Inverse(a.lat, a.lon, b.lat, b.lon, Geodesic.AZIMUTH)["azi1"]
    return degrees


def away(a: Place, bearing: float, metres: float) -> Place:
    """The place `metres` from `a` in that bearing (degrees)."""
    there = _EARTH.Direct(a.lat, a.lon, bearing, metres, Geodesic.LATITUDE | Geodesic.LONGITUDE)
    return Place(there["lat2"], there["lon2"])
