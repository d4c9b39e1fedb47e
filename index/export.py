"""Any result as a file: CSV, XLSX or JSON Lines, streamed, so that 200,000 rows take no more memory than a page."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from sqlalchemy import select

from index.hits import full_text, visible_to
from index.interface import SearchIndex, SearchRequest
from index.search import best_tree
from langnghe.actor import Actor, Role
from langnghe.clock import iso
from langnghe.documents import Annotation
from langnghe.errors import WrongCall
from langnghe.labels import Labels, load_labels
from langnghe.places import Places, load_places
from langnghe.record.audit import audit
from langnghe.record.database import Record
from langnghe.record.schema import AnnotationRow, DocumentRow
from langnghe.wording import Wording, load_wording

FORMATS = ("csv", "xlsx", "jsonl")
MOST_ROWS = 200_000
LONGEST = 300
"""Characters of a text that may leave; an office's own import is whole."""
BATCH = 1_000
COLUMNS = (
    "id",
    "published",
    "source",
    "kind",
    "title",
    "text",
    "url",
    "topics",
    "sentiment",
    "intent",
    "concern",
    "provinces",
    "story",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
Row = dict[str, Any]


def format_of(path: Path) -> str:
    """The format that a file's name asks for.

    Raises:
        WrongCall: naming those that there are.
    """
    found = path.suffix.lower().lstrip(".")
    if found not in FORMATS:
        raise WrongCall(f"{path.name} names no format of an export", f"End its name in one of: .{', .'.join(FORMATS)}.")
    return found


def rows(record: Record, index: SearchIndex, actor: Actor, request: SearchRequest, config_dir: Path | None = None) -> Iterator[Row]:
    """The result as rows with ids of labels, newest first, as far as the actor may see it; read a thousand at a time."""
    labels, places, number = load_labels(config_dir), load_places(config_dir), 0
    tree = best_tree(record, index, actor, request, config_dir)
    with closing(index.scan(tree, BATCH)) as batches:
        for row in (row for ids in batches for row in _loaded(record, actor, ids, labels, places)):
            yield row
            number += 1
            if number >= MOST_ROWS:
                return


def _loaded(record: Record, actor: Actor, ids: Sequence[int], labels: Labels, places: Places) -> list[Row]:
    query = (
        select(DocumentRow, AnnotationRow.payload)
        .outerjoin(AnnotationRow, AnnotationRow.document_id == DocumentRow.id)
        .where(DocumentRow.id.in_(ids), visible_to(actor))
    )
    with record.reading() as session:
        found = {row.id: _row(row, payload, labels, places) for row, payload in session.execute(query)}
    return [found[key] for key in ids if key in found]


def _row(row: DocumentRow, payload: dict[str, Any] | None, labels: Labels, places: Places) -> Row:
    annotation = Annotation.model_validate(payload) if payload else None
    topics = [*annotation.topic_ids(), *annotation.subtopics] if annotation else []
    return {
        "id": row.ref,
        "published": iso(row.published),
        "source": row.outlet or row.source,
        "kind": row.kind,
        "title": row.title,
        "text": shortened(full_text(row)) if row.office is None else full_text(row),
        "url": row.url,
        "topics": [topic for topic in topics if topic in labels.by_id],
        "sentiment": annotation.sentiment.label if annotation else None,
        "intent": annotation.intent.label if annotation else None,
        "concern": annotation.concern if annotation else None,
        "provinces": [places.name(code) for code in annotation.all_provinces()] if annotation else [],
        "story": row.story_id,
    }


def shortened(text: str, longest: int = LONGEST) -> str:
    """A text cut between words, with … where something is left out."""
    text = " ".join(text.split())
    if len(text) <= longest:
        return text
    cut = text.rfind(" ", 0, longest - 1)
    return f"{text[: cut if cut > 0 else longest - 1]}…"


def export(
    record: Record,
    index: SearchIndex,
    actor: Actor,
    request: SearchRequest,
    form: str,
    out: BinaryIO,
    config_dir: Path | None = None,
    *,
    language: str = "vi",
    tell: Callable[[int], object] = lambda _: None,
) -> int:
    """Write a result to a binary stream; gives how many rows there are. ``tell`` is called for every row.

    Raises:
        NotAllowed: the actor is no viewer.
        NeedsRebuild, Unavailable: the index has to be built again, or does not answer.
    """
    actor.require(Role.viewer, None, "export")
    number = 0

    def counted() -> Iterator[Row]:
        nonlocal number
        for row in rows(record, index, actor, request, config_dir):
            number += 1
            tell(1)
            yield row

    said, labels = load_wording(language, config_dir), load_labels(config_dir)
    writers = {"csv": _write_csv, "xlsx": _write_xlsx, "jsonl": _write_jsonl}
    writers[form](counted(), out, said, labels)
    with record.session() as session:
        audit(session, actor, "export", request.query[:200], record.clock.now(), rows=number, format=form)
    return number


def _shown(row: Row, said: Wording, labels: Labels) -> list[str]:
    """A row in words that an officer reads."""
    groups = (labels.topics, labels.subtopics, labels.sentiment, labels.intent, labels.concern)
    named = {label.id: label.name(said.language) for group in groups for label in group}
    shown = row | {
        "kind": said(f"kind.{row['kind']}"),
        "topics": "; ".join(named[topic] for topic in row["topics"]),
        "provinces": "; ".join(row["provinces"]),
        **{name: named.get(str(row[name]), "") for name in ("sentiment", "intent", "concern")},
    }
    return ["" if shown[name] is None else str(shown[name]) for name in COLUMNS]


def _harmless(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _write_csv(found: Iterator[Row], out: BinaryIO, said: Wording, labels: Labels) -> None:
    # The mark at the beginning tells Excel that this is UTF-8.
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([said(f"export.{name}") for name in COLUMNS])
    for row in found:
        writer.writerow([_harmless(cell) for cell in _shown(row, said, labels)])
    text.flush()
    text.detach()


def _write_xlsx(found: Iterator[Row], out: BinaryIO, said: Wording, labels: Labels) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(said("export.sheet"))
    sheet.freeze_panes = "A2"
    sheet.append([said(f"export.{name}") for name in COLUMNS])
    for row in found:
        sheet.append([_cell(sheet, cell) for cell in _shown(row, said, labels)])
    book.save(out)


def _cell(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, value=_harmless("".join(c for c in text if c >= " " or c in "\n\t")))
    cell.data_type = "s"
    return cell


def _write_jsonl(found: Iterator[Row], out: BinaryIO, _: Wording, __: Labels) -> None:
    out.writelines(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in found)
