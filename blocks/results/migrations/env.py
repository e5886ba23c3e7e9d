"""Runs the migrations on the connection that `schema.migrate` hands over; Alembic loads this file by its path."""

from alembic import context

from blocks.results.tables import Row

context.configure(connection=context.config.attributes["connection"], target_metadata=Row.metadata)
context.run_migrations()
