"""The time zone of the employee, with each log and where the machine is now."""

from pathlib import Path

import sqlalchemy
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Create it; the SQL is in the file of the same name."""
    sql = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    # A colon would begin a parameter.
    op.execute(sqlalchemy.text(sql.replace(":", r"\:")))
