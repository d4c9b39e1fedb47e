"""Opening the record: the engine, its sessions and its migrations."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from langnghe.clock import Clock, SystemClock
from langnghe.errors import ConfigurationError, Unavailable
from langnghe.settings import Settings

log = logging.getLogger(__name__)
BUSY_SECONDS = 60
"""How long a writer waits for another one of SQLite's record before it gives up."""


def _prepare_sqlite(connection: Any, _: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    cursor.close()


def _begin_writing_at_once(connection: Any) -> None:
    # A transaction that reads first and writes later can't be upgraded once another one has written: SQLITE_BUSY at once.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes", True) else "BEGIN")


ACROSS_NETWORKS = {
    "connect_timeout": "10", "keepalives_idle": "30", "keepalives_interval": "10", "keepalives_count": "3", "tcp_user_timeout": "60000",
}  # fmt: skip
"""Of libpq: a server whose machine or network is gone without a word is noticed within a minute, not after the kernel's hours."""


def make_engine(url: str) -> Engine:
    """An engine for the record at ``url``, with what SQLite needs, and PostgreSQL across a network unless ``url`` says otherwise."""
    address = make_url(url)
    patience = ACROSS_NETWORKS if address.get_backend_name() == "postgresql" else {}
    engine = create_engine(address.set(query={**patience, **address.query}), pool_pre_ping=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "connect", lambda connection, _: setattr(connection, "isolation_level", None))
        event.listen(engine, "begin", _begin_writing_at_once)
    return engine


class Record:
    """The one truth of an installation, on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self.engine = engine
        self.clock = clock
        self._writing = sessionmaker(engine, expire_on_commit=False)
        self._reading = sessionmaker(engine.execution_options(writes=False), expire_on_commit=False)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session that commits at the end and rolls back on any error."""
        with self._writing.begin() as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads, and waits for no writer."""
        with self._reading() as session:
            yield session

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


def migrations(url: str) -> Config:
    """Alembic's configuration for the record at ``url``."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["url"] = url
    return config


def _revisions(engine: Engine) -> tuple[str | None, list[str]]:
    """The schema of the record, and all that this program knows, its own first."""
    with engine.connect() as connection:
        present = MigrationContext.configure(connection).get_current_revision()
    return present, [one.revision for one in ScriptDirectory.from_config(migrations("")).walk_revisions()]


def is_current(engine: Engine) -> bool:
    """Whether the record has the schema of this program."""
    present, known = _revisions(engine)
    return present == known[0]


def _bring_up(engine: Engine, url: str) -> None:
    """Bring the record to this program's schema; one that a later version has brought further is left as it is.

    A migration takes nothing away that the version before it uses, so that both can work while one takes the other's place.
    """
    present, known = _revisions(engine)
    if present is not None and present not in known:
        log.warning("the record has the schema %s of a later version; this program goes on with what it knows of it", present)
    elif present != known[0]:
        command.upgrade(migrations(url), "head")


def open_record(settings: Settings, clock: Clock | None = None) -> Record:
    """The record of an installation, made or brought to this program's schema first.

    Raises:
        Unavailable: the database does not answer or the folder can't be written.
        ConfigurationError: ``record_url`` is no address of a database, or of one that there is no driver for.
    """
    url = settings.database_url
    try:
        shown = make_url(url).render_as_string(hide_password=True)
        if not settings.record_url:
            settings.data_dir.mkdir(parents=True, exist_ok=True)
        engine = make_engine(url)
        _bring_up(engine, url)
    except (OSError, OperationalError) as error:
        reason = str(error.__cause__ or error).splitlines()[0]
        raise Unavailable(
            f"the record {shown} can't be opened: {reason}", "Start the database, or correct data_dir or record_url."
        ) from None
    except (ArgumentError, ImportError, ValueError) as error:
        # What it says may quote the address with its password.
        raise ConfigurationError(
            f"record_url is no address of a database that this program can open ({type(error).__name__})",
            "Write LANGNGHE_RECORD_URL as postgresql+psycopg://user:password@host/name, or leave it out for SQLite.",
        ) from None
    return Record(engine, clock or SystemClock())
