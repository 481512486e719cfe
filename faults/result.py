"""What came of a fault: kept, broken, or not possible here. Never anything between."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Result:
    """One row. `passed` None: it could not be done here, and `told` says why."""

    passed: bool | None
    told: str
    figures: dict[str, Any] = field(default_factory=dict)


def promise(kept: bool, told: str, **figures: Any) -> Result:
    """A result from a condition."""
    return Result(kept, told, figures)
