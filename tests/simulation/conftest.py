"""A cast for the demo's scenes."""

from __future__ import annotations

import pytest

from egide.simulation.cast import Device


@pytest.fixture
def cast() -> list[Device]:
    """Four measures and four grave-danger phones."""
    found: list[Device] = []
    for number, alert_m in enumerate((2000, 1000, 1000, 3000), 1):
        measure = f"BAR-2026-{number:04d}"
        found.append(
            Device(f"box-{number}", "k", "pilot_phone" if number == 4 else "bar_box", "protected", measure, alert_m)
        )
        found.append(Device(f"strap-{number}", "k", "bar_bracelet", "wearer", measure, alert_m))
    return found + [Device(f"tgd-{number}", "k", "tgd", "tgd") for number in range(1, 5)]
