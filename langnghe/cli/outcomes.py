"""Tables of counted outcomes, as the demo and a round of ``langnghe run`` print them."""

from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from langnghe.cli.pipeline import Processed
from langnghe.clock import VIETNAM
from langnghe.installation import Installation
from langnghe.record.ledger import Outcome, totals, waiting
from langnghe.record.schema import AnnotationRow, Concern, DocumentRow
from langnghe.wording import load_wording

if TYPE_CHECKING:
    from crawlers.health import SourceHealth


def _sources_table(counts: dict[str, dict[str, int]], left: dict[str, tuple[int, int]]) -> Table:
    used = [outcome for outcome in Outcome if any(outcome in row for row in counts.values())]
    table = Table(title="URLs by source and outcome; due and later: what waits for a visit")
    table.add_column("source")
    for outcome in used:
        table.add_column(outcome, justify="right")
    table.add_column("all", justify="right")
    table.add_column("due", justify="right")
    table.add_column("later", justify="right")
    for source, row in counts.items():
        table.add_row(source, *(str(row.get(outcome, 0)) for outcome in used), str(sum(row.values())), *map(str, left.get(source, (0, 0))))
    return table


def _record_table(installation: Installation, processed: Processed) -> Table:
    table = Table("kind", "documents", "relevant", title="Documents in the record")
    query = (
        select(DocumentRow.kind, func.count(), func.count().filter(AnnotationRow.relevant))
        .outerjoin(AnnotationRow, AnnotationRow.document_id == DocumentRow.id)
        .group_by(DocumentRow.kind)
        .order_by(DocumentRow.kind)
    )
    with installation.record.reading() as session:
        for kind, documents, relevant in session.execute(query):
            table.add_row(kind, str(documents), str(relevant))
    table.caption = f"{processed.annotated} annotated in this run, {processed.searchable} searchable"
    return table


def _concerns_table(installation: Installation) -> Table:
    words = load_wording(installation.settings.language, installation.settings.config_dir)
    table = Table("no.", "concern", "where", "since", "7 days", "expected", "state", title="Concerns")
    with installation.record.reading() as session:
        for row in session.scalars(select(Concern).order_by(Concern.rank.desc())):
            where = ", ".join(installation.places.name(code) for code in row.provinces) or row.province
            numbers = (words.number(row.observed), words.number(row.expected, 1))
            name = installation.labels.topic_name(row.topic, words.language)
            table.add_row(str(row.id), name, where, f"{row.opened:%d/%m/%Y}", *numbers, _state(session, row))
    return table


def _state(session: Session, concern: Concern) -> str:
    """A concern's state; of one that turned out to be part of another, which."""
    from alerts.concern_events import last_event

    merged = last_event(session, concern, "merged") if concern.state == "closed" else None
    return f"part of {merged.detail['into']}" if merged else concern.state


def print_outcomes(installation: Installation, runs: list[int], processed: Processed, mail: Path | None = None) -> None:
    """Print what happened to every URL, document and concern."""
    print_crawl(installation, runs)
    console = Console()
    console.print(_record_table(installation, processed))
    console.print(_concerns_table(installation))
    if mail:
        console.print(f"Digest: {mail}")


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.0%}"


def health_table(rows: "list[SourceHealth]") -> Table:
    """How sources are, a row each."""
    numbers = ("rhythm", "empty", "short", "agreement", "missed", "due", "quarantined")
    table = Table(title="Sources; rhythm: usual gap between new pages; agreement: of selectors and generic extraction")
    for name in ("source", "state", "since", "last success", "last new"):
        table.add_column(name)
    for name in numbers:
        table.add_column(name, justify="right")
    table.add_column("why")
    for row in rows:
        moments = (f"{moment.astimezone(VIETNAM):%d/%m %H:%M}" if moment else "" for moment in (row.since, row.last_success, row.last_new))
        rhythm = f"{row.rhythm.total_seconds() / 3600:.0f} h" if row.rhythm else ""
        shares = map(_share, (row.empty_rate, row.short_rate, row.agreement, row.missed_share))
        table.add_row(row.source, row.state, *moments, rhythm, *shares, str(row.due), str(row.quarantined), row.why)
    return table


def print_crawl(installation: Installation, runs: list[int]) -> None:
    """Print how the URLs of some runs ended, and what waits."""
    with installation.record.reading() as session:
        counts, left = totals(session, runs), waiting(session, installation.clock.now())
    Console().print(_sources_table(counts, left))
