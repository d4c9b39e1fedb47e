"""``langnghe import``: posts from a file into the record, annotated and searchable when it returns."""

import sys
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from langnghe.errors import LangngheError, WrongCall


def _column_map(pairs: list[str]) -> dict[str, str]:
    if any("=" not in pair for pair in pairs):
        raise WrongCall("--map takes column=field", "Write for example --map 'Nội dung=text'.")
    return dict(pair.split("=", 1) for pair in pairs)


def importing(
    file: Annotated[Path, typer.Argument(help="JSON Lines, CSV or XLSX.", metavar="FILE")],
    map_: Annotated[list[str] | None, typer.Option("--map", help="column=field; may be given several times.")] = None,
    source: Annotated[str, typer.Option(help="Source of rows that name none.")] = "import",
    kind: Annotated[str, typer.Option(help="Kind of rows that name none: news, comment, forum, social, feedback.")] = "news",
    office: Annotated[str | None, typer.Option(help="Office that owns the import (a province); none: public coverage.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be rejected.")] = False,
) -> None:
    """Import posts; imported twice, nothing is doubled."""
    from crawlers.imports import Defaults, read_rows, to_document
    from langnghe.actor import SYSTEM
    from langnghe.cli.pipeline import annotate_and_index
    from langnghe.documents import Kind
    from langnghe.installation import open_installation
    from langnghe.progress import progress
    from langnghe.record.audit import audit
    from langnghe.record.documents import store_document

    if kind not in list(Kind):
        raise WrongCall(f"--kind: there is no kind {kind!r}", f"Use one of: {', '.join(Kind)}.")
    installation = open_installation()
    owner = installation.places.by_name(office) if office else None
    if office and owner is None:
        raise WrongCall(f"--office: there is no province {office!r}", "Use the name of one of the 34 provinces.")
    defaults = Defaults(source, Kind(kind), installation.places.today_of(owner.id) if owner else None)
    counts: Counter[str] = Counter()
    rejected: list[str] = []
    rows = read_rows(file, _column_map(map_ or []))
    now = installation.clock.now()
    with installation.record.session() as session:
        for row in progress(rows, f"Importing {file.name}", unit="rows"):
            try:
                if row.problem:
                    raise ValueError(row.problem)
                document = to_document(row.values, defaults, now)
            except ValueError as error:
                rejected.append(f"{file}:{row.number}: {error}")
                continue
            counts["readable" if dry_run else store_document(session, document, privacy=installation.privacy, now=now).outcome] += 1
        if not dry_run:
            audit(session, SYSTEM, "import", file.name[:200], now, **counts, rejected=len(rejected))
    for line in rejected:
        print(line, file=sys.stderr)
    summary = ", ".join(f"{number} {outcome}" for outcome, number in sorted(counts.items())) or "nothing"
    if not dry_run:
        done = annotate_and_index(installation)
        summary += f"; {done.annotated} annotated, {done.indexed} index changes"
    print(f"{summary}; {len(rejected)} rejected")
    if rejected:
        raise LangngheError(
            f"{len(rejected)} rows of {file.name} were rejected",
            "Correct the lines named above and import the file again; what was taken is not doubled.",
        )
