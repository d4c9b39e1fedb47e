"""``BHXH khu vực II``: which province's office that was on a day."""

from collections.abc import Iterator
from datetime import date

from nlp.places.cues import Regions
from nlp.places.reading import Words

_OFFICES = (("bhxh",), ("bao", "hiem", "xa", "hoi"))
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV", "XVI", "XVII", "XVIII")


def _number(word: str) -> str:
    return _ROMAN[int(word) - 1] if word.isdigit() and 1 <= int(word) <= len(_ROMAN) else word.upper()


def regional_offices(words: Words, day: date, regions: list[Regions]) -> Iterator[tuple[int, int, str]]:
    """First and last word (exclusive) and province id of each regional office that the text names."""
    valid = next((region.provinces for region in regions if region.from_ <= day <= region.to), None)
    if valid is None:
        return
    for place in range(1, len(words) - 2):
        if words.folded[place] == "khu" and words.folded[place + 1] == "vuc" and (office := _office_before(words, place)):
            code = valid.get(_number(words.exact[place + 2]))
            if code:
                yield place - office, place + 3, code


def _office_before(words: Words, place: int) -> int:
    """Words of the office's name that end right before ``place``; 0: none."""
    return next((len(name) for name in _OFFICES if tuple(words.folded[max(place - len(name), 0) : place]) == name), 0)
