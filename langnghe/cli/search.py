"""``langnghe search``: what the record holds about a query, as JSON Lines."""

import json
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from langnghe.errors import LangngheError, WrongCall

if TYPE_CHECKING:
    from index.interface import SearchIndex, SearchRequest
    from langnghe.installation import Installation

Several = list[str] | None
SORTS = ("relevance", "newest", "oldest")


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
        "why": [[reason.kind, reason.value] for reason in hit.why],
        "other_outlets": hit.other_outlets,
    }


def _export(installation: "Installation", index: "SearchIndex", request: "SearchRequest", path: Path) -> None:
    """Write a result to a file that is complete or not there at all."""
    from index.export import export, format_of
    from langnghe.actor import SYSTEM
    from langnghe.progress import progress_bar
    from langnghe.wording import load_wording

    settings, form, new = installation.settings, format_of(path), path.with_name(f".{path.name}.part")
    said = load_wording(settings.language, settings.config_dir)
    try:
        with new.open("wb") as out, progress_bar(said("export.running"), unit=said("export.rows")) as advance:
            config_dir, language = settings.config_dir, settings.language
            number = export(installation.record, index, SYSTEM, request, form, out, config_dir, language=language, tell=advance)
        new.replace(path)
    except OSError as error:
        raise LangngheError(f"{path} can't be written: {error.strerror}", "Name a file in a folder that can be written.") from None
    finally:
        new.unlink(missing_ok=True)
    print(said("export.done", n=said.number(number), file=path), file=sys.stderr)


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
    audience: Annotated[Several, typer.Option(help="Whom it is about: worker, pensioner, patient ...")] = None,
    weight: Annotated[float | None, typer.Option(help="Only outlets whose reach counts at least so much.")] = None,
    stories: Annotated[bool, typer.Option("--stories", help="One line for each story, with the number of other outlets.")] = False,
    sort: Annotated[str, typer.Option(help="relevance, newest or oldest.")] = "relevance",
    limit: Annotated[int, typer.Option(min=0, max=1000, help="Hits to print.")] = 20,
    offset: Annotated[int, typer.Option(min=0, max=10_000, help="Hits to pass over.")] = 0,
    facets: Annotated[bool, typer.Option("--facets", help="Print the counts by label as a last line.")] = False,
    export: Annotated[Path | None, typer.Option(help="Write all of the result, up to 200,000 rows, to FILE.csv, .xlsx or .jsonl.")] = None,
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

    if sort not in SORTS:
        raise WrongCall(f"unknown --sort {sort!r}", f"Use one of: {', '.join(SORTS)}.")
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
        audiences=fields.labels("audience", audience or [], lexicon),
        min_weight=weight,
        one_per_story=stories,
        sort=sort,
        limit=limit,
        offset=offset,
        facets=facets,
    )
    index = open_or_build(installation.record, installation.settings)
    try:
        if export is not None:
            _export(installation, index, request, export)
            return
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
