"""A concern's page, worked out: figures, what is said, stories, history."""

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from typing import Any

from alerts.cases import load_workflow
from alerts.explanation import Explanation, TellingStory
from alerts.overview import ConcernDetail
from dashboard import formats
from dashboard.components import Chip, Figure, chips_html, external_link
from dashboard.context import Context
from dashboard.today import state_chips
from langnghe.actor import SYSTEM
from langnghe.places import NOWHERE
from langnghe.record.schema import CaseEvent, Concern, ConcernEvent
from langnghe.wording import Wording

GROUPS: dict[str, tuple[str, ...]] = {"watched": ("open", "cooling"), "resting": ("snoozed", "dismissed"), "closed": ("closed",)}
"""What the list of concerns can show → their states."""
OUTLETS_SHOWN = 4
SMALLEST_PART = 0.03
"""Part of a concern's rank below which a reason is not named."""


def concern_figures(explanation: Explanation, words: Wording) -> list[Figure]:
    """The numbers behind the alert."""
    expected = formats.small(explanation.expected, words)
    low, high = words.number(max(explanation.low, 0)), words.number(explanation.high)
    usual = formats.small(explanation.complaints_expected, words)
    kinds = ", ".join(f"{words(f'kind.{kind}').lower()} {words.number(number)}" for kind, number in explanation.kinds.items())
    return [
        Figure(
            words.number(explanation.observed),
            words("concern.observed", days=explanation.window_days),
            words("concern.documents", n=explanation.documents),
            strong=True,
        ),
        Figure(expected, words("concern.expected"), words("concern.interval", low=low, high=high)),
        Figure(words.number(explanation.complaints), words("concern.complaints"), words("concern.usual", n=usual)),
        Figure(words.number(explanation.sources), words("concern.sources"), kinds),
    ]


def said_html(explanation: Explanation) -> str:
    """The sentences that say what it is about, each with where it stands."""
    return "".join(
        f'<blockquote class="ln-p ln-quote">{escape(one.text)}<cite>{external_link(one.outlet, one.url)}</cite></blockquote>'
        for one in explanation.summary
    )


def phrases_html(explanation: Explanation, words: Wording) -> str:
    """What is new in their words."""
    chips = [Chip(words("concern.phrase", text=one.text, now=one.now), "blue") for one in explanation.phrases]
    return f'<div class="ln-meta">{escape(words("concern.phrases"))}</div>{chips_html(chips)}' if chips else ""


def _outlets(story: TellingStory, words: Wording) -> str:
    shown = ", ".join(story.outlets[:OUTLETS_SHOWN])
    left = len(story.outlets) - OUTLETS_SHOWN
    return shown + (words("concern.more_outlets", n=left) if left > 0 else "")


def story_html(story: TellingStory, words: Wording, targets: str = "") -> str:
    """A story in one block: why it stands here, its title with a link, where and when, and at most 300 characters of it.

    ``targets``: what it says of each target, as HTML.
    """
    chips = [Chip(words(f"concern.why_{story.why}"), "blue"), Chip(words(f"kind.{story.kind}"))]
    if story.complaint:
        chips.append(Chip(words("concern.complaint"), "amber", "!"))
    copies = f" · {words('concern.copies', n=story.copies)}" if story.copies > 1 else ""
    meta = f"{escape(_outlets(story, words))} · {formats.day(story.day)}{escape(copies)}"
    return (
        f'<article class="ln-hit"><h3>{external_link(story.title, story.url)}</h3><div class="ln-meta">{meta}</div>'
        f"<p>{escape(story.excerpt)}</p>{targets}{chips_html(chips)}</article>"
    )


def search_parameters(concern: Concern, explanation: Explanation) -> dict[str, str]:
    """The search that shows the documents behind the numbers."""
    given = {
        "chu_de": concern.topic,
        "tinh": "" if explanation.national else ",".join(code for code in concern.provinces if code != NOWHERE),
        "sac_thai": "negative",
        "tu": explanation.start.isoformat(),
        "den": explanation.day.isoformat(),
    }
    return {name: value for name, value in given.items() if value}


