"""Emerging storylines: not there before, told by several, and how they travelled from outlet to outlet and from kind to kind."""

import math
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from pydantic import BaseModel
from sqlalchemy.orm import Session

from alerts.evidence import Scope
from alerts.novelty.clusters import cells, storylines, vectors
from alerts.novelty.reading import MOST_CONVERSATIONS, MOST_PIECES, Telling, conversations, tellings, window
from alerts.novelty.rules import NoveltyRules
from langnghe.phrases import characteristic_phrases
from langnghe.places import NOWHERE, Places

_PHRASED = 40
"""Stories that phrases are taken from; splitting into words takes about a millisecond each."""
_BACKGROUND = 120
_CONVERSATION = 4000
"""Characters of a conversation that are compared."""
_LEAST_BACKGROUND = 7
"""Days without it before a storyline is new, where there is too much to read all of the past; a topic's scope reaches further back."""
_SPEED_HOURS = 24.0
_UNCONFIRMED = ("unverified", "contradicted")
"""Labels of a claim that nobody has confirmed."""


class Step(BaseModel):
    """When a storyline reached a kind of outlet, and by which one."""

    kind: str
    outlet: str
    at: datetime
    hours: float
    """Hours after the storyline began."""


class Emerging(BaseModel):
    """A storyline that was not there before."""

    title: str
    document_id: int
    """The document that told it first."""
    began: datetime
    latest: datetime
    story_ids: list[int]
    negative: int
    """How many of its stories have a negative piece."""
    outlets: list[str]
    provinces: list[str]
    way: list[Step]
    """The kinds that it reached, in order: forum, then paper."""
    speed: float
    """Outlets that it reached within a day of its beginning, or of the last day, whichever are more."""
    phrases: list[str] = []
    """What its stories say that those of before did not."""
    rumour: bool
    """A claim that is not confirmed and that no official source has taken up."""
    contradicted: bool
    official: bool
    """Whether a state body's site tells it."""
    weight: float
    """Order of the list."""


def _title(piece: Telling) -> str:
    return piece.title or " ".join(piece.text.split())[:120]


def _way(pieces: Sequence[Telling]) -> list[Step]:
    """The first piece of each kind."""
    began, way = pieces[0].published, dict[str, Step]()
    for piece in pieces:
        hours = (piece.published - began).total_seconds() / 3600
        way.setdefault(piece.kind, Step(kind=piece.kind, outlet=piece.outlet, at=piece.published, hours=round(hours, 1)))
    return list(way.values())


def _speed(pieces: Sequence[Telling]) -> float:
    def reached(since: datetime) -> int:
        return len({piece.outlet for piece in pieces if since <= piece.published <= since + timedelta(hours=_SPEED_HOURS)})

    return float(max(reached(pieces[0].published), reached(pieces[-1].published - timedelta(hours=_SPEED_HOURS))))


def _weight(stories: int, negative: int, outlets: int, kinds: int, speed: float) -> float:
    """Order of the list: by reason, for no officer has judged enough of them yet; size, tone, reach and pace count alike."""
    return round(math.log1p(stories) + math.log1p(negative) + math.log1p(outlets) + math.log1p(speed) + 0.5 * (kinds - 1), 3)


def _lines(told: list[list[Telling]], rules: NoveltyRules) -> list[list[Telling]]:
    """The pieces of every storyline by time."""
    texts = [" ".join(piece.compared for piece in pieces)[:_CONVERSATION] for pieces in told]
    places = cells([set().union(*(piece.cells for piece in pieces)) for pieces in told])
    lines: dict[int, list[Telling]] = {}
    for pieces, line in zip(told, storylines(vectors(texts), places, rules.similar), strict=True):
        lines.setdefault(line, []).extend(pieces)
    return [sorted(pieces, key=lambda piece: (piece.published, piece.document_id)) for pieces in lines.values()]


def _is_new(pieces: list[Telling], start: date, rules: NoveltyRules) -> bool:
    stories, outlets = {piece.story_id for piece in pieces}, {piece.outlet for piece in pieces}
    return pieces[0].day >= start and len(stories) >= rules.least_stories and len(outlets) >= rules.least_outlets


def _phrases(pieces: list[Telling], old: list[str], rules: NoveltyRules, places: Places) -> list[str]:
    """What is said now and was not before, but for the names of provinces."""
    if not rules.phrases:
        return []
    texts = {piece.story_id: piece.compared for piece in reversed(pieces)}
    found = characteristic_phrases(list(texts.values())[:_PHRASED], old[-_BACKGROUND:], rules.phrases, names=places.names)
    return [phrase.text for phrase in found]


def _provinces(pieces: list[Telling]) -> list[str]:
    return sorted({province for piece in pieces for _, province in piece.cells if province != NOWHERE})


def _emerging(pieces: list[Telling], rules: NoveltyRules) -> Emerging:
    stories = {piece.story_id for piece in pieces}
    negative = len({piece.story_id for piece in pieces if piece.negative})
    outlets = list(dict.fromkeys(piece.outlet for piece in pieces))
    way, speed = _way(pieces), _speed(pieces)
    official = any(rules.is_official(piece.url) for piece in pieces)
    claimed = {piece.veracity for piece in pieces}
    return Emerging(
        title=_title(next((piece for piece in pieces if piece.title), pieces[0])),
        document_id=pieces[0].document_id,
        began=pieces[0].published,
        latest=pieces[-1].published,
        story_ids=sorted(stories),
        negative=negative,
        outlets=outlets,
        provinces=_provinces(pieces),
        way=way,
        speed=speed,
        rumour=bool(claimed & set(_UNCONFIRMED)) and not official and "confirmed" not in claimed,
        contradicted="contradicted" in claimed,
        official=official,
        weight=_weight(len(stories), negative, len(outlets), len(way), speed),
    )


def emerging(
    session: Session, day: date, rules: NoveltyRules, places: Places, *, scope: Scope | None = None, most: int = 8
) -> list[Emerging]:
    """The storylines of the last days of which nothing was told before, the heaviest first.

    Args:
        session: a session of the record.
        day: the last day that counts.
        rules: of ``config/novelty.yaml``.
        places: the provinces.
        scope: topic and provinces (None: everything); what was told elsewhere before is not looked at.
        most: how many at most.
    """
    start = window(day, rules.window_days)
    pieces = tellings(session, scope, window(start, rules.background_days + 1), day)
    told = conversations(pieces)
    if told and (len(pieces) >= MOST_PIECES or len(told) >= MOST_CONVERSATIONS):
        # Not all of the past was read: what began on the first days that were may have been told before.
        start = max(start, told[0][0].day + timedelta(days=_LEAST_BACKGROUND))
    new = [pieces for pieces in _lines(told, rules) if _is_new(pieces, start, rules)]
    found = sorted(((_emerging(pieces, rules), pieces) for pieces in new), key=lambda one: (-one[0].weight, one[0].document_id))[:most]
    old = [pieces[0].compared for pieces in told if pieces[0].day < start]
    # Phrases take most of the time, so they are made for what is shown alone.
    return [one.model_copy(update={"phrases": _phrases(pieces, old, rules, places)}) for one, pieces in found]
