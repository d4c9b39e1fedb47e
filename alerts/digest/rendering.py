"""A digest as HTML and as plain text, from the same content."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from alerts.digest.content import Digest
from alerts.links import search_link
from alerts.overview import Week
from langnghe.clock import VIETNAM
from langnghe.labels import load_labels
from langnghe.settings import Settings
from langnghe.wording import Wording, load_wording

TEMPLATES = Path(__file__).parent.parent / "templates"
MOST_BYTES = 60_000
"""Mail programs clip longer messages."""


@dataclass(frozen=True)
class Rendered:
    """The parts of a mail."""

    subject: str
    html: str
    text: str


def _change(week: Week, words: Wording) -> str:
    """``tăng 40%``: the change against the week before, in words."""
    if week.now == week.before:
        return words("digest.unchanged")
    if week.before < 5:
        return words("digest.week_before", n=words.number(week.before))
    share = words.number(abs(week.now - week.before) * 100 / week.before)
    return words("digest.up" if week.now > week.before else "digest.down", percent=share)


def summary_lines(digest: Digest, words: Wording) -> list[str]:
    """The five lines at the top."""
    number = words.number
    counts = {"documents": number(digest.documents), "stories": number(digest.stories), "sources": number(digest.sources)}
    lines = [words("digest.line_coverage", **counts)]
    negative = {"n": number(digest.negative.now), "change": _change(digest.negative, words)}
    asked = {"complaints": number(digest.complaints.now), "questions": number(digest.questions.now)}
    lines.append(words("digest.line_week", **negative, **asked))
    moved = {status: digest.with_status(status) for status in ("new", "grown", "closed")}
    lines.append(words("digest.line_concerns" if digest.concerns else "digest.line_no_concerns", n=digest.open_concerns, **moved))
    overdue = {"n": len(digest.cases), "overdue": digest.overdue}
    lines.append(words("digest.line_cases" if digest.cases else "digest.line_no_cases", **overdue))
    silent = ", ".join(source.source for source in digest.silent[:4])
    more = f" (+{len(digest.silent) - 4})" if len(digest.silent) > 4 else ""
    quiet = {"n": len(digest.silent), "sources": silent + more}
    lines.append(words("digest.line_silent" if digest.silent else "digest.line_no_silent", **quiet))
    return lines


def subject_of(digest: Digest, words: Wording) -> str:
    """Office, day and counts."""
    day = f"{digest.day:%d/%m}"
    if digest.quiet:
        return words("digest.subject_quiet", office=digest.office_name, day=day, stories=digest.stories)
    counts = {"concerns": digest.open_concerns, "new": digest.with_status("new"), "cases": len(digest.cases), "stories": digest.stories}
    return words("digest.subject", office=digest.office_name, day=day, **counts)


def _written(moment: datetime) -> str:
    return f"{moment.astimezone(VIETNAM):%H:%M %d/%m/%Y}"


def _outlets(outlets: list[str], words: Wording, most: int = 4) -> str:
    more = words("digest.more_outlets", n=len(outlets) - most) if len(outlets) > most else ""
    return ", ".join(outlets[:most]) + more


def _hours(hours: float, words: Wording) -> str:
    if hours < 0:
        return words("digest.overdue_by", n=words.number(-hours)) if hours > -48 else words("digest.overdue_days", n=round(-hours / 24))
    return words("digest.due_in", n=words.number(hours))


def _environment(words: Wording, settings: Settings) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(enabled_extensions=("html.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    labels = load_labels(settings.config_dir)
    environment.globals["words"] = words
    environment.globals["topic_name"] = lambda topic: labels.topic_name(topic, words.language)
    environment.filters |= {
        "day": lambda day: f"{day:%d/%m/%Y}",
        "short_day": lambda day: f"{day:%d/%m}",
        "moment": _written,
        "number": words.number,
        "outlets": lambda outlets: _outlets(outlets, words),
        "change": lambda week: _change(week, words),
        "hours": lambda hours: _hours(hours, words),
    }
    return environment


def _weekday(day: date, words: Wording) -> str:
    return words(f"digest.weekday_{day.isoweekday()}")


def _search(digest: Digest, settings: Settings) -> Any:
    def link(**given: Any) -> str:
        return search_link(settings.mail.dashboard_url, province=digest.province, **given)

    return link


def render(digest: Digest, settings: Settings) -> Rendered:
    """The mail's subject, its HTML (styles in place, nothing remote) and its plain text."""
    words = load_wording(settings.language, settings.config_dir)
    environment = _environment(words, settings)
    values = {
        "digest": digest,
        "subject": subject_of(digest, words),
        "summary": summary_lines(digest, words),
        "weekday": _weekday(digest.day, words),
        "dashboard": settings.mail.dashboard_url,
        "search": _search(digest, settings),
    }
    name = "quiet" if digest.quiet else "digest"
    html = environment.get_template(f"{name}.html.j2").render(values)
    text = environment.get_template(f"{name}.txt.j2").render(values)
    inliner = css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)
    return Rendered(values["subject"], inliner.inline(html), text)
