"""Structures of pages, threads and comment services: presets in ``config/sources/structures/*.yaml`` that source files name."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from lxml.cssselect import CSSSelector, SelectorError
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, RootModel

from langnghe.config_files import load


def _is_selector(text: str) -> str:
    css, _, _ = text.partition("::attr(")
    try:
        CSSSelector(css or "*")
    except SelectorError as error:
        raise ValueError(f"not a CSS selector: {error}") from None
    return text


Selector = Annotated[str, AfterValidator(_is_selector)]
"""A CSS selector; ``a::attr(href)`` takes an attribute where text would be taken, ``::attr(id)`` one of the element itself."""


class Form(BaseModel):
    """A part of a structure file; an unknown name is an error."""

    model_config = ConfigDict(extra="forbid")


class Selectors(Form):
    """Where an article's parts stand; each is a list, the first selector that finds something counts."""

    title: list[Selector] = []
    lead: list[Selector] = []
    body: list[Selector] = []
    author: list[Selector] = []
    published: list[Selector] = []
    section: list[Selector] = []
    drop: list[Selector] = []
    """Parts of the body that are not its text: captions, boxes with related links. They add up."""
    links: list[Selector] = []
    """On section pages: links to articles. They add up."""
    dates: list[Selector] = []
    """On section pages: times of what is listed, by which a list is known to be too old. They add up."""
    next: list[Selector] = []
    """On section pages: the link to the next page."""

    def over(self, preset: "Selectors") -> "Selectors":
        """These selectors, with ``preset``'s where nothing stands here."""
        return Selectors.model_construct(**{name: getattr(self, name) or getattr(preset, name) for name in Selectors.model_fields})


class ThreadSelectors(Form):
    """Where a forum's threads, posts and lists keep their parts; those below a post or row are relative to it."""

    title: list[Selector]
    post: Selector
    id: Selector
    author: list[Selector]
    published: list[Selector]
    position: list[Selector] = []
    """Below a post: its number in the thread."""
    body: Selector
    quote: Selector
    quoted: list[Selector] = []
    """Below a quote: id of the post it quotes."""
    drop: list[Selector] = []
    next: list[Selector] = []
    """Link to the next page, of a thread and of a list."""
    row: Selector
    """On a list: one thread."""
    link: Selector
    """Below a row: the link to the thread."""
    latest: list[Selector] = []
    """Below a row: time of its last post."""


class ArticleStructure(Form):
    """How one content management system lays out its articles."""

    form: Literal["article"]
    recognise: list[Selector] = Field(min_length=1)
    """A page on which all of these find something has this structure."""
    selectors: Selectors


class ThreadStructure(Form):
    """How one forum system lays out its threads and lists."""

    form: Literal["thread"]
    recognise: list[Selector] = Field(min_length=1)
    thread: ThreadSelectors


class CommentFields(Form):
    """Names of the fields of one comment; ``a.b`` is field b of object a."""

    id: str
    author: str
    text: str
    published: str
    replies: str
    answers: str | None = None
    """How many replies there are, where they are not all among ``replies``."""


class CommentService(Form):
    """How a JSON service of readers' comments answers."""

    form: Literal["comments"]
    article_id: str
    """Regular expression on the article's URL; its first group is the article's id at the service."""
    first_page: int = 1
    page_size: int = 1
    """Comments of a page, for addresses that count in comments (``{offset}``)."""
    items: list[str]
    """Way to the list of comments; a value on it that is text is read as JSON."""
    fields: CommentFields


class CommentPage(Form):
    """How a service answers that gives comments as a piece of HTML; all selectors but ``item`` are relative to a comment."""

    form: Literal["comment_page"]
    article_id: str
    first_page: int = 1
    page_size: int = 1
    item: Selector
    reply: Selector
    """Below an item: one answer to it."""
    id: list[Selector]
    author: list[Selector]
    text: list[Selector]
    published: list[Selector]
    drop: list[Selector] = []


Comments = CommentService | CommentPage
"""A service of readers' comments."""


class StructureFile(RootModel[Annotated[ArticleStructure | ThreadStructure | CommentService | CommentPage, Field(discriminator="form")]]):
    """One file of ``structures/``."""


@dataclass(frozen=True)
class Structures:
    """All structures by name."""

    articles: dict[str, ArticleStructure]
    threads: dict[str, ThreadStructure]
    comments: dict[str, Comments]

    @property
    def pages(self) -> dict[str, ArticleStructure | ThreadStructure]:
        """Structures of pages."""
        return {**self.articles, **self.threads}


def load_structures(config_dir: Path) -> Structures:
    """Every structure of a configuration folder.

    Raises:
        ConfigurationError: a file is wrong; names file, line and remedy.
    """
    files = {path.stem: load(path, StructureFile).root for path in sorted((config_dir / "sources" / "structures").glob("*.yaml"))}

    def of(*forms: type[Any]) -> dict[str, Any]:
        return {name: structure for name, structure in files.items() if isinstance(structure, forms)}

    return Structures(of(ArticleStructure), of(ThreadStructure), of(CommentService, CommentPage))
