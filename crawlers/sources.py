"""Sources as data: one YAML file each in ``config/sources/``, checked on load; structures of pages and comment services beside them."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from yaml.nodes import MappingNode

from crawlers.structures import Selectors, Structures, load_structures
from langnghe.config_files import load, read_yaml
from langnghe.errors import ConfigurationError, WrongCall
from langnghe.places import load_places

FORUMS = frozenset({"xenforo", "discourse"})
"""Kinds of sources that are made of threads."""


def _files(config_dir: Path) -> list[Path]:
    """The source files: all YAML in ``config/sources/`` and its folders, but for the terms and the structures."""
    folder = config_dir / "sources"
    return [path for path in sorted(folder.rglob("*.yaml")) if path != folder / "terms.yaml" and folder / "structures" not in path.parents]


def _is_address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("an address begins with http:// or https://")
    return url


def _is_time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError("a name of the IANA time zone database, such as Asia/Ho_Chi_Minh") from None
    return name


def _is_archive(template: str) -> str:
    try:
        if template.format(year=2026, month=1, day=2) == template:
            raise ValueError("an archive's address has {year}, {month} or {day}")
    except (KeyError, IndexError):
        raise ValueError("an archive's address may have {year}, {month} and {day}, such as {month:02}") from None
    return template


def _is_expression(text: str) -> str:
    try:
        groups = re.compile(text).groups
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from None
    if groups < 1:
        raise ValueError("a regular expression with one group, such as [?&]ItemID=([0-9]+)")
    return text


Address = Annotated[str, AfterValidator(_is_address)]


class Entrance(BaseModel):
    """A feed, a section page or a forum's list of threads; in a source file its bare address will do."""

    model_config = ConfigDict(extra="forbid")

    url: Address
    on_topic: bool = False
    """Whether it is about the insurances by itself: then everything that it leads to is taken, whatever its words."""


def _as_entrance(value: object) -> object:
    return {"url": value} if isinstance(value, str) else value


Entrances = list[Annotated[Entrance, BeforeValidator(_as_entrance)]]


class CommentsOf(BaseModel):
    """Where the readers' comments of a source's articles are read."""

    model_config = ConfigDict(extra="forbid")

    service: str
    """Name of a comment service in ``structures/``."""
    address: Address
    """Address of a page of comments: ``{id}`` is the article's id at the service, ``{page}`` counts from the service's first page,
    ``{offset}`` counts comments."""
    replies: Address | None = None
    """Address of the answers to one comment, ``{comment}``, where the service leaves them out of its pages."""

    @model_validator(mode="after")
    def _has_places(self) -> "CommentsOf":
        if "{id}" not in self.address or not ("{page}" in self.address or "{offset}" in self.address):
            raise ValueError("the address needs {id} and {page} or {offset}")
        if self.replies and "{comment}" not in self.replies:
            raise ValueError("the address of replies needs {comment}")
        return self


class Source(BaseModel):
    """One newspaper, forum or office's site."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{1,39}$")
    """Short name; the file is called ``<id>.yaml``."""
    name: str
    """Name as officers see it."""
    kind: Literal["feed", "xenforo", "listing", "sitemap", "discourse"]
    """How it is crawled: ``feed``, ``listing`` and ``sitemap`` read feeds, section pages and sitemaps that lead to articles,
    ``xenforo`` and ``discourse`` the lists and threads of a forum."""
    enabled: bool | Literal["unverified"] = "unverified"
    """``unverified``: the addresses have not been tried on the live net yet; crawled only when it is asked for by name."""
    sample: bool = False
    """Whether it is invented and ships with the project; crawled by ``langnghe demo`` alone."""
    outlet: str | None = None
    """Publisher, if it is not ``name``: editions of one publisher share it."""
    homepage: Address
    domains: list[str] = []
    """Hosts whose pages belong to the source, with their sub-domains; empty: the homepage's."""
    feeds: Entrances = []
    listings: Entrances = []
    """Section pages, or a forum's lists of threads. With ``{page}`` the pages 1, 2, 3 ... are read,
    without it the structure's link to the next page is followed; until nothing is new or all is too old."""
    sitemaps: Entrances = []
    """Sitemaps, such as a news sitemap of the last days, or an index of sitemaps."""
    archives: list[Annotated[Address, AfterValidator(_is_archive)]] = []
    """Sitemaps of past times with ``{year}``, ``{month}`` or ``{day}`` in the address; read by ``crawl --since`` alone."""
    key: Annotated[str, AfterValidator(_is_expression)] | None = None
    """Regular expression on an article's address whose first group is its identity, where one article has several addresses."""
    structure: str | None = None
    """Name of a structure in ``structures/``; None: recognised from each page."""
    selectors: Selectors = Selectors()
    """Selectors that differ from the structure's."""
    comments: CommentsOf | None = None
    terms: list[str] = []
    """Words that make a page on topic here, compared without case and marks; empty: those of ``terms.yaml``."""
    home_province: str | None = Field(None, pattern=r"^(34|63)-\d\d$")
    """Province that a local outlet writes about, as ``34-40``; None: national."""
    weight: float = Field(1.0, gt=0, le=10)
    """How much its reach counts, 1 for a usual newspaper."""
    delay: float | None = Field(None, ge=0)
    """Seconds between two requests to its host, if more than ``crawl.min_delay``."""
    timezone: Annotated[str, AfterValidator(_is_time_zone)] = "Asia/Ho_Chi_Minh"
    month_first: bool = False
    """Whether its dates with slashes put the month first."""
    history_days: int = Field(30, gt=0)
    """How far back section pages and forum lists are followed."""
    max_pages: int = Field(50, gt=0)
    """Most pages that are read of one list or one thread in a run."""

    @model_validator(mode="after")
    def _leads_somewhere(self) -> "Source":
        if not self.feeds and not self.listings and not self.sitemaps:
            raise ValueError("a source needs feeds, listings or sitemaps")
        if self.kind in FORUMS and not self.listings:
            raise ValueError("a forum needs listings, its lists of threads")
        return self

    @property
    def hosts(self) -> list[str]:
        """Domains whose pages belong to the source, lower case, without ``www.``."""
        found = self.domains or [urlsplit(self.homepage).hostname or ""]
        return [host.lower().removeprefix("www.") for host in found]

    @property
    def publisher(self) -> str:
        """Who publishes it."""
        return self.outlet or self.name

    def owns(self, url: str) -> bool:
        """Whether a URL's host is one of the source's or below it."""
        host = (urlsplit(url).hostname or "").lower()
        return any(host == domain or host.endswith("." + domain) for domain in self.hosts)


