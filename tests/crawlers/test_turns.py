"""Crawlers that share a record take turns at a host."""

from concurrent.futures import ThreadPoolExecutor

from crawlers.turns import take_turn, with_turns
from langnghe.settings import Settings

PAUSE = 5.0


def test_crawlers_that_ask_at_once_get_turns_a_pause_apart(any_record):
    with ThreadPoolExecutor(6) as crawlers:
        waits = sorted(crawlers.map(lambda _: take_turn(any_record, "bao.example", PAUSE), range(6)))
    assert [round(wait / PAUSE) for wait in waits] == [0, 1, 2, 3, 4, 5]


def test_another_host_has_turns_of_its_own(any_record):
    take_turn(any_record, "bao.example", PAUSE)
    assert take_turn(any_record, "khac.example", PAUSE) == 0


def test_turns_are_taken_only_where_machines_share_a_server(tmp_path):
    alone = Settings(data_dir=tmp_path)
    shared = Settings(data_dir=tmp_path, record_url="postgresql+psycopg://langnghe@record.example/langnghe")
    custom = {"DOWNLOADER_MIDDLEWARES": {}}
    assert with_turns(custom, alone) == custom
    assert "crawlers.turns.TurnMiddleware" in with_turns(custom, shared)["DOWNLOADER_MIDDLEWARES"]
