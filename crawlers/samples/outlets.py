"""The invented outlets, from ``outlets.yaml``."""

from functools import cache, cached_property
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from langnghe.config_files import load


class Newspaper(BaseModel):
    """A newspaper; the small ones have fields (``sections``) or a home, and are read by their feed alone."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    name: str
    host: str
    sections: tuple[str, ...] = ()
    home_province: str | None = None

    @property
    def url(self) -> str:
        """Its home page."""
        return f"https://{self.host}/"


class Board(BaseModel):
    """A part of the forum."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: int
    slug: str
    name: str
    topics: tuple[str, ...]

    @property
    def path(self) -> str:
        """Where its list of threads stands."""
        return f"/forums/{self.slug}.{self.id}/"


class Forum(BaseModel):
    """The forum."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    name: str
    host: str
    boards: tuple[Board, ...]

    @property
    def url(self) -> str:
        """Its home page."""
        return f"https://{self.host}/"

    def board_of(self, topic: str) -> Board:
        """The board where a thread on ``topic`` belongs."""
        return next((board for board in self.boards if topic.startswith(board.topics)), self.boards[-1])


class Outlets(BaseModel):
    """All outlets; ``sections``: the newspapers' sections by their name in addresses."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sections: dict[str, str]
    main: Newspaper
    regional: tuple[Newspaper, ...]
    forum: Forum

    @cached_property
    def newspapers(self) -> list[Newspaper]:
        """The main one first."""
        return [self.main, *self.regional]

    @cached_property
    def specialists(self) -> list[Newspaper]:
        """The small ones that write about a field and not about a province."""
        return [paper for paper in self.regional if paper.home_province is None]

    @cached_property
    def locals(self) -> list[Newspaper]:
        """The small ones that write about a province."""
        return [paper for paper in self.regional if paper.home_province]


@cache
def load_outlets() -> Outlets:
    """The outlets of the demo."""
    return load(Path(__file__).with_name("outlets.yaml"), Outlets)
