"""Sources that fell silent, and since when."""

from datetime import timedelta

from alerts.sources import silent_sources
from langnghe.record.ledger import Outcome, finish_run, note_outcome, start_run


def test_a_silent_source_is_told_since_its_last_news_however_often_it_was_visited_since(any_record, clock):
    now = clock.now()

    def visit(session, source, hours, *outcomes):
        at = now - timedelta(hours=hours)
        run = start_run(session, source, at)
        for number, outcome in enumerate(outcomes):
            note_outcome(session, run, f"https://{source}.example/{hours}-{number}", outcome, at + timedelta(minutes=number))
        finish_run(session, run, at + timedelta(minutes=9), "HTTP 500" if not outcomes else None)

    with any_record.session() as session:
        for source in ("lang", "hong"):
            visit(session, source, 200, Outcome.stored)
            visit(session, source, 100, Outcome.unchanged, Outcome.updated, Outcome.stored)
            visit(session, source, 50, Outcome.unchanged)
        visit(session, "lang", 2, Outcome.unchanged, Outcome.duplicate)
        visit(session, "hong", 2)
        visit(session, "moi", 3, Outcome.read)
        visit(session, "bao", 5, Outcome.unchanged, Outcome.stored)
        visit(session, "bao", 1, Outcome.unchanged)
    with any_record.reading() as session:
        silent = silent_sources(session, now, 48)
    news = now - timedelta(hours=100) + timedelta(minutes=2)
    assert [(one.source, one.why, one.last_new) for one in silent] == [
        ("moi", "nothing_new", None),
        ("hong", "failing", news),
        ("lang", "nothing_new", news),
    ]
    assert silent[1].last_run == now - timedelta(hours=2)
