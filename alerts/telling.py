"""The most telling stories, sentences and phrases of a concern, from its own texts."""

import itertools
import math
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.evidence import Piece
from langnghe.phrases import characteristic_phrases, summary
from langnghe.record.schema import DocumentRow, Fact
from langnghe.stories import syllables

BACKGROUND_DAYS = 90
BACKGROUND_DOCUMENTS = 200

_MOST_SENTENCE = 300
_COMPARED = 1200
"""Characters of a text that phrases are taken from: news says what is new at its beginning."""
_BEGINNING = 450
"""Characters in which a text without a lead says what it is about; sentences from further on lean on what stood before them."""
_SUMMARISED, _PHRASED = 12, 60
"""Stories that the summary and the phrases are made from; splitting into words takes about a millisecond each."""


def excerpt(text: str, most: int) -> str:
    """At most ``most`` characters of a text, cut between words."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    return (cut[: cut.rfind(" ")] if " " in cut[most // 2 :] else cut).rstrip(" ,;:-–") + "…"


def _pairs(piece: Piece) -> Counter[str]:
    words = syllables(f"{piece.title or ''} {piece.lead or ''} {piece.text[:1500]}")
    return Counter(f"{one} {other}" for one, other in itertools.pairwise(words))


def typicality(pieces: list[Piece]) -> dict[int, float]:
    """How much each document is like all of them: cosine of its syllable pairs with their TF-IDF centroid, by document id."""
    counts = {piece.document_id: _pairs(piece) for piece in pieces}
    holds = Counter(pair for found in counts.values() for pair in found)
    weight = {pair: math.log(1 + number) if number > 1 else 0.0 for pair, number in holds.items()}
    like: dict[int, float] = {}
    for document_id, found in counts.items():
        length = math.sqrt(sum((1 + math.log(number)) ** 2 for number in found.values())) or 1.0
        like[document_id] = sum((1 + math.log(number)) * weight[pair] for pair, number in found.items()) / length
    return like


def telling_pieces(pieces: list[Piece], copies: dict[int, int], most: int) -> list[tuple[str, Piece]]:
    """(why, piece), one of each story: the earliest, the most copied, the most typical, then the newest complaints and others."""
    if not pieces:
        return []
    like = typicality(pieces)
    chosen: dict[int, tuple[str, Piece]] = {}

    def take(why: str, piece: Piece) -> None:
        if len(chosen) < most:
            chosen.setdefault(piece.story_id, (why, piece))

    take("earliest", pieces[0])
    copied = max(pieces, key=lambda piece: (copies.get(piece.story_id, 1), -piece.document_id))
    if copies.get(copied.story_id, 1) > 1:
        take("most_copied", copied)
    for piece in sorted(pieces, key=lambda piece: (-like[piece.document_id], piece.document_id))[:2]:
        take("typical", piece)
    for piece in sorted(pieces, key=lambda piece: (piece.complaint, piece.published, piece.document_id), reverse=True):
        take("newest", piece)
    return list(chosen.values())


def summary_sentences(pieces: list[Piece], most: int = 2) -> list[tuple[str, Piece]]:
    """Sentences that say what it is about, from the most typical stories; where news tells it, posts do not."""
    like = typicality(pieces)
    order = sorted(pieces, key=lambda piece: (piece.kind != "news", -like[piece.document_id], piece.document_id))
    of_story: dict[int, Piece] = {}
    for piece in order:
        of_story.setdefault(piece.story_id, piece)
    told = list(of_story.values())[:_SUMMARISED]
    if sum(piece.kind == "news" for piece in told) >= most:
        told = [piece for piece in told if piece.kind == "news"]
    texts = [piece.lead or piece.text[:_BEGINNING] for piece in told]
    return [(excerpt(" ".join(found.text.split()), _MOST_SENTENCE), told[found.source]) for found in summary(texts, most)]


def _distinct(told: Iterable[tuple[int, str | None, str | None, str]], most: int) -> list[str]:
    """Texts of so many stories (story, title, title of what it stands below, text); a title is read once, however many stand below it."""
    texts: dict[int, str] = {}
    read: set[str] = set()
    for story, title, context, text in told:
        if story in texts or len(texts) >= most:
            continue
        head = title or context or ""
        texts[story] = text[:_COMPARED] if head in read else f"{head}. {text[:_COMPARED]}"
        read.add(head)
    return list(texts.values())


def _background(session: Session, topic: str, start: date) -> list[str]:
    query = (
        select(DocumentRow.story_id, DocumentRow.title, DocumentRow.context, DocumentRow.text)
        .join(Fact, Fact.document_id == DocumentRow.id)
        .where(Fact.topic == topic, Fact.day.between(start - timedelta(days=BACKGROUND_DAYS), start - timedelta(days=1)))
        .where(DocumentRow.deleted.is_(None))
        .order_by(Fact.day.desc(), DocumentRow.id)
        .limit(BACKGROUND_DOCUMENTS)
    )
    told = ((story or 0, title, context, text) for story, title, context, text in session.execute(query))
    return _distinct(told, BACKGROUND_DOCUMENTS)


def new_phrases(
    session: Session, topic: str, pieces: list[Piece], start: date, most: int, places: Iterable[str] = ()
) -> list[tuple[str, int, int]]:
    """(phrase, stories now, stories before): what these stories say more than the topic's coverage of the 90 days before.

    Copies count once. The names in ``places`` are no part of a phrase: where a concern is stands elsewhere.
    """
    texts = _distinct(((piece.story_id, piece.title, piece.context, piece.text) for piece in pieces), _PHRASED)
    found = characteristic_phrases(texts, _background(session, topic, start), most, names=list(places))
    return [(phrase.text, phrase.texts, phrase.background) for phrase in found]
