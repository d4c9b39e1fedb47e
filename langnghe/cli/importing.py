"""``langnghe import``: posts from a file into the record, annotated and searchable when it returns."""

import sys
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from langnghe.errors import Conflict, LangngheError, WrongCall

if TYPE_CHECKING:
    from crawlers.imports import Defaults, Row
    from langnghe.installation import Installation

BATCH = 500
"""Rows of one transaction: an import that is broken off keeps what it has taken."""


def _column_map(pairs: list[str]) -> dict[str, str]:
    if any("=" not in pair for pair in pairs):
        raise WrongCall("--map takes column=field", "Write for example --map 'Nội dung=text'.")
    return dict(pair.split("=", 1) for pair in pairs)


def _take(installation: "Installation", file: Path, rows: list["Row"], defaults: "Defaults", *, dry_run: bool) -> Counter[str]:
    """Store a batch in one transaction, or only read the record for it; counts outcomes and says why rows are rejected."""
    from crawlers.imports import to_document
    from langnghe.actor import SYSTEM
    from langnghe.record.audit import audit
    from langnghe.record.documents import require_owner, store_document

    record, now = installation.record, installation.clock.now()
    counts: Counter[str] = Counter()
    rejected: list[str] = []
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
                rejected.append(f"{file}:{row.number}: {error}")
        if not dry_run:
            lines = f"{rows[0].number}-{rows[-1].number}"
            audit(session, SYSTEM, "import", file.name[:200], now, rows=lines, **counts, rejected=len(rejected))
    for line in rejected:
        print(line, file=sys.stderr)
    return counts + Counter(rejected=len(rejected))


def importing(
    file: Annotated[Path, typer.Argument(help="JSON Lines, CSV or XLSX.", metavar="FILE")],
    map_: Annotated[list[str] | None, typer.Option("--map", help="column=field; may be given several times.")] = None,
    source: Annotated[str, typer.Option(help="Source of rows that name none.")] = "import",
    kind: Annotated[str, typer.Option(help="Kind of rows that name none: news, comment, forum, social, feedback.")] = "news",
    office: Annotated[str | None, typer.Option(help="Office that owns the import (a province); none: public coverage.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be rejected.")] = False,
) -> None:
    """Import posts; imported twice, nothing is doubled."""
    from crawlers.imports import Defaults, read_rows
    from crawlers.sources import load_sources
    from langnghe.cli.pipeline import annotate_and_index
    from langnghe.documents import Kind
    from langnghe.installation import open_installation
    from langnghe.progress import progress

    if kind not in list(Kind):
        raise WrongCall(f"--kind: there is no kind {kind!r}", f"Use one of: {', '.join(Kind)}.")
    installation = open_installation()
    owner = installation.places.by_name(office) if office else None
    if office and owner is None:
        raise WrongCall(f"--office: there is no province {office!r}", "Use the name of one of the 34 provinces.")
    crawled = load_sources(installation.settings.config_dir) if owner else {}
    defaults = Defaults(source, Kind(kind), installation.places.today_of(owner.id) if owner else None, crawled)
    rows = progress(read_rows(file, _column_map(map_ or [])), f"Importing {file.name}", unit="rows")
    counts: Counter[str] = Counter()
    while batch := list(islice(rows, BATCH)):
        counts += _take(installation, file, batch, defaults, dry_run=dry_run)
    rejected = counts.pop("rejected", 0)
    summary = ", ".join(f"{number} {outcome}" for outcome, number in sorted(counts.items())) or "nothing"
    if not dry_run:
        done = annotate_and_index(installation)
        summary += f"; {done.annotated} annotated, {done.searchable} searchable in all"
    print(f"{summary}; {rejected} rejected")
    if rejected:
        raise LangngheError(
            f"{rejected} rows of {file.name} were rejected",
            "Correct the lines named above and import the file again; what was taken is not doubled.",
        )
