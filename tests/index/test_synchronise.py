"""The index follows the record on both backends, whatever happens in between."""

from datetime import UTC, datetime

import pytest

from index.interface import NeedsRebuild, Plan, SearchIndex, SearchRequest, open_index
from index.nodes import Everything, Term
from index.search import search
from index.synchronise import LeaseHeld, compare_counts, drain_outbox, enter_missing, lease, open_or_build, put, reindex
from langnghe.actor import SYSTEM
from langnghe.documents import Document, Kind
from langnghe.errors import Unavailable
from langnghe.places import load_places
from langnghe.record import outbox
from langnghe.record.documents import find, store_document, tombstone
from langnghe.settings import IndexSettings


@pytest.fixture
def write(record, privacy):
    """Stores a text; gives its id in the record."""

    def store(ref: str, text: str) -> int:
        document = Document(
            id=ref, source="mau", kind=Kind.news, text=text, published=datetime(2026, 11, 1, tzinfo=UTC), fetched=record.clock.now()
        )
        with record.session() as session:
            return store_document(session, document, privacy=privacy, now=record.clock.now()).document_id

    return store


@pytest.fixture
def index(record, backend_settings):
    opened = open_or_build(record, backend_settings)
    yield opened
    opened.close()


def found(record, index, query: str) -> list[str]:
    return [hit.ref for hit in search(record, index, SYSTEM, SearchRequest(query=query)).hits]


def backlog(record) -> int:
    with record.reading() as session:
        return outbox.backlog(session)


def test_what_was_stored_is_found_once_the_outbox_is_drained(record, index, write) -> None:
    write("a", "thẻ giấy")
    assert found(record, index, "giấy") == []
    assert drain_outbox(record, index) == 1
    assert found(record, index, "giấy") == ["a"]
    assert backlog(record) == 0
    assert drain_outbox(record, index) == 0


def test_draining_again_what_the_index_holds_already_changes_nothing(record, index, write) -> None:
    keys = [write(str(n), f"bài số {n}") for n in range(5)]
    drain_outbox(record, index)
    put(record, index, keys, load_places())
    index.refresh()
    assert index.count() == 5
    assert compare_counts(record, index).index == 5


def test_an_older_revision_is_ignored(record, index, write) -> None:
    from index.documents import indexed

    key = write("a", "bản cũ")
    with record.reading() as session:
        row = find(session, "mau", "a")
        assert row is not None
        old = indexed(row, None, load_places())
    write("a", "bản mới")
    drain_outbox(record, index)
    index.write([old])
    index.delete({key: old.revision})
    index.refresh()
    assert index.run(Plan(Term("folded", "moi"))).total == 1
    assert index.run(Plan(Term("folded", "cu"))).total == 0


def test_entries_stay_until_the_index_has_committed(record, index, write) -> None:
    write("a", "thẻ giấy")

    class Failing:
        def __getattr__(self, name):
            return getattr(index, name)

        def refresh(self) -> None:
            raise Unavailable("the disk is full", "Make room.")

    with pytest.raises(Unavailable):
        drain_outbox(record, Failing())
    assert backlog(record) == 1
    assert drain_outbox(record, index) == 1
    assert found(record, index, "giấy") == ["a"]


def test_only_the_holder_of_the_lease_writes(record, index, write) -> None:
    write("a", "thẻ giấy")
    with lease(record), pytest.raises(LeaseHeld, match="another process"):
        drain_outbox(record, index, patience=0.3)
    assert drain_outbox(record, index) == 1


def test_a_lease_left_by_a_killed_process_runs_out(record, index, write, clock) -> None:
    write("a", "thẻ giấy")
    with record.session() as session:
        outbox.acquire_lease(session, "index", "a process that was killed", clock.now(), 120)
    clock.advance(seconds=121)
    assert drain_outbox(record, index, patience=0) == 1


def test_a_fresh_index_takes_the_place_of_the_old_one_under_open_readers(record, index, write, backend_settings) -> None:
    keys = [write(str(n), f"bài số {n}") for n in range(3)]
    drain_outbox(record, index)
    index.delete({keys[0]: 99})
    index.refresh()
    index.release()
    assert compare_counts(record, index).index == 2
    assert reindex(record, backend_settings) == 3
    assert compare_counts(record, index).index == 3
    assert found(record, index, "bài số 0")[0] == "0"


def test_what_changed_while_a_fresh_index_was_built_is_taken_up(record, index, write, backend_settings, monkeypatch) -> None:
    from index import synchronise

    write("a", "thẻ giấy")
    write("b", "thẻ nhựa")
    drain_outbox(record, index)
    built = synchronise.put

    def put_then_change(*arguments):
        written = built(*arguments)
        monkeypatch.setattr(synchronise, "put", built)
        write("a", "thẻ chip")
        with record.session() as session:
            row = find(session, "mau", "b")
            assert row is not None
            tombstone(session, row, record.clock.now())
        # The process that serves drains the change into the old index.
        drain_outbox(record, index)
        return written

    monkeypatch.setattr(synchronise, "put", put_then_change)
    reindex(record, backend_settings)
    assert found(record, index, "chip") == ["a"]
    assert found(record, index, "giấy") == []
    assert index.count() == 1


