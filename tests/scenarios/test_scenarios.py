"""Every drawn scenario rings what it says, when it says, and nothing else; the page of them is in step."""

from __future__ import annotations

from pathlib import Path

import pytest

from egide.core.proximity import kernel
from egide.core.proximity.compiled import compile_kernel
from tests.monitor.conftest import CACHE
from tests.scenarios.page import PAGE, page
from tests.scenarios.stage import Scenario, Stage, all_scenarios, clock, differences, read


def said(happened: list[tuple[int, str]]) -> str:
    return "\n".join(f"{clock(at)}  {sentence}" for at, sentence in happened) or "nothing"


@pytest.mark.parametrize("path", all_scenarios(), ids=lambda path: path.stem)
def test_a_scenario_rings_what_it_says_and_nothing_else(path: Path) -> None:
    scenario = read(path)
    happened = Stage(scenario, compile_kernel(CACHE)).play()
    problems = differences(scenario, happened)
    assert not problems, f"{scenario.title}\n" + "\n".join(problems) + "\n\nWhat happened:\n" + said(happened)


def test_the_page_of_scenarios_is_in_step() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.scenarios.page"


def test_a_scenario_can_fail_by_what_is_missing_and_by_what_rings_besides() -> None:
    scenario = read(all_scenarios()[0])
    happened = Stage(scenario, compile_kernel(CACHE)).play()
    without = Scenario(**{**vars(scenario), "expected": scenario.expected[1:]})
    assert differences(without, happened)
    assert differences(scenario, happened[1:])
    assert differences(scenario, [(at + 3600, sentence) for at, sentence in happened])


def test_a_sentence_nobody_understands_is_refused() -> None:
    scenario = read(all_scenarios()[0])
    scenario.story.insert(0, (scenario.story[0][0], "The wearer flies to the moon."))
    with pytest.raises(ValueError, match="flies to the moon"):
        Stage(scenario, kernel.run).play()
