"""The written texts of the sample sources, from ``corpus/*.jsonl``, checked on load."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from langnghe.documents import Intent, Sentiment, Veracity
from langnghe.errors import ConfigurationError

CORPUS = Path(__file__).parent / "corpus"

Text = TypeVar("Text", bound="Written")


class Strict(BaseModel):
    """A part of the corpus; an unknown name is an error."""

    model_config = ConfigDict(extra="forbid")


class Labels(Strict):
    """What a reader who knows the label set says of a text; used only to check the machine."""

    relevant: bool
    topics: list[str] = []
    subtopics: list[str] = []
    sentiment: Sentiment = "neutral"
    intent: Intent = "information"
    concern: Literal[0, 1, 2] = 0
    provinces: list[str] = []
    responsible: list[str] = []
    audience: list[str] = []
    veracity: Veracity | None = None
    formal: bool = False


class WrittenComment(Strict):
    """A reader's comment with the answers to it."""

    key: str
    name: str
    text: str
    labels: Labels
    replies: "list[WrittenComment]" = []


class WrittenPost(Strict):
    """A post; ``quotes``: key of the post of its thread that it quotes."""

    key: str
    author: str
    text: str
    quotes: str | None = None
    labels: Labels


class Headline(Strict):
    """Another title and lead for the same text, as a second newspaper gives it."""

    title: str
    sapo: str


class Written(Strict, ABC):
    """What articles and threads share; ``group`` None: the everyday background."""

    key: str
    group: str | None = None
    title: str

    @abstractmethod
    def main_topic(self) -> str:
        """The first topic, or an empty text."""


class WrittenArticle(Written):
    """A newspaper's article; ``outlet``: whether the main newspaper or a small one printed it, None: either."""

    type: Literal["article"] = "article"
    section: str
    outlet: Literal["main", "regional"] | None = None
    sapo: str
    body: list[str]
    author: str
    labels: Labels
    comments: list[WrittenComment] = []
    variants: list[Headline] = []

    def main_topic(self) -> str:
        """The first topic, or an empty text."""
        return next(iter(self.labels.topics), "")


class WrittenThread(Written):
    """A thread of a forum."""

    type: Literal["thread"] = "thread"
    posts: list[WrittenPost]

    def main_topic(self) -> str:
        """The first topic of the first post, or an empty text."""
        return next(iter(self.posts[0].labels.topics), "")


class Corpus(Strict):
    """Everything that was written."""

    articles: list[WrittenArticle]
    threads: list[WrittenThread]


class _Typed(BaseModel):
    type: Literal["article", "thread"]


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip():
            yield number, line


def _read(path: Path, number: int, line: str, model: type[Text]) -> Text:
    try:
        return model.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"]) or "the line"
        raise ConfigurationError(f"{path}:{number}: {where}: {first['msg']}", "Restore the file as it came with the program.") from None


def _is_thread(line: str) -> bool:
    return _Typed.model_validate_json(line).type == "thread"


@cache
def load_corpus(folder: Path = CORPUS) -> Corpus:
    """The background articles and threads and the planted ones of both kinds.

    Raises:
        ConfigurationError: a line is not what it should be; names file and line.
    """
    paths = {name: folder / f"{name}.jsonl" for name in ("articles", "threads", "planted")}
    articles = [_read(paths["articles"], n, line, WrittenArticle) for n, line in _lines(paths["articles"])]
    threads = [_read(paths["threads"], n, line, WrittenThread) for n, line in _lines(paths["threads"])]
    for number, line in _lines(paths["planted"]):
        if _is_thread(line):
            threads.append(_read(paths["planted"], number, line, WrittenThread))
        else:
            articles.append(_read(paths["planted"], number, line, WrittenArticle))
    return Corpus(articles=articles, threads=threads)
