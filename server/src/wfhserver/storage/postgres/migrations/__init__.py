"""Read by Alembic."""
