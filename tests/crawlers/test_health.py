"""The health of sources, told from runs that are written into the record as a crawl writes them."""

from datetime import datetime, timedelta

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.openmetrics.exposition import generate_latest

from crawlers.agreement import Watch, agreement
from crawlers.article import Article, extract_article
from crawlers.frontier import Discovery, Frontier
from crawlers.health import SourceHealth, State, read_health, rhythm_of
from crawlers.health_rules import load_health_rules
from crawlers.metrics import SourceCollector
from crawlers.page import Page
from crawlers.structures import Selectors
from langnghe.actor import SYSTEM
from langnghe.clock import VIETNAM, FixedClock
from langnghe.config_files import default_config_dir
from langnghe.errors import ConfigurationError
from langnghe.installation import Installation
from langnghe.record.database import Record
from langnghe.record.ledger import Outcome, finish_run, note_outcome, start_run

NOW = datetime(2026, 11, 20, 8, tzinfo=VIETNAM)
RULES = load_health_rules(default_config_dir())
PAGE, FEED, ROBOTS = "https://bao.example/bai-{}.htm", "https://bao.example/rss/{}.xml", "https://bao.example/robots.txt?{}"
Ended = tuple[str, Outcome, str | None, float | None]


def page(outcome: Outcome = Outcome.stored, reason: str | None = None, agreed: float | None = None) -> Ended:
    return PAGE, outcome, reason, agreed


READ: Ended = (FEED, Outcome.read, None, None)


class History:
    """Writes a source's runs, one a day, up to the clock's day."""

    def __init__(self, record: Record, clock: FixedClock) -> None:
        self.record, self.clock, self.number = record, clock, 0

    def day(self, days_ago: float, *ended: Ended, source: str = "bao") -> None:
        at = self.clock.now() - timedelta(days=days_ago)
        with self.record.session() as session:
            run = start_run(session, source, at)
            for template, outcome, reason, agreed in ended:
                self.number += 1
                url = template.format(self.number)
                if outcome in {Outcome.stored, Outcome.off_topic} and "bai" in url:
                    Frontier(source, run).discover(session, [Discovery(url, "article")], at)
                note_outcome(session, run, url, outcome, at, reason=reason, agreement=agreed)
            finish_run(session, run, at)

    def health(self, source: str = "bao") -> SourceHealth:
        with self.record.reading() as session:
            (found,) = read_health(session, SYSTEM, RULES, self.clock.now(), [source])
        return found


@pytest.fixture
def history(record, clock) -> History:
    return History(record, clock)


def test_a_source_with_something_new_each_day_is_well(history, clock):
    for days_ago in range(12, -1, -1):
        history.day(days_ago, READ, page(), page(Outcome.off_topic))
    health = history.health()
    assert (health.state, health.why, health.last_success) == (State.well, "", clock.now())
    assert health.rhythm == timedelta(days=1)
    assert not health.state.is_alarm


def test_a_daily_source_that_stops_has_stalled_and_a_monthly_one_is_quiet(history):
    for days_ago in range(30, 5, -1):
        history.day(days_ago, READ, page())
    for days_ago in (55, 44, 33, 22, 11, 6):
        history.day(days_ago, READ, page(), source="co-quan")
    for days_ago in (4, 3, 2, 1, 0):
        for source in ("bao", "co-quan"):
            history.day(days_ago, READ, source=source)
    daily, monthly = history.health(), history.health("co-quan")
    assert (daily.state, daily.why) == (State.stalled, "nothing new for 6 days, usually within 1.0 days")
    assert (monthly.state, monthly.why) == (State.quiet, "nothing new for 6 days, as at times before")


def test_a_new_source_has_stalled_after_four_days(history):
    history.day(5, READ, page())
    history.day(0, READ)
    assert history.health().why == "nothing new for 5 days, its rhythm is not known yet"
    assert history.health().state is State.stalled


def test_news_that_are_never_on_topic_make_a_source_quiet(history):
    history.day(16, READ, page())
    for days_ago in range(15, -1, -1):
        history.day(days_ago, READ, page(Outcome.off_topic))
    health = history.health()
    assert (health.state, health.why) == (State.quiet, "new pages, none of them on topic")


def test_a_source_that_shuts_its_door_is_blocked_since_then(history, clock):
    for days_ago in (5, 4, 3):
        history.day(days_ago, READ, page())
    for days_ago in (2, 1, 0):
        history.day(days_ago, (FEED, Outcome.blocked, "challenge (status 403)", None), (ROBOTS, Outcome.failed, None, None))
    health = history.health()
    assert (health.state, health.why) == (State.blocked, "challenge (status 403)")
    assert health.blocked_since == health.since == clock.now() - timedelta(days=2)


def test_articles_behind_a_wall_block_a_source_though_its_feed_is_read(history):
    history.day(2, READ, page())
    history.day(1, READ, *[page(Outcome.blocked, "login wall")] * 3)
    history.day(0, READ)
    assert history.health().state is State.blocked
    history.day(0, READ, page())
    assert history.health().state is State.well


def test_one_refused_page_is_no_block(history):
    history.day(0, READ, page(), page(Outcome.blocked, "status 403"))
    assert history.health().state is State.well


def test_a_source_that_does_not_answer_is_failing_and_its_robots_txt_is_no_answer(history):
    history.day(3, READ, page())
    for days_ago in (2, 1, 0):
        history.day(days_ago, (FEED, Outcome.failed, "status 500", None), ("https://bao.example/robots.txt", Outcome.read, None, None))
    health = history.health()
    assert (health.state, health.why) == (State.failing, "status 500")


