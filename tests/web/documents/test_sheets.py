"""What two papers must say to the person, word for word: the rules of use, and that the phone replaces nothing."""

from __future__ import annotations

import pytest

from egide.core.law.practice import PracticeSettings
from egide.web.documents.kinds import Kind
from egide.web.documents.rules_of_use import rules_of_use
from tests.web.cases.conftest import w
from tests.web.cases.world import World, decided
from tests.web.documents import pdf
from tests.web.documents.conftest import Papers
from tests.web.file.hands import at

__all__ = ["w"]  # the district at work


def solid(words: str) -> str:
    """Without spaces of any kind: a line of a page breaks where it likes."""
    return "".join(words.replace("\u00a0", "").replace("\u202f", "").split())


def test_each_rule_of_use_stands_in_the_record_of_the_hand_over(papers: Papers) -> None:
    page = solid(pdf.solid(papers.of[Kind.HAND_OVER].body))
    told = rules_of_use(PracticeSettings())
    assert len(told) == 9
    for rule in told:
        assert solid(rule.text.fr) in page, rule.text.fr


def test_a_district_that_does_not_give_the_instruction_not_to_approach_does_not_print_it() -> None:
    without = rules_of_use(PracticeSettings(instruct_not_to_approach=False))
    assert {rule.source for rule in rules_of_use(PracticeSettings())} - {rule.source for rule in without} == {"TGD-10"}


def test_the_sheet_says_that_the_phone_replaces_nothing_and_what_the_ban_is(papers: Papers) -> None:
    page = solid(pdf.solid(papers.of[Kind.INFORMATION_SHEET].body))
    assert solid("Le téléphone ne remplace ni une plainte, ni une ordonnance de protection.") in page
    assert solid("Si un juge a interdit à cette personne d’entrer en contact avec vous") in page
    assert solid("Le juge vous dit ce qui est interdit et ce qui suit si ce n’est pas respecté.") in page


@pytest.mark.django_db
def test_the_rules_of_use_are_explained_before_the_phone_changes_hands(w: World) -> None:
    from egide.core.access import Role

    case, _ = decided(w)
    clerk = at(w, Role.PROSECUTOR_CLERK, case)
    words = clerk.look(clerk.url("/do/hand-over")).words
    for rule in rules_of_use(PracticeSettings()):
        assert solid(rule.text.fr) in solid(words), rule.text.fr
