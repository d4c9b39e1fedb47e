"""The document: one article, comment or post, and what the annotation says of it."""

import hashlib
from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Kind(StrEnum):
    """What sort of text a document is."""

    news = "news"
    comment = "comment"
    forum = "forum"
    social = "social"
    feedback = "feedback"


class Document(BaseModel):
    """One text as it was fetched or imported, before it is masked and stored.

    ``source`` and ``id`` together are its identity; ``id`` is derived from the canonical URL where none is given.
    """

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    id: str
    source: str
    kind: Kind
    url: str | None = None
    title: str | None = None
    lead: str | None = None
    text: str
    author: str | None = None
    published: datetime | None = None
    modified: datetime | None = None
    fetched: datetime
    section: str | None = None
    outlet: str | None = None
    language: str = "vi"
    parent: str | None = None
    """``id`` of the article or of the thread's first post in the same source."""
    position: int | None = None
    """Place among the posts of its thread, from 1."""
    context: str | None = None
    """Title of the article or thread that a comment or post belongs to."""
    office: str | None = None
    """Office that brought an import; None: public coverage that every office sees."""


def identity_of(url: str) -> str:
    """A stable short id for a canonical URL: 20 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(url.encode()).hexdigest()[:20]


def content_hash(title: str | None, text: str) -> str:
    """SHA-256 of what a reader reads; a change of it is a new version."""
    return hashlib.sha256(f"{title or ''}\n{text}".encode()).hexdigest()


Sentiment = Literal["negative", "neutral", "positive"]
Intent = Literal["complaint", "question", "suggestion", "praise", "information"]
Veracity = Literal["unverified", "contradicted", "confirmed"]


class Topic(BaseModel):
    """A topic that holds, with the probability that it does (0 to 1)."""

    id: str
    score: float


class SentimentLabel(BaseModel):
    """The stance towards the system, its policy or its service."""

    label: Sentiment
    score: float


class IntentLabel(BaseModel):
    """What the author wants from whoever reads the piece."""

    label: Intent
    score: float


class ProvinceMention(BaseModel):
    """A province that the text names: ``evidence`` stands at code points ``start`` to ``end`` of ``field``."""

    name: str
    code: str
    evidence: str
    field: Literal["title", "text"] = "text"
    start: int
    end: int


class InheritedProvince(BaseModel):
    """A province that the piece does not name itself: its article, thread or outlet does."""

    name: str
    code: str
    from_: Literal["article", "thread", "outlet"] = Field(alias="from")

    model_config = ConfigDict(populate_by_name=True)


class Locality(BaseModel):
    """A district or commune that the text names."""

    name: str
    province: str | None = None


class TargetStance(BaseModel):
    """What a piece that says different things says of one of them: ``evidence`` stands at code points ``start`` to ``end`` of the text.

    ``target`` is a name of ``config/lexicon/targets.yaml``.
    """

    target: str
    stance: Sentiment
    evidence: str
    start: int
    end: int


class Annotation(BaseModel):
    """All that the system says of a document; the form that ``langnghe annotate`` prints."""

    relevant: bool
    relevance: float
    topics: list[Topic] = []
    subtopics: list[str] = []
    sentiment: SentimentLabel
    intent: IntentLabel
    provinces: list[ProvinceMention] = []
    inherited_provinces: list[InheritedProvince] = []
    concern: Literal[0, 1, 2] = 0
    responsible: list[str] = []
    audience: list[str] = []
    veracity: Veracity | None = None
    formal: bool = False
    localities: list[Locality] = []
    targets: list[TargetStance] = []
    """Stance per target, where the text names several or sets one thought against another."""
    evidence: list[str] = []
    """Words of the text that weighed most, for "can I see why"."""
    model: str

    def topic_ids(self) -> list[str]:
        """Ids of the topics, strongest first."""
        return [topic.id for topic in self.topics]

    def all_provinces(self) -> list[str]:
        """Codes of the named provinces or, where none is named, of the inherited ones; without repeats."""
        named = dict.fromkeys(mention.code for mention in self.provinces)
        return list(named or dict.fromkeys(mention.code for mention in self.inherited_provinces))


class AnnotationRequest(BaseModel):
    """What an annotator is given of a text: a line of ``langnghe annotate``'s input."""

    model_config = ConfigDict(extra="ignore")

    id: str | int | None = None
    text: str
    title: str | None = None
    kind: Kind = Kind.news
    published: datetime | None = None
    source: str | None = None
    url: str | None = None
    context: str | None = None
    context_provinces: list[str] = []
    """Codes of the provinces of the article or thread, where the record knows them."""
    home_province: str | None = None
    """Code of the outlet's home province."""
