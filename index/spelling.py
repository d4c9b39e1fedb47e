"""A suggestion where a query with typing errors finds nothing: the nearest words that the lexicons know."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from index.interface import Plan, SearchIndex
from index.lexicon import Lexicon
from index.nodes import Term
from index.tokens import words
from langnghe.config_files import default_config_dir
from langnghe.folding import fold, new_tone_placement, nfc

MOST_WORDS = 12
"""Words of a query that is looked through: what is pasted was not typed."""
_LETTERS = "abcdefghiklmnopqrstuvxy"
_TELEX_MARKS = (("aa", "â"), ("aw", "ă"), ("ee", "ê"), ("oo", "ô"), ("ow", "ơ"), ("uw", "ư"), ("dd", "đ"))
_TELEX_TONES = {"f": "\u0300", "s": "\u0301", "x": "\u0303", "r": "\u0309", "j": "\u0323"}
_WORD = re.compile(r"[^\W_]+")
_TONE_KEY = re.compile(r"[aeiouyw][a-eg-imnptuwy]*([fsxrj])")
_NUCLEUS = re.compile(r"[aăâeêioôơuưy]+")


@cache
def vocabulary(config_dir: Path | None = None) -> dict[str, dict[str, int]]:
    """Syllables of the lexicons, the labels and the places: unmarked form → marked forms with how often they occur."""
    folder = config_dir or default_config_dir()
    counts: dict[str, dict[str, int]] = {}
    paths = [*(folder / "lexicon").glob("*.yaml"), folder / "taxonomy" / "labels.yaml", folder / "places" / "provinces63.json"]
    for path in paths:
        # Comments are English.
        text = "\n".join(line.split("#")[0] for line in path.read_text(encoding="utf-8").splitlines())
        for exact, plain in words(text):
            if plain.isalpha():
                forms = counts.setdefault(plain, {})
                forms[exact] = forms.get(exact, 0) + 1
    return counts


def from_telex(word: str) -> str:
    """What a word would be had the keyboard composed it: ``thuoocs`` is thuốc, ``luwowng`` lương."""
    text, tone = word.lower(), ""
    # No syllable has one of these letters after its vowel: there they are keys of tones.
    if key := _TONE_KEY.search(text):
        text, tone = text[: key.start(1)] + text[key.end(1) :], _TELEX_TONES[key[1]]
    text = text.replace("uow", "ươ").replace("uwow", "ươ")
    for keys, letter in _TELEX_MARKS:
        text = text.replace(keys, letter)
    return new_tone_placement(_with_tone(text, tone)) if tone else text


def _with_tone(text: str, tone: str) -> str:
    nucleus = _NUCLEUS.search(text.removeprefix("qu").removeprefix("gi") or text)
    if nucleus is None:
        return text
    start = text.index(nucleus.group())
    vowels = nucleus.group()
    marked = [at for at, letter in enumerate(vowels) if letter in "ăâêôơư"]
    is_closed = start + len(vowels) < len(text)
    at = start + (marked[-1] if marked else len(vowels) - 1 if is_closed and len(vowels) > 1 else max(0, len(vowels) - 2))
    return nfc(text[: at + 1] + tone + text[at + 1 :])


def _near(word: str) -> Iterator[str]:
    """Every string that is one slip away: a letter left out, doubled, swapped or wrong."""
    splits = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    yield from (left + right[1:] for left, right in splits if right)
    yield from (left + right[1] + right[0] + right[2:] for left, right in splits if len(right) > 1)
    yield from (left + letter + right[1:] for left, right in splits if right for letter in _LETTERS)
    yield from (left + letter + right for left, right in splits for letter in _LETTERS)


def _corrected(word: str, known: dict[str, dict[str, int]]) -> str | None:
    """The commonest known syllable that the word may have been meant to be; None where it is known, or nothing is near."""
    plain = fold(word)
    if word in known.get(plain, ()) or (word == plain and plain in known) or not plain.isalpha() or len(plain) < 2:
        return None
    if plain in known:
        return _commonest(known[plain])
    telex = from_telex(plain)
    if telex != plain and telex in known.get(fold(telex), ()):
        return telex
    near = {form: count for other in _near(plain) if other in known for form, count in known[other].items()}
    return _commonest(near) if near else None


def _commonest(forms: dict[str, int]) -> str:
    return max(forms, key=lambda form: (forms[form], form))


def suggest(index: SearchIndex, query: str, lexicon: Lexicon) -> str | None:
    """The query with its unknown words corrected, or None; a word that the coverage has is no error."""
    known = vocabulary(lexicon.config_dir)
    if len(words(query)) > MOST_WORDS:
        return None

    def replaced(match: re.Match[str]) -> str:
        exact = words(match.group())[0][0]
        better = _corrected(exact, known)
        if better is None or index.run(Plan(Term("marked", exact), limit=0)).total:
            return match.group()
        return better

    text = _WORD.sub(replaced, nfc(query))
    return text if text != nfc(query) else None
