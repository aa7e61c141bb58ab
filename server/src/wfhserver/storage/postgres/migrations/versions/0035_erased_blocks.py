"""Blocks that outlive an erasure, without the names."""

from pathlib import Path

import sqlalchemy
from alembic import op

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    """Add the tables; the SQL is in the file of the same name."""
    sql = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    # A colon would begin a parameter.
    op.execute(sqlalchemy.text(sql.replace(":", r"\:")))
