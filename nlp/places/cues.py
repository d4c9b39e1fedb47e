"""The words around a name that say what it is: ``config/places/cues.yaml``, checked and ready to be asked."""

from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from langnghe.config_files import load
from langnghe.folding import fold
from nlp.places.reading import Words, read

Tokens = tuple[str, ...]
TITLES = ("person", "staff")
"""What words make a person of a name."""


def name_tokens(name: str) -> Tokens:
    """Canonical words of a name, without hyphens and full stops."""
    return tuple(read(name).exact)


class Before(BaseModel):
    """Phrases right before a name, by what they make of it."""

    model_config = ConfigDict(extra="forbid")

    province: list[str]
    city: list[str]
    district: list[str]
    office: list[str]
    at: list[str]
    commune: list[str]
    hamlet: list[str]
    street: list[str]
    outlet: list[str]
    brand: list[str]
    branch: list[str]
    person: list[str]
    staff: list[str]
    neutral: list[str]


class CueFile(BaseModel):
    """``config/places/cues.yaml``."""

    model_config = ConfigDict(extra="forbid")

    before: Before
    plain_weak: list[str]
    plain_never: list[str]
    after: list[str]
    abroad: list[str]
    also_abroad: list[str]
    heads: list[str]
    need_cue: list[str]
    like_people: list[str]
    like_brands: list[str]
    common_lower: list[str]
    common_plain: list[str]
    verbs: list[str]
    only_with_marks: list[str]
    false_friends: list[str]
    institutions: list[str]
    companies: list[str]
    breaks: list[str]
    many: list[str]


class MoreDistrict(BaseModel):
    """A district, town, quarter or island that ``districts.json`` does not list."""

    model_config = ConfigDict(extra="forbid")

    name: str
    type: str
    province: str
    risk: str


class MoreLandmark(BaseModel):
    """A hospital, park, market, employer, airport or border gate that ``landmarks.json`` does not list."""

    model_config = ConfigDict(extra="forbid")

    name: str
    kind: str
    province: str
    risk: str


class Regions(BaseModel):
    """What the numbers of "BHXH khu vực N" meant from one day to another, both included."""

    model_config = ConfigDict(extra="forbid")

    from_: date = Field(alias="from")
    to: date
    provinces: dict[str, str]


class MoreFile(BaseModel):
    """``config/places/more_places.yaml``."""

    model_config = ConfigDict(extra="forbid")

    districts: list[MoreDistrict]
    landmarks: list[MoreLandmark]
    national_hospitals_say_where: bool
    regions: list[Regions]


def _phrases(names: list[str], plain: bool = False) -> frozenset[Tokens]:
    tokens = map(name_tokens, names)
    return frozenset(tuple(map(fold, phrase)) for phrase in tokens) if plain else frozenset(tokens)


class Cues:
    """Answers what the words around a name say of it."""

    def __init__(self, content: CueFile) -> None:
        self._exact: dict[Tokens, str] = {}
        self._plain: dict[Tokens, str] = {}
        never, weak = _phrases(content.plain_never), _phrases(content.plain_weak)
        for cue, names in content.before.model_dump().items():
            for phrase in map(name_tokens, names):
                self._exact[phrase] = cue
                if phrase not in never:
                    self._plain.setdefault(tuple(map(fold, phrase)), "weak" if phrase in weak else cue)
        self._longest = max(map(len, self._exact))
        self._after, self._after_plain = _phrases(content.after), _phrases(content.after, plain=True)
        self._abroad, self.also_abroad = _phrases(content.abroad), _phrases(content.also_abroad)
        self.heads, self.many = frozenset(content.heads), frozenset(content.many)
        self.breaks = frozenset([*content.breaks, *map(fold, content.breaks)])
        self.institutions, self.companies = _phrases(content.institutions), _phrases(content.companies)
        self.need_cue, self.like_people = _phrases(content.need_cue), _phrases(content.like_people)
        self.like_brands = _phrases(content.like_brands)
        self.verbs = _phrases(content.verbs)
        self.common_lower, self.common_plain = _phrases(content.common_lower), _phrases(content.common_plain)
        self.only_with_marks = _phrases(content.only_with_marks)
        self.false_friends = content.false_friends

    def before(self, words: Words, place: int) -> str:
        """What the longest known phrase right before word ``place`` makes of a name there; "": nothing.

        In text without marks "weak": a word that may be another's spelling.
        """
        known, tokens = (self._plain, words.folded) if words.plain else (self._exact, words.exact)
        for length in range(min(self._longest, place), 0, -1):
            cue = known.get(tuple(tokens[place - length : place]))
            if cue and not any(words.parted(inner) and words.gaps[inner].strip() != "." for inner in range(place - length + 1, place + 1)):
                return cue
        return ""

    def names_person(self, word: str) -> bool:
        """Whether a name that begins with ``word`` may be a person's: a surname or title."""
        return self._exact.get((word,)) in TITLES

    def after(self, words: Words, place: int) -> bool:
        """Whether the words from ``place`` on say that a place was named right before them."""
        known, tokens = (self._after_plain, words.folded) if words.plain else (self._after, words.exact)
        return "." not in words.gaps[place] and any(tuple(tokens[place : place + length]) in known for length in (1, 2, 3))

    def abroad(self, words: Words, place: int) -> bool:
        """Whether another country's name follows within two words."""
        return any(tuple(words.exact[at : at + length]) in self._abroad for at in (place, place + 1) for length in (1, 2))

    def names_abroad(self, words: Words) -> bool:
        """Whether the text names another country that has places of Vietnamese names."""
        return any(phrase == tuple(words.exact[at : at + len(phrase)]) for phrase in self._abroad for at in range(len(words)))


def load_cues(folder: Path) -> tuple[Cues, MoreFile]:
    """Cues and additional places of a folder ``config/places``.

    Raises:
        ConfigurationError: naming file, line and field.
    """
    return Cues(load(folder / "cues.yaml", CueFile)), load(folder / "more_places.yaml", MoreFile)
