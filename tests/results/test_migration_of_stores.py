"""What was made before stores had names lies in the studio's own."""

from __future__ import annotations

from alembic import command
from sqlalchemy import text

from blocks.results import queries
from blocks.results.database import EmbeddedPostgres, engine_of, forget_engine, transaction
from blocks.results.schema import _config, migrate

OLD = """
INSERT INTO products (key, schema_version, step, address, size_bytes, facts, provenance, words)
VALUES ('k', 1, 'text', :address, 3, '{"kind": "document"}', '{"maker": "local", "model": "old", "spec": "{}"}', '[]')
"""


def test_products_of_an_older_release_lie_in_the_studios_own_store(postgres_folder) -> None:
    database = EmbeddedPostgres(folder=postgres_folder, name="older_release")
    address = f"{'a' * 64}.txt"
    with engine_of(database).begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0006")
        connection.execute(text(OLD), {"address": address})

    assert migrate(database)

    with transaction(database) as session:
        found = queries.find_product(session, "k")
        stores = queries.stores_of(session, address)
    forget_engine(database)
    assert found is not None
    assert (found.store, stores) == ("", ("",))
