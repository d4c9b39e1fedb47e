"""What needs an office today, ready to be laid out."""

from dataclasses import dataclass
from datetime import timedelta
from html import escape
from urllib.parse import urlencode

import streamlit as st

from alerts.overview import ConcernLine, Overview, Week, overview, week_counts
from alerts.sources import SilentSource
from dashboard import formats
from dashboard.components import Chip, Figure, Tone
from dashboard.context import Context, settings_key
from dashboard.results import label_name
from dashboard.sparkline import DAYS, sparkline
from dashboard.stamp import stamp
from langnghe.actor import NATIONAL
from langnghe.clock import vietnam_day
from langnghe.wording import Wording

SHOWN_CONCERNS, SHOWN_CASES, SHOWN_SILENT = 5, 4, 4
"""As many as stand above the fold at 1366 × 768."""
SHOWN_WITH_WORDS = 3
"""So few concerns leave room for a sentence of the sources under each."""
SEVERITY_SHOWN: dict[int, tuple[Tone, str]] = {0: ("grey", "·"), 1: ("amber", "○"), 2: ("red", "●")}
"""Severity → colour, and the sign that says the same."""
KEPT_SECONDS = 50
"""Less than what ``dashboard.warming`` waits, so that it brings everything up to date."""


@dataclass(frozen=True)
class ConcernRow:
    """A concern as the first page shows it."""

    id: int
    title: str
    chips: list[Chip]
    why: str
    said: str
    """A sentence from the sources that says what it is about."""
    picture: str


@st.cache_data(show_spinner=False, ttl=KEPT_SECONDS, max_entries=100, refresh_mode="background")
def _weeks(key: str, office: str, at: tuple[int, str], _context: Context) -> dict[str, Week]:  # noqa: ARG001
    with _context.record.reading() as session:
        return week_counts(session, vietnam_day(_context.now), None if office == NATIONAL else office)


@st.cache_data(show_spinner=False, ttl=KEPT_SECONDS, max_entries=200, refresh_mode="background")
def _kept(key: str, office: str, at: tuple[int, int, str], _context: Context) -> Overview:
    return overview(_context.record, _context.actor, _context.settings, weeks=_weeks(key, office, (at[0], at[2]), _context))


def todays_overview(context: Context) -> Overview:
    """The overview of the session's office: made anew when something has happened, brought up to date every minute in the background.

    The week's numbers are not counted anew whenever some source has been crawled, which happens every few seconds. Nothing is older than
    ten minutes, and the page says of what time it is.
    """
    return _kept(settings_key(context.settings), context.actor.office, stamp(context.record), context)


def severity_chip(severity: int, context: Context) -> Chip:
    """How much there is to do about a concern or case."""
    tone, mark = SEVERITY_SHOWN.get(severity, SEVERITY_SHOWN[0])
    return Chip(label_name(context, "concern", severity), tone, mark)


def state_chips(line: ConcernLine, context: Context) -> list[Chip]:
    """Severity, what is new, and whether somebody has taken it up."""
    words, concern = context.words, line.concern
    chips = [severity_chip(concern.severity, context)]
    if concern.state != "open":
        chips.append(Chip(words(f"state.{concern.state}"), "grey"))
    elif concern.opened == line.explanation.day:
        chips.append(Chip(words("today.new"), "blue", "✦"))
    if line.case_ids:
        chips.append(Chip(words("today.has_case"), "green", "✓"))
    if line.explanation.learning_days is not None:
        chips.append(Chip(words("today.learning"), "grey"))
    return chips


def concern_rows(view: Overview, context: Context) -> list[ConcernRow]:
    """All concerns of the office, highest rank first."""
    rows = []
    for line in view.concerns:
        alt = context.words("today.spark", days=len(line.explanation.chart[-DAYS:]), title=line.title)
        said = line.explanation.summary[0].text if line.explanation.summary else ""
        rows.append(ConcernRow(line.id, line.title, state_chips(line, context), line.why, said, sparkline(line.explanation.chart, alt)))
    return rows


def week_figures(view: Overview, office: str, words: Wording) -> list[Figure]:
    """The week's numbers against the week before, each with the way to its pieces."""
    period = {"tu": (view.day - timedelta(days=6)).isoformat(), "den": view.day.isoformat()}
    here = period if office == NATIONAL else period | {"tinh": office}
    counted: list[tuple[str, Week, dict[str, str]]] = [
        ("today.stories", view.stories, {}),
        ("today.negative", view.negative, {"sac_thai": "negative"}),
        ("today.complaints", view.complaints, {"y_dinh": "complaint"}),
        ("today.questions", view.questions, {"y_dinh": "question"}),
    ]
    return [
        Figure(
            words.number(week.now), words(name), formats.change(week.now, week.before, words), address=f"/search?{urlencode(here | about)}"
        )
        for name, week, about in counted
    ]


def headline(view: Overview, words: Wording) -> str:
    """One sentence: what needs the officer now."""
    if not view.concerns and not view.cases_due:
        return words("today.calm")
    return words("today.headline", concerns=words.number(len(view.concerns)), cases=words.number(len(view.cases_due)))


def silent_line(silent: SilentSource, names: dict[str, str], view: Overview, words: Wording) -> str:
    """A silent source and since when, as HTML."""
    since = formats.ago(silent.last_new, view.at, words) if silent.last_new else words("silent.never")
    why = words(f"silent.{silent.why}")
    name = escape(names.get(silent.source, silent.source))
    said = escape(f"{why} · {words('silent.last')} {since}")
    return f'<p class="ln-line"><strong>{name}</strong> <span class="ln-meta">{said}</span></p>'
