"""A measure is proposed while a phone is out: followed by an order, a bracelet, a decision; or not followed, because (TGD-37)."""

from __future__ import annotations

from django import forms

from egide.core.law.text import Text
from egide.web.cases.models import Review
from egide.web.cases.services import proposals
from egide.web.cases.services.proposals import Proposal
from egide.web.cases.services.whole import Whole
from egide.web.file.forms.base import About, ActForm, CaseForm, prose, t
from egide.web.file.presenters import reviews
from egide.web.file.saying import an_instant, pick
from egide.web.file.words import REVIEWS, named


class NotFollowForm(CaseForm):
    """Why a proposal is not followed."""

    proposal = forms.ChoiceField(label=t("Proposition", "Proposal"), widget=forms.RadioSelect)
    reasons = prose(t("Pourquoi elle n’est pas suivie", "Why it is not followed"), required=True, lines=5)

    def prepare(self, about: About) -> None:
        """Those that wait for an answer."""
        field = self.fields["proposal"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.ref, _name(one)) for one in proposals.unanswered(about.whole)]
        if len(field.choices) == 1:
            field.initial = field.choices[0][0]

    def above(self) -> list[tuple[str, list[str]]]:
        """Each proposal in the words of whoever made it."""
        return [(_name(one), _said(self.about, one)) for one in proposals.unanswered(self.about.whole)]

    def given(self) -> proposals.NotFollowed:
        """For `not_follow`."""
        return proposals.NotFollowed(**self.cleaned_data)


def _name(one: Proposal) -> str:
    who = named(REVIEWS, one.row.cause) if isinstance(one.row, Review) else pick("Comité", "Committee")
    return f"{who}, {an_instant(one.at)}"


def _said(about: About, one: Proposal) -> list[str]:
    if isinstance(one.row, Review):
        return [row.words for row in reviews.reviews(about.lens, about.whole) if row.number == one.row.pk]
    return [one.row.opinion, one.row.proposed_by] if about.lens.may("committee") else []


def _waits(whole: Whole) -> bool:
    return whole.running is not None and bool(proposals.unanswered(whole))


_t = Text.of

FORMS = (
    ActForm("not-follow", "measure", _t("Ne pas suivre la mesure proposée", "Do not follow the measure proposed"), _t("Une ordonnance, un bracelet ou une décision enregistrés ici y répondent d’eux-mêmes. Sinon, dites pourquoi elle n’est pas suivie.", "An order, a bracelet or a decision recorded here answers it by itself. Otherwise, say why it is not followed."), _t("Votre réponse à la proposition est notée.", "Your answer to the proposal is recorded."), proposals.not_follow, ("attribution", "decision_reasons"), NotFollowForm, ("TGD-37", "OF-10"), shown=_waits),
)  # fmt: skip
