"""Alembic's way in: migrations run on the connection that `flows.register.database` hands over.

The guards are put up behind them: a table that a migration makes anew in SQLite loses its triggers. In PostgreSQL the
application's account gets what it needs.
"""

from alembic import context

from flows.register.guards import put_up
from flows.register.privileges import grant
from flows.register.schema import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
context.run_migrations()
put_up(connection)
grant(connection)
