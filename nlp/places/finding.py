"""The provinces and localities of a text, by the map of its day."""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from typing import Literal

from langnghe.clock import vietnam_day
from langnghe.documents import AnnotationRequest, InheritedProvince, Kind, Locality, ProvinceMention
from langnghe.places import MERGER, NOWHERE
from nlp.places.asides import without_asides
from nlp.places.candidates import Candidate, Verdict
from nlp.places.judging import Judge
from nlp.places.names import Entry, Names
from nlp.places.reading import Words, read
from nlp.places.regions import regional_offices
from nlp.places.weighing import Named, weigh

Field = Literal["title", "text"]
Whence = Literal["article", "thread", "outlet"]

_BEST = {"province": 1, "district": 2, "commune": 2, "landmark": 3}


@dataclass(frozen=True)
class Found:
    """What a text says of places."""

    provinces: list[ProvinceMention]
    inherited: list[InheritedProvince]
    localities: list[Locality]


class PlaceFinder:
    """Finds places; a pure function of text and day."""

    def __init__(self, names: Names) -> None:
        self._names, self._places = names, names.places
        self._judge = Judge(names)

    def find(self, request: AnnotationRequest) -> Found:
        """Provinces and localities that a text names; those of its article, thread or outlet where it names none.

        A text without a day is taken as one of today. Offsets are code points of the field as given.
        """
        day = vietnam_day(request.published) if request.published else date.max
        inherited = list(self._inherited(request, day))
        around = {member for province in inherited for member in (province.code, *self._places.province(province.code).members)}
        named = self._named({"title": request.title or "", "text": request.text}, day, request.kind, around)
        mentions = self._mentions(named, day)
        return Found(mentions, [] if mentions else inherited, self._localities(named, day))

    def _candidates(self, field: Field, words: Words, today: bool) -> list[Candidate]:
        return [self._judge.candidate(match, words, field, today) for match in self._names.scan(words, today)]

    def _named(self, fields: dict[Field, str], day: date, kind: Kind, around: AbstractSet[str] = frozenset()) -> list[Named]:
        read_fields = {field: read(text) for field, text in fields.items() if text}
        candidates = [
            candidate
            for field, words in read_fields.items()
            for candidate in without_asides(self._candidates(field, words, day >= MERGER), words, kind)
        ]
        offices = [office for field, words in read_fields.items() for office in self._offices(field, words, day)]
        return [*weigh(candidates, self._names, around), *offices]

    def _offices(self, field: Field, words: Words, day: date) -> Iterator[Named]:
        for start, end, code in regional_offices(words, day, self._names.regions):
            entry = Entry((), "province", code, "safe")
            yield Named(Candidate(field, words, start, end, (entry,), Verdict.place, "office"), entry)

    def _codes(self, named: Named, day: date) -> list[str]:
        """The province of the text's day and, since the merger, that of before too where its name is another."""
        code = named.entry.province
        if day < MERGER:
            return [code]
        today = self._places.today_of(code)
        of_today = self._places.name(today) == self._places.name(code) or named.candidate.cue == "commune"
        return [today] if of_today else [code, today]

    def _mentions(self, named: list[Named], day: date) -> list[ProvinceMention]:
        best: dict[str, Named] = {}
        for one in named:
            for code in self._codes(one, day):
                if code not in best or self._rank(one, code) < self._rank(best[code], code):
                    best[code] = one
        return [self._mention(one, code) for code, one in best.items()]

    def _rank(self, named: Named, code: str) -> int:
        """How well words say that it is ``code``, best 0: by its own name, that of a province in it, a district or commune, a hospital."""
        own = named.entry.role == "province" and self._places.name(named.entry.province) == self._places.name(code)
        return 0 if own else _BEST[named.entry.role]

    def _mention(self, named: Named, code: str) -> ProvinceMention:
        at = named.candidate
        start, end = at.words.starts[at.start], at.words.ends[at.end - 1]
        field: Field = "title" if at.field == "title" else "text"
        return ProvinceMention(name=self._places.name(code), code=code, evidence=at.evidence, field=field, start=start, end=end)

    def _localities(self, named: list[Named], day: date) -> list[Locality]:
        found: dict[str, Locality] = {}
        for one in named:
            if one.entry.role in ("district", "commune"):
                found.setdefault(one.entry.label, Locality(name=one.entry.label, province=self._codes(one, day)[-1]))
        return list(found.values())

    def _inherited(self, request: AnnotationRequest, day: date) -> Iterator[InheritedProvince]:
        whence: Whence = "thread" if request.kind in (Kind.forum, Kind.social) else "article"
        codes = [code for code in request.context_provinces if code != NOWHERE]
        if request.context:
            codes += [mention.code for mention in self._mentions(self._named({"text": request.context}, day, Kind.news), day)]
        if not codes and request.home_province and request.home_province != NOWHERE:
            codes, whence = [request.home_province], "outlet"
        return self._inheritances(codes, whence)

    def _inheritances(self, codes: Iterable[str], whence: Whence) -> Iterator[InheritedProvince]:
        for code in dict.fromkeys(codes):
            yield InheritedProvince.model_validate({"name": self._places.name(code), "code": code, "from": whence})
