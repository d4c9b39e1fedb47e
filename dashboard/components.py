"""Small pieces of a page that Streamlit does not have; every text that enters them is escaped."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal
from urllib.parse import urlencode

import streamlit as st

from dashboard.context import Context
from langnghe.wording import Wording

Tone = Literal["red", "amber", "green", "blue", "grey"]


@dataclass(frozen=True)
class Chip:
    """A word or two that say how something stands; ``mark`` says the same without colour."""

    text: str
    tone: Tone = "grey"
    mark: str = ""


@dataclass(frozen=True)
class Figure:
    """A number, what it counts, and how it compares."""

    value: str
    name: str
    note: str = ""
    strong: bool = False
    address: str = ""
    """The page with what was counted."""


def chip_html(chip: Chip) -> str:
    """A chip."""
    mark = f'<span aria-hidden="true">{escape(chip.mark)}</span> ' if chip.mark else ""
    return f'<span class="ln-chip ln-{chip.tone}">{mark}{escape(chip.text)}</span>'


def chips_html(chips: Iterable[Chip]) -> str:
    """Chips in a row."""
    return f'<div class="ln-chips">{"".join(chip_html(chip) for chip in chips)}</div>'


def figures(items: Sequence[Figure]) -> None:
    """A strip of numbers."""
    cells = "".join(
        f'<div class="ln-figure{" ln-strong" if one.strong else ""}"><dt>{escape(one.name)}</dt><dd>{_value_html(one)}'
        f"<small>{escape(one.note)}</small></dd></div>"
        for one in items
    )
    st.html(f'<dl class="ln-figures">{cells}</dl>')


def _value_html(one: Figure) -> str:
    return link_html(one.value, one.address) if one.address and one.value != "0" else escape(one.value)


def heading(title: str, below: str = "") -> None:
    """The head of a page: its title, and a line below."""
    line = f'<p class="ln-below">{escape(below)}</p>' if below else ""
    st.html(f'<div class="ln-head"><h1>{escape(title)}</h1>{line}</div>')


def section(title: str, note: str = "") -> None:
    """The head of a part of a page."""
    aside = f"<span>{escape(note)}</span>" if note else ""
    st.html(f'<div class="ln-section"><h2>{escape(title)}</h2>{aside}</div>')


def paragraph(text: str, kind: str = "") -> None:
    """A paragraph; ``kind``: finding, note, quote or nothing."""
    st.html(f'<p class="ln-p{f" ln-{kind}" if kind else ""}">{escape(text)}</p>')


def bullets(lines: Iterable[str]) -> None:
    """A list."""
    st.html(f'<ul class="ln-list">{"".join(f"<li>{escape(line)}</li>" for line in lines)}</ul>')


def numbered(lines: Iterable[str]) -> None:
    """Steps, one after the other."""
    st.html(f'<ol class="ln-list">{"".join(f"<li>{escape(line)}</li>" for line in lines)}</ol>')


def empty(title: str, what_to_do: str) -> None:
    """Nothing to show, and what that means or what to do about it."""
    st.html(f'<div class="ln-empty"><strong>{escape(title)}</strong><p>{escape(what_to_do)}</p></div>')


def external_link(text: str, url: str | None) -> str:
    """A link to the source, as HTML; only http and https lead anywhere."""
    if not url or not url.startswith(("http://", "https://")):
        return escape(text)
    return f'<a href="{escape(url, quote=True)}" target="_blank" rel="noopener noreferrer nofollow">{escape(text)}</a>'


def link_html(text: str, address: str) -> str:
    """A link to a page of this site, as HTML."""
    return f'<a href="{escape(address, quote=True)}" target="_self">{escape(text)}</a>'


def search_link_html(text: str, parameters: Mapping[str, str]) -> str:
    """A link to the search with these parameters, as HTML."""
    return link_html(text, f"/search?{urlencode(parameters)}")


def notice(text: str) -> None:
    """Something that a reader has to know before anything else on the page."""
    st.html(f'<p class="ln-notice" role="status">{escape(text)}</p>')


def facts(rows: Iterable[tuple[str, str]]) -> None:
    """Names with their values."""
    st.html(f'<dl class="ln-facts">{"".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in rows)}</dl>')


def shortened(text: str, length: int) -> str:
    """The beginning of a text that ends with a word."""
    return text if len(text) <= length else f"{text[:length].rsplit(' ', 1)[0]}…"


def plain_label(text: str) -> str:
    """A text as the label of a widget, which Streamlit reads as Markdown."""
    for sign in "\\`*_{}[]<>#+~|$:":
        text = text.replace(sign, f"\\{sign}")
    return text


def story_html(title: str, url: str | None, meta: str, below: str = "") -> str:
    """A story in a few lines: its title with a link, where and when, and a remark."""
    remark = f'<p class="ln-why">{escape(below)}</p>' if below else ""
    return f'<article class="ln-hit"><h3>{external_link(title, url)}</h3><div class="ln-meta">{escape(meta)}</div>{remark}</article>'


def table(
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    caption: str = "",
    numbers_from: int = 1,
    html_columns: Collection[int] = (),
) -> None:
    """A table of text; columns from ``numbers_from`` on stand right, those of ``html_columns`` hold HTML that is escaped already."""
    names = "".join(f'<th scope="col"{_right(i, numbers_from)}>{escape(name)}</th>' for i, name in enumerate(head))
    lines = "".join(f"<tr>{_cells(row, numbers_from, html_columns)}</tr>" for row in rows)
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    html = f'<div class="ln-table"><table>{title}<thead><tr>{names}</tr></thead><tbody>{lines}</tbody></table></div>'
    st.html(html)


def _cells(row: Sequence[str], numbers_from: int, html_columns: Collection[int]) -> str:
    written = [cell if i in html_columns else escape(cell) for i, cell in enumerate(row)]
    return "".join(f"<td{_right(i, numbers_from)}>{cell}</td>" for i, cell in enumerate(written))


def _right(column: int, numbers_from: int) -> str:
    return ' class="ln-right"' if column >= numbers_from else ""


def trouble(words: Wording, problem: str, still_works: str, detail: str = "") -> None:
    """What happened, what still works and, for whoever repairs it, what the system said."""
    more = f"<details><summary>{escape(words('trouble.detail'))}</summary><code>{escape(detail)}</code></details>" if detail else ""
    st.html(f'<div class="ln-trouble" role="alert"><h2>{escape(problem)}</h2><p>{escape(still_works)}</p>{more}</div>')


def flash(context: Context) -> None:
    """Say once what the last action did."""
    said = st.session_state.pop("flash", None)
    if said is None:
        return
    kind, key = said
    if kind == "refused":
        st.warning(f"{context.words(key)}. {context.words(f'{key}_still')}")
        return
    (st.success if kind in ("done", "did") else st.warning)(key if kind in ("said", "did") else context.words(key))
