"""Turns the data of a document into a tagged PDF (PDF/UA-1), in a process of its own with a limit in time and memory.

It knows nothing of persons or of the database. Data travels as JSON on a pipe: never on a command line, never as markup.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

TIME_LIMIT_S = 20.0  # a long report takes a fifth of a second; the machine may be busy
_ENVIRONMENT = {"RAYON_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}  # one page needs one core; nothing of ours goes in
_CHILD = Path(__file__).resolve().parent / "_typeset.py"


class TypesettingError(RuntimeError):
    """The document could not be set. Its text holds no word of the document; `diagnostic` may: never log that."""

    def __init__(self, template: str, why: str, diagnostic: str = "") -> None:
        super().__init__(f"the template {template} gave no document: {why}")
        self.diagnostic = diagnostic


@dataclass(frozen=True, slots=True)
class Pdf:
    """A set document."""

    body: bytes
    pages: int


def typeset(template: str, data: Mapping[str, Any], at: datetime, time_limit_s: float = TIME_LIMIT_S) -> Pdf:
    """The PDF of a template with this data, dated `at`; the same data and instant give the same bytes.

    Raises TypesettingError if it takes longer than the limit or Typst refuses it, and ValueError for a naive instant.
    """
    if at.tzinfo is None:
        raise ValueError("a document is dated with an aware instant")
    asked = json.dumps({"template": template, "data": data, "at": int(at.timestamp())}, ensure_ascii=False)
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(_CHILD)],
            input=asked.encode(),
            capture_output=True,
            timeout=time_limit_s,
            env=_ENVIRONMENT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise TypesettingError(template, f"it took longer than {time_limit_s:g} s") from None
    if done.returncode != 0 or not done.stdout.startswith(b"%PDF-"):
        raise TypesettingError(template, "Typst refused it", done.stderr.decode(errors="replace"))
    return Pdf(done.stdout, _pages(done.stdout))


def _pages(body: bytes) -> int:
    """How many pages: Typst says so in its XMP metadata, which is never compressed."""
    _, _, rest = body.partition(b"<xmpTPg:NPages>")
    return int(rest.partition(b"</xmpTPg:NPages>")[0]) if rest else 0
