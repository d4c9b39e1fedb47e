"""The record as files that any engine takes: one line of JSON a row, the same from SQLite and from PostgreSQL."""

import base64
import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Date, DateTime, Engine, LargeBinary, MetaData, Table, func, insert, inspect, select, text

from langnghe.errors import ConfigurationError, LangngheError
from langnghe.record.database import Record, migrations
from langnghe.record.schema import Base

BATCH = 1_000
PASSING = frozenset({"lease", "login_session"})
"""Tables of what holds only while the processes of that day live."""


def _written(value: Any) -> Any:
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    return value


def write_tables(record: Record, folder: Path, advance: Callable[[str], object] = lambda _: None) -> dict[str, int]:
    """Write every table into ``folder`` as it stood at one moment; gives the rows of each."""
    folder.mkdir(parents=True, exist_ok=True)
    engine = record.engine.execution_options(writes=False)
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    counts = {}
    with engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            if table.name not in PASSING:
                counts[table.name] = _write_table(connection, table, folder / f"{table.name}.jsonl")
            advance(table.name)
    return counts


def _write_table(connection: Connection, table: Table, path: Path) -> int:
    rows = connection.execution_options(yield_per=BATCH).execute(select(table).order_by(*table.primary_key.columns))
    count = 0
    with path.open("w", encoding="utf-8") as out:
        for row in rows.mappings():
            out.write(json.dumps({name: _written(value) for name, value in row.items()}, ensure_ascii=False) + "\n")
            count += 1
    return count


def revision_of(engine: Engine) -> str | None:
    """The schema of a database; None: it is empty."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def require_empty(engine: Engine) -> None:
    """Raise unless a database holds nothing yet.

    Raises:
        LangngheError: it holds tables.
    """
    if inspect(engine).get_table_names():
        raise LangngheError(
            f"the database {engine.url.render_as_string()} is not empty",
            "Restore into an empty one: point record_url or data_dir at another place, or move what is there away.",
        )


def _readers(table: Table) -> dict[str, Callable[[str], Any]]:
    """How to read the columns whose values JSON has no form for."""
    readers: dict[str, Callable[[str], Any]] = {}
    for column in table.columns:
        if isinstance(column.type, DateTime):
            readers[column.name] = datetime.fromisoformat
        elif isinstance(column.type, Date):
            readers[column.name] = date.fromisoformat
        elif isinstance(column.type, LargeBinary):
            readers[column.name] = lambda value: base64.b64decode(value)
    return readers


def _batches(path: Path, table: Table) -> Iterator[list[dict[str, Any]]]:
    readers, batch = _readers(table), []
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                row = json.loads(line)
                batch.append(
                    {name: readers[name](value) if name in readers and value is not None else value for name, value in row.items()}
                )
            except (ValueError, KeyError, TypeError) as error:
                raise LangngheError(f"{path.name}:{number}: not a row of {table.name} ({error})", "Use another backup.") from None
            if len(batch) == BATCH:
                yield batch
                batch = []
    if batch:
        yield batch


def read_tables(engine: Engine, url: str, folder: Path, revision: str, advance: Callable[[str], object] = lambda _: None) -> dict[str, int]:
    """Fill an empty database with tables of a schema, then bring it to this program's; gives the rows of each.

    Raises:
        ConfigurationError: a newer version of the program wrote them.
        LangngheError: a row is broken, or the database is not empty.
    """
    known = {script.revision for script in ScriptDirectory.from_config(migrations("")).walk_revisions()}
    if revision not in known:
        raise ConfigurationError(
            f"the backup has the schema {revision}, which this program does not know", "Install the version that made it."
        )
    require_empty(engine)
    command.upgrade(migrations(url), revision)
    schema, counts = MetaData(), {}
    schema.reflect(engine)
    with engine.begin() as connection:
        for table in schema.sorted_tables:
            path = folder / f"{table.name}.jsonl"
            if path.exists():
                counts[table.name] = _read_table(connection, table, path)
            advance(table.name)
        if engine.dialect.name == "postgresql":
            _continue_numbers(connection, schema)
    command.upgrade(migrations(url), "head")
    return counts


def _read_table(connection: Connection, table: Table, path: Path) -> int:
    for batch in _batches(path, table):
        connection.execute(insert(table), batch)
    return connection.scalar(select(func.count()).select_from(table)) or 0


def _continue_numbers(connection: Connection, schema: MetaData) -> None:
    """PostgreSQL's sequences don't know of rows that came with their ids."""
    for table in schema.sorted_tables:
        for column in table.primary_key.columns:
            name = connection.scalar(select(func.pg_get_serial_sequence(f'"{table.name}"', column.name)))
            if name:
                last = connection.scalar(select(func.max(column)))
                connection.execute(text("SELECT setval(:name, :last, :used)"), {"name": name, "last": last or 1, "used": last is not None})
