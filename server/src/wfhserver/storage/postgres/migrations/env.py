"""Alembic's environment: renders the SQL of the migrations; `migrate.py` runs it."""

from alembic import context

context.configure(
    dialect_name="postgresql",
    # The caller holds the transaction.
    transactional_ddl=False,
    # Without it the rendered SQL doubles its percent signs.
    dialect_opts={"paramstyle": "named"},
)
context.run_migrations()
