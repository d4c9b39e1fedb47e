"""One concern, one alert: raised from a day's alarms, updated while it lasts, cooled, closed and reopened."""

from datetime import date, timedelta
from functools import cache

import numpy as np
from sqlalchemy import select

from alerts.concern_events import last_event
from alerts.concern_matching import Board, Detected, placed
from alerts.detection.alarms import Alarm, alarms_of_day, clusters
from alerts.detection.choice import make_detector
from alerts.detection.threshold import raised_threshold
from alerts.drives.planning import known_drives
from alerts.evidence import Scope, conversations_about, tell
from alerts.explanation import Explanation, explain
from alerts.grouping import Group, Reader, are_alone, group_alarms
from alerts.neighbours import load_borders
from alerts.outlets import outlet_weights
from alerts.ranking import ranking
from alerts.rules import AlertRules, load_rules
from alerts.series import first_fact_day, panel_of_record
from langnghe.actor import Actor, Role
from langnghe.clock import vietnam_day
from langnghe.labels import load_labels
from langnghe.places import NOWHERE, load_places
from langnghe.record.audit import audit
from langnghe.record.database import Record
from langnghe.record.overrides import read_overrides
from langnghe.record.schema import Concern, State
from langnghe.record.sharing import alone
from langnghe.settings import Settings

ACTIVE = ("open", "cooling", "snoozed", "dismissed")
_OUTGROWN = 2
"""Times its stories that a group on another topic needs to give a concern its topic."""
LAST_RUN = "detection"
"""Name of the state row that says which day was looked at last."""


def raise_concerns(record: Record, day: date, settings: Settings, actor: Actor) -> Detected:
    """Detect on the record's facts up to ``day`` and bring the concerns up to it; run twice it changes nothing.

    Raises:
        NotAllowed: only a national approver, or the system, runs detection.
    """
    actor.require(Role.approver, None, "run detection")
    rules, labels, places = load_rules(settings.config_dir), load_labels(settings.config_dir), load_places(settings.config_dir)
    done = Detected(day)
    with record.session() as session:
        alone(session, LAST_RUN)
        first = first_fact_day(session)
        if first is None or first > day:
            return done
        start = max(first, day - timedelta(days=rules.detection.history_days))
        panel = panel_of_record(session, start, day, labels, places, unfinished=day >= vietnam_day(record.clock.now()))
        scores = make_detector(rules.detection.detector).scores(panel)
        board = Board(session, record, day, actor, rules, places, panel, scores, settings, done)
        alarms = _alarms(board)
        done.alarms = len(alarms)
        for concern, group in placed(board, group_alarms(panel, scores, alarms, _reader(board))):
            continued = _open(board, group) if concern is None else _continue(board, concern, group)
            _take_in(board, continued, group)
        _age(board)
        _note_run(board)
    return done


def _reader(board: Board) -> Reader:
    session, since = board.session, board.day - timedelta(days=board.rules.explanation.window_days - 1)
    about = cache(lambda topic: conversations_about(session, topic, since, board.day))
    return Reader(lambda scope: tell(session, scope, since, board.day), about, board.rules, load_borders(board.settings.config_dir))


def _limit(board: Board, budget: float) -> float:
    """The score from which there is an alarm today, learned from the record's own false alarms up to yesterday."""
    clustered = clusters(board.panel, board.scores, board.rules.detection) > 0
    watched = np.where(clustered, board.scores.score, -np.inf).reshape(len(board.panel), -1)
    return raised_threshold(watched, board.rules.detection.shipped, budget, board.panel.index(board.day))


def _alarms(board: Board) -> list[Alarm]:
    budget = read_overrides(board.session).budget or board.settings.alerts.budget
    limit = _limit(board, budget)
    alarms = alarms_of_day(board.panel, board.scores, board.day, limit, board.rules.detection)
    unfinished = board.day >= vietnam_day(board.record.clock.now())
    if unfinished and len(board.panel) > 1:
        # Half a day can only add evidence: what alarmed yesterday is not calmed by a morning.
        known = {(alarm.unit, alarm.topic) for alarm in alarms}
        yesterday = alarms_of_day(board.panel, board.scores, board.day - timedelta(days=1), limit, board.rules.detection)
        alarms += [alarm for alarm in yesterday if (alarm.unit, alarm.topic) not in known]
    return alarms


