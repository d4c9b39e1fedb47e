"""What can't be crawled comes as a file: JSON Lines, CSV or XLSX, each row one post."""

import csv
import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from pydantic import ValidationError

from crawlers.dates import parse_date
from langnghe.archives import require_modest_zip
from langnghe.clock import VIETNAM, as_utc
from langnghe.documents import Document, Kind, identity_of
from langnghe.errors import WrongCall

FIELDS = ("id", "source", "kind", "url", "title", "text", "author", "published", "section", "outlet", "context", "parent", "lead")
LONGEST = {"id": 200, "source": 80, "section": 200, "outlet": 200, "parent": 200}
"""Characters that the record has room for."""
LONGEST_CELL = 10_000_000
DELIMITERS = ",;\t"


@dataclass(frozen=True)
class Row:
    """One row of a file, before anything is known of it; ``problem`` says why it can't be read."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    problem: str | None = None
    original: dict[str, Any] | list[Any] | str | None = None
    """The row as it stands in the file: an object, cells or a line."""


@dataclass(frozen=True)
class Defaults:
    """What a row that does not say so itself is taken for."""

    source: str = "import"
    kind: Kind = Kind.news
    office: str | None = None
    crawled: Collection[str] = ()
    """Sources that are crawled: an office's own import may not stand in their name, or their pages would be hidden."""


def _json_lines(path: Path) -> Iterator[Row]:
    with path.open("rb") as lines:
        for number, raw in enumerate(lines, 1):
            if not raw.strip():
                continue
            line = raw.decode("utf-8", "replace").strip()[:10_000]
            try:
                values = json.loads(raw.decode("utf-8-sig" if number == 1 else "utf-8"))
            except UnicodeDecodeError as error:
                yield Row(number, problem=f"not UTF-8 at byte {error.start}", original=line)
            except ValueError as error:
                yield Row(number, problem=f"not JSON: {error}", original=line)
            except RecursionError:
                yield Row(number, problem="not a post: nested too deeply", original=line)
            else:
                is_object = isinstance(values, dict)
                yield Row(number, values, original=values) if is_object else Row(number, problem="not a JSON object", original=line)


def _table(rows: Iterator[Sequence[Any] | str], path: Path) -> Iterator[Row]:
    """Rows below a header; a text in the place of cells says why there are none."""
    first = next(rows, ())
    header = [] if isinstance(first, str) else [str(cell or "").strip() for cell in first]
    if not any(header):
        raise WrongCall(f"{path} has no header row", "Name the columns in its first row.")
    width = max(index for index, name in enumerate(header, 1) if name)
    for number, cells in enumerate(rows, 2):
        if isinstance(cells, str):
            yield Row(number, problem=cells)
        elif any(cell not in (None, "") for cell in cells[width:]):
            problem = f"more cells than the {width} columns; put quotes around a text that holds the delimiter"
            yield Row(number, problem=problem, original=list(cells))
        elif any(cell not in (None, "") for cell in cells):
            values = {name: cell for name, cell in zip(header, cells, strict=False) if cell not in (None, "")}
            yield Row(number, values, original=list(cells))


def _delimiter(sample: str) -> str:
    """What separates the cells; quotes are doubled in every CSV, whatever the sample makes the sniffer think."""
    try:
        return csv.Sniffer().sniff(sample, delimiters=DELIMITERS).delimiter
    except csv.Error:  # rows of unequal width: the header decides
        return max(DELIMITERS, key=sample.split("\n", 1)[0].count)


def _records(lines: Iterable[str], delimiter: str) -> Iterator[Sequence[Any] | str]:
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield f"not CSV: {error}"


def _csv(path: Path) -> Iterator[Row]:
    csv.field_size_limit(LONGEST_CELL)
    try:
        with path.open(encoding="utf-8-sig", newline="") as text:
            delimiter = _delimiter("".join(islice(text, 5)))
            text.seek(0)
            yield from _table(_records(text, delimiter), path)
    except UnicodeDecodeError:
        raise WrongCall(f"{path} is not UTF-8", "Save it as 'CSV UTF-8' in the spreadsheet program.") from None


