"""A coverage of any size for measuring: windows of the labelled texts, joined at random; a fifth long, the rest short."""

import random
from collections.abc import Iterator, Sequence
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


class Writer:
    """Makes documents; the same seed makes the same ones."""

    def __init__(self, seed: int = 7) -> None:
        self._random = random.Random(seed)  # noqa: S311 - no secret
        self._texts = [text for text in load_labelled() if text.relevant]
        self._words = [text.text.split() for text in self._texts]
        self._provinces = load_places().of_34

    def _text(self, length: int) -> str:
        parts: list[str] = []
        while len(parts) < length:
            words = self._random.choice(self._words)
            at = self._random.randrange(max(1, len(words) - WINDOW))
            parts += words[at : at + WINDOW]
        return " ".join(parts)

    def rows(self, key: int, day: date | None = None) -> dict[type, list[dict[str, Any]]]:
        """The rows of one document, by table."""
        label, is_long = self._random.choice(self._texts), self._random.random() < 0.2
        day = day or LAST_DAY - timedelta(int(DAYS * self._random.random()))
        province = self._random.choice(self._provinces)
        moment = datetime.combine(day, time(self._random.randrange(17)), UTC)
        text = self._text(LONG if is_long else SHORT)
        document = {
            "id": key,
            "source": f"nguon-{self._random.randrange(SOURCES)}",
            "ref": str(key),
            "kind": "news" if is_long else str(label.kind),
            "title": self._text(10) if is_long else None,
            "context": None,
            "text": text,
            "published": moment,
            "fetched": moment,
            "first_seen": moment,
            "day": day,
            "story_id": key,
            "content_hash": "",
        }
        annotation, facts = _labels(key, day, label, province.id, province.name, document)
        return {StoryRow: [{"id": key, "first_day": day}], DocumentRow: [document], AnnotationRow: [annotation], Fact: facts}


def _labels(
    key: int, day: date, label: Labelled, code: str, name: str, document: dict[str, Any]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    has_province = key % 5 < 3
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
