"""Turns at a host: crawlers on several machines that share the record ask a host one after the other, with the pause between."""

import asyncio
import time
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from sqlalchemy import ColumnElement, Float, extract, func, literal
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from langnghe.record.database import Record, open_record
from langnghe.record.schema import HostTurn
from langnghe.settings import Settings


def take_turn(record: Record, host: str, pause: float) -> float:
    """Take the next turn at a host; gives how many seconds are left until it. ``pause``: seconds between two turns.

    One statement, so that two crawlers never get the same turn; the time is the database's, whatever the machines' clocks say.
    """
    on_postgresql = record.engine.dialect.name == "postgresql"
    now: ColumnElement[Any] = extract("epoch", func.clock_timestamp()).cast(Float) if on_postgresql else literal(time.time())
    later = func.greatest if on_postgresql else func.max
    insert: Any = postgresql_insert if on_postgresql else sqlite_insert
    taken = (
        insert(HostTurn)
        .values(host=host, next_at=now + pause)
        .on_conflict_do_update(index_elements=["host"], set_={"next_at": later(HostTurn.next_at, now) + pause})
        .returning(HostTurn.next_at - pause - now)
    )
    with record.session() as session:
        return max(0.0, float(session.execute(taken).scalar_one()))


class TurnMiddleware:
    """Waits for the turn at a request's host."""

    def __init__(self, record: Record, pause: float) -> None:
        self._record, self._pause = record, pause

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way to make a middleware."""
        return cls(open_record(Settings(**crawler.settings["TURN_SETTINGS"])), crawler.settings.getfloat("DOWNLOAD_DELAY"))

    async def process_request(self, request: Request) -> None:
        """Wait until it is this crawler's turn."""
        host = urlsplit(request.url).netloc
        await asyncio.sleep(await asyncio.to_thread(take_turn, self._record, host, self._pause))


def with_turns(custom: dict[str, Any], settings: Settings) -> dict[str, Any]:
    """Scrapy's settings, with turns where several machines may crawl: where they share a database server."""
    if settings.record_url is None or settings.record_url.startswith("sqlite"):
        return custom
    opened = settings.model_dump(mode="json", include={"data_dir", "config_dir", "record_url"})
    middlewares = custom["DOWNLOADER_MIDDLEWARES"] | {"crawlers.turns.TurnMiddleware": 570}
    return custom | {"TURN_SETTINGS": opened, "DOWNLOADER_MIDDLEWARES": middlewares}
