"""The directory: what administrators enter about employees, and the last import of it."""

from pathlib import Path

import sqlalchemy
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Add the columns and tables; the SQL is in the file of the same name."""
    sql = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    # A colon would begin a parameter.
    op.execute(sqlalchemy.text(sql.replace(":", r"\:")))
