"""On which day each written text is published: the background evenly, the planted stories as the plan says."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from crawlers.samples.corpus import Written, WrittenThread
from crawlers.samples.moments import DAYS, everyday, growing, spread
from crawlers.samples.plan import Group, Plan


@dataclass(frozen=True)
class Span:
    """First and last day of a planted story, both included."""

    start: date
    end: date


def spans(plan: Plan, seed: int, day0: date) -> dict[str, Span]:
    """When the planted stories that begin one day go on; noise has no span."""
    found = {}
    for name, group in plan.groups.items():
        if group.kind != "noise":
            back = Random(f"{seed}:{name}:onset").randint(*group.onset)  # noqa: S311 - samples, not secrets
            start = day0 - timedelta(days=back)
            found[name] = Span(start, start + timedelta(days=group.days - 1) if group.days else day0)
    return found


def _place(texts: Sequence[Written], first: date, weights: Sequence[float], rng: Random) -> dict[str, date]:
    indexes = spread(len(texts), weights, rng) if texts else []
    return {text.key: first + timedelta(days=index) for text, index in zip(texts, indexes, strict=True)}


def _background(texts: Sequence[Written], day0: date, rng: Random) -> dict[str, date]:
    """Topic by topic, so that no topic clumps by chance."""
    by_topic: dict[str, list[Written]] = defaultdict(list)
    for text in texts:
        by_topic[text.main_topic()].append(text)
    days: dict[str, date] = {}
    for topic in sorted(by_topic):
        days |= _place(by_topic[topic], day0 - timedelta(days=DAYS), everyday(day0), rng)
    return days


def _noise(texts: Sequence[Written], group: Group, day0: date, rng: Random) -> dict[str, date]:
    """Threads make the burst: what stuffs words among betting links arrives in waves."""
    mixed = sorted(texts, key=lambda text: (isinstance(text, WrittenThread), rng.random()))
    calm = len(mixed) - round(group.burst * len(mixed))
    recent = day0 - timedelta(days=group.burst_days)
    days = _place(mixed[:calm], day0 - timedelta(days=DAYS), everyday(day0), rng)
    return days | _place(mixed[calm:], recent, [1.0] * max(group.burst_days, 1), rng)


def _is_later_province(text: Written) -> bool:
    """Whether it speaks of the third province alone, which a spreading story reaches a day later."""
    content = text.model_dump_json()
    return "{province3}" in content and "{province}" not in content


def _concern(texts: Sequence[Written], group: Group, span: Span, rng: Random) -> dict[str, date]:
    weights = growing((span.end - span.start).days)
    later, late = [0.0, *weights[1:]], [w if i >= len(weights) // 2 else 0.0 for i, w in enumerate(weights)]
    days: dict[str, date] = {}
    kinds = [2 if text.key in group.late else int(_is_later_province(text)) for text in texts]
    for kind, of_kind in enumerate((weights, later, late)):
        days |= _place([text for text, k in zip(texts, kinds, strict=True) if k == kind], span.start, of_kind, rng)
    return days


def _planted(name: str, texts: Sequence[Written], plan: Plan, span: Span | None, day0: date, rng: Random) -> dict[str, date]:
    group = plan.groups[name]
    if span is None:
        return _noise(texts, group, day0, rng)
    if group.kind == "concern":
        return _concern(texts, group, span, rng)
    return _place(texts, span.start, [1.0] * ((span.end - span.start).days + 1), rng)


def schedule(texts: Sequence[Written], plan: Plan, seed: int, day0: date) -> dict[str, date]:
    """The day of every text, by its key.

    Raises:
        KeyError: a text belongs to a group that the plan does not name.
    """
    by_group: dict[str | None, list[Written]] = defaultdict(list)
    for text in texts:
        by_group[text.group].append(text)
    when, days = spans(plan, seed, day0), dict[str, date]()
    for name, of_group in by_group.items():
        rng = Random(f"{seed}:{name}:days")  # noqa: S311
        days |= _background(of_group, day0, rng) if name is None else _planted(name, of_group, plan, when.get(name), day0, rng)
    return days
