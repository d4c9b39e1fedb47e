"""A press review written: as a Word document, as a mail, as a message for Zalo, and as what a loudspeaker reads out."""

import re
from collections.abc import Iterable
from io import BytesIO

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from alerts.telling import excerpt
from dashboard import formats
from dashboard.press.reviews import Item, ReviewDetail
from dashboard.press.rules import PressRules
from langnghe.wording import Wording

EXCERPT = 300
"""Characters of what an outlet wrote: the law of quotation, and the project's own rule."""
OUTLETS = 3
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII")


def sections_of(detail: ReviewDetail, rules: PressRules) -> list[tuple[str, list[Item]]]:
    """(section, its stories) in the order of the rules; empty ones are left out."""
    grouped = [(section.id, [item for item in detail.items if item.item.section == section.id]) for section in rules.sections]
    return [(section, items) for section, items in grouped if items]


def outlets_text(item: Item, words: Wording) -> str:
    """``Báo Mai, Báo Đào và 4 báo khác``."""
    shown = ", ".join(item.outlets[:OUTLETS])
    left = len(item.outlets) - OUTLETS
    return shown + (words("press.more_outlets", n=left) if left > 0 else "")


def title_of(item: Item) -> str:
    """The title of a story, or how its text begins."""
    return item.row.title or excerpt(item.row.text, 110)


def body_of(item: Item) -> str:
    """At most :data:`EXCERPT` characters of the story."""
    return excerpt(item.row.lead or item.row.text, EXCERPT)


def lead_of(detail: ReviewDetail, words: Wording) -> str:
    """The editor's lead, or one that counts."""
    outlets = {outlet for item in detail.items for outlet in item.outlets}
    counted = words("press.counted", n=len(detail.items), outlets=len(outlets), day=formats.day(detail.review.day))
    return f"{detail.review.lead} {counted}".strip()


def _names(rules: PressRules, words: Wording) -> dict[str, str]:
    return {section.id: section.name(words.language) for section in rules.sections}


def mail_text(detail: ReviewDetail, rules: PressRules, words: Wording) -> str:
    """The whole review as plain text, for a mail."""
    names, lines = _names(rules, words), [detail.review.title.upper(), "", lead_of(detail, words)]
    number = 0
    for roman, (section, items) in zip(ROMAN, sections_of(detail, rules), strict=False):
        lines += ["", f"{roman}. {names[section]} ({len(items)})"]
        for item in items:
            number += 1
            lines += ["", f"{number}. {title_of(item)}", f"   {outlets_text(item, words)} · {formats.day(item.row.day)}"]
            lines.append(f"   {body_of(item)}")
            if item.item.remark:
                lines.append(f"   {words('press.remark')}: {item.item.remark}")
            if item.row.url:
                lines.append(f"   {item.row.url}")
    return "\n".join([*lines, "", words("press.machine")])


def zalo_text(detail: ReviewDetail, rules: PressRules, words: Wording) -> str:
    """A message for Zalo: as many stories as it may hold, each with its link."""
    head = f"{detail.review.title}\n{lead_of(detail, words)}"
    lines: list[str] = []
    for number, item in enumerate(detail.items[: rules.zalo.stories], 1):
        remark = f"\n→ {item.item.remark}" if item.item.remark else ""
        line = f"{number}. {title_of(item)} ({outlets_text(item, words)}){remark}" + (f"\n{item.row.url}" if item.row.url else "")
        if len("\n\n".join([head, *lines, line])) > rules.zalo.characters:
            break
        lines.append(line)
    return "\n\n".join([head, *lines])


def spoken(text: str, rules: PressRules) -> str:
    """A text as it is read out: abbreviations in full, no addresses."""
    text = re.sub(r"https?://\S+", "", text)
    for short in sorted(rules.spoken, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(short)}(?!\w)", rules.spoken[short], text)
    return re.sub(r"[ \t]+", " ", text).strip()


def loudspeaker_text(detail: ReviewDetail, rules: PressRules, words: Wording) -> str:
    """What the commune's loudspeaker reads: only stories to which the editor has something to say, without abbreviations.

    A shortage read out without the office's answer would only worry people.
    """
    said = [words("press.listeners"), detail.review.lead]
    for item in [item for item in detail.items if item.item.remark][: rules.loudspeaker.stories]:
        title = title_of(item).rstrip(" .!?")
        said.append(f"{words('press.paper_says', outlet=item.outlets[0], title=title)} {item.item.remark}")
    said.append(words("press.listeners_end"))
    return "\n\n".join(spoken(one, rules) for one in said if one)


def _paragraph(document: Document, text: str, *, bold: bool = False, italic: bool = False, centre: bool = False) -> None:
    paragraph = document.add_paragraph()
    run = paragraph.add_run(text)
    run.bold, run.italic = bold, italic
    paragraph.paragraph_format.space_after = Pt(4)
    if centre:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _set_up(document: Document) -> None:
    """A4 with the margins and the type of Decree 30/2020."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(13)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "Times New Roman")


def docx_bytes(detail: ReviewDetail, rules: PressRules, words: Wording, office: str) -> bytes:
    """The review as a Word document."""
    document: Document = docx.Document()
    _set_up(document)
    _paragraph(document, office.upper(), bold=True, centre=True)
    _paragraph(document, detail.review.title.upper(), bold=True, centre=True)
    _paragraph(document, lead_of(detail, words))
    names, number = _names(rules, words), 0
    for roman, (section, items) in zip(ROMAN, sections_of(detail, rules), strict=False):
        _paragraph(document, f"{roman}. {names[section]} ({len(items)})", bold=True)
        for item in items:
            number += 1
            _item(document, number, item, words)
    _paragraph(document, words("press.machine"), italic=True)
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def _item(document: Document, number: int, item: Item, words: Wording) -> None:
    _paragraph(document, f"{number}. {title_of(item)}", bold=True)
    _paragraph(document, f"{outlets_text(item, words)} · {formats.day(item.row.day)}", italic=True)
    _paragraph(document, body_of(item))
    for line in _below(item, words):
        _paragraph(document, line)


def _below(item: Item, words: Wording) -> Iterable[str]:
    if item.item.remark:
        yield f"{words('press.remark')}: {item.item.remark}"
    if item.row.url:
        yield item.row.url