class Terms(BaseModel):
    """``terms.yaml``: the words that make a page on topic where a source names none."""

    model_config = ConfigDict(extra="forbid")

    terms: list[str] = Field(min_length=1)


def load_terms(config_dir: Path) -> list[str]:
    """The default terms."""
    return load(config_dir / "sources" / "terms.yaml", Terms).terms


def _line_of_field(path: Path, field: str) -> int:
    _, tree = read_yaml(path)
    pairs = tree.value if isinstance(tree, MappingNode) else []
    return next((key.start_mark.line + 1 for key, _ in pairs if key.value == field), 1)


def _refuse(path: Path, field: str, problem: str, remedy: str) -> ConfigurationError:
    return ConfigurationError(f"{path}:{_line_of_field(path, field)}: {field}: {problem}", remedy)


def _check(path: Path, source: Source, structures: Structures) -> None:
    """What one file cannot know of itself: its name, and the names it uses."""
    if source.id != path.stem:
        raise _refuse(path, "id", f"{source.id} stands in {path.name}", f"Name the file {source.id}.yaml.")
    if source.structure and source.structure not in structures.pages:
        raise _refuse(path, "structure", f"there is no structure {source.structure}", f"Use one of: {', '.join(sorted(structures.pages))}.")
    if source.comments and source.comments.service not in structures.comments:
        raise _refuse(
            path,
            "comments",
            f"there is no comment service {source.comments.service}",
            f"Use one of: {', '.join(sorted(structures.comments))}.",
        )
    if source.home_province and load_places().name(source.home_province) == source.home_province:
        raise _refuse(path, "home_province", f"there is no province {source.home_province}", "Use a code of config/places/, such as 34-40.")


def load_sources(config_dir: Path) -> dict[str, Source]:
    """Every source by its id, in the order of the file names.

    Raises:
        ConfigurationError: a file is wrong; names file, line and remedy.
    """
    structures, sources = load_structures(config_dir), {}
    for path in _files(config_dir):
        source = load(path, Source)
        _check(path, source, structures)
        if source.id in sources:
            raise _refuse(path, "id", f"{source.id} stands twice", "Give every source an id of its own.")
        sources[source.id] = source
    return sources


def choose_sources(sources: dict[str, Source], names: Iterable[str] = (), *, samples: bool = False) -> list[Source]:
    """The sources called by name, or all that are enabled (``samples``: the invented ones instead of the live ones).

    Raises:
        WrongCall: a name is unknown, or nothing is enabled.
    """
    names = list(names)
    for name in names:
        if name not in sources:
            near = get_close_matches(name, sources, n=5) or sorted(sources)
            raise WrongCall(f"there is no source {name}", f"Use one of: {', '.join(near)}; config/sources/ has them all.")
    chosen = [sources[name] for name in names] or [s for s in sources.values() if s.enabled is True and s.sample == samples]
    if not chosen:
        raise WrongCall(
            "no source is enabled", "Verify one and set 'enabled: true' in config/sources/, or name sources after 'langnghe crawl'."
        )
    return chosen


def enable_sources(config_dir: Path, names: Iterable[str]) -> list[str]:
    """Set ``enabled: true`` in the files of unverified sources; gives those that were changed. Comments and all else stay as they are."""
    wanted, changed = set(names), []
    for path in _files(config_dir):
        text = path.read_text(encoding="utf-8")
        enabled = re.sub(r"(?m)^enabled:[ ]*[\"']?unverified[\"']?", "enabled: true", text)
        if path.stem in wanted and enabled != text:
            path.write_text(enabled, encoding="utf-8")
            changed.append(path.stem)
    return changed
