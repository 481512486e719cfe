"""Keeps the catalogues of words: what the code says, what the .po files answer, what the .mo files hold.

    python tools/messages.py            add new ids to every .po, drop dead ones, write the .mo files
    python tools/messages.py --check    change nothing; say what is missing, dead or not compiled, exit 1 if anything

Needs neither xgettext nor msgfmt: ids are read from Python's own syntax tree and from `{% translate %}` tags.
"""

from __future__ import annotations

import ast
import re
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

WEB = Path(__file__).resolve().parent.parent / "src/egide/web"
CALLS = {"_", "gettext", "gettext_lazy"}
PLURALS = {"ngettext", "ngettext_lazy"}
TAG = re.compile(r"""\{%\s*translate\s+(?P<q>["'])(?P<text>.*?)(?P=q)\s*(?:as\s+\w+\s*)?%\}""")
HEADER = (
    "Content-Type: text/plain; charset=UTF-8\n"
    "Content-Transfer-Encoding: 8bit\n"
    "Language: {language}\n"
    "Plural-Forms: nplurals=2; plural=(n > 1);\n"
)


@dataclass(frozen=True, slots=True)
class Message:
    """One id, its plural form if it has one, and its translations in order of form."""

    id: str
    plural: str | None
    texts: tuple[str, ...]

    @property
    def done(self) -> bool:
        """Is every form translated?"""
        return len(self.texts) == (2 if self.plural else 1) and all(self.texts)


def ids() -> dict[str, str | None]:
    """Every id the code and the templates use, with its plural form or None, in order of first use."""
    found: dict[str, str | None] = {}
    for path in sorted(WEB.rglob("*.py")):
        if "migrations" not in path.parts:
            found.update(dict(_in_python(path)))
    for path in sorted((WEB / "templates").rglob("*.html")):
        for match in TAG.finditer(path.read_text()):
            found.setdefault(match["text"], None)
    return found


def _in_python(path: Path) -> Iterator[tuple[str, str | None]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        if node.func.id in CALLS and texts:
            yield texts[0], None
        elif node.func.id in PLURALS and len(texts) == 2:
            yield texts[0], texts[1]


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _unquoted(line: str) -> str:
    inner = line.strip()[1:-1]
    return re.sub(r"\\(.)", lambda m: {"n": "\n"}.get(m[1], m[1]), inner)


def read_po(path: Path) -> dict[str, Message]:
    """The messages of a .po file, without its header."""
    fields: dict[str, str] = {}
    found: dict[str, Message] = {}
    current = ""

    def flush() -> None:
        if fields.get("msgid"):
            texts = tuple(fields[key] for key in ("msgstr", "msgstr[0]", "msgstr[1]") if key in fields)
            found[fields["msgid"]] = Message(fields["msgid"], fields.get("msgid_plural"), texts)
        fields.clear()

    for line in path.read_text().splitlines() if path.exists() else []:
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith('"'):
            fields[current] += _unquoted(line)
            continue
        current, _space, rest = line.partition(" ")
        if current == "msgid":
            flush()
        fields[current] = _unquoted(rest)
    flush()
    return found


def write_po(path: Path, messages: list[Message]) -> None:
    """A .po file: header, then one block a message."""
    blocks = ['msgid ""\nmsgstr ""\n' + "\n".join(_quoted(f"{h}\n") for h in _header(path).rstrip().split("\n"))]
    for m in messages:
        lines = [f"msgid {_quoted(m.id)}"]
        if m.plural is None:
            lines.append(f"msgstr {_quoted(m.texts[0] if m.texts else '')}")
        else:
            lines.append(f"msgid_plural {_quoted(m.plural)}")
            lines += [f"msgstr[{i}] {_quoted(m.texts[i] if i < len(m.texts) else '')}" for i in range(2)]
        blocks.append("\n".join(lines))
    path.write_text("\n\n".join(blocks) + "\n")


def _header(path: Path) -> str:
    return HEADER.format(language=path.parent.parent.name)


def compiled(path: Path) -> bytes:
    """The .mo bytes of a .po file: sorted ids, as gettext reads them."""
    pairs = {b"": _header(path).encode()}
    for m in read_po(path).values():
        if m.done:
            key = m.id if m.plural is None else f"{m.id}\0{m.plural}"
            pairs[key.encode()] = "\0".join(m.texts).encode()
    keys = sorted(pairs)
    n = len(keys)
    offset = 28 + 16 * n
    tables: list[bytes] = []
    blob = b""
    for values in (keys, [pairs[key] for key in keys]):
        for value in values:
            tables.append(struct.pack("<II", len(value), offset + len(blob)))
            blob += value + b"\0"
    return struct.pack("<7I", 0x950412DE, 0, n, 28, 28 + 8 * n, 0, 28 + 16 * n) + b"".join(tables) + blob


def catalogues() -> list[Path]:
    """Every .po file of the web."""
    return sorted(WEB.glob("locale/*/LC_MESSAGES/django.po"))


def problems() -> list[str]:
    """What is missing, dead or not compiled, one sentence each."""
    wanted = ids()
    said: list[str] = []
    for path in catalogues():
        name = path.relative_to(WEB)
        have = read_po(path)
        said += [f"{name}: no translation of {key!r}" for key in wanted if key not in have or not have[key].done]
        said += [f"{name}: {key!r} is used nowhere" for key in have if key not in wanted]
        mo = path.with_suffix(".mo")
        if not mo.exists() or mo.read_bytes() != compiled(path):
            said.append(f"{name}: the .mo is not what the .po says; run python tools/messages.py")
    return said


def update() -> None:
    """Brings every catalogue up to date with the code, translations kept."""
    wanted = ids()
    for path in catalogues():
        have = read_po(path)
        write_po(path, [have.get(key) or Message(key, plural, ()) for key, plural in wanted.items()])
        path.with_suffix(".mo").write_bytes(compiled(path))


if __name__ == "__main__":
    if "--check" not in sys.argv:
        update()
    found = problems()
    print("\n".join(found) or "every word is translated and compiled")
    sys.exit(1 if found else 0)
