"""Templates of the sample pages."""

import json
from datetime import datetime
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from langnghe.clock import VIETNAM

MARK = "dữ liệu mẫu"
"""Stands on every page, so that nobody takes it for news."""
_TAGS = {"BHXH": "bhxh", "BHYT": "bhyt", "VNeID": "vneid", "VssID": "vssid", "lương hưu": "luong-huu"}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _tagged(text: str) -> Markup:
    """A paragraph in which the first word that the paper has a tag page for is a link, as editors' systems make them."""
    html = str(escape(text))
    word = next((word for word in _TAGS if word in html), None)
    if word is None:
        return Markup(html)  # noqa: S704 - escaped above
    link = f'<a class="VCCTagItemInNews" data-zoneid="0" href="/{_TAGS[word]}.html" title="{word}">{word}</a>'
    return Markup(html.replace(word, link, 1))  # noqa: S704


def _lines(text: str) -> Markup:
    """A post with its line breaks."""
    return Markup("<br />\n").join(text.split("\n"))


def _english_date(moment: datetime) -> str:
    local = moment.astimezone(VIETNAM)
    return f"{_MONTHS[local.month - 1]} {local.day}, {local.year}"


def _json(value: Any) -> Markup:
    """JSON for a script element of type ``application/ld+json``."""
    return Markup(json.dumps(value, ensure_ascii=False, indent=1).replace("<", "\\u003c"))  # noqa: S704


@cache
def environment() -> Environment:
    """Jinja2 with the templates and their filters; a missing value is an error."""
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["mark"] = MARK
    made.filters |= {
        "tagged": _tagged,
        "lines": _lines,
        "ld": _json,
        "english_date": _english_date,
        "vn": lambda moment: moment.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M GMT+7"),
        "iso": lambda moment: moment.astimezone(VIETNAM).isoformat(timespec="seconds"),
        "xenforo_time": lambda moment: moment.astimezone(VIETNAM).strftime("%Y-%m-%dT%H:%M:%S%z"),
        "rfc822": lambda moment: format_datetime(moment.astimezone(VIETNAM)),
        "initial": lambda name: name[:1].upper(),
    }
    return made


def render(file: str, **values: Any) -> str:
    """A page."""
    return environment().get_template(file).render(**values)
