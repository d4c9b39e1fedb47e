"""A text as tokens that know where they stand in it as given, composed or not."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

from langnghe.folding import new_tone_placement
from nlp.tokens import cached_fold, is_plain

LONGEST = 200_000
"""Characters that are searched for places."""

_TOKEN = re.compile(r"[^\W\d_]+|\d+")
_JOINT = re.compile(r"[ \u00a0\t]*[-–—.]?[ \u00a0\t]*")
_SHOUTED = 0.7
_TYPES = frozenset(
    [
        "tỉnh",
        "thành",
        "tp",
        "quận",
        "q",
        "bệnh",
        "bv",
        "viện",
        "khu",
        "đường",
        "công",
        "xa",
        "xứ",
        "cố",
        "chủ",
        "tư",
        "bún",
        "rạp",
        "báo",
        "lăng",
    ]
)
"""Words that begin a name and are often written small."""
_SENTENCE_END = re.compile(r"[.!?;\n]")


def _comparable(text: str) -> str:
    """Lower case and one tone placement, code point for code point on NFC text."""
    low = text.lower()
    if len(low) != len(text):
        low = "".join(lower if len(lower := c.lower()) == 1 else c for c in text)
    return new_tone_placement(low)


def _composed(text: str) -> tuple[str, list[int] | None]:
    """NFC of a text, and for each of its code points where it begins in the text (None: where it stands)."""
    text = text.translate({0xD0: "Đ", 0xF0: "đ"})
    if unicodedata.is_normalized("NFC", text):
        return text, None
    pieces, starts = [], []
    for cluster in re.finditer(r".[\u0300-\u036f\u1ab0-\u1aff\u20d0-\u20ff]*", text, re.DOTALL):
        composed = unicodedata.normalize("NFC", cluster.group())
        pieces.append(composed)
        starts += [cluster.start()] * len(composed)
    return "".join(pieces), [*starts, len(text)]


@dataclass
class Spans:
    """Tokens (words and numbers) of one field; hyphens and full stops join no tokens and part none."""

    text: str
    """The field as given."""
    exact: list[str]
    folded: list[str]
    starts: list[int]
    ends: list[int]
    capital: list[bool]
    gaps: list[str]
    """What stands before each token, and at last after all."""
    plain: bool

    @cached_property
    def shouted(self) -> bool:
        """Whether (nearly) all is written in capitals."""
        letters = [c for c in self.text if c.isalpha()]
        return sum(map(str.isupper, letters)) >= _SHOUTED * max(len(letters), 1)

    @cached_property
    def cased(self) -> bool:
        """Whether capitals say anything: there are some, and small letters too."""
        return any(self.capital) and not self.shouted

    def parted(self, place: int) -> bool:
        """Whether a sentence ends before token ``place``, or the text begins there."""
        return place <= 0 or bool(_SENTENCE_END.search(self.gaps[place]))

    def is_one_name(self, start: int, end: int) -> bool:
        """Whether tokens ``start`` to ``end`` (exclusive) can be one name.

        Only spaces, hyphens and full stops stand between them, and the first is capitalised if the last is: "trung tam Binh Duong"
        has no Tam Bình.
        """
        if self.capital[end - 1] and not self.capital[start] and self.exact[start] not in _TYPES:
            return False
        return all(_JOINT.fullmatch(self.gaps[place]) for place in range(start + 1, end))

    def words(self, start: int, end: int) -> str:
        """The text from token ``start`` to ``end`` (exclusive), as given."""
        return self.text[self.starts[start] : self.ends[end - 1]]


def read(text: str) -> Spans:
    """The tokens of a text, with offsets in code points of ``text`` as given."""
    text = text[:LONGEST]
    composed, origin = _composed(text)
    comparable = _comparable(composed)
    matches = list(_TOKEN.finditer(comparable))
    exact = [match.group() for match in matches]
    edges = [0, *(match.end() for match in matches)]
    gaps = [comparable[end : match.start()] for end, match in zip(edges, matches, strict=False)]

    def place(offset: int) -> int:
        return offset if origin is None else origin[offset]

    return Spans(
        text=text,
        exact=exact,
        folded=[cached_fold(token) for token in exact],
        starts=[place(match.start()) for match in matches],
        ends=[place(match.end()) for match in matches],
        capital=[composed[match.start()].isupper() for match in matches],
        gaps=[*gaps, comparable[edges[-1] :]],
        plain=is_plain(comparable),
    )