def notes(explanation: Explanation, context: Context) -> list[str]:
    """What a reader has to know beside the numbers: short history, a drive that may echo in them, related topics."""
    words, said = context.words, []
    if explanation.learning_days is not None:
        said.append(words("concern.learning", days=explanation.learning_days))
    said += [words("concern.drive", name=name) for name in explanation.drives]
    if explanation.related_topics:
        said.append(words("concern.related", topics=", ".join(context.topic(topic) for topic in explanation.related_topics)))
    return said


def ranking_text(ranking: Mapping[str, float], words: Wording) -> str:
    """What raised a concern to its place and by which part of it, and what lowered it."""
    raised = sum(value for value in ranking.values() if value > 0)
    parts = sorted(((value / raised, name) for name, value in ranking.items() if value > 0), reverse=True) if raised else []
    named = [
        words("concern.ranked_part", name=words(f"ranking.{name}"), percent=words.number(100 * part))
        for part, name in parts
        if part >= SMALLEST_PART
    ]
    lowered = [words(f"ranking.{name}") for name, value in sorted(ranking.items()) if value < -SMALLEST_PART]
    said = [words("concern.ranked", said=", ".join(named))] if named else []
    return " ".join([*said, *([words("concern.ranked_down", said=", ".join(lowered))] if lowered else [])])


def header_chips(detail: ConcernDetail, context: Context) -> list[Chip]:
    """Severity, state, and since when."""
    since = Chip(context.words("concern.since", day=formats.day(detail.line.explanation.since)))
    return [*state_chips(detail.line, context), since]


def event_text(event: ConcernEvent | CaseEvent, context: Context, prefix: str) -> str:
    """A step of a history in words, with the detail that a reader needs."""
    words, detail = context.words, event.detail
    said = words(f"{prefix}.{event.event}")
    more = [words(f"reason.{detail['reason']}")] if event.event == "dismissed" and "reason" in detail else []
    if event.event != "dismissed" and isinstance(detail.get("reason"), str) and detail["reason"]:
        more.append(detail["reason"])
    if prefix == "step":
        more += _case_detail(event.event, detail, context)
    if event.event in ("spread", "narrowed"):
        more.append(", ".join(context.places.name(code) for code in detail["provinces"]))
    if event.event == "snoozed":
        more.append(words("event.until", day="/".join(reversed(str(detail["until"]).split("-")))))
    if prefix == "event" and event.event in ("opened", "updated", "reopened", "spread", "escalated") and "observed" in detail:
        more.append(words("event.observed", n=words.number(detail["observed"])))
    more += [str(detail[name]) for name in ("officer", "text", "note", "remark", "done") if detail.get(name)]
    return f"{said}: {' · '.join(more)}" if more else said


def _case_detail(event: str, detail: dict[str, Any], context: Context) -> list[str]:
    """What a case's event says beside its name."""
    workflow, language = load_workflow(context.settings.config_dir), context.words.language
    groups = {"outcome": "outcomes", "channel": "channels", "kind": "solutions" if event == "planned" else "papers"}
    said = [workflow.choice(group, detail[name]).name(language) for name, group in groups.items() if detail.get(name)]
    if event == "handed_over":
        said.append(context.office(detail["office"]))
    if event == "marked":
        said.append(context.words(f"case.formal_{detail['formal'] or 'none'}"))
    return said


def steps_html(events: Sequence[ConcernEvent | CaseEvent], context: Context, prefix: str) -> str:
    """A history, the newest step first."""
    return f'<ul class="ln-steps">{"".join(_step_html(event, context, prefix) for event in reversed(events))}</ul>'


def _step_html(event: ConcernEvent | CaseEvent, context: Context, prefix: str) -> str:
    by = f"{_when(event)} · {_who(event.actor, context)}"
    return f'<li>{escape(event_text(event, context, prefix))}<div class="ln-meta">{escape(by)}</div></li>'


def _when(event: ConcernEvent | CaseEvent) -> str:
    # What the system does belongs to the day that it looked at, which may be gone through later.
    of_system = event.actor == SYSTEM.name and "day" in event.detail
    return formats.day(date.fromisoformat(event.detail["day"])) if of_system else formats.moment(event.at)


def _who(actor: str, context: Context) -> str:
    return context.words("concern.system") if actor == SYSTEM.name else actor
