"""Alarms that are one concern: topics that tell of the same stories, and the same topic in several provinces."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from alerts.detection.alarms import Alarm
from alerts.detection.interface import Scores
from alerts.evidence import Scope, Told
from alerts.neighbours import Borders, touch
from alerts.panel import NATIONAL, UNPLACED, Panel
from alerts.rules import AlertRules
from langnghe.places import NOWHERE

_LEAD_SHARE, _LEAD_STORIES = 0.25, 1.5
"""Part of a national excess, and most of two stories, from which a province is named as a place where it is strong."""
_ALL_OF_IT = 0.7
"""Part of the excess that has a place from which it is some provinces' own and not the country's."""
_MOST_OF_IT = 0.5
"""Part of the whole excess that must be theirs too: where most stories name no place, nobody knows whose it is."""


@dataclass(frozen=True)
class Reader:
    """Reads what alarms are about from the record."""

    tell: Callable[[Scope], Told]
    """What the new negative stories of a scope tell."""
    about: Callable[[str], set[int]]
    """Articles and threads that speak of a topic at all."""
    rules: AlertRules
    borders: Borders = field(default_factory=dict)


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
    told: Told = field(default_factory=Told, repr=False)

    @property
    def scope(self) -> Scope:
        """Whose documents count."""
        return Scope.of(self.topic, self.province, self.provinces, national=self.national)

    @property
    def topics(self) -> list[str]:
        """The main topic and the related ones."""
        return [self.topic, *self.related]

    def absorb(self, other: "Group") -> None:
        """Take another group in that tells of the same."""
        self.related = [topic for topic in dict.fromkeys([*self.related, *other.topics]) if topic != self.topic]
        if other.alarm.score > self.alarm.score and (other.topic == self.topic or other.province == self.province):
            self.alarm = other.alarm
        self.told = self.told.joined(other.told)

    def reach(self, provinces: list[str]) -> None:
        """Take provinces in, behind those that it has."""
        self.provinces = [*dict.fromkeys([*self.provinces, *provinces])]
        if self.national or len(self.provinces) > 1:
            self.province = NOWHERE

    @property
    def size(self) -> int:
        """Number of stories."""
        return len(self.told.conversations)


def _tells_the_same(one: Group, other: Group, read: Reader) -> bool:
    """Whether groups on one topic in different provinces are one concern: they are neighbours, or stand in the same conversations."""
    smaller, larger = sorted((one, other), key=lambda group: group.size)
    shared = smaller.told.share_in(larger.told.all_conversations) >= read.rules.concerns.shared
    return shared or touch(one.provinces, other.provinces, read.borders)


def _common(one: Group, other: Group, read: Reader) -> float:
    """Part of the smaller group's stories that stand in the other's conversations, or in any about the other's topic.

    On one topic every story stands in conversations about it: there, whether they are neighbours or tell the same decides.
    """
    if one.topic == other.topic:
        return float(_tells_the_same(one, other, read))
    general = read.rules.concerns.general
    larger, smaller = sorted((one, other), key=lambda group: (group.topic in general, -group.size))
    about = frozenset() if larger.topic in general else read.about(larger.topic)
    return smaller.told.share_in(larger.told.all_conversations | about)


def _home(group: Group, clusters: list[list[Group]], read: Reader) -> list[Group] | None:
    """The cluster that a group belongs to; compared with the first of each alone, so that none bridges two concerns.

    A general topic that the clusters explain together belongs to the one that explains most of it.
    """
    least = read.rules.concerns.shared
    best = max(clusters, key=lambda cluster: _common(group, cluster[0], read), default=None)
    if best is None or _common(group, best[0], read) >= least:
        return best
    if group.topic in read.rules.concerns.general:
        explained = frozenset().union(*(cluster[0].told.all_conversations | read.about(cluster[0].topic) for cluster in clusters))
        return best if group.told.share_in(explained) >= least else None
    return None


def _clusters(groups: Iterable[Group], read: Reader) -> list[list[Group]]:
    """Groups that tell of the same, together: the largest on a topic of its own first."""
    clusters: list[list[Group]] = []
    general = read.rules.concerns.general
    for group in sorted(groups, key=lambda group: (group.topic in general, -group.size, -group.alarm.score, group.topic)):
        home = _home(group, clusters, read)
        if home is None:
            clusters.append([group])
        else:
            home.append(group)
    return clusters


def _merged(cluster: list[Group], general: list[str]) -> Group:
    """One group of a cluster, under the topic that most of its pieces are mainly about; a general topic only where there is no other."""
    mainly = cluster[0].told.main_topics
    main = max(cluster, key=lambda group: (group.topic not in general, mainly[group.topic], group.alarm.score))
    for group in cluster:
        if group is not main:
            main.absorb(group)
            if group.topic not in general:
                main.reach(group.provinces)
    return main


def merge(groups: Iterable[Group], read: Reader) -> list[Group]:
    """Groups that tell of the same become one; the strongest first."""
    merged = (_merged(cluster, read.rules.concerns.general) for cluster in _clusters(groups, read))
    return sorted(merged, key=lambda group: -group.alarm.score)


def _excess(panel: Panel, scores: Scores, alarm: Alarm, units: Iterable[str]) -> dict[str, float]:
    at, topic = panel.index(alarm.day), panel.topic_index[alarm.topic]
    return {unit: float((scores.observed - scores.expected)[at, panel.unit_index[unit], topic]) for unit in units}


def _leads(panel: Panel, scores: Scores, alarm: Alarm) -> list[str]:
    """Provinces in which a national rise is strong, the strongest first."""
    excess = _excess(panel, scores, alarm, (unit for unit in panel.units if unit not in (NATIONAL, UNPLACED)))
    strong = [unit for unit, more in excess.items() if more >= max(_LEAD_STORIES, _LEAD_SHARE * alarm.excess)]
    return sorted(strong, key=lambda unit: -excess[unit])


def are_alone(panel: Panel, scores: Scores, topic: str, day: date, provinces: Collection[str]) -> bool:
    """Whether nearly all of a topic's rise on a day is some provinces' own; what names no place speaks neither for nor against it."""
    at, of_topic = panel.index(day), panel.topic_index[topic]
    excess = (scores.observed - scores.expected)[at, :, of_topic]
    own = sum(float(excess[panel.unit_index[code]]) for code in provinces)
    whole, unplaced = float(excess[panel.unit_index[NATIONAL]]), max(float(excess[panel.unit_index[UNPLACED]]), 0.0)
    return bool(provinces) and own >= max(_ALL_OF_IT * (whole - unplaced), _MOST_OF_IT * whole)


def _national(panel: Panel, scores: Scores, alarm: Alarm, elsewhere: set[str]) -> Group:
    """A national alarm as a group: of the provinces that hold nearly all of it, or of the whole country."""
    leads = _leads(panel, scores, alarm)
    alone = are_alone(panel, scores, alarm.topic, alarm.day, leads)
    named = [code for code in leads if code not in elsewhere]
    group = Group(alarm.topic, NOWHERE, named, not (alone and named), alarm)
    group.province = named[0] if len(named) == 1 and alone else NOWHERE
    return group


def _of_provinces(alarms: list[Alarm], read: Reader) -> list[Group]:
    """The groups of each province, its topics that tell of the same merged."""
    groups = []
    for unit in dict.fromkeys(alarm.unit for alarm in alarms):
        own = [Group(alarm.topic, unit, [unit], False, alarm) for alarm in alarms if alarm.unit == unit]
        for group in own:
            group.told = read.tell(group.scope)
        groups += merge(own, read)
    return groups


def _across(groups: list[Group], read: Reader) -> list[Group]:
    """The same main topic in neighbouring provinces, in the same stories, or in many provinces at once is one group."""
    joined: list[Group] = []
    least = read.rules.concerns.widespread
    for group in sorted(groups, key=lambda group: -group.alarm.score):
        widespread = len({code for other in groups if other.topic == group.topic for code in other.provinces}) >= least
        same = (other for other in joined if other.topic == group.topic and (widespread or _tells_the_same(other, group, read)))
        if (home := next(same, None)) is None:
            joined.append(group)
        else:
            home.absorb(group)
            home.reach(group.provinces)
    return joined


def _explained(groups: list[Group]) -> dict[str, set[str]]:
    """Of each topic the provinces in which its rise is part of a concern on another topic."""
    explained: dict[str, set[str]] = {}
    for group in groups:
        for topic in group.related:
            explained.setdefault(topic, set()).update(group.provinces)
    return explained


def _with_national(groups: list[Group], alarm: Alarm, panel: Panel, scores: Scores) -> Group | None:
    """Let a national alarm widen its topic's group, or give a group of its own unless the provinces' groups explain half of it."""
    owns = [group for group in groups if group.topic == alarm.topic]
    own = max(owns, key=lambda group: group.alarm.score, default=None)
    elsewhere = _explained(groups).get(alarm.topic, set()) - {code for group in owns for code in group.provinces}
    unexplained = alarm.excess - sum(_excess(panel, scores, alarm, elsewhere).values())
    if unexplained < alarm.excess / 2:
        return None
    national = _national(panel, scores, alarm, elsewhere)
    if own is None:
        return national
    provinces = [code for group in owns for code in group.provinces]
    if sum(_excess(panel, scores, alarm, provinces).values()) < unexplained / 2:
        own.national = national.national
        own.reach(national.provinces)
    return None


def _told(group: Group, read: Reader) -> Group:
    """A national alarm's group with what it tells: the country's where its provinces alone tell too little for a concern."""
    group.told = read.tell(group.scope)
    if not group.national and len(group.told.all_conversations) < read.rules.detection.least_conversations:
        group.national, group.province = True, NOWHERE
        group.told = read.tell(group.scope)
    return group


def group_alarms(panel: Panel, scores: Scores, alarms: list[Alarm], read: Reader) -> list[Group]:
    """The concerns that a day's alarms speak of, strongest first.

    Args:
        panel: the counts.
        scores: what the detector said of them.
        alarms: the alarms of one day.
        read: reads what they are about.
    """
    groups = _across(_of_provinces([alarm for alarm in alarms if not alarm.is_national], read), read)
    nationwide = [alarm for alarm in alarms if alarm.is_national]
    for topic in dict.fromkeys(alarm.topic for alarm in nationwide):
        strongest = max((alarm for alarm in nationwide if alarm.topic == topic), key=lambda alarm: alarm.score)
        national = _with_national(groups, strongest, panel, scores)
        if national is not None:
            groups.append(_told(national, read))
    least = read.rules.detection.least_conversations
    return [group for group in _across(merge(groups, read), read) if len(group.told.all_conversations) >= least]
