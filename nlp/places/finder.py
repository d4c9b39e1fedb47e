"""The provinces and localities of a text, by the map of its day."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Literal

from langnghe.clock import vietnam_day
from langnghe.documents import AnnotationRequest, InheritedProvince, Kind, Locality, ProvinceMention
from langnghe.places import MERGER, NOWHERE
from nlp.places.evidence import Candidate, Judge, Verdict
from nlp.places.gazetteer import Gazetteer
from nlp.places.spans import read


@dataclass(frozen=True)
class Found:
    """What a text says of places."""

    provinces: list[ProvinceMention]
    inherited: list[InheritedProvince]
    localities: list[Locality]


def _agreeing(candidates: list[Candidate]) -> set[str]:
    """Provinces that two doubtful names of the text have in common, one of them standing for no other."""
    doubtful = {c.entry for c in candidates if c.verdict is Verdict.perhaps and c.entry.risk != "weak"}
    counts = Counter(province for entry in doubtful for province in entry.provinces)
    return {e.provinces[0] for e in doubtful if len(e.provinces) == 1 and counts[e.provinces[0]] > 1}


class PlaceFinder:
    """Finds places; a pure function of text and day."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer, self._places = gazetteer, gazetteer.places
        self._judge = Judge(gazetteer)

    def find(self, request: AnnotationRequest) -> Found:
        """Provinces and localities of a text; provinces of its article, thread or outlet where it names none."""
        day = vietnam_day(request.published) if request.published else None
        named = self._resolved({"title": request.title or "", "text": request.text}, day)
        mentions = self._mentions(named, day)
        inherited = [] if mentions else self._inherited(request, day)
        return Found(mentions, inherited, self._localities(named, day))

    def _candidates(self, field: str, text: str) -> list[Candidate]:
        spans = read(text)
        return [self._judge.candidate(match, spans, field) for match in self._gazetteer.scan(spans)]

    def _resolved(self, fields: dict[str, str], day: date | None) -> list[tuple[Candidate, str]]:
        """Each accepted name with its province of the 63 (or, for a region's office, of the 34)."""
        candidates = [candidate for field, text in fields.items() if text for candidate in self._candidates(field, text)]
        candidates = [c for c in candidates if not (c.municipal and day is not None and day < MERGER)]
        certain = {c.entry.provinces[0] for c in candidates if c.verdict is Verdict.place} | _agreeing(candidates)
        found = []
        for candidate in candidates:
            if candidate.verdict is Verdict.place:
                found.append((candidate, candidate.entry.provinces[0]))
            elif candidate.verdict is Verdict.perhaps and (province := self._supported(candidate, certain)):
                found.append((candidate, province))
        return found

    def _supported(self, candidate: Candidate, certain: set[str]) -> str | None:
        """The one province of a doubtful name that a certain name of the text is, or belongs with."""
        fitting = [province for province in candidate.entry.provinces if province in certain]
        if not fitting:
            today = {self._places.today_of(province) for province in certain}
            fitting = [province for province in candidate.entry.provinces if self._places.today_of(province) in today]
        return fitting[0] if len(fitting) == 1 else None

    def _mentions(self, named: list[tuple[Candidate, str]], day: date | None) -> list[ProvinceMention]:
        mentions: dict[str, ProvinceMention] = {}
        said = {self._places.today_of(province) for candidate, province in named if candidate.entry.role == "province"}
        for candidate, province in named:
            for code in self._codes(candidate, province, day, said):
                mentions.setdefault(code, self._mention(candidate, code))
        return list(mentions.values())

    def _codes(self, candidate: Candidate, province: str, day: date | None, said: set[str]) -> list[str]:
        """The province of the text's day and, after the merger, that of before too where its name is another."""
        if day is not None and day < MERGER:
            return [province]
        today = self._places.today_of(province)
        same_name = self._places.name(today) == self._places.name(province)
        of_today = candidate.municipal and today in said
        return [today] if same_name or of_today else [province, today]

    def _mention(self, candidate: Candidate, code: str) -> ProvinceMention:
        spans = candidate.spans
        field: Literal["title", "text"] = "title" if candidate.field == "title" else "text"
        return ProvinceMention(
            name=self._places.name(code),
            code=code,
            evidence=candidate.evidence,
            field=field,
            start=spans.starts[candidate.start],
            end=spans.ends[candidate.end - 1],
        )

    def _localities(self, named: list[tuple[Candidate, str]], day: date | None) -> list[Locality]:
        of_today = day is None or day >= MERGER
        found: dict[str, Locality] = {}
        for candidate, province in named:
            if candidate.entry.role == "district":
                code = self._places.today_of(province) if of_today else province
                found.setdefault(candidate.entry.name, Locality(name=candidate.evidence, province=code))
        return list(found.values())

    def _inherited(self, request: AnnotationRequest, day: date | None) -> list[InheritedProvince]:
        whence: Literal["article", "thread"] = "thread" if request.kind in (Kind.forum, Kind.social) else "article"
        codes = [code for code in request.context_provinces if code != NOWHERE]
        if request.context:
            codes += [mention.code for mention in self._mentions(self._resolved({"text": request.context}, day), day)]
        if codes:
            return [self._inheritance(code, whence) for code in dict.fromkeys(codes)]
        return [self._inheritance(request.home_province, "outlet")] if request.home_province else []

    def _inheritance(self, code: str, whence: Literal["article", "thread", "outlet"]) -> InheritedProvince:
        return InheritedProvince.model_validate({"name": self._places.name(code), "code": code, "from": whence})
