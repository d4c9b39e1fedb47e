"""Tasks that failed at every try stand on the page of the sources, for the national desk."""

from langnghe.record.dead_letters import bury
from tests.dashboard.conftest import text_of


def test_the_page_of_the_sources_shows_what_failed_at_every_try(visit, concern, record):
    assert "không hoàn thành sau mọi lần thử" not in text_of(visit("sources"))
    with record.session() as session:
        bury(session, "annotate", {"documents": [7]}, "ValueError: it has no end", 4, record.clock.now())
    said = text_of(visit("sources"))
    assert "⚠ 1 việc không hoàn thành sau mọi lần thử" in said
    assert "it has no end" in said
    assert "langnghe dead-letters revive --all" in said
    assert "không hoàn thành sau mọi lần thử" not in text_of(visit("sources", office="34-40"))
