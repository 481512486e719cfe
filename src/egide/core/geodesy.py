"""How far apart are two places on the WGS 84 ellipsoid, and where is a place from another?

The functions the kernel needs (`sincos_e7`, `ecef`, `chord_to_geodesic_m`, `long_distance_m`) use float64, int64 and
+ - * / sqrt only, in a fixed order, with polynomials of our own instead of libm: the same bits on every machine,
compiled or interpreted. `bearing_deg` and `destination` are for people and pictures, never for a decision.
"""

from __future__ import annotations

from math import sqrt

from geographiclib.geodesic import Geodesic

A_M = 6378137.0  # WGS 84 semi-major axis
F = 1.0 / 298.257223563  # WGS 84 flattening
E2 = F * (2.0 - F)
MEAN_RADIUS_M = 6371008.8
PI = 3.141592653589793
RAD_PER_E7 = PI / 180.0 / 1e7
QUADRANT_E7 = 9e8
ROUNDER = 6755399441055744.0  # 1.5 * 2^52: added and taken off, it leaves the nearest whole number
LONG_CHORD_M = 200_000.0  # below, a constant radius in the chord's correction costs under 10 cm


def sincos_e7(angle_e7: float) -> tuple[float, float]:
    """(sine, cosine) of an angle in whole 1e-7 degrees, to about 1e-15, -180 to 180 degrees.

    Without branches or integers, so that a compiler can do several angles at once: 45 degrees north, where the quadrant
    changes, runs through the middle of France. The reduction to +-45 degrees is exact: whole numbers below 2^53.
    """
    q = (angle_e7 * (1.0 / QUADRANT_E7) + ROUNDER) - ROUNDER  # -2 … 2, the nearest quarter turn
    x = (angle_e7 - q * QUADRANT_E7) * RAD_PER_E7
    z = x * x
    s = -7.647163731819816e-13
    s = s * z + 1.605904383682161e-10
    s = s * z - 2.505210838544172e-8
    s = s * z + 2.755731922398589e-6
    s = s * z - 1.984126984126984e-4
    s = s * z + 8.333333333333333e-3
    s = s * z - 0.16666666666666666
    s = x + x * z * s
    c = 4.779477332387385e-14
    c = c * z - 1.147074559772973e-11
    c = c * z + 2.08767569878681e-9
    c = c * z - 2.755731922398589e-7
    c = c * z + 2.48015873015873e-5
    c = c * z - 1.388888888888889e-3
    c = c * z + 4.1666666666666664e-2
    c = 1.0 - 0.5 * z + z * z * c
    # 1, 0, -1 for no, one, two quarter turns, and the sign of a single one.
    u = q * q
    even = (1.0 - u) * (1.0 - u * (1.0 / 6.0))
    odd = q * (4.0 - u) * (1.0 / 3.0)
    return s * even + c * odd, c * even - s * odd


def ecef(lat_e7: float, lon_e7: float) -> tuple[float, float, float]:
    """Earth-centred x, y, z in metres of a point on the ellipsoid; latitude and longitude in 1e-7 degrees."""
    sin_lat, cos_lat = sincos_e7(lat_e7)
    sin_lon, cos_lon = sincos_e7(lon_e7)
    n = A_M / sqrt(1.0 - E2 * sin_lat * sin_lat)
    return n * cos_lat * cos_lon, n * cos_lat * sin_lon, n * (1.0 - E2) * sin_lat


def chord_to_geodesic_m(chord_m: float) -> float:
    """Length along the ellipsoid of a straight chord of at most `LONG_CHORD_M` (error under 10 cm, under 1 cm at 100 km, under 0.1 mm at 20 km)."""
    h = chord_m / MEAN_RADIUS_M
    h2 = h * h
    return chord_m * (1.0 + h2 * (1.0 / 24.0 + h2 * (3.0 / 640.0)))


