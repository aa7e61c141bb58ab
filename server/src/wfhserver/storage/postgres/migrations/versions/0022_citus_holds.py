"""Dropping a day on Citus when an employee is under legal hold."""

from pathlib import Path

import sqlalchemy
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Replace the function; the SQL is in the file of the same name."""
    sql = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    # A colon would begin a parameter.
    op.execute(sqlalchemy.text(sql.replace(":", r"\:")))
