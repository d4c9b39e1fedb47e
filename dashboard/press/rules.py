"""``config/press.yaml``: sections of a press review and what its short forms may hold."""

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from langnghe.config_files import default_config_dir, load


class Part(BaseModel):
    """A group of rules; an unknown name is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Section(Part):
    """A section, and which stories it takes; without labels: all that is left."""

    id: str
    vi: str
    en: str
    topics: list[str] = []
    intents: list[str] = []
    sentiments: list[str] = []

    def name(self, language: str) -> str:
        """Its heading."""
        return self.en if language == "en" else self.vi

    def takes(self, topics: list[str], intent: str, sentiment: str) -> bool:
        """Whether a story of these labels belongs here."""
        takes_all = not (self.topics or self.intents or self.sentiments)
        return takes_all or bool(set(topics) & set(self.topics)) or intent in self.intents or sentiment in self.sentiments


class Zalo(Part):
    """Limits of a message in Zalo."""

    characters: int = Field(ge=200)
    stories: int = Field(ge=1)


class Loudspeaker(Part):
    """Limits of what is read out."""

    stories: int = Field(ge=1)


class PressRules(Part):
    """All of ``config/press.yaml``."""

    sections: list[Section] = Field(min_length=1)
    zalo: Zalo
    loudspeaker: Loudspeaker
    spoken: dict[str, str]

    def section_of(self, topics: list[str], intent: str, sentiment: str) -> str:
        """The first section that takes such a story."""
        return next((section.id for section in self.sections if section.takes(topics, intent, sentiment)), self.sections[-1].id)


@cache
def load_press_rules(config_dir: Path | None = None) -> PressRules:
    """The rules of a configuration folder (None: the one that came with the program)."""
    return load((config_dir or default_config_dir()) / "press.yaml", PressRules)
