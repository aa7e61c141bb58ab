"""Days of employees, counted from heartbeats."""

from pathlib import Path

import sqlalchemy
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """Make the tables; the SQL is in the file of the same name."""
    sql = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    # A colon would begin a parameter.
    op.execute(sqlalchemy.text(sql.replace(":", r"\:")))