def test_a_build_that_was_broken_off_goes_on_where_it_was(record, index, write, backend_settings, monkeypatch) -> None:
    from index import synchronise

    for n in range(10):
        write(str(n), f"bài số {n}")
    drain_outbox(record, index)
    index.close()
    monkeypatch.setattr(synchronise, "BATCH", 2)
    monkeypatch.setattr(synchronise, "REMEMBER", 1)
    built, calls = synchronise.put, []

    def put(record, new, ids, places):
        if len(calls) == 3:
            raise KeyboardInterrupt
        calls.append(list(ids))
        return built(record, new, ids, places)

    monkeypatch.setattr(synchronise, "put", put)
    with pytest.raises(KeyboardInterrupt):
        reindex(record, backend_settings)
    write("2", "bài số 2, bản mới")
    calls.clear()
    calls.append("the first three batches are there already")
    monkeypatch.setattr(synchronise, "put", lambda *given: calls.append(list(given[2])) or built(*given))
    assert reindex(record, backend_settings) == 10
    assert calls[1:3] == [[7, 8], [9, 10]]
    again = open_index(backend_settings)
    assert found(record, again, '"bản mới"') == ["2"]
    assert compare_counts(record, again).index == 10
    again.close()


def test_reindexing_waits_for_no_other_reindexing(record, backend_settings, write) -> None:
    write("a", "thẻ giấy")
    with lease(record, "reindex"), pytest.raises(LeaseHeld):
        reindex(record, backend_settings)


def test_what_the_index_lost_is_noticed_and_entered_again(record, index, write) -> None:
    key = write("a", "thẻ giấy")
    drain_outbox(record, index)
    index.delete({key: 99})
    index.refresh()
    counts = compare_counts(record, index)
    assert (counts.record, counts.index, counts.waiting) == (1, 0, 0)
    assert enter_missing(record, index) == 1
    assert backlog(record) == 1


def test_there_is_no_index_before_it_is_built(record, backend_settings, write) -> None:
    with pytest.raises(NeedsRebuild, match="langnghe reindex"):
        open_index(backend_settings)
    write("a", "thẻ giấy")
    index = open_or_build(record, backend_settings)
    assert index.run(Plan(Everything())).total == 1
    index.close()


@pytest.mark.parametrize("damage", ["pointer", "folder", "meta", "segment"])
def test_a_damaged_embedded_index_is_built_again(record, settings, write, damage) -> None:
    from index.generations import Generations

    write("a", "thẻ giấy")
    open_or_build(record, settings).close()
    path = Generations(settings.index_dir).current()
    victims = {"pointer": [settings.index_dir / "CURRENT"], "folder": list(path.iterdir()), "meta": [path / "meta.json"]}
    for victim in victims.get(damage, [file for file in path.iterdir() if file.suffix in (".term", ".idx", ".fast", ".pos", ".store")]):
        victim.unlink()
    with pytest.raises(NeedsRebuild):
        open_index(settings)
    index = open_or_build(record, settings)
    assert found(record, index, "giấy") == ["a"]
    index.close()


def test_an_index_of_another_version_of_the_program_is_built_again(record, settings, write, monkeypatch) -> None:
    write("a", "thẻ giấy")
    open_or_build(record, settings).close()
    monkeypatch.setattr("index.generations.FORMAT", "next")
    with pytest.raises(NeedsRebuild, match="another version"):
        open_index(settings)
    open_or_build(record, settings).close()


def test_pages_do_not_overlap_while_documents_arrive(record, index, write) -> None:
    for n in range(10):
        write(f"a{n}", f"thẻ giấy {n}")
    drain_outbox(record, index)
    page = SearchRequest(query="giấy", sort="newest", limit=5)
    first = [hit.ref for hit in search(record, index, SYSTEM, page).hits]
    second = [hit.ref for hit in search(record, index, SYSTEM, page.model_copy(update={"offset": 5})).hits]
    assert len({*first, *second}) == 10


@pytest.mark.parametrize("sort", ["relevance", "newest"])
def test_pages_neither_repeat_nor_skip_while_documents_arrive(record, index, write, sort) -> None:
    for n in range(10):
        write(f"a{n}", f"thẻ giấy {n}")
    drain_outbox(record, index)
    page = SearchRequest(query="giấy", sort=sort, limit=5)
    first = search(record, index, SYSTEM, page)
    write("moi", "thẻ giấy thẻ giấy")
    drain_outbox(record, index)
    second = search(record, index, SYSTEM, page.model_copy(update={"offset": 5, "up_to": first.up_to}))
    assert sorted(hit.ref for hit in [*first.hits, *second.hits]) == [f"a{n}" for n in range(10)]
    assert second.total == 10
    assert search(record, index, SYSTEM, page).total == 11


class TestElasticsearchAway:
    @pytest.fixture
    def away(self, settings):
        return settings.model_copy(update={"index": IndexSettings(backend="elasticsearch", elasticsearch_url="http://127.0.0.1:9")})

    def test_the_error_names_the_address_and_the_remedy(self, away) -> None:
        with pytest.raises(Unavailable, match=r"http://127\.0\.0\.1:9 does not answer.*index\.backend"):
            open_index(away)

    def test_nothing_is_lost_while_it_is_away(self, record, away, write, elasticsearch_url) -> None:
        from index.elasticsearch import ElasticsearchIndex, connect

        write("a", "thẻ giấy")
        index: SearchIndex = ElasticsearchIndex(connect(away.index), away.index.elasticsearch_url, "x")
        with pytest.raises(Unavailable):
            drain_outbox(record, index)
        assert backlog(record) == 1


def test_a_write_after_the_elasticsearch_index_was_dropped_is_refused_not_guessed(record, settings, write, elasticsearch_url) -> None:
    from tests.index.conftest import remove_indices

    own = IndexSettings(backend="elasticsearch", elasticsearch_url=elasticsearch_url, prefix="dropped")
    index = open_or_build(record, settings.model_copy(update={"index": own}))
    remove_indices(elasticsearch_url, "dropped")
    write("a", "thẻ giấy")
    with pytest.raises(NeedsRebuild):
        drain_outbox(record, index)
    assert backlog(record) == 1
    index.close()
