"""Distances on the ellipsoid, held against geographiclib, at every bearing, at the antimeridian and near the poles."""

from __future__ import annotations

import math
import subprocess
import sys

import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import given
from hypothesis import strategies as st

from egide.core import geodesy as g

latitudes = st.integers(-900_000_000, 900_000_000)
longitudes = st.integers(-1_800_000_000, 1_800_000_000)


def true_distance(a: tuple[int, int], b: tuple[int, int]) -> float:
    return Geodesic.WGS84.Inverse(a[0] / 1e7, a[1] / 1e7, b[0] / 1e7, b[1] / 1e7)["s12"]


@given(latitudes, longitudes, st.floats(0, 360), st.floats(1, 25_000))
def test_up_to_25_km_the_error_is_under_a_millimetre(lat: int, lon: int, bearing: float, metres: float) -> None:
    end = Geodesic.WGS84.Direct(lat / 1e7, lon / 1e7, bearing, metres)
    a, b = (lat, lon), (g.to_e7(end["lat2"]), g.to_e7(end["lon2"]))
    assert g.distance_m(*a, *b) == pytest.approx(true_distance(a, b), abs=0.001)


@given(latitudes, longitudes, latitudes, longitudes)
def test_anywhere_on_earth_but_near_the_antipodes_the_error_is_under_a_ten_thousandth(
    a: int, b: int, c: int, d: int
) -> None:
    expected = true_distance((a, b), (c, d))
    allowed = 1e-4 if expected < 19_400_000 else 2e-3
    assert g.distance_m(a, b, c, d) == pytest.approx(expected, rel=allowed, abs=0.001)


@given(latitudes, longitudes, latitudes, longitudes)
def test_a_distance_does_not_depend_on_the_direction(a: int, b: int, c: int, d: int) -> None:
    assert g.distance_m(a, b, c, d) == g.distance_m(c, d, a, b)


@given(latitudes, longitudes)
def test_a_place_is_no_distance_from_itself(lat: int, lon: int) -> None:
    assert g.distance_m(lat, lon, lat, lon) == 0.0


@given(latitudes, st.integers(0, 2_000_000))
def test_the_antimeridian_is_a_line_like_any_other(lat: int, east: int) -> None:
    across = g.distance_m(lat, 1_800_000_000 - east, lat, -1_800_000_000 + east)
    elsewhere = g.distance_m(lat, -east, lat, east)
    assert across == pytest.approx(elsewhere, abs=1e-6)


@given(st.integers(-(2**31), 2**31 - 1))
def test_our_sine_and_cosine_are_those_of_the_library_to_the_last_digits(angle: int) -> None:
    s, c = g.sincos_e7(angle)
    radians = math.radians(angle / 1e7)
    assert s == pytest.approx(math.sin(radians), abs=4e-16 + abs(radians) * 2e-16)
    assert c == pytest.approx(math.cos(radians), abs=4e-16 + abs(radians) * 2e-16)


@given(st.floats(0, 1))
def test_our_arcsine_is_good_to_ten_digits(x: float) -> None:
    assert g.arcsine(x) == pytest.approx(math.asin(x), abs=2e-10)


@given(st.floats(-89, 89), st.floats(-180, 180), st.floats(0, 359.99), st.floats(10, 50_000))
def test_walking_along_a_bearing_arrives_at_that_distance_and_bearing(
    lat: float, lon: float, bearing: float, metres: float
) -> None:
    there = g.destination(lat, lon, bearing, metres)
    turned = (g.bearing_deg(lat, lon, *there) - bearing + 180) % 360 - 180
    assert abs(turned) < 0.01
    walked = g.distance_m(g.to_e7(lat), g.to_e7(lon), g.to_e7(there[0]), g.to_e7(there[1]))
    assert walked == pytest.approx(metres, abs=0.05)


def test_the_command_prints_metres_and_does_not_load_the_compiler() -> None:
    code = (
        "import sys; from egide.cli.main import main; code = main(['distance', '47.08', '2.39', '47.09', '2.39']);"
        " sys.stderr.write(' '.join(m for m in ('numba', 'numpy', 'django', 'psycopg') if m in sys.modules)); sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert float(done.stdout) == pytest.approx(1111.8, abs=0.3)
    assert done.stderr == ""


@pytest.mark.parametrize(
    "words", [["91", "0", "0", "0"], ["0", "181", "0", "0"], ["a", "0", "0", "0"], ["nan", "0", "0", "0"]]
)
def test_the_command_refuses_what_is_no_place(words: list[str]) -> None:
    done = subprocess.run([sys.executable, "-m", "egide.cli.main", "distance", *words], capture_output=True, text=True)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
