"""Alembic's way in: migrations run on the connection that `flows.register.database` hands over."""

from alembic import context

from flows.register.schema import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
context.run_migrations()
