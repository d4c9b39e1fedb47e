"""A digest as HTML and as plain text, from the same content."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from alerts.digest.charts import Picture
from alerts.digest.content import Digest, DigestConcern
from alerts.digest.figures import CHART_DAYS
from alerts.links import case_link, search_link
from alerts.overview import Week
from langnghe.clock import VIETNAM
from langnghe.labels import load_labels
from langnghe.settings import Settings
from langnghe.wording import Wording, load_wording

TEMPLATES = Path(__file__).parent.parent / "templates"
MOST_BYTES = 60_000
"""Of the HTML; mail programs clip what is much longer."""
STOP = "https://stop.invalid/"
"""Stands for the address at which a recipient stops the mail: a digest is rendered once for all who get the same."""
_STOP_LINK = re.compile(rf'<a [^>]*href="{re.escape(STOP)}"[^>]*>[^<]*</a>')
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")


@dataclass(frozen=True)
class Rendered:
    """The parts of a mail."""

    subject: str
    html: str
    text: str
    pictures: tuple[Picture, ...] = ()

    def stopped_at(self, url: str | None) -> "Rendered":
        """The same for one recipient, whose mails stop at ``url``; None: there is no such address, and no word of it."""
        if url is None:
            text = "".join(line for line in self.text.splitlines(keepends=True) if STOP not in line)
            return replace(self, html=_STOP_LINK.sub("", self.html), text=text)
        return replace(self, html=self.html.replace(STOP, escape(url)), text=self.text.replace(STOP, url))


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
    kind = "digest.subject_weekly" if digest.scope.is_weekly else "digest.subject"
    if digest.quiet:
        return words(f"{kind}_quiet", office=digest.office_name, day=day, stories=digest.stories)
    counts = {"concerns": digest.open_concerns, "new": digest.with_status("new"), "cases": len(digest.cases), "stories": digest.stories}
    return words(kind, office=digest.office_name, day=day, **counts)


def _written(moment: datetime) -> str:
    return f"{moment.astimezone(VIETNAM):%H:%M %d/%m/%Y}"


def _outlets(outlets: list[str], words: Wording, most: int = 4) -> str:
    more = words("digest.more_outlets", n=len(outlets) - most) if len(outlets) > most else ""
    return ", ".join(outlets[:most]) + more


def _hours(hours: float, words: Wording) -> str:
    if hours < 0:
        return words("digest.overdue_by", n=words.number(-hours)) if hours > -48 else words("digest.overdue_days", n=round(-hours / 24))
    return words("digest.due_in", n=words.number(hours))


def _sections() -> Callable[[], str]:
    """Numbers the sections of a mail as they come, as VSS's own bulletin does."""
    numbers = iter(ROMAN)
    return lambda: next(numbers)


@cache
def _environment(words: Wording, config_dir: Path | None, dashboard_url: str, has_stop: bool) -> Environment:
    """Made once for a language and installation: thousands of mails are rendered from the same compiled templates."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(enabled_extensions=("html.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    labels = load_labels(config_dir)
    environment.globals |= {
        "words": words,
        "topic_name": lambda topic: labels.topic_name(topic, words.language),
        "dashboard": dashboard_url,
        "case_link": case_link,
        "stop": STOP if has_stop else None,
        "chart_days": CHART_DAYS,
    }
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


def _templates(words: Wording, settings: Settings) -> Environment:
    return _environment(words, settings.config_dir, settings.mail.dashboard_url, bool(settings.mail.endpoint_url))


def _weekday(day: date, words: Wording) -> str:
    return words(f"digest.weekday_{day.isoweekday()}")


def _search(digest: Digest, settings: Settings) -> Any:
    def link(**given: Any) -> str:
        return search_link(settings.mail.dashboard_url, province=digest.province, **given)

    return link


def _scope(digest: Digest, words: Wording, settings: Settings) -> str:
    """What a subscriber's own choice leaves in, in words; empty where it leaves nothing out."""
    scope, labels = digest.scope, load_labels(settings.config_dir)
    if not scope.is_narrowed:
        return ""
    parts = [", ".join(labels.topic_name(topic, words.language) for topic in sorted(scope.topics))]
    parts.append(", ".join(words(f"digest.kind_{kind}") for kind in sorted(scope.kinds)))
    parts.append(words("digest.scope_severity", least=scope.severity) if scope.severity else "")
    return words("digest.scope", what="; ".join(filter(None, parts)))


def _mail(name: str, environment: Environment, values: dict[str, Any], pictures: Iterable[Picture]) -> Rendered:
    html = environment.get_template(f"{name}.html.j2").render(values | {"section": _sections()})
    text = environment.get_template(f"{name}.txt.j2").render(values | {"section": _sections()})
    inliner = css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)
    return Rendered(values["subject"], inliner.inline(html), text, tuple(pictures))


def render(digest: Digest, settings: Settings) -> Rendered:
    """The mail's subject, its HTML (styles in place, nothing remote) and its plain text."""
    words = load_wording(digest.scope.language or settings.language, settings.config_dir)
    values = {
        "digest": digest,
        "subject": subject_of(digest, words),
        "summary": summary_lines(digest, words),
        "weekday": _weekday(digest.day, words),
        "search": _search(digest, settings),
        "scope": _scope(digest, words, settings),
        "title": words("digest.name_weekly" if digest.scope.is_weekly else "digest.name"),
    }
    environment = _templates(words, settings)
    return _mail("quiet", environment, values, ()) if digest.quiet else _mail("digest", environment, values, digest.pictures)


def render_urgent(
    concerns: Sequence[DigestConcern], office_name: str, cut_off: datetime, settings: Settings, language: str | None = None
) -> Rendered:
    """The mail that tells concerns at once, in the same form as the digest tells them."""
    words = load_wording(language or settings.language, settings.config_dir)
    name = "digest.subject_urgent" if len(concerns) == 1 else "digest.subject_bundle"
    subject = words(name, office=office_name, n=len(concerns), title=concerns[0].line.title, why=concerns[0].line.why)
    values = {
        "concerns": concerns,
        "office_name": office_name,
        "subject": subject,
        "cut_off": cut_off,
        "title": words("digest.name_urgent"),
    }
    return _mail("urgent", _templates(words, settings), values, (concern.picture for concern in concerns))