def _explain(board: Board, topic: str, scope: Scope, provinces: list[str], related: list[str]) -> Explanation:
    return explain(
        board.session,
        board.panel,
        board.scores,
        scope,
        provinces,
        board.day,
        rules=board.rules,
        drives=known_drives(board.session, board.settings),
        places=board.places,
        related=[one for one in related if one != topic],
        history_days=len(board.panel),
    )


def _severity(explanation: Explanation, rules: AlertRules) -> int:
    severe = explanation.severe >= 2 and explanation.severe >= rules.concerns.severe_share * explanation.observed
    return 2 if severe else 1


def _fill(board: Board, concern: Concern, alarm: Alarm, explanation: Explanation) -> None:
    concern.last_alarm, concern.score = max(concern.last_alarm, alarm.day), round(alarm.score, 4)
    concern.observed, concern.expected = float(explanation.observed), explanation.expected
    concern.low, concern.high = explanation.low, explanation.high
    concern.severity = _severity(explanation, board.rules)
    weights, outlets = board.rules.concerns.rank, outlet_weights(board.settings.config_dir)
    explanation.ranking = ranking(alarm.score, explanation, concern.severity, weights, outlets)
    concern.explanation = explanation.model_dump(mode="json")
    concern.rank = round(sum(explanation.ranking.values()), 4)


def _open(board: Board, group: Group) -> Concern:
    explanation = _explain(board, group.topic, group.scope, group.provinces, group.related)
    now = board.record.clock.now()
    concern = Concern(topic=group.topic, province=group.province, state="open", opened=board.day, last_alarm=board.day, updated=now)
    concern.provinces = [share.code for share in explanation.provinces]
    _fill(board, concern, group.alarm, explanation)
    board.session.add(concern)
    board.session.flush()
    board.note(concern, "opened", score=concern.score, observed=concern.observed, expected=concern.expected)
    board.done.opened.append(concern.id)
    return concern


def _continue(board: Board, concern: Concern, group: Group) -> Concern:
    """Bring a concern up to the day, without a trace where nothing has changed."""
    before = (concern.state, concern.observed, concern.severity, list(concern.provinces), concern.explanation, concern.score)
    known = set(concern.provinces)
    joined = [code for code in group.provinces if code not in known]
    provinces = [*concern.provinces, *joined]
    # A national rise that is strong only where the concern is known already leaves it where it is.
    widened = group.national and not (group.provinces and set(group.provinces) <= known)
    was_national = bool(concern.explanation.get("national"))
    related = [*dict.fromkeys([concern.topic, *concern.explanation.get("related_topics", []), *group.topics])]
    if concern.topic != group.topic and (concern.topic in board.rules.concerns.general or group.size >= _OUTGROWN * concern.observed):
        concern.topic = group.topic
    national = (was_national or widened) and not _is_local(board, concern.topic, provinces, group)
    province = provinces[0] if len(provinces) == 1 and not national else NOWHERE
    scope = Scope.of(concern.topic, province, provinces, national=national)
    explanation = _explain(board, concern.topic, scope, provinces, related)
    wakes = _wakes(board, concern, group, joined)
    _fill(board, concern, group.alarm, explanation)
    concern.province, concern.provinces = province, [share.code for share in explanation.provinces]
    if was_national and not national:
        board.note(concern, "narrowed", provinces=provinces)
    if wakes:
        concern.state = "open"
    after = (concern.state, concern.observed, concern.severity, list(concern.provinces), concern.explanation, concern.score)
    if after != before:
        concern.updated, concern.row_version = board.record.clock.now(), concern.row_version + 1
        _note_change(board, concern, before[0], before[1], before[2], joined)
    return concern


