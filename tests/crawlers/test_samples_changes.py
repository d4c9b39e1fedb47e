"""The sample sources on day -1 and day 0: what changes in between, and what a crawl of both finds."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from crawlers.crawl import balance, crawl
from crawlers.relevance import Terms
from crawlers.samples.changes import Changes, State
from crawlers.samples.proxy import serve
from crawlers.samples.world import World, make_world
from crawlers.sources import Source, load_sources, load_terms
from langnghe.actor import SYSTEM
from langnghe.clock import FixedClock
from langnghe.config_files import default_config_dir
from langnghe.documents import identity_of
from langnghe.privacy import Privacy
from langnghe.record.database import open_record
from langnghe.record.schema import DocumentRow, UrlOutcome
from langnghe.settings import Settings

DAY0 = date(2026, 11, 20)
SOURCES = {name: source for name, source in load_sources(default_config_dir()).items() if source.sample}


@pytest.fixture(scope="module", params=[1, 2, 3, 4, 5])
def changes(request) -> Changes:
    return Changes(make_world(request.param, DAY0))


def test_an_article_grows_by_a_paragraph_overnight(changes):
    before, after = ({a.key: a for a in state.world.articles}[changes.edited.key] for state in changes.states())
    assert after.body[:-1] == before.body
    assert (before.url, before.modified, after.modified) == (after.url, before.published, changes.moment)


def test_a_post_is_there_on_day_minus_1_and_gone_on_day_0(changes):
    shown = [{post.key for post in state.world.posts()} for state in changes.states()]
    assert [changes.deleted.key in keys for keys in shown] == [True, False]


def test_a_small_paper_shows_a_wall_from_day_0_on_and_had_next_to_nothing_unread(changes):
    unread = [a for a in changes.world.articles if a.outlet == changes.silent and a.published > changes.mornings[0]]
    assert [article.group for article in unread] in ([], ["press_release"]), "at most what the others print too"
    bodies = [state.site.answer(changes.silent.host, "/rss/tin-moi-nhat.rss", {}, {}).body for state in changes.states()]
    assert [b"document.cookie" in body for body in bodies] == [False, True]


def test_nothing_stands_there_before_it_was_published(changes):
    state = next(changes.states())
    moments = [piece.published for piece in (*state.world.articles, *state.world.comments(), *state.world.posts(), *state.world.dead_links)]
    assert max(moments) <= state.moment
    assert len(moments) > 600


def takes(source: Source, terms: Terms, place: str, *texts: str) -> bool:
    entrances = [*source.feeds, *source.listings]
    return any(each.on_topic and place in each.url for each in entrances) or terms.found_in(*texts)


def test_no_relevant_article_or_thread_is_off_topic(changes):
    terms, missed = Terms(load_terms(default_config_dir())), []
    for article in changes.world.articles:
        pieces = [article, *article.all_comments()]
        if any(piece.labels.relevant for piece in pieces):
            text = "\n".join([article.sapo, *article.body])
            taken = takes(SOURCES[article.outlet.id], terms, f"/{article.section}", article.title, text)
            missed += [] if taken else [article.key]
    for thread in changes.world.threads:
        if any(post.labels.relevant for post in thread.posts):
            taken = takes(SOURCES[thread.forum.id], terms, thread.board.path, thread.title, *(post.text for post in thread.posts))
            missed += [] if taken else [thread.key]
    assert missed == []


def recent(world: World) -> World:
    """The last two days of a world and what changes in them, so that there is less to crawl."""
    since, changes = world.last - timedelta(days=2), Changes(world)
    articles = [article for article in world.articles if article.published > since or article is changes.edited]
    threads = [thread for thread in world.threads if thread.posts[0].published > since or changes.deleted in thread.posts]
    return replace(world, articles=articles, threads=threads, dead_links=[])


@pytest.fixture(scope="module")
def crawled(tmp_path_factory) -> tuple[Changes, list[dict[str, tuple]], list[dict[str, str]]]:
    """The changes, and after each of the two crawls the documents (ref → version, deleted, text) and outcomes (URL → outcome)."""
    changes, folder = Changes(recent(make_world(1, DAY0))), tmp_path_factory.mktemp("days")
    documents, outcomes = [], []
    for state in changes.states():
        stored, ended = crawl_state(state, folder)
        documents.append(stored)
        outcomes.append(ended)
    return changes, documents, outcomes


def crawl_state(state: State, folder) -> tuple[dict[str, tuple], dict[str, str]]:
    clock = FixedClock(state.moment)
    with serve(state.site, folder) as proxy:
        settings = Settings(data_dir=folder)
        replayed = settings.crawl.model_copy(update={"proxy": proxy.url, "ca_file": proxy.ca_file, "min_delay": 0.0})
        settings = settings.model_copy(update={"crawl": replayed})
        record = open_record(settings, clock)
        runs = crawl(record, settings, SOURCES, clock, Privacy(b"a key of the tests"), SYSTEM)
    with record.reading() as session:
        assert all(balance(session, run_id).adds_up for run_id in runs)
        rows = {row.ref: (row.version, row.deleted, row.text) for row in session.scalars(select(DocumentRow))}
        ended = {row.url: row.outcome for row in session.scalars(select(UrlOutcome).where(UrlOutcome.run_id.in_(runs)))}
    record.close()
    return rows, ended


def test_the_second_crawl_finds_the_edited_article(crawled):
    changes, documents, outcomes = crawled
    ref = identity_of(changes.edited.url)
    (old, _, before), (new, _, after) = documents[0][ref], documents[1][ref]
    assert (old, new, outcomes[1][changes.edited.url]) == (1, 2, "updated")
    assert len(after) > len(before)


def test_the_second_crawl_removes_the_deleted_post(crawled):
    changes, documents, _ = crawled
    thread = next(t for t in changes.world.threads if changes.deleted in t.posts)
    before, after = (each[f"{thread.id}-{changes.deleted.id}"] for each in documents)
    assert before[2]
    assert (after[1] is not None, after[2]) == (True, "")


def test_the_second_crawl_says_that_the_silent_source_is_blocked(crawled):
    changes, _, outcomes = crawled
    feed = f"https://{changes.silent.host}/rss/tin-moi-nhat.rss"
    assert (outcomes[0][feed], outcomes[1][feed]) == ("read", "blocked")


def test_both_crawls_together_store_every_relevant_document_once(crawled):
    changes, documents, _ = crawled
    wanted = {entry["ref"] for entry in changes.world.truth()["documents"] if entry["labels"]["relevant"]}
    assert wanted <= set(documents[1])
    assert not wanted <= set(documents[0])