def _opened_book(path: Path) -> Any:
    require_modest_zip(path)
    try:
        return load_workbook(path, read_only=True, data_only=True)
    except Exception as error:  # noqa: BLE001 - openpyxl raises whatever zipfile, XML and itself raise on a broken file
        raise WrongCall(f"{path} can't be read as XLSX: {error}", "Open it in a spreadsheet program and save it again.") from None


def _xlsx(path: Path) -> Iterator[Row]:
    with closing(_opened_book(path)) as book:
        yield from _table(book.worksheets[0].iter_rows(values_only=True), path)


def header_of(path: Path) -> list[str] | None:
    """The columns of a CSV or XLSX file; None for JSON Lines, whose objects name their fields themselves.

    Raises:
        WrongCall: the file does not exist or can't be read.
    """
    _require_known(path)
    if path.suffix.lower() == ".csv":
        with path.open(encoding="utf-8-sig", newline="", errors="replace") as text:
            sample = list(islice(text, 5))
        return [cell.strip() for cell in next(csv.reader(sample, delimiter=_delimiter("".join(sample))), [])]
    if path.suffix.lower() == ".xlsx":
        with closing(_opened_book(path)) as book:
            return [str(cell or "").strip() for cell in next(book.worksheets[0].iter_rows(values_only=True), ())]
    return None


READERS = {".jsonl": _json_lines, ".ndjson": _json_lines, ".json": _json_lines, ".csv": _csv, ".xlsx": _xlsx}


def _require_known(path: Path) -> None:
    if not path.is_file():
        raise WrongCall(f"{path} does not exist", "Check the path.")
    if path.suffix.lower() not in READERS:
        raise WrongCall(f"{path.name} is no JSON Lines, CSV or XLSX file", f"Give it one of the endings {', '.join(READERS)}.")


def read_rows(path: Path, column_map: dict[str, str] | None = None) -> Iterator[Row]:
    """The rows of a file with their numbers, columns renamed by ``column_map`` (column → field).

    Raises:
        WrongCall: the file does not exist, is of no known kind, or a field of the map is none.
    """
    _require_known(path)
    for target in (column_map or {}).values():
        if target not in FIELDS:
            raise WrongCall(f"--map: there is no field {target!r}", f"Use one of: {', '.join(FIELDS)}.")
    names = column_map or {}
    for row in READERS[path.suffix.lower()](path):
        yield replace(row, values={names.get(name, name): value for name, value in row.values.items()})


def _published(value: Any, now: datetime) -> datetime | None:
    if value is None:
        return None
    try:
        moment = value if isinstance(value, datetime) else parse_date(str(value), now)
        if moment is not None:
            moment = moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)
            as_utc(moment)
    except OverflowError:
        raise ValueError(f"published: {value!r} is outside the calendar") from None
    if moment is None:
        raise ValueError(f"published: {value!r} is no date; write 2026-11-20 or 20/11/2026 08:15")
    return moment


def _texts(values: dict[str, Any]) -> dict[str, str]:
    """The fields that a row gives, as texts that the record can hold."""
    known: dict[str, str] = {}
    for name in (name for name in FIELDS if name != "published"):
        value = values.get(name)
        if isinstance(value, (dict, list)):
            raise ValueError(f"{name}: neither a text nor a number")
        text = "" if value is None else str(value).replace("\x00", "").strip()
        if len(text) > LONGEST.get(name, len(text)):
            raise ValueError(f"{name}: longer than {LONGEST[name]} characters")
        if text:
            known[name] = text
    return known


def to_document(values: dict[str, Any], defaults: Defaults, now: datetime) -> Document:
    """A row as a document; without an ``id`` its URL, else its text, becomes its identity.

    Raises:
        ValueError: naming the field and what is wrong with it.
    """
    known = _texts(values)
    if "text" not in known:
        raise ValueError("text: missing or empty")
    derived = {
        "id": identity_of(known.get("url") or f"{known.get('title', '')}\n{known['text']}"),
        "source": defaults.source,
        "kind": defaults.kind,
    }
    source = known.get("source", defaults.source)
    if defaults.office and source in defaults.crawled:
        raise ValueError(f"source: {source} is crawled; give the office's own import another name with --source")
    published = _published(values.get("published"), now)
    try:
        return Document.model_validate(derived | known | {"published": published, "fetched": now, "office": defaults.office})
    except ValidationError as error:
        first = error.errors()[0]
        raise ValueError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
