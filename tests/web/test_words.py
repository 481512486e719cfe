"""Every word a person may see is translated, compiled and typeset; the script shows none of its own."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation
from tools import messages

from egide.web.console.words import WORDS, script_words

STATIC = messages.WEB / "static" / "console"
SCRIPTS = sorted(STATIC.glob("*.js"))
PO = messages.catalogues()
FRENCH = messages.WEB / "locale/fr/LC_MESSAGES/django.po"


def test_every_catalogue_is_complete_and_compiled() -> None:
    assert PO == [FRENCH]
    assert messages.problems() == []


def test_the_check_notices_a_missing_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "ids", lambda: {"A word nobody has translated": None})
    said = messages.problems()
    assert any("no translation of 'A word nobody has translated'" in line for line in said)
    assert any("is used nowhere" in line for line in said)


def holes(text: str) -> set[str]:
    braces = {name for _, name, _, _ in string.Formatter().parse(text) if name} if "%(" not in text else set()
    return braces | set(re.findall(r"%\((\w+)\)s", text))


def test_a_translation_fills_in_what_the_original_does() -> None:
    found = [(one.id, text) for one in messages.read_po(FRENCH).values() for text in one.texts]
    assert len(found) > 500
    assert [pair for pair in found if holes(pair[0]) != holes(pair[1])] == []


def wrongs(text: str) -> Iterator[str]:
    """What of a French text is not set as French is."""
    bare = re.sub(r"%\(\w+\)s|\{\w+\}", "x", text)
    if "'" in bare or '"' in bare:
        yield "the apostrophe is ’, quotation marks are « »"
    if re.search(r"[^\u202f][;!?](?!\u00a0»)", bare.replace("\u00a0?\u00a0", "")):
        yield "a thin space before ; ! ?"
    if re.search(r"(?<=\w) ?:(?!\d)|\w:", bare.replace("\u00a0:", "")):
        yield "a no-break space before :"
    if re.search(r"«(?!\u00a0)|(?<!\u00a0)»", bare):
        yield "no-break spaces inside « »"
    if "..." in bare:
        yield "three points are one sign: …"
    if re.search(r"violation|aucun danger|pas de danger", bare.lower()):
        yield "a word we do not use"


def test_french_is_set_as_french_is() -> None:
    texts = [text for one in messages.read_po(FRENCH).values() for text in one.texts]
    assert [(text, wrong) for text in texts for wrong in wrongs(text)] == []


@pytest.mark.parametrize(
    "text", ["l'heure", 'un "mot"', "Quoi ?", "Note : oui", "« mot »", "Attendez...", "Aucun danger."]
)
def test_the_check_of_french_notices(text: str) -> None:
    assert list(wrongs(text))


def test_what_the_script_shows_and_what_the_page_brings_are_the_same_keys() -> None:
    source = "\n".join(path.read_text() for path in SCRIPTS)
    used = set(re.findall(r"""\bt\(\s*"([\w.]+)\"""", source)) | set(
        re.findall(r'"((?:map|keys|calls|list)\.\w+)"', source)
    )
    used |= {key for pair in re.findall(r't\([^()]*\? "([\w.]+)" : "([\w.]+)"', source) for key in pair}
    used |= {f"line.{state}" for state in re.findall(r'lineState\("(\w+)"\)', source)}
    assert used - set(WORDS) == set(), "the script asks for words that do not exist"
    assert set(WORDS) - used == set(), "the page brings words that nobody shows"


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda p: p.name)
def test_a_script_holds_no_sentence_of_its_own(path: Path) -> None:
    code = re.sub(r"//[^\n]*|/\*.*?\*/", "", path.read_text(), flags=re.S)
    texts = re.findall(r'"([^"\n]*)"', code)
    # An exception's text is for developers; what stands on a screen comes by key.
    texts = [text for text in texts if f'Error("{text}")' not in code]
    texts = [text for text in texts if f'class: "{text}"' not in code]
    sentences = [text for text in texts if re.search(r"[A-Za-zÀ-ÿ]{3,} [a-zà-ÿ]{2,} [a-zà-ÿ]{2,}", text)]
    assert sentences == []


def test_both_languages_bring_the_same_keys() -> None:
    with translation.override("fr"):
        french = script_words()
    with translation.override("en"):
        english = script_words()
    assert french.keys() == english.keys()
    assert french["incident.take"] == "Prendre en charge"
    assert english["incident.take"] == "Take"


NAMES = ("Égide", "· Égide", "SHA-256", "EN")  # the same in every language


def test_every_word_of_a_template_goes_through_the_catalogue() -> None:
    for path in (messages.WEB / "templates").rglob("*.html"):
        text = re.sub(
            r"\{%.*?%\}|\{\{.*?\}\}|<style.*?</style>|<svg.*?</svg>|<kbd.*?</kbd>", "", path.read_text(), flags=re.S
        )
        # The pilot's page works without the platform: it carries both languages itself.
        text = re.sub(r'<([a-z0-9]+)[^>]* data-fr="[^"]+" data-en="[^"]+"[^>]*>[^<]*</\1>', "", text)
        text = re.sub(r'<noscript class="both">.*?</noscript>', "", text)
        bare = re.findall(r">([^<>]*[A-Za-zÀ-ÿ]{2}[^<>]*)<", text)
        assert [b.strip() for b in bare if b.strip() not in NAMES] == [], path.name
