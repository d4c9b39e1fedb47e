"""Drafting a source file from an address: which feeds and sitemaps there are, how its lists are read, which structure its articles have."""

import re
from dataclasses import dataclass
from itertools import chain
from typing import Any

import yaml

from crawlers.article import NotAnArticle
from crawlers.checking import Fetch, check_sources
from crawlers.discourse import topic_rows
from crawlers.extraction import structure_of
from crawlers.page import first
from crawlers.sources import Source
from crawlers.structures import Structures, ThreadStructure
from crawlers.survey import Remembered, Survey
from crawlers.thread import thread_rows
from langnghe.errors import Unavailable

Fields = dict[str, Any]


@dataclass(frozen=True)
class Draft:
    """A source file that loads, and what a person should look at."""

    id: str
    text: str
    notes: tuple[str, ...]


def _discourse(survey: Survey) -> Fields:
    latest = f"{survey.home}latest.json"
    page = survey.read([latest]).get(latest)
    try:
        if page is not None and topic_rows(page):
            return {"kind": "discourse", "listings": [latest]}
    except NotAnArticle:
        pass
    raise Unavailable(
        f"{latest} lists no topics", "A forum that shows nothing without an account can't be a source: its posts can be imported."
    )


def _board_forum(survey: Survey, structure: ThreadStructure) -> Fields:
    """Fields of a forum of pages: the named board, or those that its front page leads to."""
    boards = [survey.url] if thread_rows(survey.page, structure.thread) else []
    boards = boards or [url for url, page in survey.read(survey.boards()).items() if thread_rows(page, structure.thread)]
    if not boards:
        raise Unavailable(
            f"{survey.url} is a forum, but no board with threads was found", "Name the address of a board that is open to all."
        )
    name = next(name for name, each in survey.structures.threads.items() if each is structure)
    return {"kind": "xenforo", "listings": boards, "structure": name}


def _forum(survey: Survey) -> Fields | None:
    """The fields of a forum, if it is one."""
    if (first(survey.page.tree, ["meta[name=generator]::attr(content)"]) or "").startswith("Discourse"):
        return _discourse(survey)
    structure = structure_of(survey.page, None, survey.structures)
    return _board_forum(survey, structure) if isinstance(structure, ThreadStructure) else None


def _newspaper(survey: Survey) -> tuple[Fields, list[str]]:
    """Fields of a newspaper or an office's site, and notes."""
    feeds, sitemaps = survey.feeds(), survey.sitemaps()
    sections = {} if feeds and survey.url == survey.home else survey.sections()
    found = {"feeds": feeds, "sitemaps": sitemaps, "listings": sections}
    kind = next((kind for kind, key in (("feed", "feeds"), ("listing", "listings"), ("sitemap", "sitemaps")) if found[key]), None)
    if kind is None:
        remedy = "Name the address of one of its feeds' or section pages; a site that needs a browser can't be a source."
        raise Unavailable(f"{survey.url} leads to no feed, sitemap or headlines", remedy)
    structure = survey.structure(list(chain.from_iterable((*sections.values(), *feeds.values(), *sitemaps.values()))))
    notes = [] if structure else ["no known structure: its articles are read by the generic extraction; selectors would be surer"]
    fields = {"kind": kind, **{key: list(urls) for key, urls in found.items() if urls}}
    return fields | ({"structure": structure} if structure else {}), notes


def _id(host: str) -> str:
    short = re.sub(r"[^a-z0-9-]", "-", host.split(".")[0])[:40].strip("-")
    return short if len(short) > 1 else re.sub(r"[^a-z0-9-]", "-", host)[:40]


def draft_source(url: str, fetch: Fetch, structures: Structures) -> Draft:
    """A source file for the site at ``url``, a front or section page; what the check finds amiss in it stands in the notes.

    Raises:
        Unavailable: the page can't be read, or leads nowhere; with what to do.
    """
    fetch = Remembered(fetch)
    survey = Survey(url, fetch, structures)
    forum = _forum(survey)
    fields, notes = (forum, []) if forum else _newspaper(survey)
    data = {"id": _id(survey.host), "name": survey.name(), "enabled": "unverified", "homepage": survey.home, **fields}
    source = Source.model_validate(data)
    amiss = [found for found in check_sources([source], fetch, structures, survey.page.fetched) if found.verdict != "ok"]
    checked = [f"{found.verdict}: {found.what} {found.url}: {found.detail}" for found in amiss]
    text = yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=200)
    told = (*survey.left_out, *notes, *checked, "choose the sections that matter, and look at home_province, weight and the terms of use")
    return Draft(source.id, text, told)