def arcsine(x: float) -> float:
    """Arcsine of 0 <= x <= 1 in radians, to about 1e-10."""
    big = x > 0.5
    if big:
        x = sqrt((1.0 - x) * 0.5)
    z = x * x
    term = x
    total = x
    n = 1.0
    for _ in range(16):
        term = term * z * (n / (n + 1.0))
        n = n + 2.0
        total = total + term / n
    return PI * 0.5 - 2.0 * total if big else total


def long_distance_m(lat1_e7: int, lon1_e7: int, lat2_e7: int, lon2_e7: int) -> float:
    """Metres between two points far apart, by Lambert's formula on reduced latitudes: within 0.001 % up to 19,000 km.

    Nearer the antipodes the formula degenerates: past 19,500 km a sphere answers, within 0.12 %.
    """
    s1, c1 = sincos_e7(lat1_e7)
    s2, c2 = sincos_e7(lat2_e7)
    n1 = sqrt(c1 * c1 + (1.0 - F) * (1.0 - F) * s1 * s1)
    n2 = sqrt(c2 * c2 + (1.0 - F) * (1.0 - F) * s2 * s2)
    s1, c1 = (1.0 - F) * s1 / n1, c1 / n1
    s2, c2 = (1.0 - F) * s2 / n2, c2 / n2
    sin_l1, cos_l1 = sincos_e7(lon1_e7)
    sin_l2, cos_l2 = sincos_e7(lon2_e7)
    dx = c1 * cos_l1 - c2 * cos_l2
    dy = c1 * sin_l1 - c2 * sin_l2
    dz = s1 - s2
    half2 = min(1.0, 0.25 * (dx * dx + dy * dy + dz * dz))  # sin^2(sigma / 2)
    sigma = 2.0 * arcsine(sqrt(half2))
    if half2 <= 0.0 or half2 > 0.9985:
        return MEAN_RADIUS_M * sigma
    # sin^2 P cos^2 Q and cos^2 P sin^2 Q from P, Q = half sum and half difference of the reduced latitudes
    sin_p2 = 0.5 * (1.0 - (c1 * c2 - s1 * s2))
    cos_q2 = 0.5 * (1.0 + (c1 * c2 + s1 * s2))
    sin_sigma = 2.0 * sqrt(half2) * sqrt(1.0 - half2)
    x = (sigma - sin_sigma) * sin_p2 * cos_q2 / (1.0 - half2)
    y = (sigma + sin_sigma) * (1.0 - sin_p2) * (1.0 - cos_q2) / half2
    return A_M * (sigma - 0.5 * F * (x + y))


def distance_m(lat1_e7: int, lon1_e7: int, lat2_e7: int, lon2_e7: int) -> float:
    """Metres along the WGS 84 ellipsoid between two points in 1e-7 degrees: the distance the alarms use (BAR-15)."""
    x1, y1, z1 = ecef(lat1_e7, lon1_e7)
    x2, y2, z2 = ecef(lat2_e7, lon2_e7)
    dx = x1 - x2
    dy = y1 - y2
    dz = z1 - z2
    chord = sqrt(dx * dx + dy * dy + dz * dz)
    if chord <= LONG_CHORD_M:
        return chord_to_geodesic_m(chord)
    return long_distance_m(lat1_e7, lon1_e7, lat2_e7, lon2_e7)


def to_e7(degrees: float) -> int:
    """Degrees to the log's integers, halves away from zero."""
    return int(degrees * 1e7 + (0.5 if degrees >= 0 else -0.5))


def bearing_deg(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Initial bearing from point 1 to point 2 in degrees clockwise from north, 0 <= b < 360; degrees in."""
    return float(Geodesic.WGS84.Inverse(lat1, lon1, lat2, lon2, Geodesic.AZIMUTH)["azi1"]) % 360.0


def destination(lat: float, lon: float, bearing: float, metres: float) -> tuple[float, float]:
    """(latitude, longitude) in degrees reached from a point along a bearing in degrees after some metres."""
    end = Geodesic.WGS84.Direct(lat, lon, bearing, metres)
    return float(end["lat2"]), float(end["lon2"])
