"""Why a document matched: words that stand in it, and labels that say what the query asks for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from index.highlight import Match, Pattern, matches, runs
from index.interface import Reason
from index.lexicon import Lexicon
from index.query import Clause
from index.units import topics_named
from langnghe.documents import Annotation
from langnghe.places import Places


@dataclass(frozen=True, slots=True)
class Wanted:
    """Labels that a query asks for in words: field → ids."""

    labels: dict[str, set[str]]
    places: Places


def asked_labels(clause: Clause | None, lexicon: Lexicon) -> Wanted:
    """The labels that the words of a query mean."""
    found: dict[str, set[str]] = {}
    for run in runs(clause, lexicon):
        for unit in run:
            for name, values in unit.labels() if unit.kind != "domain" else ():
                found.setdefault(name, set()).update(values)
        found.setdefault("topics", set()).update(topics_named(run, lexicon))
    return Wanted(found, lexicon.places)


def reasons(
    row: Row[Any], payload: dict[str, Any] | None, patterns: list[list[Pattern]], in_text: Sequence[str], asked: Wanted
) -> tuple[Reason, ...]:
    """Why a document answers a query, words first; ``in_text`` are those that its text has."""
    said = {
        "title": words_at(row.title, matches(row.title, patterns)) if row.title else [],
        "text": in_text,
        "context": words_at(row.context, matches(row.context, patterns)) if row.context else [],
    }
    found = [Reason(kind, word) for kind, words in said.items() for word in words]
    # Reading a whole annotation for every row takes as long as cutting its snippet.
    labelled = _labels(row, Annotation.model_validate(payload), asked) if payload and any(asked.labels.values()) else []
    return tuple(dict.fromkeys([*found, *labelled]))


def words_at(text: str, found: Sequence[Match]) -> list[str]:
    """The words as the text writes them, each once."""
    return list(dict.fromkeys(text[match.start : match.end] for match in found))


def _labels(row: Row[Any], annotation: Annotation, asked: Wanted) -> list[Reason]:
    provinces = [*annotation.all_provinces(), *(asked.places.today_of(code) for code in annotation.all_provinces())]
    has: dict[str, list[str]] = {
        "topics": [*annotation.topic_ids(), *annotation.subtopics],
        "provinces": provinces,
        "intent": [str(annotation.intent.label)],
        "sentiment": [str(annotation.sentiment.label)],
        "audience": annotation.audience,
        "kind": [row.kind],
    }
    return [Reason(name, value) for name, values in has.items() for value in values if value in asked.labels.get(name, ())]