def test_a_source_that_is_not_crawled_is_idle(history):
    history.day(3, READ, page())
    assert history.health().state is State.idle


def test_selectors_that_part_from_the_generic_extraction_are_an_alarm(history):
    history.day(1, READ, *[page(agreed=0.95)] * 4)
    assert history.health().agreement == 0.95
    history.day(0, READ, *[page(agreed=0.3)] * 12)
    health = history.health()
    assert (health.state, health.agreement) == (State.changed, 0.3)
    assert health.why == "selectors and generic extraction share 30% of the words"


@pytest.mark.parametrize(
    ("ended", "why"),
    [
        (page(Outcome.not_article, "too little text"), "83% of 6 pages are empty"),
        (page(Outcome.stored, "short: paywall"), "83% of 6 pages are short"),
    ],
)
def test_empty_and_short_pages_are_an_alarm_where_they_are_the_most(history, ended, why):
    history.day(0, READ, page(), *[ended] * 5)
    assert (history.health().state, history.health().why) == (State.changed, why)


def test_pages_that_are_no_articles_for_other_reasons_are_no_alarm(history):
    history.day(0, READ, page(), *[page(Outcome.not_article, "leads to another site")] * 8)
    assert history.health().state is State.well


def test_a_rhythm_needs_some_gaps_and_passes_over_the_longest():
    day = timedelta(days=1)
    assert rhythm_of([day] * 4, least=5) is None
    assert rhythm_of([day] * 19 + [30 * day], least=5) == day


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("Thẻ BHYT hết hạn", "the bhyt HẾT HẠN", 1.0), ("a b", "c d", 0.0), ("a b c d", "a b", 2 / 3), ("a a", "a", 2 / 3), ("", "", 1.0)],
)
def test_agreement_is_the_share_of_common_words(one, other, expected):
    assert agreement(one, other) == pytest.approx(expected)


def test_the_metrics_say_state_times_and_rates(history, settings, clock, record):
    history.day(1, READ, page(agreed=0.9), *[page()] * 4)
    history.day(0, READ, page(), page(Outcome.blocked, "status 403"))
    installation = Installation(settings, clock)
    installation.record = record
    registry = CollectorRegistry()
    registry.register(SourceCollector(installation))
    text = generate_latest(registry).decode()
    assert 'langnghe_source_state{source="bao",state="well"} 1.0' in text
    assert 'langnghe_source_state{source="bao",state="stalled"} 0.0' in text
    assert registry.get_sample_value("langnghe_source_last_success_timestamp_seconds", {"source": "bao"}) == clock.now().timestamp()
    assert 'langnghe_source_short_ratio{source="bao"} 0.0' in text
    assert "langnghe_source_rhythm_seconds{" not in text, "too little is known"


def test_a_broken_rule_is_named_with_its_line(tmp_path):
    text = (default_config_dir() / "crawling.yaml").read_text(encoding="utf-8")
    (tmp_path / "crawling.yaml").write_text(text.replace("quiet_days: 4", "quiet_days: vier"), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"crawling\.yaml:3: quiet_days"):
        load_health_rules(tmp_path)


WORDS = [f"từ{n}" for n in range(200)]


def _read(number: int, *, half: bool = False, words: int = 200) -> tuple[Page, Article]:
    """A page and what its selectors find: all of its text, or a twentieth of it."""
    text, cut = WORDS[:words], words // 20
    head = '<title>Bài về BHXH</title><meta property="article:published_time" content="2026-11-18T08:00:00+07:00">'
    body = f"<div id=a><p>{' '.join(text[:cut])} {'.' * 120}</p></div><div><p>{' '.join(text[cut:])}</p></div>"
    url = f"https://bao.example/bai-{number}.htm"
    page = Page(url, f"<html><head>{head}</head><body><article>{body}</article></body></html>".encode(), NOW)
    return page, extract_article(page, Selectors(body=["#a" if half else "article"]))


def _compared(watch: Watch, numbers: range, **kind: object) -> list[int]:
    read = {number: _read(number, **kind) for number in numbers}
    return [number for number, (page, article) in read.items() if watch.compare(page, article, has_selectors=True) is not None]


def test_a_source_that_agrees_is_compared_on_its_first_pages_and_then_on_a_share_that_is_always_the_same():
    watch, other = Watch(RULES), Watch(RULES)
    assert _compared(watch, range(4)) == [0, 1, 2, 3]
    share = _compared(watch, range(100, 200))
    assert 1 <= len(share) <= 10
    _compared(other, range(4))
    assert _compared(other, range(100, 200)) == share


def test_a_short_text_is_always_compared():
    watch = Watch(RULES)
    _compared(watch, range(4))
    assert _compared(watch, range(100, 110), words=20) == list(range(100, 110))


def test_while_the_readings_part_every_page_is_compared():
    watch = Watch(RULES)
    assert _compared(watch, range(12), half=True) == list(range(12))
    assert max(watch.latest) < RULES.agreement_least
    _compared(watch, range(12, 16))
    assert len(_compared(watch, range(100, 140))) < 10, "it agrees again"


def test_a_crawl_compares_what_selectors_and_generic_extraction_find(rounds):
    from sqlalchemy import select

    from langnghe.record.schema import UrlOutcome

    with rounds.record.reading() as session:
        compared = list(session.scalars(select(UrlOutcome.agreement).where(UrlOutcome.agreement.is_not(None))))
        health = {each.source: each for each in read_health(session, SYSTEM, RULES, rounds.clock.now())}
    assert len(compared) > 10
    assert min(compared) > 0.8
    assert health["bao"].agreement is not None
    assert health["bao"].last_success is not None
    assert isinstance(health["bao"].last_new, datetime)
