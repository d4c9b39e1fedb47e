"""Vietnamese text made comparable: composed, lower case, tones placed the new way, or without marks at all."""

import codecs
import re
import unicodedata
from functools import cache

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_OPEN_SYLLABLE = re.compile(rf"\b(\w*?)([oOuU])([{_TONES}])([aAeEyY])(?!\w)")


_TONED = unicodedata.normalize("NFC", "".join(vowel + tone for vowel in "oOuU" for tone in _TONES))
_MAY_MOVE = re.compile(rf"\b\w*[{_TONED}]\w+")
"""Words that may have another tone placement, in composed text: no other need be looked at."""


@cache
def _fold_character(character: str) -> str:
    if character in "đð":
        return "d"
    base = unicodedata.normalize("NFD", character)[0]
    return base if len(base) == 1 else character


class _Folded(dict[int, str]):
    """Code point → its folded character, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        low = character.lower()
        folded = self[code] = _fold_character(low if len(low) == 1 else character)
        return folded


_FOLDED = _Folded()


def _alphabet() -> str:
    """What nearly all Vietnamese text is written with, in 256 places: a table of bytes is eight times as fast as one of code points."""
    letters = [unicodedata.normalize("NFC", vowel + tone) for vowel in "aăâeêioôơuưy" for tone in ("", *_TONES)]
    plain, signs = "".join(map(chr, range(32, 127))), "“”‘’–—…•·«»°\u00a0"
    every = dict.fromkeys(("\0", *"\t\n\r", *plain, *letters, *"".join(letters).upper(), "đ", "Đ", *signs))
    return "".join(every).ljust(256, "\ufffe")


_ALPHABET = _alphabet()
_PLACES = codecs.charmap_build(_ALPHABET)
_FOLDED_ALPHABET = "".join(map(_FOLDED.__getitem__, map(ord, _ALPHABET)))


def nfc(text: str) -> str:
    """NFC, with the Icelandic letter that some keyboards give in place of đ put right."""
    return unicodedata.normalize("NFC", text).replace("\u00d0", "Đ").replace("\u00f0", "đ")


def fold(text: str) -> str:
    """Lower case without any mark: ``Thuốc BHYT ở Đắk Lắk`` gives ``thuoc bhyt o dak lak``.

    On NFC text each code point gives one code point, so offsets carry over.
    """
    composed = nfc(text)
    try:
        places, _ = codecs.charmap_encode(composed, "strict", _PLACES)
    except UnicodeEncodeError:
        return composed.translate(_FOLDED)
    return codecs.charmap_decode(places, "strict", _FOLDED_ALPHABET)[0]


def _move_tone(match: re.Match[str]) -> str:
    onset, glide, tone, vowel = match.groups()
    if glide in "uU" and onset.endswith(("q", "Q")):
        return match.group()
    if glide in "uU" and vowel in "aA":
        return match.group()
    return f"{onset}{glide}{vowel}{tone}"


@cache
def _place_tone(word: str) -> str:
    decomposed = unicodedata.normalize("NFD", word)
    return unicodedata.normalize("NFC", _OPEN_SYLLABLE.sub(_move_tone, decomposed))


def new_tone_placement(text: str) -> str:
    """``hòa`` for ``hoà``'s tone on the main vowel: ``hòa → hoà``, ``thủy → thuỷ``, so that both spellings are one.

    Only open syllables in oa, oe, uy (not after q) have two spellings. Keeps the length of NFC text.
    """
    return _MAY_MOVE.sub(lambda match: _place_tone(match.group()), nfc(text))


def canonical(text: str) -> str:
    """NFC, lower case, one tone placement: the form in which marked text is compared."""
    return new_tone_placement(nfc(text).lower())
