"""Runs Alembic's migrations on the record at the URL that ``langnghe.record.database`` passes."""

from alembic import context
from sqlalchemy import create_engine

from langnghe.record.schema import Base

engine = create_engine(context.config.attributes["url"])
with engine.begin() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
