"""Builds the templates of ``config/reports/`` anew (``python -m alerts.reports.layout``); then they are files that an office edits in Word.

The layout is that of Decree 30/2020/NĐ-CP, Appendix I: A4, margins 20, 20, 30 and 15 mm, Times New Roman 13 to 14, the national name and
motto, the agency's name, number and sign left blank, place and date, receivers and signature; pages after the first are numbered above.
"""

from datetime import datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from alerts.reports.archive import reproducible
from langnghe.clock import VIETNAM
from langnghe.config_files import default_config_dir

FONT, SIZE, SMALL = "Times New Roman", 14, 13
_CENTRE, _JUSTIFY, _LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY, WD_ALIGN_PARAGRAPH.LEFT
_WIDTH = 165
"""Millimetres between the margins."""


def _blank() -> Any:
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.different_first_page_header_footer = True
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(SIZE)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    style.paragraph_format.space_after, style.paragraph_format.space_before = Pt(0), Pt(0)
    _page_number(section.header.paragraphs[0])
    return document


def _page_number(paragraph: Any) -> None:
    paragraph.alignment = _CENTRE
    run = paragraph.add_run()
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)


def _write(
    where: Any,
    text: str,
    *,
    bold: bool = False,
    italic: bool = False,
    size: int = SIZE,
    align: Any = _LEFT,
    indent: bool = False,
    after: int = 0,
) -> Any:
    paragraph = where.add_paragraph()
    paragraph.alignment = align
    paragraph.paragraph_format.space_after = Pt(after)
    if indent:
        paragraph.paragraph_format.first_line_indent = Mm(12.7)
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)
    return paragraph


def _rule(paragraph: Any, indent: float) -> None:
    """A line below a paragraph, shortened from both sides."""
    borders = OxmlElement("w:pBdr")
    line = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    paragraph._p.get_or_add_pPr().append(borders)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Mm(indent)
    paragraph.paragraph_format.line_spacing, paragraph.paragraph_format.space_after = Pt(4), Pt(5)


def _cell(table: Any, row: int, column: int) -> Any:
    cell = table.cell(row, column)
    cell.paragraphs[0]._p.getparent().remove(cell.paragraphs[0]._p)
    return cell


def _head(document: Any, number: str) -> None:
    table = document.add_table(rows=1, cols=2)
    table.autofit = False
    for column, width in ((0, 68), (1, 97)):
        table.columns[column].width = table.cell(0, column).width = Mm(width)
    left, right = _cell(table, 0, 0), _cell(table, 0, 1)
    _write(left, "{{ parent }}", size=12, align=_CENTRE)
    _write(left, "{{ agency }}", size=12, align=_CENTRE, bold=True)
    _rule(_write(left, "", size=2, align=_CENTRE), 24)
    _write(left, number, size=SMALL, align=_CENTRE)
    _write(left, "{%p if about %}")
    _write(left, "{{ about }}", size=12, align=_CENTRE)
    _write(left, "{%p endif %}")
    _write(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", size=12, align=_CENTRE, bold=True)
    _write(right, "Độc lập - Tự do - Hạnh phúc", size=SMALL, align=_CENTRE, bold=True)
    _rule(_write(right, "", size=2, align=_CENTRE), 17)
    _write(right, "{{ place }}, ngày      tháng      năm {{ year }}", size=SMALL, align=_CENTRE, italic=True)


def _foot(document: Any) -> None:
    _write(document, "", size=8)
    table = document.add_table(rows=1, cols=2)
    table.autofit = False
    for column, width in ((0, 80), (1, 85)):
        table.columns[column].width = table.cell(0, column).width = Mm(width)
    left, right = _cell(table, 0, 0), _cell(table, 0, 1)
    _write(left, "Nơi nhận:", size=12, bold=True, italic=True)
    _write(left, "{%p for receiver in receivers %}")
    _write(left, "- {{ receiver }}", size=11)
    _write(left, "{%p endfor %}")
    _write(right, "{{ signer }}", align=_CENTRE, bold=True)
    _write(right, "(Chữ ký, họ và tên)", align=_CENTRE, italic=True, size=12)


def _title(document: Any, condition: str | None = None) -> None:
    if condition:
        _write(document, f"{{%p if {condition} %}}")
    _write(document, "", size=8)
    _write(document, "{{ heading }}", align=_CENTRE, bold=True)
    _write(document, "{{ subject }}", align=_CENTRE, bold=True)
    _rule(_write(document, "", size=2, align=_CENTRE), 60)
    if condition:
        _write(document, "{%p endif %}")


def _table(document: Any, rows: str, header: list[str], cells: list[str], widths: list[int]) -> None:
    """A table with a row for each of ``rows``: docxtpl's loop stands in rows of its own."""
    table = document.add_table(rows=4, cols=len(header))
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    for column, (name, text, width) in enumerate(zip(header, cells, widths, strict=True)):
        align = _LEFT if column == 0 else _CENTRE
        _write(_cell(table, 0, column), name, size=12, bold=True, align=_CENTRE)
        _write(_cell(table, 1, column), f"{{%tr for row in {rows} %}}" if column == 0 else "", size=12)
        _write(_cell(table, 2, column), text, size=12, align=align)
        _write(_cell(table, 3, column), "{%tr endfor %}" if column == 0 else "", size=12)
        table.columns[column].width = Mm(width)
        for row in table.rows:
            row.cells[column].width = Mm(width)
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)


def _section(document: Any, title: str) -> None:
    paragraph = _write(document, title, bold=True, indent=True, after=3)
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.keep_with_next = Pt(6), True


def _text(document: Any, text: str) -> None:
    _write(document, text, align=_JUSTIFY, indent=True, after=4)


