"""The one place where a page asks whether somebody may see a case or a field of it.

    case, lens = lens_for(request, public_id)
    lens.may("safe_contact")
    visible_cases(request.user)
    Reader(request.user).reads(case, Group.IDENTITY)

The names are loaded when they are asked for: this package is also an app of Django, and apps come before models.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from egide.web.permissions.database import everything
    from egide.web.permissions.emergency import find_for_emergency, take_break_glass
    from egide.web.permissions.lens import Lens, lens_for, lens_of
    from egide.web.permissions.standing import PICKED, Standing, actor_for, standing_of
    from egide.web.permissions.visible import Reader, visible_cases

__all__ = [
    "PICKED",
    "Lens",
    "Reader",
    "Standing",
    "actor_for",
    "everything",
    "find_for_emergency",
    "lens_for",
    "lens_of",
    "standing_of",
    "take_break_glass",
    "visible_cases",
]

_WHERE = {
    "PICKED": "standing",
    "Lens": "lens",
    "Reader": "visible",
    "Standing": "standing",
    "actor_for": "standing",
    "everything": "database",
    "find_for_emergency": "emergency",
    "lens_for": "lens",
    "lens_of": "lens",
    "standing_of": "standing",
    "take_break_glass": "emergency",
    "visible_cases": "visible",
}


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
