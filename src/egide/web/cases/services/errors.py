"""Why an act is not done: the rule, and what to do about it, in French and English. Nothing was changed.

No text here names a person, an address or a channel: a refusal may be shown and logged.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from egide.core.law.answers import Answer
from egide.core.law.text import Text

if TYPE_CHECKING:
    from egide.web.tasks.models import Task


class CannotDo(Exception):  # noqa: N818 - reads as what it is
    """The act was not done. `text` says why and what to do; `rule` where it comes from; `answers` what is missing."""

    def __init__(self, fr: str, en: str, rule: str = "", answers: Sequence[Answer] = ()) -> None:
        self.text = Text.of(fr, en)
        self.rule = rule
        self.answers = tuple(answers)
        super().__init__(self.text.en)


class UnsafeChannel(CannotDo):
    """Nobody has said that this way of reaching the person is safe (TGD-20, TGD-23)."""


class Blocked(CannotDo):
    """A condition that blocks preparing an attribution is not satisfied, or nobody knows (TGD-09, TGD-11)."""


class StillOpen(CannotDo):
    """Somebody still owes something: `tasks` are what stands open, the most urgent first."""

    def __init__(self, fr: str, en: str, rule: str, tasks: Sequence[Task]) -> None:
        super().__init__(fr, en, rule)
        self.tasks = tuple(tasks)


class Changed(CannotDo):
    """Somebody else changed the case meanwhile."""


class Elsewhere(CannotDo):
    """The row named belongs to another case, or does not exist."""
