"""Runs Alembic's migrations on the record at the URL that ``langnghe.record.database`` passes."""

from alembic import context
from sqlalchemy import create_engine

from langnghe.record.schema import Base

engine = create_engine(context.config.attributes["url"])
with engine.begin() as connection:
    if connection.dialect.name == "postgresql":  # of programs that start at the same time, one brings the record up to date
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('migrations'))")
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
