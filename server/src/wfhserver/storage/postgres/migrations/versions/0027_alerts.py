"""The alerts: channels, messages, rules, subscriptions, and scopes of API keys."""

from pathlib import Path

import sqlalchemy
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Make the tables; the SQL is in the file of the same name."""
    sql = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    # A colon would begin a parameter.
    op.execute(sqlalchemy.text(sql.replace(":", r"\:")))
