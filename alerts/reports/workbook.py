"""The annex of a periodic report as an Excel file: every figure with its search, every story with its address."""

from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from alerts.reports.archive import reproducible
from alerts.reports.content import ProvinceRow, Report, StoryRow, TopicRow
from alerts.reports.counting import Figure
from alerts.reports.presenting import moment, subject_of
from langnghe.clock import VIETNAM
from langnghe.wording import Wording, load_wording

_FONT = "Times New Roman"
_WIDEST = 60
_COLUMNS = ("all", "before", "negative", "complaints", "questions")


def _put(cell: Cell | MergedCell, value: Any) -> None:
    """A value in a cell; a text is a text, whatever it begins with."""
    address = value.link if isinstance(value, Figure) else None
    plain = value.value if isinstance(value, Figure) else value
    if isinstance(plain, datetime):
        plain = plain.astimezone(VIETNAM).replace(tzinfo=None)
    cell.value = plain
    if isinstance(plain, str):
        cell.data_type = "s"
    if address:
        cell.hyperlink = address
    cell.font = Font(name=_FONT, size=12)
    cell.alignment = Alignment(vertical="top", wrap_text=isinstance(plain, str))
    if isinstance(plain, datetime):
        cell.number_format = "dd/mm/yyyy hh:mm"
    elif isinstance(plain, date):
        cell.number_format = "dd/mm/yyyy"


def _sheet(book: Workbook, title: str, header: Sequence[str], rows: Sequence[Sequence[Any]], note: str) -> None:
    sheet: Worksheet = book.create_sheet(title)
    sheet.append([note])
    sheet["A1"].font = Font(name=_FONT, size=12, italic=True)
    for column, name in enumerate(header, 1):
        cell = sheet.cell(2, column, name)
        cell.font = Font(name=_FONT, size=12, bold=True)
    for number, row in enumerate(rows, 3):
        for column, value in enumerate(row, 1):
            _put(sheet.cell(number, column), value)
    sheet.freeze_panes = "A3"
    for column in range(1, len(header) + 1):
        lengths = [len(str(sheet.cell(row, column).value or "")) for row in range(2, sheet.max_row + 1)]
        sheet.column_dimensions[get_column_letter(column)].width = min(max(lengths) + 3, _WIDEST)
    sheet.page_setup.paperSize, sheet.page_setup.orientation, sheet.page_setup.fitToHeight = 9, "landscape", 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _counted(row: TopicRow | ProvinceRow) -> list[Any]:
    return [row.name, *(row.all.before if name == "before" else getattr(row, name) for name in _COLUMNS)]


def _stories(section: str, stories: Sequence[StoryRow]) -> list[list[Any]]:
    return [[section, one.day, one.title, one.excerpt, ", ".join(one.outlets), one.documents, one.url or one.link] for one in stories]


def report_workbook(report: Report, config_dir: Path | None = None) -> bytes:
    """The annex of a report."""
    words, book = load_wording("vi", config_dir), Workbook()
    book.remove(book.worksheets[0])
    note = f"{subject_of(report, words)}. {words('report.cut_off', at=moment(report.cut_off))}"

    def column(*names: str) -> list[str]:
        return [words(f"report.column_{name}") for name in names]

    figures = [[one.name, one, one.before] for one in [*report.overview, *report.kinds, *report.stances, *report.intents]]
    _sheet(book, words("report.sheet_overview"), column("name", "all", "before"), figures, note)
    _sheet(book, words("report.sheet_topics"), column("topic", *_COLUMNS), [_counted(row) for row in report.topics], note)
    if report.provinces:
        _sheet(book, words("report.sheet_provinces"), column("province", *_COLUMNS), [_counted(row) for row in report.provinces], note)
    days = [[row.day, Figure(name="", value=row.all, link=row.link), row.negative, row.complaints] for row in report.days]
    _sheet(book, words("report.sheet_days"), column("day", "all", "negative", "complaints"), days, note)
    listed = {"negative": report.negative_stories, "rumours": report.rumours, "asked": report.asked}
    stories = [row for name, found in listed.items() for row in _stories(words(f"report.section_{name}"), found)]
    _sheet(
        book, words("report.sheet_stories"), column("section", "day", "title", "excerpt", "outlets", "documents", "address"), stories, note
    )
    concerns = [[one.title, words(f"report.state_{one.state}"), one.opened, one.why, one.link] for one in report.concerns]
    _sheet(book, words("report.sheet_concerns"), column("title", "state", "opened", "why", "address"), concerns, note)
    _sheet(
        book,
        words("report.sheet_cases"),
        column("title", "state", "officer", "opened", "due", "answered", "outcome"),
        _cases(report, words),
        note,
    )
    out = BytesIO()
    book.save(out)
    return reproducible(out.getvalue(), report.cut_off)


def _cases(report: Report, words: Wording) -> list[list[Any]]:
    return [
        [
            one.title,
            words(f"case.state_{one.state}"),
            one.officer,
            one.opened,
            one.due,
            one.first_response,
            words(f"close.{one.outcome}") if one.outcome else None,
        ]
        for one in report.cases
    ]
