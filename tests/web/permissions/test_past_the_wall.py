"""Who looks past the second wall? Each caller stands here with its reason; a new one is read by somebody first."""

from __future__ import annotations

import ast
import re

from tests.test_house import SRC

CALLERS = {
    "web/permissions/lens.py": "names the rule of a stranger's refusal in the trail",
    "web/permissions/emergency.py": "opens a case to somebody who does not see it yet, under core.access.break_glass",
    "web/police/routing.py": "the case and the declared places of an alarm, of which only the territory is kept",
    "web/police/services.py": "the district of the case a call was made for",
    "web/file/story.py": "a demo's start page tells where its fictional cases stand; there is none outside a demo",
    "web/documents/views.py": "writes the attempt on a document of a hidden case under that case",
    "worker/documents.py": "the platform itself destroys what is over, in every case",
    "web/police/views.py": "the case of an alarm, for the unit of the ground it rings in, through a lens",
    "web/cases/services/acting.py": "an act that its lens granted brings the tasks of every agency into line",
    "web/cases/services/burdens.py": "the platform itself weighs what every bracelet rings",
    "web/cases/services/crossings.py": "the platform itself acts: the room closed a crossing, whose operator sees no case",
    "web/console/barred.py": "who is barred from the cases of which incidents: the room leaves those out (RQ-08)",
    "web/console/opening.py": "the device behind a number that a caller says; an operator of phones finds phones alone",
    "web/console/tgd.py": "whether the holder of a phone agreed to its positions, of an alarm that is over: yes or no",
    "web/cases/services/erasing.py": "the platform itself erases what is over, in every case",
    "web/cases/services/following.py": "the platform itself acts: an alarm, a term",
    "web/cases/services/handing.py": "a test of a phone made with the room, whose operator sees no case",
    "web/cases/services/reports.py": "a report opens a case its author may never see",
    "web/cases/services/returning.py": "the platform itself acts: data erased",
    "web/cases/services/stock.py": "whether a phone may go back on the shelf stands in somebody's case",
}
NAMES = {
    "web/permissions/database.py": "the one place of the web",
    "web/settings.py": "management commands see the whole file",
    "worker/run.py": "the worker is nobody, and keeps everybody's deadlines",
    "worker/tasks.py": "the same",
    "worker/outbox.py": "the same: it sends what anybody's act has meant to send",
    "auditor/run.py": "it recomputes what should have happened to everybody, and shows nobody",
    "worker/documents.py": "the same",
}


def test_only_those_named_here_look_past_the_second_wall() -> None:
    found = set()
    for path in SRC.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "everything":
                found.add(str(path.relative_to(SRC)))
    assert found == set(CALLERS)


def test_nothing_else_names_an_actor_or_the_system_to_postgresql() -> None:
    found = set()
    for path in SRC.rglob("*.py"):
        if "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            said = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
            if re.search(r"(set_config\('|SET |-c |^)egide\.(user|membership|system|seal)\b", said):
                found.add(str(path.relative_to(SRC)))
    assert found == set(NAMES)
