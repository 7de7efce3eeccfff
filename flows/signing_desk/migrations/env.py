"""Run the desk's migrations on the connection that `flows.signing_desk.database` passes to Alembic."""

from alembic import context

from flows.signing_desk.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
context.run_migrations()
