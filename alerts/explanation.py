"""Why a concern is here: what is said, since when, observed against expected, where, who carries it, what is new."""

from datetime import date, timedelta

import numpy as np
from pydantic import BaseModel
from sqlalchemy.orm import Session

from alerts.detection.interface import Scores
from alerts.evidence import Evidence, Piece, Scope, copies_of, gather
from alerts.panel import NATIONAL, Grid, Panel
from alerts.rules import AlertRules, Drive
from alerts.telling import excerpt, new_phrases, summary_sentences, telling_pieces
from langnghe.places import Places


class Sentence(BaseModel):
    """A sentence of the summary and the document that says it."""

    text: str
    document_id: int
    url: str | None
    outlet: str
    office: str | None = None

    @property
    def quoted(self) -> str:
        """The sentence as a paper quotes it: with where it stands."""
        return f"“{self.text}” ({self.outlet})"


class TellingStory(BaseModel):
    """A story that shows what the concern is; ``why``: earliest, most_copied, typical or newest."""

    why: str
    story_id: int
    document_id: int
    title: str
    excerpt: str
    outlets: list[str]
    copies: int
    """Documents of the story, this one included."""
    url: str | None
    day: date
    kind: str
    complaint: bool
    office: str | None = None
    """Office whose own import it is; None: public."""


class ProvinceShare(BaseModel):
    """A province's part of a concern, distinct negative stories over the window."""

    code: str
    name: str
    observed: int
    expected: float
    high: float
    score: float


class Carrier(BaseModel):
    """A source that carries the concern."""

    source: str
    outlet: str
    kind: str
    documents: int


class ChartDay(BaseModel):
    """One day of the chart: distinct negative stories and what is usual."""

    day: date
    negative: int
    complaints: int
    expected: float
    low: float
    high: float


class Phrase(BaseModel):
    """A phrase that marks these stories against the topic's coverage of before."""

    text: str
    now: int
    """Stories of the window that hold it."""
    before: int
    """Stories of the 90 days before that hold it."""


class Explanation(BaseModel):
    """All that a concern's page and mail show; every number comes with the documents behind it."""

    day: date
    """Cut-off: the last day that counts."""
    since: date
    window_days: int
    observed: int
    expected: float
    low: float
    high: float
    complaints: int
    complaints_expected: float
    documents: int
    severe: int
    """Stories that need a response."""
    national: bool
    """Whether the numbers count the whole country, not only the provinces named."""
    provinces: list[ProvinceShare]
    related_topics: list[str] = []
    summary: list[Sentence]
    stories: list[TellingStory]
    carriers: list[Carrier]
    kinds: dict[str, int]
    phrases: list[Phrase]
    drives: list[str]
    """Names of known drives that may echo in it; they never silence it."""
    learning_days: int | None
    """Days of history, where there are too few to speak of a trend."""
    chart: list[ChartDay]
    document_ids: list[int]
    story_ids: list[int]
    ranking: dict[str, float] = {}
    """What each reason adds to the concern's rank."""

    @property
    def start(self) -> date:
        """First day of the window."""
        return self.day - timedelta(days=self.window_days - 1)

    @property
    def sources(self) -> int:
        """Number of different sources."""
        return len({carrier.source for carrier in self.carriers})


def _unit_places(panel: Panel, scope: Scope) -> list[int]:
    return [panel.unit_index[unit] for unit in scope.provinces or (NATIONAL,)]


def _onset(observed: Grid, expected: Grid) -> int:
    """Place of the day on which the rise began: where the sum of excesses over twice the usual last stood lowest (Page 1954)."""
    walk = np.concatenate([[0.0], np.cumsum(observed - 2 * expected - 0.1)])
    begin = int(np.argmin(walk[::-1]))
    start = len(walk) - 1 - begin
    risen = np.flatnonzero(observed[start:])
    return start + int(risen[0]) if len(risen) else len(observed) - 1


def _chart(panel: Panel, scores: Scores, scope: Scope, day: date, days: int) -> list[ChartDay]:
    units, topic, at = _unit_places(panel, scope), panel.topic_index[scope.topic], panel.index(day)
    rows = []
    for i in range(max(at - days + 1, 0), at + 1):
        expected = float(scores.daily[i, units, topic].sum())
        spread = 1.96 * np.sqrt(float((scores.daily[i, units, topic] * scores.dispersion[i, units, topic]).sum()))
        rows.append(
            ChartDay(
                day=panel.days[i],
                negative=int(panel.counts["neg_stories"][i, units, topic].sum()),
                complaints=int(panel.counts["complaint_stories"][i, units, topic].sum()),
                expected=round(expected, 2),
                low=round(max(expected - spread, 0), 2),
                high=round(expected + max(spread, 1.0), 2),
            )
        )
    return rows


def _shares(
    panel: Panel, scores: Scores, topic: str, provinces: list[str], evidence: Evidence, day: date, places: Places
) -> list[ProvinceShare]:
    shares, at = [], panel.index(day)
    for code in provinces:
        cell = (at, panel.unit_index[code], panel.topic_index[topic])
        shares.append(
            ProvinceShare(
                code=code,
                name=places.name(code),
                observed=sum(code in named for named in evidence.provinces_of.values()),
                expected=round(float(scores.expected[cell]), 2),
                high=round(float(scores.high[cell]), 1),
                score=round(float(scores.score[cell]), 2),
            )
        )
    return sorted(shares, key=lambda share: (-share.observed, share.code))


