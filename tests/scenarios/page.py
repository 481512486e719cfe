"""docs/scenarios.md, made of the scenarios: `python -m tests.scenarios.page` writes it, a test keeps it in step."""

from __future__ import annotations

from pathlib import Path

from tests.scenarios.stage import all_scenarios, read

PAGE = Path(__file__).parents[2] / "docs" / "scenarios.md"

INTRO = """# Scenarios

Each scenario is a small story on a drawn map: who is where, what happens, and what must ring. The test suite plays every one of them, second by second, through the same core that judges live positions, and fails if anything on the list is missing or anything else rings. Capital letters are places; the streets are drawn for the eye. Unless it says otherwise a device reports every ten seconds, sure within ten metres, and the alert distance is 1 km, the pre-alert distance 2 km.

This page is made from the files in `tests/scenarios` by `python -m tests.scenarios.page`.
"""


def page() -> str:
    """The whole page."""
    parts = [INTRO]
    for path in all_scenarios():
        one = read(path)
        head = [row for row in one.head if not row.startswith("Proves:")]
        title = one.title[0].upper() + one.title[1:]
        parts.append(f"\n## {title}\n\n{one.proves[0].upper()}{one.proves[1:]}\n\n```\n{one.drawing}\n```\n")
        if head:
            parts.append("\n" + " ".join(head) + "\n")
        parts.append("\n| time | what happens |\n|---|---|\n")
        parts += [f"| {_clock(at)} | {sentence} |\n" for at, sentence in one.story]
        parts.append("\n| between | what must ring |\n|---|---|\n")
        parts += [f"| {_clock(e.first_s)} and {_clock(e.last_s)} | {e.sentence} |\n" for e in one.expected]
        parts.append("\nNothing else.\n" if one.expected else "| | Nothing. |\n")
    return "".join(parts)


def _clock(second: int) -> str:
    text = f"{second // 3600:02d}:{second // 60 % 60:02d}"
    return text if second % 60 == 0 else f"{text}:{second % 60:02d}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
