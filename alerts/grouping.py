"""Alarms that are one concern: the same topic in several provinces, and topics that share their stories."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from alerts.detection.alarms import Alarm
from alerts.detection.interface import Scores
from alerts.evidence import Scope, conversations_about, conversations_begun
from alerts.panel import NATIONAL, UNPLACED, Panel
from alerts.rules import AlertRules
from langnghe.places import NOWHERE

Conversations = tuple[Callable[[Scope], set[int]], Callable[[str], set[int]]]

_LEAD_SHARE = 0.25
"""Part of a national excess from which a province is named as a place where it is strong."""
_ALL_OF_IT = 0.7
"""Part of a national excess from which it is the provinces' own and not the country's."""


@dataclass
class Group:
    """Alarms of one day that are one concern."""

    topic: str
    province: str
    """A province of today, or ``VN``."""
    provinces: list[str]
    """The strongest first."""
    national: bool
    """Whether the numbers count the whole country."""
    alarm: Alarm
    """The strongest alarm."""
    related: list[str] = field(default_factory=list)
    conversations: set[int] = field(default_factory=set, repr=False)
    """Articles and threads that its stories stand in."""
    about: set[int] = field(default_factory=set, repr=False)
    """All that speak of its topic in these days, whatever their stance and wherever."""

    @property
    def scope(self) -> Scope:
        """Whose documents count."""
        return Scope.of(self.topic, self.province, self.provinces, national=self.national)


def _leads(panel: Panel, scores: Scores, alarm: Alarm) -> list[str]:
    """Provinces in which a national rise is strong, the strongest first."""
    at, topic = panel.index(alarm.day), panel.topic_index[alarm.topic]
    excess = {
        unit: float(scores.observed[at, i, topic] - scores.expected[at, i, topic])
        for i, unit in enumerate(panel.units)
        if unit not in (NATIONAL, UNPLACED)
    }
    strong = [unit for unit, more in excess.items() if more >= 2 and more >= _LEAD_SHARE * max(alarm.excess, 1)]
    return sorted(strong, key=lambda unit: -excess[unit])


def _excess(panel: Panel, scores: Scores, alarm: Alarm, units: list[str]) -> float:
    at, topic = panel.index(alarm.day), panel.topic_index[alarm.topic]
    places = [panel.unit_index[unit] for unit in units]
    return float((scores.observed - scores.expected)[at, places, topic].sum())


def group_topic(panel: Panel, scores: Scores, alarms: list[Alarm]) -> Group:
    """One topic's alarms of a day as one group.

    Where provinces alarm and hold most of what is in excess, the group is theirs; else it is national, and names where it is strong.
    """
    placed = sorted((alarm for alarm in alarms if not alarm.is_national), key=lambda alarm: -alarm.score)
    national = max((alarm for alarm in alarms if alarm.is_national), key=lambda alarm: alarm.score, default=None)
    strongest = max(alarms, key=lambda alarm: alarm.score)
    widely = national is not None and sum(alarm.excess for alarm in placed) < national.excess / 2
    provinces = [alarm.unit for alarm in placed]
    if national is not None and (widely or not placed):
        leads = _leads(panel, scores, national)
        provinces = [*dict.fromkeys([*provinces, *leads])]
        widely = _excess(panel, scores, national, provinces) < _ALL_OF_IT * national.excess
    single = len(provinces) == 1 and not widely
    return Group(strongest.topic, provinces[0] if single else NOWHERE, provinces, widely or not provinces, strongest)


def _absorb(group: Group, other: Group) -> None:
    group.related = [*dict.fromkeys([*group.related, other.topic, *other.related])]
    if group.alarm.score < other.alarm.score and group.province == other.province:
        group.alarm = other.alarm


def _holds(merged: list[Group], group: Group, least: float) -> Group | None:
    """The group that holds enough of another's conversations; where several hold them together, the one that holds most."""
    shared = {id(other): len(group.conversations & other.about) for other in merged}
    together = len(group.conversations & set().union(*(other.about for other in merged)))
    if not group.conversations or together < least:
        return None
    return max(merged, key=lambda other: shared[id(other)])


def merge_shared(groups: list[Group], least_share: float, general: Collection[str] = ()) -> list[Group]:
    """Groups whose conversations speak of others' topics too, at least ``least_share`` of them, become one with these.

    A topic of its own gives the name before a ``general`` one (most complaints are about procedure too), then the one with more of them.
    """
    merged: list[Group] = []
    for group in sorted(groups, key=lambda one: (one.topic in general, -len(one.conversations), -one.alarm.score, one.topic)):
        holder = _holds(merged, group, least_share * len(group.conversations))
        if holder is None:
            merged.append(group)
        else:
            _absorb(holder, group)
    return sorted(merged, key=lambda group: -group.alarm.score)


def conversations_of(session: Session, start: date, end: date) -> Conversations:
    """Functions that give the articles and threads between two days: those that new stories of a scope stand in, those about a topic."""
    return lambda scope: conversations_begun(session, scope, start, end), lambda topic: conversations_about(session, topic, start, end)


def group_alarms(panel: Panel, scores: Scores, alarms: list[Alarm], conversations: Conversations, rules: AlertRules) -> list[Group]:
    """The concerns that a day's alarms speak of, strongest first; what stands in too few articles or threads is a quarrel, no concern."""
    groups = []
    for topic in dict.fromkeys(alarm.topic for alarm in alarms):
        group = group_topic(panel, scores, [alarm for alarm in alarms if alarm.topic == topic])
        group.conversations, group.about = conversations[0](group.scope), conversations[1](topic)
        if len(group.conversations) >= rules.detection.least_conversations:
            groups.append(group)
    return merge_shared(groups, rules.concerns.shared, rules.concerns.general)