def _carriers(pieces: list[Piece]) -> list[Carrier]:
    counted: dict[tuple[str, str, str], int] = {}
    for piece in pieces:
        key = (piece.source, piece.outlet, piece.kind)
        counted[key] = counted.get(key, 0) + 1
    carriers = [Carrier(source=source, outlet=outlet, kind=kind, documents=number) for (source, outlet, kind), number in counted.items()]
    return sorted(carriers, key=lambda carrier: (-carrier.documents, carrier.source, carrier.kind))


def _told(session: Session, evidence: Evidence, rules: AlertRules) -> list[TellingStory]:
    copies = copies_of(session, evidence.stories)
    told = []
    for why, piece in telling_pieces(evidence.pieces, {story: len(found) for story, found in copies.items()}, rules.explanation.stories):
        outlets = list(dict.fromkeys(outlet for outlet, _ in copies.get(piece.story_id, []))) or [piece.outlet]
        told.append(
            TellingStory(
                why=why,
                story_id=piece.story_id,
                document_id=piece.document_id,
                title=excerpt(piece.title or piece.context or piece.text, 120),
                excerpt=excerpt(piece.lead or piece.text, rules.explanation.excerpt),
                outlets=outlets,
                copies=max(len(copies.get(piece.story_id, [])), 1),
                url=piece.url,
                day=piece.day,
                kind=piece.kind,
                complaint=piece.complaint,
                office=piece.office,
            )
        )
    return told


def _sum(grid: Grid, at: int, units: list[int], topic: int) -> float:
    return float(grid[at, units, topic].sum())


def explain(
    session: Session,
    panel: Panel,
    scores: Scores,
    scope: Scope,
    provinces: list[str],
    day: date,
    *,
    rules: AlertRules,
    drives: list[Drive],
    places: Places,
    related: list[str] | None = None,
    history_days: int | None = None,
) -> Explanation:
    """Explain a concern of ``scope`` on ``day``.

    Args:
        session: a session of the record.
        panel: the daily counts that detection worked on.
        scores: what the detector said of them.
        scope: topic and provinces whose documents count.
        provinces: the provinces to show, which a national scope may have too.
        day: the cut-off.
        rules: the rules of ``config/alerts.yaml``.
        drives: the known drives.
        places: the provinces.
        related: other topics that share its stories.
        history_days: days that the record knows of; None: enough.
    """
    window = rules.explanation.window_days
    evidence = gather(session, scope, day, window)
    units, topic, at = _unit_places(panel, scope), panel.topic_index[scope.topic], panel.index(day)
    expected = _sum(scores.expected, at, units, topic)
    # Intervals of several provinces add up like standard deviations of independent counts.
    low = max(expected - float(np.sqrt(np.square(scores.expected[at, units, topic] - scores.low[at, units, topic]).sum())), 0.0)
    high = expected + float(np.sqrt(np.square(scores.high[at, units, topic] - scores.expected[at, units, topic]).sum()))
    chart = _chart(panel, scores, scope, day, rules.explanation.chart_days)
    recent = chart[-28:]
    onset = _onset(np.array([one.negative for one in recent], float), np.array([one.expected for one in recent]))
    learning = history_days if history_days is not None and history_days < rules.detection.learning_days else None
    start = day - timedelta(days=window - 1)
    return Explanation(
        day=day,
        since=recent[onset].day,
        window_days=window,
        observed=len(evidence.stories),
        expected=round(expected, 2),
        low=round(low, 1),
        high=round(high, 1),
        complaints=len(evidence.complaints),
        complaints_expected=round(float(scores.daily_complaints[max(at - window + 1, 0) : at + 1, units, topic].sum()), 2),
        documents=len(evidence.pieces),
        severe=len(evidence.severe),
        national=not scope.provinces,
        provinces=_shares(panel, scores, scope.topic, provinces, evidence, day, places),
        related_topics=related or [],
        summary=[
            Sentence(text=text, document_id=piece.document_id, url=piece.url, outlet=piece.outlet, office=piece.office)
            for text, piece in summary_sentences(evidence.pieces)
        ],
        stories=_told(session, evidence, rules),
        carriers=_carriers(evidence.pieces),
        kinds={kind: sum(piece.kind == kind for piece in evidence.pieces) for kind in sorted({piece.kind for piece in evidence.pieces})},
        phrases=[
            Phrase(text=text, now=now, before=before)
            for text, now, before in new_phrases(session, scope.topic, evidence.pieces, start, rules.explanation.phrases, places.names)
        ],
        drives=[drive.name for drive in drives if drive.touches(scope.topic, provinces, start - timedelta(days=window), day)],
        learning_days=learning,
        chart=chart,
        document_ids=[piece.document_id for piece in evidence.pieces],
        story_ids=evidence.stories,
    )
