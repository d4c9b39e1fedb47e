"""``BHXH khu vực II``: which province's office that was on a day."""

from collections.abc import Iterator
from datetime import date

from nlp.places.cues import Regions
from nlp.places.reading import Words

_OFFICES = frozenset({"bhxh", "hội", "hoi"})
_REGION = frozenset({("khu", "vực"), ("khu", "vuc")})
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV", "XVI", "XVII", "XVIII")


def _number(word: str) -> str:
    return _ROMAN[int(word) - 1] if word.isdigit() and 1 <= int(word) <= len(_ROMAN) else word.upper()


def regional_offices(words: Words, day: date, regions: list[Regions]) -> Iterator[tuple[int, int, str]]:
    """First and last word (exclusive) and province id of each regional office that the text names."""
    valid = next((region.provinces for region in regions if region.from_ <= day <= region.to), None)
    if valid is None:
        return
    for place in range(1, len(words) - 2):
        if words.exact[place] == "khu" and (words.exact[place], words.exact[place + 1]) in _REGION and words.exact[place - 1] in _OFFICES:
            code = valid.get(_number(words.exact[place + 2]))
            if code:
                yield place - 1, place + 3, code
