"""The workflows as pages to be read aloud: the whole of docs/workflows.md. It says what the tables say, nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from egide.core.workflow.model import Step, Workflow
from egide.core.workflow.workflows import WORKFLOWS

HEAD = """# Workflows of the operators' room

Written from the tables of `core/workflow` (`alarms.py`, `technical.py`); a test keeps it so. Do not edit by hand.
Each incident keeps the workflow it opened with, by hash and whole; another word is another hash.

One rule carries all: an open incident that was not put aside **rings, unless each of its tasks has an owner within a
lease**. A lease lasts the seconds its step says; a key or a note renews it. When it lapses the incident rings again for
all, then for the supervisor. Anything new rings in what was put aside. An SOS is never put aside, never merged, and never
closes by itself. **P** requests the police from any step, without any condition (CF-10); **X** records that a unit was told by voice that it
need not come any more, and why: the alarm stays open, and **P** requests again; **C** closes with a reason.
"""

CALLS = {"subject": "the person who called", "protected": "the protected person", "wearer": "the wearer", "": "nobody"}


def page() -> str:
    """The whole document, in Markdown."""
    return "\n".join([HEAD, *(line for workflow in WORKFLOWS.values() for line in of(workflow))])


def of(workflow: Workflow) -> Iterator[str]:
    """One workflow: what it is for, its tasks, steps and keys, and how it ends."""
    yield f"## {workflow.title.en} · `{workflow.name}`"
    yield ""
    yield f"*{workflow.title.fr}.* {workflow.about.en}"
    yield ""
    yield f"- Rules: {', '.join(workflow.rules)}. Hash: `{workflow.hash[:16]}`."
    yield f"- Picked up within {workflow.pick_up_s} s; after {workflow.supervisor_s} s of ringing it rings for the supervisor."
    aside = f"at most {_time(workflow.shelve_s)}, with a reason" if workflow.shelve_s else "never"
    yield f"- Put aside: {aside}. Closes by itself: {'when the level clears' if workflow.clears else 'never'}."
    if workflow.stands:
        yield "- Cannot be closed while the level stands."
    if workflow.informs:
        yield f"- The authority is informed when it ends ({workflow.informs})."
    if workflow.next_day:
        yield "- Makes a task for the association on the next day, without any position (TGD-42)."
    yield ""
    for task in workflow.tasks:
        if len(workflow.tasks) > 1:
            yield f"### {task.title.en}"
            yield ""
        for number, step in enumerate(task.steps, 1):
            yield from _step(number, step)
    yield (
        "Ends with: "
        + "; ".join(f"{c.says.en}{' (in words)' if c.needs_text else ''}" for c in workflow.closings)
        + "."
    )
    yield ""


def _step(number: int, step: Step) -> Iterator[str]:
    yield f"**{number}. {step.title.en}** (`{step.name}`, {step.rule}; calls {CALLS[step.call]}; lease {step.lease_s} s)"
    yield f": {step.do.en}"
    if step.script.en:
        yield f": Says: {step.script.en}"
    yield ""
    yield "| key | outcome | leads to | also |"
    yield "|---|---|---|---|"
    for key in step.keys:
        also = [*key.then, *(["in words"] if key.needs_text else [])]
        if key.unless[0]:
            also.append(f"`{key.unless[1]}` if the file says {key.unless[0].replace('_', ' ')}")
        yield f"| {key.key} | {key.says.en} | {f'`{key.to}`' if key.to else 'stays'} | {', '.join(also)} |"
    if step.after is not None:
        unless = f", unless {' or '.join(step.after.unless)}" if step.after.unless else ""
        yield f"| – | after {step.after.seconds} s{unless}: {step.after.says.en} | `{step.after.to}` | by itself |"
    yield ""
    if step.closings:
        yield f"May be closed from here: {', '.join(step.closings)}."
        yield ""


def _time(seconds: int) -> str:
    return f"{seconds // 3600} h" if seconds >= 3600 else f"{seconds // 60} min"
