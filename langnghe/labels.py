"""The labels that an annotation may use, from ``config/taxonomy/labels.yaml``."""

from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

from langnghe.config_files import default_config_dir, load
from langnghe.errors import LangngheError


class Label(BaseModel):
    """One label: its id, and its name in Vietnamese and English."""

    model_config = ConfigDict(extra="forbid")

    id: str
    vi: str
    en: str = ""
    parent: str | None = None
    about: str = ""
    """What belongs to it, in Vietnamese, as an officer reads it."""
    about_en: str = ""
    since: date | None = None
    """Day before which nothing could be said of it: when the law's draft was made public."""

    def name(self, language: str) -> str:
        """The name an officer reads."""
        return (self.en or self.id) if language == "en" else self.vi


class Labels(BaseModel):
    """The whole label set."""

    topics: list[Label]
    subtopics: list[Label]
    responsible: list[str]
    veracity: list[str]
    audience: list[str]
    sentiment: list[Label]
    intent: list[Label]
    concern: list[Label]

    @model_validator(mode="before")
    @classmethod
    def _numbers_to_text(cls, content: Any) -> Any:
        if isinstance(content, dict) and isinstance(content.get("concern"), list):
            concern = [item | {"id": str(item.get("id"))} if isinstance(item, dict) else item for item in content["concern"]]
            return content | {"concern": concern}
        return content

    @model_validator(mode="after")
    def _parents_exist(self) -> "Labels":
        topics = {topic.id for topic in self.topics}
        for subtopic in self.subtopics:
            if subtopic.parent not in topics:
                raise ValueError(f"subtopic {subtopic.id} has the parent {subtopic.parent}, which is no topic")
        return self

    @cached_property
    def by_id(self) -> dict[str, Label]:
        """Topics and subtopics by id."""
        return {label.id: label for label in [*self.topics, *self.subtopics]}

    def topic_name(self, topic: str, language: str = "vi") -> str:
        """A topic's or subtopic's name, or its id where nobody knows it."""
        return self.by_id[topic].name(language) if topic in self.by_id else topic

    def parent_of(self, subtopic: str) -> str:
        """The topic that a subtopic belongs to."""
        return str(self.by_id[subtopic].parent)

    def not_yet(self, day: date) -> frozenset[str]:
        """Topics and subtopics that nothing of ``day`` could be about."""
        return frozenset(label.id for label in self.by_id.values() if label.since and day < label.since)

    def check(self, group: str, label: str) -> None:
        """Raise unless ``label`` is in ``group`` (topics, sentiment, intent, ...); the error lists what is."""
        known = [item if isinstance(item, str) else item.id for item in getattr(self, group)]
        if label not in known:
            raise LangngheError(f"unknown label {label!r} in {group}", f"Use one of: {', '.join(known)}.")


@cache
def load_labels(config_dir: Path | None = None) -> Labels:
    """The labels of a configuration folder (None: the one that came with the program)."""
    return load((config_dir or default_config_dir()) / "taxonomy" / "labels.yaml", Labels)
