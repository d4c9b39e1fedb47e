"""A coverage of any size for measuring: windows of the labelled texts, joined at random; a fifth long, the rest short."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import insert

from langnghe.places import load_places
from langnghe.record.database import Record
from langnghe.record.schema import AnnotationRow, DocumentRow, Fact, StoryRow
from nlp.labelled import Labelled, load_labelled

BATCH = 5_000
LONG, SHORT, WINDOW = 250, 40, 8
"""Syllables of a long and of a short text, and of the pieces that they are made of."""
DAYS = 730
LAST_DAY = date(2026, 11, 19)
SOURCES = 60
FILES = frozenset(f"w{number}" for number in range(1, 12))
"""Files of labelled texts that no longer grow."""


def relevant_texts() -> list[Labelled]:
    """What documents and queries are made of: texts that stay, so that figures of different days compare."""
    return [text for text in load_labelled() if text.relevant and text.id.partition("-")[0] in FILES]


Picked = list[tuple[int, int]]
"""Pieces of a text: which labelled text, and from which word on."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What chance decides of one document: numbers of the labelled text and of the province, and the rest."""

    label: int
    province: int
    is_long: bool
    day: date
    hour: int
    source: int
    text: Picked
    title: Picked

    @property
    def moment(self) -> datetime:
        """When it was published."""
        return datetime.combine(self.day, time(self.hour), UTC)


class Writer:
    """Makes documents; the same seed and key make the same one, in whatever order they are asked for."""

    def __init__(self, seed: int = 7) -> None:
        self._seed, self._random = seed, random.Random()  # noqa: S311 - no secret
        self.labelled = relevant_texts()
        self.words = [text.text.split() for text in self.labelled]
        self.provinces = load_places().of_34

    def _below(self, limit: int) -> int:
        return int(self._random.random() * limit)

    def _picked(self, length: int) -> Picked:
        picked: Picked = []
        while length > 0:
            words = self.words[number := self._below(len(self.words))]
            picked.append((number, self._below(max(1, len(words) - WINDOW))))
            length -= min(WINDOW, len(words) - picked[-1][1])
        return picked

    def draw(self, key: int, day: date | None = None) -> Drawn:
        """What chance decides of the document of a key."""
        self._random.seed(self._seed << 40 | key)
        is_long = self._random.random() < 0.2
        return Drawn(
            label=self._below(len(self.labelled)),
            province=self._below(len(self.provinces)),
            is_long=is_long,
            day=day or LAST_DAY - timedelta(self._below(DAYS)),
            hour=self._below(17),
            source=self._below(SOURCES),
            text=self._picked(LONG if is_long else SHORT),
            title=self._picked(10) if is_long else [],
        )

    def _text(self, picked: Picked) -> str:
        return " ".join([" ".join(self.words[number][at : at + WINDOW]) for number, at in picked])

    def rows(self, key: int, day: date | None = None) -> dict[type, list[dict[str, Any]]]:
        """The rows of one document, by table."""
        drawn = self.draw(key, day)
        label, province, moment = self.labelled[drawn.label], self.provinces[drawn.province], drawn.moment
        document = {
            "id": key,
            "source": f"nguon-{drawn.source}",
            "ref": str(key),
            "kind": "news" if drawn.is_long else str(label.kind),
            "title": self._text(drawn.title) or None,
            "context": None,
            "text": self._text(drawn.text),
            "published": moment,
            "fetched": moment,
            "first_seen": moment,
            "day": drawn.day,
            "story_id": key,
            "content_hash": "",
        }
        annotation, facts = _labels(key, drawn.day, label, province.id, province.name, document)
        return {StoryRow: [{"id": key, "first_day": drawn.day}], DocumentRow: [document], AnnotationRow: [annotation], Fact: facts}


def names_province(key: int) -> bool:
    """Whether a document speaks of its province."""
    return key % 5 < 3


def _labels(
    key: int, day: date, label: Labelled, code: str, name: str, document: dict[str, Any]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    has_province = names_province(key)
    payload = {
        "relevant": True,
        "relevance": 0.97,
        "topics": [{"id": topic, "score": 0.95} for topic in label.topics],
        "subtopics": label.subtopics,
        "sentiment": {"label": label.sentiment, "score": 0.92},
        "intent": {"label": label.intent, "score": 0.8},
        "provinces": [{"name": name, "code": code, "evidence": name, "start": 0, "end": 1}] if has_province else [],
        "concern": label.concern,
        "audience": label.audience,
        "model": "benchmark",
    }
    columns = {"sentiment": label.sentiment, "intent": label.intent, "concern": label.concern}
    annotation = {
        "document_id": key,
        "version": 1,
        "model": "benchmark",
        "relevant": True,
        "payload": payload,
        "annotated": document["fetched"],
    }
    place = code if has_province else "VN"
    cell = {"document_id": key, "story_id": key, "day": day, "province": place, "province_then": place} | columns
    cell |= {"kind": document["kind"], "source": document["source"]}
    topics = dict.fromkeys([*label.topics, *label.subtopics])
    return annotation | columns, [cell | {"topic": topic} for topic in topics]


def store(record: Record, made: Sequence[dict[type, list[dict[str, Any]]]]) -> None:
    """Store documents as rows."""
    with record.session() as session:
        for table in (StoryRow, DocumentRow, AnnotationRow, Fact):
            session.execute(insert(table), [row for rows in made for row in rows[table]])


def fill(record: Record, documents: int) -> Iterator[int]:
    """Store so many documents; yields how many after every batch."""
    writer = Writer()
    for start in range(1, documents + 1, BATCH):
        keys = range(start, min(start + BATCH, documents + 1))
        store(record, [writer.rows(key) for key in keys])
        yield len(keys)
