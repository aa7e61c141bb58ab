"""What a run of retention could not do."""

from pathlib import Path

import sqlalchemy
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Add it; the SQL is in the file of the same name."""
    sql = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    # A colon would begin a parameter.
    op.execute(sqlalchemy.text(sql.replace(":", r"\:")))
