"""``langnghe search``: what the record holds about a query, as JSON Lines."""

import json
import sys
from datetime import date
from typing import Annotated, Any

import typer

from langnghe.errors import WrongCall

Several = list[str] | None


def _day(value: str | None, option: str) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise WrongCall(f"{option} {value!r} is no day", "Write it as 2024-09-30.") from None


def _line(hit: Any) -> dict[str, Any]:
    return {
        "id": hit.ref,
        "score": hit.score,
        "title": hit.title,
        "highlight": hit.highlight,
        "url": hit.url,
        "source": hit.source,
        "published": hit.published,
        "annotation": hit.annotation,
    }


def search(
    query: Annotated[str, typer.Argument(help='Words, "phrases", AND OR NOT, -word, tinh: chu_de: nguon: cam_xuc: loai:, "7 ngày qua".')],
    from_: Annotated[str | None, typer.Option("--from", metavar="DAY", help="First day (Vietnam), as 2024-09-01.")] = None,
    to: Annotated[str | None, typer.Option("--to", metavar="DAY", help="Last day, included.")] = None,
    province: Annotated[Several, typer.Option(help="Name or code; one of today includes those it was made of. Several times: any.")] = None,
    topic: Annotated[Several, typer.Option(help="Topic or subtopic; several times: any.")] = None,
    sentiment: Annotated[Several, typer.Option(help="negative, neutral, positive.")] = None,
    intent: Annotated[Several, typer.Option(help="complaint, question, suggestion, praise, information.")] = None,
    kind: Annotated[Several, typer.Option(help="news, comment, forum, social, feedback.")] = None,
    source: Annotated[Several, typer.Option(help="Id of a source.")] = None,
    sort: Annotated[str, typer.Option(help="relevance or newest.")] = "relevance",
    limit: Annotated[int, typer.Option(min=0, max=1000, help="Hits to print.")] = 20,
    offset: Annotated[int, typer.Option(min=0, max=10_000, help="Hits to pass over.")] = 0,
    facets: Annotated[bool, typer.Option("--facets", help="Print the counts by label as a last line.")] = False,
) -> None:
    """Search; one line of JSON for each hit, matches between <mark> and </mark>."""
    from index import fields
    from index.interface import SearchRequest
    from index.lexicon import load_lexicon
    from index.search import search as find
    from index.synchronise import open_or_build
    from langnghe.actor import SYSTEM
    from langnghe.installation import open_installation
    from langnghe.wording import load_wording

    if sort not in ("relevance", "newest"):
        raise WrongCall(f"unknown --sort {sort!r}", "Use one of: relevance, newest.")
    first, last = _day(from_, "--from"), _day(to, "--to")
    installation = open_installation()
    config_dir = installation.settings.config_dir
    lexicon = load_lexicon(config_dir)
    request = SearchRequest(
        query=query,
        first_day=first,
        last_day=last,
        provinces=fields.provinces(province or [], installation.places),
        topics=fields.topics(topic or [], lexicon),
        sentiments=fields.labels("sentiment", sentiment or [], lexicon),
        intents=fields.labels("intent", intent or [], lexicon),
        kinds=fields.labels("kind", kind or [], lexicon),
        sources=tuple(source or []),
        sort="newest" if sort == "newest" else "relevance",
        limit=limit,
        offset=offset,
        facets=facets,
    )
    index = open_or_build(installation.record, installation.settings)
    try:
        result = find(installation.record, index, SYSTEM, request, config_dir)
    finally:
        index.close()
    said = load_wording(installation.settings.language, config_dir)
    for hint in result.hints:
        print(said(f"search.hint.{hint.key}", **hint.values), file=sys.stderr)
    for hit in result.hits:
        sys.stdout.write(json.dumps(_line(hit), ensure_ascii=False) + "\n")
    if facets:
        sys.stdout.write(json.dumps({"facets": result.facets, "total": result.total}, ensure_ascii=False) + "\n")