def _each(document: Any, rows: str, text: str, empty: str) -> None:
    _write(document, f"{{%p if {rows} %}}")
    _write(document, f"{{%p for row in {rows} %}}")
    _text(document, text)
    _write(document, "{%p endfor %}")
    _write(document, "{%p else %}")
    _text(document, empty)
    _write(document, "{%p endif %}")


def periodic() -> Any:
    """The template of daily, weekly and monthly reports."""
    document = _blank()
    _head(document, "Số:        /BC-BHXH")
    _title(document)
    _text(document, "{{ opening }}")
    _section(document, "I. TÌNH HÌNH CHUNG")
    for line in ("{{r total }}{{ total_more }}", "{{ by_kind }}", "{{ by_stance }}", "{{ by_intent }}"):
        _text(document, line)
    _section(document, "II. NỘI DUNG ĐƯỢC QUAN TÂM")
    header, widths = ["Tất cả", "Kỳ trước", "Tiêu cực", "Phản ánh", "Câu hỏi"], [60, 21, 21, 21, 21, 21]
    cells = ["{{r row.all }}", "{{ row.before }}", "{{r row.negative }}", "{{r row.complaints }}", "{{r row.questions }}"]
    _table(document, "topics", ["Chủ đề", *header], ["{{ row.name }}", *cells], widths)
    _write(document, "{%p if provinces %}")
    _section(document, "Theo tỉnh, thành phố")
    _table(document, "provinces", ["Tỉnh, thành phố", *header], ["{{ row.name }}", *cells], widths)
    _write(document, "{%p endif %}")
    _section(document, "III. VẤN ĐỀ NỔI LÊN, THÔNG TIN TIÊU CỰC VÀ CHƯA CHÍNH XÁC")
    _each(document, "concerns", "- {{r row.title }} ({{ row.state }}): {{ row.why }} {{ row.said }}", "Trong kỳ không có vấn đề nổi lên.")
    _write(document, "{%p if rumours %}")
    _text(document, "Thông tin chưa chính xác, chưa được kiểm chứng:")
    _write(document, "{%p endif %}")
    _each(document, "rumours", "- {{r row.title }} ({{ row.told }}).", "Không ghi nhận thông tin trái với quy định.")
    _text(document, "Nội dung tiêu cực có nhiều nơi đăng nhất:")
    _each(document, "negative", "- {{r row.title }} ({{ row.told }}).", "Không có nội dung tiêu cực.")
    _section(document, "IV. CÂU HỎI, KIẾN NGHỊ CỦA NGƯỜI DÂN")
    _each(document, "asked", "- {{r row.title }} ({{ row.told }}).", "Không có câu hỏi, kiến nghị.")
    _section(document, "V. VIỆC ĐÃ LÀM VÀ KẾT QUẢ")
    _text(document, "{{ cases_said }}")
    _each(document, "cases", "- {{r row.title }}: {{ row.told }}.", "Trong kỳ không có vụ việc.")
    _write(document, "{%p for line in done %}")
    _text(document, "{{ line }}")
    _write(document, "{%p endfor %}")
    _section(document, "VI. NỘI DUNG CẦN CHUẨN BỊ")
    _each(document, "coming", "- {{ row }}", "Không có sự kiện trong thời gian tới.")
    _section(document, "VII. ĐỀ XUẤT, KIẾN NGHỊ")
    _each(document, "proposals", "- {{ row }}", "Không có.")
    _text(document, "{{ closing }}")
    _foot(document)
    return document


def quick() -> Any:
    """The template of a quick report (báo cáo nhanh) of a case."""
    document = _blank()
    _head(document, "Số:        /BC-BHXH")
    _title(document)
    _text(document, "{{ opening }}")
    _section(document, "1. Nội dung sự việc")
    _text(document, "{{r counted }}{{ why }}")
    _each(document, "said", "- {{ row }}", "Chưa có câu tóm tắt.")
    _section(document, "2. Nguồn và mức độ lan truyền")
    _text(document, "{{ carriers }}")
    _each(document, "stories", "- {{r row.title }} ({{ row.told }}).", "Không có nội dung tiêu biểu.")
    _section(document, "3. Quy định liên quan")
    _each(document, "answers", "- {{ row }}", "Chưa có câu trả lời được duyệt cho nội dung này.")
    _section(document, "4. Trách nhiệm và việc đã làm")
    _text(document, "{{ responsible }}")
    _each(document, "steps", "- {{ row }}", "Chưa có.")
    _section(document, "5. Phương án truyền thông và đề xuất")
    _each(document, "solutions", "- {{ row }}", "Chưa có phương án được đề xuất.")
    _write(document, "{%p if effect %}")
    _section(document, "6. Kết quả sau khi trả lời")
    _text(document, "{{ effect }}")
    _write(document, "{%p endif %}")
    _text(document, "{{ closing }}")
    _foot(document)
    return document


def paper() -> Any:
    """The template of whatever leaves the office about a case: a letter, or with a heading a slip or a note."""
    document = _blank()
    _head(document, "{{ number }}")
    _title(document, "heading")
    _write(document, "", size=8)
    _write(document, "{%p if addressee %}")
    _write(document, "{{ addressee }}", align=_CENTRE, after=6)
    _write(document, "{%p endif %}")
    _write(document, "{%p for line in lines %}")
    _text(document, "{{ line }}")
    _write(document, "{%p endfor %}")
    _foot(document)
    return document


TEMPLATES = {"periodic": periodic, "quick": quick, "paper": paper}


def build(folder: Path) -> None:
    """Write all templates into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in TEMPLATES.items():
        path = folder / f"{name}.docx"
        make().save(path)
        path.write_bytes(reproducible(path.read_bytes(), datetime(2026, 1, 1, tzinfo=VIETNAM)))


if __name__ == "__main__":
    build(default_config_dir() / "reports")
