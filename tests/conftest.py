"""What every test may ask for: a fresh installation with a clock that stands still."""

import os
import shutil
import uuid
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlalchemy import create_engine

from langnghe.clock import VIETNAM, FixedClock
from langnghe.privacy import Privacy
from langnghe.record.database import Record, open_record
from langnghe.settings import Settings
from tests.servers.chromium import chromium_browser
from tests.servers.elasticsearch.node import elasticsearch
from tests.servers.postgresql import postgresql


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 11, 20, 8, tzinfo=VIETNAM))


@pytest.fixture
def settings(tmp_path, monkeypatch) -> Settings:
    monkeypatch.delenv("LANGNGHE_CONFIG", raising=False)
    return Settings(data_dir=tmp_path / "data")


@pytest.fixture
def privacy() -> Privacy:
    return Privacy(b"a key of the tests")


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    with postgresql() as url:
        yield url


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with chromium_browser() as browser:
        yield browser


@pytest.fixture(scope="session")
def elasticsearch_url() -> Iterator[str]:
    """A genuine node, or the one that ELASTICSEARCH_URL names. A node that can't start fails the run."""
    if given := os.environ.get("ELASTICSEARCH_URL"):
        yield given
        return
    with elasticsearch() as url:
        yield url


@pytest.fixture
def empty_postgresql(postgresql_url) -> str:
    """The URL of a database of its own on the tests' PostgreSQL."""
    name = f"t{uuid.uuid4().hex}"
    engine = create_engine(postgresql_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return postgresql_url.replace("/postgres", f"/{name}")


@pytest.fixture(params=["sqlite", "postgresql"])
def any_record(request, settings, clock) -> Iterator[Record]:
    """The record on each of its engines in turn."""
    if request.param == "postgresql":
        settings = settings.model_copy(update={"record_url": request.getfixturevalue("empty_postgresql")})
    opened = open_record(settings, clock)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def empty_record(tmp_path_factory) -> Path:
    """The record of a fresh installation: to copy it takes a tenth of the time that its migrations take."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("empty"))
    open_record(settings).close()
    return settings.data_dir / "record.sqlite"


@pytest.fixture
def record(settings, clock, empty_record) -> Iterator[Record]:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    if not (settings.data_dir / empty_record.name).exists():  # another fixture's program may be at work on its own
        shutil.copy(empty_record, settings.data_dir)
    opened = open_record(settings, clock)
    yield opened
    opened.close()