def _is_local(board: Board, topic: str, provinces: list[str], group: Group) -> bool:
    """Whether a rise that was the country's has turned out to be of a few provinces: their offices are to have it as their own."""
    few = len(provinces) < board.rules.concerns.widespread
    return few and not group.national and are_alone(board.panel, board.scores, topic, board.day, provinces)


def _take_in(board: Board, concern: Concern, group: Group) -> None:
    """Close the concerns that turned out to be about the same: on related topics here, or on its own topic where it now is too."""
    topics = [*group.related, concern.topic]
    others = select(Concern).where(Concern.topic.in_(topics), Concern.state.in_(("open", "cooling")), Concern.id != concern.id)
    since = board.day - timedelta(days=board.rules.concerns.join_days)
    for other in board.session.scalars(others.where(Concern.last_alarm >= since, Concern.opened <= board.day).order_by(Concern.id)):
        here = set(concern.provinces)
        if set(other.provinces) <= here if other.topic == concern.topic else set(other.provinces) & here:
            other.state, other.updated, other.row_version = "closed", board.record.clock.now(), other.row_version + 1
            board.note(other, "merged", into=concern.id)
            board.done.closed.append(other.id)


def _wakes(board: Board, concern: Concern, group: Group, joined: list[str]) -> bool:
    """Whether an alarm brings a resting concern back: always when cooling, else when it has risen, spread, or its time is over."""
    if concern.state == "cooling":
        return True
    if concern.state not in ("closed", "snoozed", "dismissed"):
        return False
    rest = last_event(board.session, concern, concern.state)
    if rest is None:
        return True
    risen = group.alarm.score >= rest.detail.get("score", concern.score) + board.rules.concerns.reopen_rise
    until = date.fromisoformat(rest.detail.get("until", rest.detail["day"]))
    over = board.day > until
    return risen or bool(joined) or over


def _note_change(board: Board, concern: Concern, state: str, observed: float, severity: int, joined: list[str]) -> None:
    numbers = {"score": concern.score, "observed": concern.observed, "expected": concern.expected}
    if state != "open" and concern.state == "open":
        board.note(concern, "reopened", before=state, **numbers)
        board.done.reopened.append(concern.id)
        return
    board.done.updated.append(concern.id)
    if concern.state != "open":
        return
    if joined:
        board.note(concern, "spread", provinces=joined, **numbers)
    elif concern.severity > severity:
        board.note(concern, "escalated", severity=concern.severity, **numbers)
    elif concern.observed > observed:
        board.note(concern, "updated", before=observed, **numbers)


def _age(board: Board) -> None:
    """Cool and close what has not alarmed for some days; what is snoozed or dismissed closes too, and says nothing."""
    life = board.rules.concerns
    resting = select(Concern).where(Concern.state.in_(ACTIVE), Concern.last_alarm <= board.day - timedelta(days=life.cool_days))
    for concern in board.session.scalars(resting.order_by(Concern.id)):
        quiet = (board.day - concern.last_alarm).days
        if quiet >= life.close_days:
            _rest(board, concern, "closed", quiet)
            board.done.closed.append(concern.id)
        elif concern.state == "open":
            _rest(board, concern, "cooling", quiet)
            board.done.cooled.append(concern.id)


def _rest(board: Board, concern: Concern, state: str, quiet: int) -> None:
    concern.state = state
    concern.updated, concern.row_version = board.record.clock.now(), concern.row_version + 1
    board.note(concern, state, quiet_days=quiet, score=concern.score)


def _note_run(board: Board) -> None:
    """Leave a note of the run, so that "no concern" can be told from "not looked"."""
    state = board.session.get(State, LAST_RUN)
    value = {"day": board.day.isoformat()} | board.done.counts()
    if state is None or state.value.get("day") != value["day"] or board.done.opened or board.done.updated:
        board.session.merge(State(name=LAST_RUN, value=value))
        audit(board.session, board.actor, "detect", board.day.isoformat(), board.record.clock.now(), **board.done.counts())
