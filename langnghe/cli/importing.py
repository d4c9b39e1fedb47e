"""``langnghe import``: posts from a file into the record, annotated and searchable when it returns."""

import sys
from collections import Counter
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from langnghe.errors import Conflict, LangngheError, WrongCall

if TYPE_CHECKING:
    from crawlers.columns import Meaning
    from crawlers.imports import Defaults, Row
    from crawlers.rejects import Rejects
    from langnghe.installation import Installation

BATCH = 500
"""Rows of one transaction: an import that is broken off keeps what it has taken."""


def _column_map(pairs: list[str]) -> dict[str, str]:
    if any("=" not in pair for pair in pairs):
        raise WrongCall("--map takes column=field", "Write for example --map 'Nội dung=text'.")
    return dict(pair.split("=", 1) for pair in pairs)


def _option(column: str, field: str) -> str:
    return f'--map "{column}={field}"'


def _meaning(installation: "Installation", file: Path, given: dict[str, str], office: str | None) -> "Meaning":
    """What the file's columns mean: as it is said now, as it was said of an earlier file with this header, or by themselves.

    Raises:
        WrongCall: nothing says which column holds the text; names those that probably do.
    """
    from crawlers.columns import Meaning, propose, recall
    from crawlers.imports import header_of

    header = header_of(file)
    if given or header is None:
        return Meaning(given, "import", "news")
    with installation.record.reading() as session:
        known = recall(session, header, office)
    if known is not None:
        print(f"{file.name}: columns as {known.remembered_by} named them on {known.remembered:%d/%m/%Y}", file=sys.stderr)
        return known
    proposed = propose(header, installation.settings.config_dir)
    if any(header) and "text" not in header:
        options = " ".join(_option(*pair) for pair in proposed.items()) or _option("COLUMN", "text")
        raise WrongCall(f"{file.name}: no column is called text", f"Say once what its columns mean, it is remembered: {options}.")
    return Meaning({}, "import", "news")


def _remember(installation: "Installation", file: Path, meaning: "Meaning", office: str | None) -> None:
    from crawlers.columns import remember
    from crawlers.imports import header_of
    from langnghe.actor import SYSTEM

    header = header_of(file)
    if header:
        with installation.record.session() as session:
            remember(session, SYSTEM, header, office, meaning, installation.clock.now())


def _take(
    installation: "Installation", file: Path, rows: list["Row"], defaults: "Defaults", rejects: "Rejects", *, dry_run: bool
) -> Counter[str]:
    """Store a batch in one transaction, or only read the record for it; counts outcomes and says why rows are rejected."""
    from crawlers.imports import to_document
    from langnghe.actor import SYSTEM
    from langnghe.record.audit import audit
    from langnghe.record.documents import require_owner, store_document

    record, now = installation.record, installation.clock.now()
    counts: Counter[str] = Counter()
    rejected: list[tuple[Row, str]] = []
    with record.reading() if dry_run else record.session() as session:
        for row in rows:
            try:
                if row.problem:
                    raise ValueError(row.problem)
                document = to_document(row.values, defaults, now)
                if dry_run:
                    require_owner(session, document)
                    counts["readable"] += 1
                else:
                    counts[store_document(session, document, privacy=installation.privacy, now=now).outcome] += 1
            except (ValueError, Conflict) as error:
                rejected.append((row, str(error)))
        if not dry_run:
            lines = f"{rows[0].number}-{rows[-1].number}"
            audit(session, SYSTEM, "import", file.name[:200], now, rows=lines, **counts, rejected=len(rejected))
    for row, reason in rejected:
        print(f"{file}:{row.number}: {reason}", file=sys.stderr)
        rejects.add(row, reason)
    return counts + Counter(rejected=len(rejected))


def importing(
    file: Annotated[Path, typer.Argument(help="JSON Lines, CSV or XLSX.", metavar="FILE")],
    map_: Annotated[
        list[str] | None,
        typer.Option("--map", help="column=field; may be given several times; remembered for files with this header."),
    ] = None,
    source: Annotated[str | None, typer.Option(help="Source of rows that name none.  [default: import]")] = None,
    kind: Annotated[
        str | None, typer.Option(help="Kind of rows that name none: news, comment, forum, social, feedback.  [default: news]")
    ] = None,
    office: Annotated[str | None, typer.Option(help="Office that owns the import (a province); none: public coverage.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be rejected.")] = False,
    rejected: Annotated[Path | None, typer.Option("--rejected", help="Where rejected rows go; none: beside FILE.")] = None,
) -> None:
    """Import posts; imported twice, nothing is doubled."""
    from crawlers.imports import Defaults, header_of, read_rows
    from crawlers.rejects import Rejects, rejects_path
    from crawlers.sources import load_sources
    from langnghe.documents import Kind
    from langnghe.installation import open_installation
    from langnghe.progress import progress

    if kind is not None and kind not in list(Kind):
        raise WrongCall(f"--kind: there is no kind {kind!r}", f"Use one of: {', '.join(Kind)}.")
    installation = open_installation()
    owner = installation.places.by_name(office) if office else None
    if office and owner is None:
        raise WrongCall(f"--office: there is no province {office!r}", "Use the name of one of the 34 provinces.")
    code = installation.places.today_of(owner.id) if owner else None
    given = _column_map(map_ or [])
    meaning = _meaning(installation, file, given, code)
    meaning = replace(meaning, source=source or meaning.source, kind=kind or meaning.kind)
    crawled = load_sources(installation.settings.config_dir) if owner else {}
    defaults = Defaults(meaning.source, Kind(meaning.kind), code, crawled)
    rows = progress(read_rows(file, meaning.fields), f"Importing {file.name}", unit="rows")
    counts: Counter[str] = Counter()
    with Rejects(rejected or rejects_path(file), header_of(file)) as rejects:
        while batch := list(islice(rows, BATCH)):
            counts += _take(installation, file, batch, defaults, rejects, dry_run=dry_run)
    if given and not dry_run and counts.total() > counts["rejected"]:
        _remember(installation, file, meaning, code)
    _conclude(installation, file, counts, rejects, dry_run=dry_run)


def _conclude(installation: "Installation", file: Path, counts: Counter[str], rejects: "Rejects", *, dry_run: bool) -> None:
    """Annotate and index what was taken, and say how the rows ended."""
    from langnghe.cli.pipeline import annotate_and_index

    number = counts.pop("rejected", 0)
    summary = ", ".join(f"{number} {outcome}" for outcome, number in sorted(counts.items())) or "nothing"
    if not dry_run:
        done = annotate_and_index(installation)
        summary += f"; {done.annotated} annotated, {done.searchable} searchable in all"
    print(f"{summary}; {number} rejected")
    if number:
        where = rejects.problem or f"they stand in {rejects.path} with the reason"
        raise LangngheError(
            f"{number} rows of {file.name} were rejected; {where}", "Correct them and import that file; nothing is doubled."
        )
