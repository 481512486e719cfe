"""Which rules of use are explained to somebody who receives a phone? One list, for the paper and for whoever explains it.

They are ours, but for what a source names: the phone is not carried near the author (TGD-10, an instruction, never a
condition), it is tested every so many days (TGD-31), and it works until it is back (TGD-29).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from egide.core.law.practice import PracticeSettings
from egide.core.law.text import Text


@dataclass(frozen=True, slots=True)
class RuleOfUse:
    """One rule, as it is said to the person. `strong`: what must be remembered if nothing else is."""

    text: Text
    strong: bool = False
    source: str = ""


class UseRow(TypedDict):
    """One rule of use, as it is printed."""

    text: str
    strong: bool


_t = Text.of
_ALWAYS = (
    RuleOfUse(_t("Gardez le téléphone sur vous, allumé et chargé, y compris chez vous et la nuit.", "Keep the phone on you, switched on and charged, at home and at night too.")),
    RuleOfUse(_t("En cas de danger grave, appuyez sur la touche. N’attendez pas d’avoir une certitude : une alarme pour rien n’est jamais reprochée.", "In serious danger, press the key. Do not wait until you are certain: nobody is ever blamed for an alarm that was not needed."), strong=True),
    RuleOfUse(_t("Parlez si vous le pouvez. Si vous ne pouvez pas parler, restez en ligne : la plateforme écoute.", "Speak if you can. If you cannot, stay on the line: the platform listens.")),
    RuleOfUse(_t("Mettez-vous à l’abri. Si vous perdez le téléphone ou s’il ne marche plus, appelez le 17 et prévenez l’association.", "Get to safety. If you lose the phone or it stops working, call 17 and tell the association.")),
    RuleOfUse(_t("Ne prêtez pas le téléphone. Il ne sert qu’à vous protéger.", "Do not lend the phone. It is there to protect you alone.")),
)  # fmt: skip
_NOT_NEAR = RuleOfUse(_t("N’allez pas à la rencontre de la personne mise en cause, et ne la laissez pas s’installer chez vous. Si cela arrive, dites-le à l’association : personne ne vous le reprochera.", "Do not go to meet the respondent, and do not let them move in with you. If it happens, tell the association: nobody will blame you."), source="TGD-10")  # fmt: skip
_TO_THE_END = (
    RuleOfUse(_t("Prévenez l’association si vous changez d’adresse, de travail ou d’habitudes.", "Tell the association if your address, your work or your habits change.")),
    RuleOfUse(_t("Rendez le téléphone quand l’attribution prend fin. La touche fonctionne jusqu’à la restitution.", "Give the phone back when the attribution ends. The key works until it is back."), source="TGD-29"),
)  # fmt: skip


def rules_of_use(practice: PracticeSettings) -> tuple[RuleOfUse, ...]:
    """The rules, in the order in which they are explained; the instruction of TGD-10 where the district gives it."""
    days = practice.phone_test_days
    test = RuleOfUse(
        _t(
            f"Un essai est fait tous les {days} jours. Répondez à l’appel d’essai à l’heure convenue.",
            f"The phone is tested every {days} days. Answer the test call at the time agreed.",
        ),
        source="TGD-31",
    )
    near = (_NOT_NEAR,) if practice.instruct_not_to_approach else ()
    return (*_ALWAYS, *near, test, *_TO_THE_END)
