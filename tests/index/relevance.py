"""Judged relevance: the queries of ``quality/queries.yaml``, grades by careful readers' labels and by reading, and nDCG@10."""

import json
import math
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from index.tokens import words
from langnghe.documents import Annotation
from langnghe.record.database import Record
from langnghe.record.schema import AnnotationRow, DocumentRow, OutboxEntry
from nlp.labelled import Labelled, load_labelled

FOLDER = Path(__file__).parent / "quality"
DEPTH = 10


class Condition(BaseModel):
    """Labels that a text has: all conditions hold, of several values any."""

    model_config = ConfigDict(extra="forbid")

    topic: list[str] = []
    province: list[str] = []
    intent: list[str] = []
    sentiment: list[str] = []
    kind: list[str] = []
    audience: list[str] = []
    words: list[str] = []
    first: date | None = Field(None, alias="from")
    last: date | None = Field(None, alias="to")

    def holds(self, text: Labelled) -> bool:
        """Whether a text fulfils it."""
        pairs = [
            (self.topic, [*text.topics, *text.subtopics]),
            (self.province, text.provinces),
            (self.intent, [text.intent]),
            (self.sentiment, [text.sentiment]),
            (self.kind, [text.kind]),
            (self.audience, text.audience),
        ]
        if not text.relevant or any(wanted and not set(wanted) & set(has) for wanted, has in pairs):
            return False
        if not (self.first or text.published) <= text.published <= (self.last or text.published):
            return False
        return not self.words or bool(re.search(rf" (?:{'|'.join(self.words)}) ", _plain(text.title, text.context, text.text)))


@cache
def _plain(*parts: str | None) -> str:
    """All that is said, without marks, a blank around every word."""
    return " ".join(["", *(folded for _, folded in words(" | ".join([part or "" for part in parts]))), ""])


class Query(BaseModel):
    """One query and what answers it."""

    model_config = ConfigDict(extra="forbid")

    query: str
    half: Literal["dev", "held", "fresh"]
    best: list[Condition]
    good: list[Condition] = []
    fair: list[Condition] = []
    read: dict[str, Literal[0, 1, 2, 3]] = {}

    def grade(self, text: Labelled) -> int:
        """How well a text answers, from 0 to 3."""
        if text.id in self.read:
            return self.read[text.id]
        levels = ((3, self.best), (2, self.good), (1, self.fair))
        return next((grade for grade, conditions in levels if any(condition.holds(text) for condition in conditions)), 0)


def read_queries() -> list[Query]:
    """All queries."""
    return [Query.model_validate(row) for row in yaml.safe_load((FOLDER / "queries.yaml").read_text(encoding="utf-8"))]


def read_texts() -> list[Labelled]:
    """The corpus: the labelled texts of the project that have an annotation here; later ones leave the figures alone."""
    known = read_annotations()
    return [text for text in load_labelled() if text.id in known]


def ndcg(grades: Sequence[int], all_grades: Sequence[int], depth: int = DEPTH) -> float:
    """Normalised discounted cumulative gain of the first hits: 1 where no order could be better."""

    def gain(ranked: Sequence[int]) -> float:
        return sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(ranked[:depth]))

    ideal = gain(sorted(all_grades, reverse=True))
    return gain(grades) / ideal if ideal else 0.0


def read_annotations() -> dict[str, Annotation]:
    """Annotations by models that had not seen the text, its story or its voices' threads: as wrong as those of new texts."""
    lines = (FOLDER / "annotations.jsonl").read_text(encoding="utf-8").splitlines()
    return {row["id"]: Annotation.model_validate(row["annotation"]) for row in map(json.loads, lines)}


def fill(record: Record, texts: list[Labelled], annotations: dict[str, Annotation]) -> None:
    """Store the corpus with its annotations, without looking for copies: rows as they stand, a hundred times as fast."""
    now = record.clock.now()
    with record.session() as session:
        session.add_all(_row(number, text, now) for number, text in enumerate(texts, 1))
        session.flush()
        session.add_all(_annotation(number, annotations[text.id], now) for number, text in enumerate(texts, 1))
        session.add_all(OutboxEntry(document_id=number, revision=1, entered=now) for number, _ in enumerate(texts, 1))


def _row(number: int, text: Labelled, now: datetime) -> DocumentRow:
    return DocumentRow(
        id=number,
        source=f"mau-{text.kind.value}",
        ref=text.id,
        kind=text.kind.value,
        title=text.title,
        context=text.context,
        text=text.text,
        published=datetime.combine(text.published, time(5), UTC),
        fetched=now,
        first_seen=now,
        day=text.published,
        content_hash="",
    )


def _annotation(number: int, annotation: Annotation, now: datetime) -> AnnotationRow:
    return AnnotationRow(
        document_id=number,
        version=1,
        model=annotation.model,
        relevant=annotation.relevant,
        sentiment=annotation.sentiment.label,
        intent=annotation.intent.label,
        concern=annotation.concern,
        payload=annotation.model_dump(mode="json", by_alias=True),
        annotated=now,
    )
