"""The rules of ``config/novelty.yaml``."""

from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field

from langnghe.config_files import default_config_dir, load


class NoveltyRules(BaseModel):
    """What counts as a new storyline, and whose word settles a rumour."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    window_days: int = Field(ge=1, le=28)
    background_days: int = Field(ge=7, le=365)
    similar: float = Field(gt=0, lt=1)
    least_stories: int = Field(ge=1)
    least_outlets: int = Field(ge=1)
    phrases: int = Field(ge=0)
    official: list[str]

    def is_official(self, url: str | None) -> bool:
        """Whether a page stands on the site of a state body."""
        host = (urlsplit(url).hostname or "") if url else ""
        return any(host == domain or host.endswith(f".{domain}") for domain in self.official)


@cache
def load_novelty_rules(config_dir: Path | None = None) -> NoveltyRules:
    """The rules of a configuration folder (None: the one that came with the program)."""
    return load((config_dir or default_config_dir()) / "novelty.yaml", NoveltyRules)
