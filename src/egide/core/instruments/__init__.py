"""How much danger do these answers speak of, why, and who must do what next? Never says that there is none.

`SHORT_FORM` is our own instrument; `load_pack` takes in an official or licensed one. `assess` gives a `Result`, which
explains itself, opens steps (`next_steps`) and has a day by which it must be looked at again (`review`).
"""

from egide.core.instruments.answers import Answer, Speaker, Value, heard_differently, value_of, values_of
from egide.core.instruments.compare import Changes, Difference, Gap, Standing, changes, differences, standing
from egide.core.instruments.items import Instrument, Item, Kind, Side
from egide.core.instruments.levels import DEFERRED_DAYS, REVIEW_DAYS, TRIGGERS, Level, Review, Trigger, review
from egide.core.instruments.packs import BadPack, load_pack
from egide.core.instruments.rules import RULES, Reason, Rule
from egide.core.instruments.scoring import (
    BOTH_SIDES,
    Assessment,
    CannotLower,
    Raised,
    Result,
    Setting,
    UnknownItem,
    assess,
    explain,
    raise_to,
)
from egide.core.instruments.short_form import SHORT_FORM
from egide.core.instruments.steps import STEPS, Step, next_steps

__all__ = [
    "BOTH_SIDES",
    "DEFERRED_DAYS",
    "REVIEW_DAYS",
    "RULES",
    "SHORT_FORM",
    "STEPS",
    "TRIGGERS",
    "Answer",
    "Assessment",
    "BadPack",
    "CannotLower",
    "Changes",
    "Difference",
    "Gap",
    "Instrument",
    "Item",
    "Kind",
    "Level",
    "Raised",
    "Reason",
    "Result",
    "Review",
    "Rule",
    "Setting",
    "Side",
    "Speaker",
    "Standing",
    "Step",
    "Trigger",
    "UnknownItem",
    "Value",
    "assess",
    "changes",
    "differences",
    "explain",
    "heard_differently",
    "load_pack",
    "next_steps",
    "raise_to",
    "review",
    "standing",
    "value_of",
    "values_of",
]
