"""The most telling stories, sentences and phrases of a concern, from its own texts."""

import itertools
import math
import re
from collections import Counter
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.evidence import Piece
from langnghe.folding import canonical
from langnghe.record.schema import DocumentRow, Fact
from langnghe.stories import syllables

BACKGROUND_DAYS = 90
BACKGROUND_DOCUMENTS = 800

_SENTENCE = re.compile(r"(?<=[.!?…])[\"”’)]*\s+(?=\W*\w)|\n+")
_LEAST_SENTENCE, _MOST_SENTENCE = 30, 300
_COMPARED = 1500
"""Characters of a text that phrases are taken from: news says what is new at its beginning."""


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


def sentences(text: str) -> list[str]:
    """The sentences of a text, by their closing marks and line ends."""
    return [sentence.strip() for sentence in _SENTENCE.split(text) if sentence.strip()]


def _lead_sentence(piece: Piece) -> str | None:
    told = sentences(piece.lead or "") + sentences(piece.text)
    long_enough = [sentence for sentence in told if len(sentence) >= _LEAST_SENTENCE]
    return excerpt(long_enough[0], _MOST_SENTENCE) if long_enough else None


def summary_sentences(pieces: list[Piece], most: int = 2) -> list[tuple[str, Piece]]:
    """Sentences that say what it is about, from the most typical stories; news before posts, one a story."""
    like = typicality(pieces)
    order = sorted(pieces, key=lambda piece: (piece.kind != "news", -like[piece.document_id], piece.document_id))
    chosen: dict[str, Piece] = {}
    told: set[int] = set()
    for piece in order:
        sentence = _lead_sentence(piece)
        if sentence and piece.story_id not in told and len(chosen) < most:
            chosen.setdefault(sentence, piece)
            told.add(piece.story_id)
    return list(chosen.items())


def _phrases(text: str) -> set[str]:
    words = re.findall(r"\w+|[^\w\s]", canonical(text))
    return {
        " ".join(words[i : i + length])
        for length in (2, 3, 4)
        for i in range(len(words) - length + 1)
        if all(word.isalpha() for word in words[i : i + length])
    }


def _background(session: Session, topic: str, start: date) -> list[tuple[int, str]]:
    query = (
        select(DocumentRow.story_id, DocumentRow.title, DocumentRow.text)
        .join(Fact, Fact.document_id == DocumentRow.id)
        .where(Fact.topic == topic, Fact.day.between(start - timedelta(days=BACKGROUND_DAYS), start - timedelta(days=1)))
        .where(DocumentRow.deleted.is_(None))
        .order_by(Fact.day.desc(), DocumentRow.id)
        .limit(BACKGROUND_DOCUMENTS)
    )
    found: dict[int, str] = {}
    for story, title, text in session.execute(query):
        found.setdefault(story or 0, f"{title or ''}. {text}")
    return list(found.items())


def new_phrases(session: Session, topic: str, pieces: list[Piece], start: date, most: int) -> list[tuple[str, int, int]]:
    """(phrase, stories now, stories before): what these stories say more than the topic's coverage of the 90 days before.

    Phrases of two to four syllables in at least two stories, by log odds with a Jeffreys prior; copies count once.
    """
    now: Counter[str] = Counter()
    texts: dict[int, str] = {}
    for piece in pieces:
        texts.setdefault(piece.story_id, f"{piece.title or ''}. {piece.text}")
    for text in texts.values():
        now.update(_phrases(text[:_COMPARED]))
    background = _background(session, topic, start)
    before: Counter[str] = Counter()
    for _, text in background:
        before.update(_phrases(text[:_COMPARED]) & now.keys())

    def weight(phrase: str) -> float:
        rate = (now[phrase] + 0.5) / (len(texts) + 1)
        usual = (before[phrase] + 0.5) / (len(background) + 1)
        return now[phrase] * math.log(rate / usual) * (1 + 0.2 * phrase.count(" "))

    least = max(2, len(texts) // 5)
    ranked = sorted((phrase for phrase, number in now.items() if number >= least), key=lambda phrase: (-weight(phrase), phrase))
    chosen: list[str] = []
    for phrase in ranked:
        words = set(phrase.split())
        if all(len(words & set(other.split())) < 2 for other in chosen) and weight(phrase) > 0:
            chosen.append(phrase)
        if len(chosen) == most:
            break
    return [(phrase, now[phrase], before[phrase]) for phrase in chosen]
