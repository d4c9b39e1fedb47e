"""Searches of many people answered together: one pass over the documents of their days, whatever the number of those who ask.

The documents come from the record and are searched in memory, a batch at a time, so that the answer is the same on both backends and the
index is asked nothing. Searches that come to the same are run once.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy import ColumnElement, select

from index.documents import IndexedDocument, indexed
from index.highlight import Pattern, cut, matches, wanted
from index.hits import full_text
from index.interface import SearchRequest
from index.lexicon import load_lexicon
from index.matching import Batch, Tally
from index.nodes import Node
from index.search import planned
from langnghe.actor import Actor, Role
from langnghe.clock import vietnam_day
from langnghe.documents import Annotation
from langnghe.places import Places
from langnghe.record.database import Record
from langnghe.record.schema import AnnotationRow, DocumentRow

AT_ONCE = 5_000
"""Documents of a batch: some 50 MB while they are searched."""
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Standing:
    """A search that an office wants answered; ``request`` names its days."""

    office: str
    request: SearchRequest


@dataclass(frozen=True, slots=True)
class Told:
    """A document that answered, as a line of a mail needs it; ``highlight`` is its text around what matched."""

    title: str | None
    kind: str
    outlet: str
    highlight: str


@dataclass(frozen=True, slots=True)
class Answer:
    """How many documents answered, and the newest of them."""

    total: int = 0
    newest: tuple[Told, ...] = ()


@dataclass
class Answers:
    """The answers of a pass, and what it took."""

    of: dict[Standing, Answer] = field(default_factory=dict)
    documents: int = 0
    searches: int = 0
    """Searches run in memory: one for each that differs from the others, and batch."""


@dataclass
class _Question:
    """What some of the searches come to: a tree, what to mark, who asks, and what was found."""

    patterns: list[list[Pattern]]
    askers: list[Standing] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)


def answer_standing(record: Record, asked: Iterable[Standing], places: Places, config_dir: Path | None = None) -> Answers:
    """Answer searches of many offices in one pass: what has all that was asked for, as each office may see it."""
    questions = _questions(record, asked, config_dir)
    answers = Answers()
    if not questions:
        return answers
    for documents in _batches(record, _days(questions), places):
        batch = Batch(documents)
        for tree, question in questions.items():
            question.tally.add(*batch.newest(tree, SHOWN), SHOWN)
        answers.documents += len(documents)
        answers.searches += batch.searches
    rows = _rows(record, {key for question in questions.values() for _, key in question.tally.newest})
    for question in questions.values():
        told = tuple(_told(rows[key], question.patterns) for _, key in question.tally.newest if key in rows)
        answers.of |= dict.fromkeys(question.askers, Answer(question.tally.total, told))
    return answers


def _questions(record: Record, asked: Iterable[Standing], config_dir: Path | None) -> dict[Node, _Question]:
    lexicon, today = load_lexicon(config_dir), vietnam_day(record.clock.now())
    questions: dict[Node, _Question] = {}
    for standing in dict.fromkeys(asked):
        trees, parsed = planned(standing.request, Actor("standing searches", Role.viewer, standing.office), today, config_dir)
        question = questions.setdefault(trees.strict, _Question(wanted(parsed.clause, lexicon)))
        question.askers.append(standing)
    return questions


def _days(questions: dict[Node, _Question]) -> list[ColumnElement[bool]]:
    """The days of all searches together; one that names no first or last day opens that end."""
    spans = [(asker.request.first_day, asker.request.last_day) for question in questions.values() for asker in question.askers]
    firsts, lasts = ([day for day in days if day is not None] for days in zip(*spans, strict=True))
    conditions: list[ColumnElement[bool]] = [DocumentRow.deleted.is_(None)]
    first: date | None = min(firsts) if len(firsts) == len(spans) else None
    last: date | None = max(lasts) if len(lasts) == len(spans) else None
    conditions += [DocumentRow.day >= first] if first else []
    return [*conditions, DocumentRow.day <= last] if last else conditions


def _batches(record: Record, conditions: list[ColumnElement[bool]], places: Places) -> Iterator[list[IndexedDocument]]:
    last = 0
    while True:
        query = (
            select(DocumentRow, AnnotationRow.payload)
            .outerjoin(AnnotationRow, AnnotationRow.document_id == DocumentRow.id)
            .where(*conditions, DocumentRow.id > last)
            .order_by(DocumentRow.id)
            .limit(AT_ONCE)
        )
        with record.reading() as session:
            rows = session.execute(query).all()
        if not rows:
            return
        yield [indexed(row, Annotation.model_validate(payload) if payload else None, places) for row, payload in rows]
        last = rows[-1][0].id


def _rows(record: Record, ids: set[int]) -> dict[int, DocumentRow]:
    found: dict[int, DocumentRow] = {}
    wanted_ids = sorted(ids)
    with record.reading() as session:
        for at in range(0, len(wanted_ids), 500):
            for row in session.scalars(select(DocumentRow).where(DocumentRow.id.in_(wanted_ids[at : at + 500]))):
                found[row.id] = row
    return found


def _told(row: DocumentRow, patterns: list[list[Pattern]]) -> Told:
    text = full_text(row)
    return Told(row.title, row.kind, row.outlet or row.source, cut(text, matches(text, patterns)))
