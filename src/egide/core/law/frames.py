"""In which legal frames can a contact ban stand? The closed list of TGD-16, one row a frame, with its dates.

Old labels are understood on import only (TGD-17, CF-03); a name that the law does not know has no value (CF-18).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from egide.core.law.data.build import SINCE_2014, SINCE_2024
from egide.core.law.text import Text


class Frame(StrEnum):
    """A frame of the contact ban (TGD-16)."""

    PROTECTION_ORDER = "protection_order"
    IMMEDIATE_PROTECTION_ORDER = "immediate_protection_order"
    ALTERNATIVE_TO_PROSECUTION = "alternative_to_prosecution"
    PENAL_SETTLEMENT = "penal_settlement"
    JUDICIAL_SUPERVISION = "judicial_supervision"
    HOUSE_ARREST_EM = "house_arrest_em"
    CONVICTION = "conviction"
    SENTENCE_ADJUSTMENT = "sentence_adjustment"
    SECURITY_MEASURE = "security_measure"


class FrameGroup(StrEnum):
    """The three groups of TGD-17."""

    PRE_TRIAL = "pre_trial"
    SENTENCE = "sentence"
    CIVIL = "civil"


@dataclass(frozen=True, slots=True)
class FrameRow:
    """One frame: since when it counts for the TGD, and the rule whose value `months` is its longest duration, if any.

    `on_notification`: it binds from the day it is notified (OP-09, OP-15).
    """

    frame: Frame
    group: FrameGroup
    label: Text
    since: date = SINCE_2014
    longest: str | None = None
    on_notification: bool = False


FRAMES: dict[Frame, FrameRow] = {
    row.frame: row
    for row in (
        FrameRow(
            Frame.PROTECTION_ORDER,
            FrameGroup.CIVIL,
            Text.of("ordonnance de protection", "protection order"),
            longest="OP-09",
            on_notification=True,
        ),
        FrameRow(
            Frame.IMMEDIATE_PROTECTION_ORDER,
            FrameGroup.CIVIL,
            Text.of("ordonnance provisoire de protection immédiate", "immediate provisional protection order"),
            since=SINCE_2024,
            on_notification=True,
        ),
        FrameRow(
            Frame.ALTERNATIVE_TO_PROSECUTION,
            FrameGroup.PRE_TRIAL,
            Text.of("alternative aux poursuites", "alternative to prosecution"),
            longest="IN-11",
        ),
        FrameRow(
            Frame.PENAL_SETTLEMENT,
            FrameGroup.PRE_TRIAL,
            Text.of("composition pénale", "penal settlement"),
            longest="IN-11",
        ),
        FrameRow(
            Frame.JUDICIAL_SUPERVISION,
            FrameGroup.PRE_TRIAL,
            Text.of("contrôle judiciaire", "judicial supervision"),
        ),
        FrameRow(
            Frame.HOUSE_ARREST_EM,
            FrameGroup.PRE_TRIAL,
            Text.of(
                "assignation à résidence sous surveillance électronique", "house arrest with electronic monitoring"
            ),
        ),
        FrameRow(Frame.CONVICTION, FrameGroup.SENTENCE, Text.of("condamnation", "conviction")),
        FrameRow(
            Frame.SENTENCE_ADJUSTMENT, FrameGroup.SENTENCE, Text.of("aménagement de peine", "adjustment of sentence")
        ),
        FrameRow(Frame.SECURITY_MEASURE, FrameGroup.SENTENCE, Text.of("mesure de sûreté", "security measure")),
    )
}

# Names found in old files. No screen offers them (CF-03); « sursis probatoire » is a conviction too.
_IMPORT_ONLY = {
    "sursis avec mise à l’épreuve": Frame.CONVICTION,
    "contrainte pénale": Frame.CONVICTION,
    "sursis probatoire": Frame.CONVICTION,
}


class UnknownFrameError(ValueError):
    """A label names no frame of the law: a person must choose one."""


def frames_on(day: date) -> tuple[FrameRow, ...]:
    """The frames that counted for the TGD on that day (TGD-16)."""
    return tuple(row for row in FRAMES.values() if row.since <= day)


def frame_of_import(label: str) -> Frame:
    """The frame that a label of an imported file means, old labels included (CF-03). Raises UnknownFrameError (CF-18)."""
    wanted = _plain(label)
    for row in FRAMES.values():
        if wanted in (_plain(row.label.fr), row.frame.value):
            return row.frame
    for old, frame in _IMPORT_ONLY.items():
        if wanted == _plain(old):
            return frame
    raise UnknownFrameError(f"“{label}” names no frame of CPP art. 41-3-1: choose one of the list")


def _plain(label: str) -> str:
    """Without case, accents, kinds of apostrophe and of space: files differ in all four."""
    decomposed = unicodedata.normalize("NFKD", label.replace("’", "'").strip().casefold())
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())
