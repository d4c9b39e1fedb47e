"""What is new in the words of a concern: storylines that nobody told before, for the concern's page."""

from collections.abc import Sequence

import streamlit as st

from alerts.evidence import Scope
from alerts.novelty import Emerging, emerging, load_novelty_rules
from dashboard import formats
from dashboard.components import Chip
from dashboard.context import Context, settings_key
from langnghe.actor import Role
from langnghe.clock import vietnam_day
from langnghe.folding import fold
from langnghe.record.schema import Concern
from langnghe.wording import Wording

SHOWN, SHOWN_PHRASES = 3, 4
KEPT_SECONDS = 3600
"""It rests on public pieces alone, so that it is every office's; a day's detection makes a new version of the concern anyway."""


@st.cache_data(show_spinner=False, ttl=KEPT_SECONDS, max_entries=100, refresh_mode="background")
def _found(key: str, concern_id: int, version: int, _concern: Concern, _context: Context) -> list[Emerging]:  # noqa: ARG001
    national = bool(_concern.explanation.get("national"))
    scope = Scope.of(_concern.topic, _concern.province, _concern.provinces, national=national)
    rules = load_novelty_rules(_context.settings.config_dir)
    with _context.record.reading() as session:
        return emerging(session, vietnam_day(_context.now), rules, _context.places, scope=scope, most=SHOWN)


def new_lines(context: Context, concern: Concern) -> list[Emerging]:
    """The storylines that are new within a concern, kept while it stays as it is."""
    context.actor.require(Role.viewer, None, "read a concern")
    return _found(settings_key(context.settings), concern.id, concern.row_version, concern, context)


def line_chips(line: Emerging, words: Wording) -> list[Chip]:
    """Whether a storyline is a rumour, contradicted, or told by a state body."""
    chips = [Chip(words("novel.stories", n=len(line.story_ids)), "blue")]
    if line.contradicted:
        chips.append(Chip(words("novel.contradicted"), "red", "✗"))
    elif line.rumour:
        chips.append(Chip(words("novel.rumour"), "amber", "?"))
    if line.official:
        chips.append(Chip(words("novel.official"), "green", "✓"))
    return chips


def line_text(line: Emerging, words: Wording) -> str:
    """Since when, which way it went from outlet to outlet, and its own words."""
    way = " → ".join(words("novel.step", kind=words(f"kind.{step.kind}"), outlet=step.outlet) for step in line.way)
    said = words("novel.line", at=formats.moment(line.began), way=way)
    if phrases := own_phrases(line.phrases):
        said += words("novel.phrases", said=" · ".join(f"“{phrase}”" for phrase in phrases[:SHOWN_PHRASES]))
    return said


def own_phrases(phrases: Sequence[str]) -> list[str]:
    """Phrases without those that say the same without their marks: ``bao hiem`` beside ``bảo hiểm``."""
    written: dict[str, str] = {}
    for phrase in phrases:
        plain = fold(phrase)
        if written.get(plain, plain) == plain:
            written[plain] = phrase
    return list(written.values())
