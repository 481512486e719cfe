"""Lenses of the tests: one that reads the access table for a role at the case's stage, one that refuses everything."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied

from egide.core.access import Action, Group, Role, Stage, rows_for, wall_for
from egide.web.cases.models import Case


@dataclass
class TableLens:
    """What a role's rows and walls say at the case's stage; every condition (mandate, territory …) is taken as met."""

    role: Role
    case: Case
    asked: list[tuple[str, str]] = field(default_factory=list)

    def may(self, group: str, action: str = "read") -> bool:
        """The highest row of the role for this group, at the stage the case has now."""
        wanted = Group(group)
        if wall_for(self.role, wanted) is not None:
            return False
        needs = Action(action).needs
        stage = Stage(str(self.case.stage))
        return any(stage in row.stages and row.level >= needs for row in rows_for(self.role, wanted))

    def require(self, group: str, action: str = "read") -> None:
        """The same, or PermissionDenied."""
        self.asked.append((group, action))
        if not self.may(group, action):
            raise PermissionDenied(f"{self.role.value} may not {action} {group} at stage {self.case.stage}")


class Refusing:
    """A lens that grants nothing."""

    def may(self, group: str, action: str = "read") -> bool:
        """Never."""
        return False

    def require(self, group: str, action: str = "read") -> None:
        """Never."""
        raise PermissionDenied(group)
